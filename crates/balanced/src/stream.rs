//! A chain at work on audio in memory, whole or block by block.

use balanced_dsp::{Block, ChannelLayout, PlanarBuffer};
use balanced_mastering::{Chain, ChainSpec, Update};

use crate::audio::format;
use crate::meter::same_format;
use crate::plugins::Plugins;
use crate::{AudioView, Error, PluginHost};

/// Frames processed at a time.
const CHUNK_FRAMES: usize = 8192;

/// A running chain for arrays.
///
/// [`process`](Self::process) gives as many frames as it takes, [`latency_frames`](Self::latency_frames) late;
/// [`flush`](Self::flush) gives the frames still inside. [`render`](Self::render) does all of it and lines the output up
/// with the input.
pub struct ChainStream {
    chain: Chain,
    plugins: Plugins,
    host: Option<PluginHost>,
    sample_rate_hz: f64,
    channels: usize,
    layout: ChannelLayout,
}

impl ChainStream {
    /// Build `spec` for `channels` channels at `sample_rate_hz`; `host` runs its CLAP effects, if it has any.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the path of the setting that is wrong, or the format, or
    /// what is wrong with an effect.
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

    /// Frames by which the output lags the input.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.chain.latency_frames()
    }

    /// Largest gain reduction of late of every step, dB.
    pub fn gain_reductions_db(&self) -> Vec<f64> {
        self.chain.gain_reductions_db().collect()
    }

    /// Forget all history.
    pub fn reset(&mut self) {
        self.chain.reset();
    }

    /// Take over new settings, gliding where the chain can; otherwise it is built afresh and forgets its history.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings); the chain then goes on as before.
    pub fn update(&mut self, spec: &ChainSpec) -> Result<bool, Error> {
        spec.validate().map_err(|error| Error::settings(error.to_string()))?;
        let glided = self.chain.update(spec) == Update::Applied;
        if !glided {
            let host = self.host.clone();
            *self = Self::new(spec, self.sample_rate_hz, self.channels, Some(&self.layout.clone()), host.as_ref())?;
        }
        Ok(glided)
    }

    /// Process the next frames and hand on what comes out, block by block, until `each` fails.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for audio of another format,
    /// [`ErrorKind::Plugin`](crate::ErrorKind::Plugin) if an effect crashed, hung or failed (build the stream again then);
    /// what `each` returns.
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

    /// Hand on the frames that the latency holds back, as silence follows; history is forgotten then.
    ///
    /// # Errors
    /// [`ErrorKind::Plugin`](crate::ErrorKind::Plugin) as [`process`](Self::process); what `each` returns.
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

    /// Process a whole programme from a fresh start: output of the same length, lined up with the input.
    ///
    /// # Errors
    /// As [`process`](Self::process).
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
