//! Processing of audio in memory through a chain, whole or block by block.

use balanced_dsp::{Block, ChannelLayout, PlanarBuffer};
use balanced_mastering::{Chain, ChainSpec, Update};

use crate::audio::format;
use crate::meter::same_format;
use crate::plugins::Plugins;
use crate::{AudioView, Error, PluginHost};

/// Frames processed at a time.
const CHUNK_FRAMES: usize = 8192;

/// A running chain for arrays: the streaming and the offline way to process audio.
///
/// For streams, [`process`](Self::process) returns as many frames as it is given, delayed by
/// [`latency_frames`](Self::latency_frames); [`flush`](Self::flush) returns the delayed rest. For whole programmes,
/// [`render`](Self::render) does both and removes the latency.
pub struct ChainStream {
    chain: Chain,
    plugins: Plugins,
    host: Option<PluginHost>,
    sample_rate_hz: f64,
    channels: usize,
    layout: ChannelLayout,
}

impl ChainStream {
    /// Builds `spec` for `channels` channels at `sample_rate_hz`; `host` runs its CLAP effects, if it has any.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the path of an invalid setting, for an invalid
    /// rate, channel count or layout, or if a CLAP effect cannot be loaded.
    pub fn new(
        spec: &ChainSpec,
        sample_rate_hz: f64,
        channels: usize,
        layout: Option<&ChannelLayout>,
        host: Option<&PluginHost>,
    ) -> Result<Self, Error> {
        let format = format(sample_rate_hz, channels, layout)?;
        let plugins = Plugins::new(host);
        let chain = plugins.build(spec, &format)?;
        Ok(Self { chain, plugins, host: host.cloned(), sample_rate_hz, channels, layout: format.layout })
    }

    /// Returns the latency: the number of frames by which the output lags the input.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.chain.latency_frames()
    }

    /// Returns the largest recent gain reduction of every step, in dB.
    pub fn gain_reductions_db(&self) -> Vec<f64> {
        self.chain.gain_reductions_db().collect()
    }

    /// Returns notes on what the chain cannot say itself: whether its plugins are confined on this system.
    pub fn notes(&self) -> Vec<String> {
        self.plugins.note().into_iter().collect()
    }

    /// Clears all history, as if the chain was just built.
    pub fn reset(&mut self) {
        self.chain.reset();
    }

    /// Changes the settings of the chain and returns whether they could be applied while it runs.
    ///
    /// If they can (`true`), the parameters glide to their new values. If not (`false`), the chain is rebuilt and its
    /// history is lost.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for invalid settings; the chain then continues with
    /// the old ones.
    pub fn update(&mut self, spec: &ChainSpec) -> Result<bool, Error> {
        spec.validate().map_err(|error| Error::spec(&error))?;
        let glided = self.chain.update(spec) == Update::Applied;
        if !glided {
            let host = self.host.clone();
            *self = Self::new(spec, self.sample_rate_hz, self.channels, Some(&self.layout.clone()), host.as_ref())?;
        }
        Ok(glided)
    }

    /// Processes the next frames and passes the output to `each`, block by block, until it fails.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the audio has another rate or number of
    /// channels, [`ErrorKind::Plugin`](crate::ErrorKind::Plugin) if a CLAP effect crashed, hung or failed (create a
    /// new stream then), and any error of `each`.
    pub fn process(
        &mut self,
        audio: &AudioView<'_>,
        mut each: impl FnMut(Block<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        same_format(self.sample_rate_hz, self.channels, audio)?;
        let mut buffer = PlanarBuffer::new(self.channels, CHUNK_FRAMES.min(audio.frames()));
        for start in (0..audio.frames()).step_by(CHUNK_FRAMES) {
            audio.fill(&mut buffer, start..(start + CHUNK_FRAMES).min(audio.frames()));
            self.chain.process(&mut buffer.block_mut());
            self.plugins.check()?;
            each(buffer.block())?;
        }
        Ok(())
    }

    /// Passes the frames that the latency still holds back to `each`, then clears the history.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Plugin`](crate::ErrorKind::Plugin) if a CLAP effect crashed, hung or failed, and any error
    /// of `each`.
    pub fn flush(&mut self, mut each: impl FnMut(Block<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let mut left = self.latency_frames();
        let mut buffer = PlanarBuffer::new(self.channels, CHUNK_FRAMES.min(left));
        while left > 0 {
            buffer.set_frames(left.min(CHUNK_FRAMES));
            buffer.clear();
            self.chain.process(&mut buffer.block_mut());
            self.plugins.check()?;
            each(buffer.block())?;
            left -= buffer.frames();
        }
        self.reset();
        Ok(())
    }

    /// Processes a whole programme from a fresh start; the output has its length and no latency.
    ///
    /// # Errors
    /// Returns the errors of [`process`](Self::process).
    pub fn render(
        &mut self,
        audio: &AudioView<'_>,
        mut each: impl FnMut(Block<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.reset();
        let (mut skip, mut left) = (self.latency_frames(), audio.frames());
        let mut aligned = |block: Block<'_>| {
            let dropped = skip.min(block.frames());
            skip -= dropped;
            let end = block.frames().min(dropped + left);
            left -= end - dropped;
            if end > dropped { each(block.slice(dropped..end)) } else { Ok(()) }
        };
        self.process(audio, &mut aligned)?;
        self.flush(aligned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arrangement, Samples};

    fn collect(run: impl FnOnce(&mut dyn FnMut(Block<'_>) -> Result<(), Error>) -> Result<(), Error>) -> Vec<f64> {
        let mut out = Vec::new();
        run(&mut |block| {
            out.extend_from_slice(block.channel(0));
            Ok(())
        })
        .unwrap();
        out
    }

    #[test]
    fn audio_of_another_format_is_refused() {
        let spec = ChainSpec::from_toml("[[steps]]\nkind = \"limiter\"\n").unwrap();
        let mut stream = ChainStream::new(&spec, 44_100.0, 2, None, None).unwrap();
        let samples = [0.5; 600];
        for (channels, rate_hz) in [(1, 44_100.0), (3, 44_100.0), (2, 48_000.0)] {
            let audio = AudioView::new(Samples::F64(&samples), channels, Arrangement::Planar, rate_hz, None).unwrap();
            let error = stream.process(&audio, |_| panic!("nothing comes out")).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Settings, "{error}");
            assert!(stream.render(&audio, |_| panic!("nothing comes out")).is_err());
        }
    }

    #[test]
    fn rendering_is_streaming_without_the_latency() {
        let spec = ChainSpec::from_toml("version = 1\n[[steps]]\nkind = \"limiter\"\n").unwrap();
        let noise: Vec<f64> = (0..30_000).map(|i| (f64::from(i) * 12.9898).sin() * 1.4).collect();
        let view = |samples| AudioView::new(Samples::F64(samples), 1, Arrangement::Planar, 44_100.0, None).unwrap();
        let mut stream = ChainStream::new(&spec, 44_100.0, 1, None, None).unwrap();
        let latency = stream.latency_frames();
        assert!(latency > 0);
        let rendered = collect(|each| stream.render(&view(&noise), each));
        assert_eq!(rendered.len(), noise.len());
        let mut streamed = Vec::new();
        for part in noise.chunks(777) {
            streamed.extend(collect(|each| stream.process(&view(part), each)));
        }
        streamed.extend(collect(|each| stream.flush(each)));
        assert_eq!(streamed[latency..], rendered);
        assert_eq!(collect(|each| stream.render(&view(&noise), each)), rendered);
    }
}
