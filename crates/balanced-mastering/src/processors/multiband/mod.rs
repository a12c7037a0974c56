//! Multiband dynamics: two to six bands, each with its own compressor or expander, up or down.
//!
//! Linkwitz-Riley crossovers of fourth order whose bands sum to an allpass ([`balanced_dsp::crossover`]): with every band
//! at rest the magnitude is flat. With linear phase the bands sum to the delayed input itself.

mod params;
mod split;

use balanced_dsp::{BlockMut, PlanarBuffer, Ramp, StreamFormat};

use crate::dynamic_gain::{DynamicGain, output_gain};
use crate::guard::Grid;
use crate::{BuildError, Param, Processor, ProcessorSpec, Settings, SpecError, Update};
pub(crate) use params::check_rising;
pub use params::{CrossoverType, MultibandBand, MultibandSpec};
pub(crate) use split::Corners;
use split::{CHUNK_FRAMES, Splitter};

/// How long a change of corners or output levels takes.
const GLIDE_MS: f64 = 50.0;

impl Settings for MultibandSpec {
    const PARAMS: &'static [Param] = params::ROWS;

    fn build(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError> {
        Ok(Box::new(Multiband::new(self, format)))
    }

    fn check(&self) -> Result<(), SpecError> {
        params::check(self)
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

struct Multiband {
    splitter: Splitter,
    bands: Vec<Band>,
    /// The bands of every channel in the chunk at hand.
    split: Vec<PlanarBuffer>,
    gains: [f64; CHUNK_FRAMES],
    grid: Grid,
}

struct Band {
    dynamics: DynamicGain,
    output: Ramp,
    enabled: Ramp,
}

impl Multiband {
    fn new(spec: &MultibandSpec, format: &StreamFormat) -> Self {
        let sample_rate_hz = format.sample_rate_hz;
        let glide_frames = (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize;
        let soloed = spec.bands.iter().any(|band| band.solo);
        let band = |band: &MultibandBand| Band {
            dynamics: DynamicGain::new(&band.dynamics(), sample_rate_hz),
            output: Ramp::new(output_gain(band.gain_db, band.solo || !soloed), glide_frames),
            enabled: Ramp::new(f64::from(u8::from(band.enabled)), glide_frames),
        };
        Self {
            splitter: Splitter::new(spec, format, glide_frames),
            bands: spec.bands.iter().map(band).collect(),
            split: vec![PlanarBuffer::new(format.channels(), CHUNK_FRAMES); spec.bands.len()],
            gains: [1.0; CHUNK_FRAMES],
            grid: Grid::default(),
        }
    }

    fn chunk(&mut self, block: &mut BlockMut<'_>) {
        let frames = block.frames();
        self.split.iter_mut().for_each(|band| band.set_frames(frames));
        self.splitter.split(block, &mut self.split);
        for channel in 0..block.channels() {
            block.channel_mut(channel).fill(0.0);
        }
        let gains = &mut self.gains[..frames];
        for (band, audio) in self.bands.iter_mut().zip(&self.split) {
            band.gains(audio, gains);
            for channel in 0..block.channels() {
                let samples = audio.channel(channel).iter().zip(&*gains);
                block.channel_mut(channel).iter_mut().zip(samples).for_each(|(sum, (sample, gain))| {
                    *sum += sample * gain;
                });
            }
        }
    }
}

impl Band {
    /// Gains that the loudest channel of `audio` asks for.
    fn gains(&mut self, audio: &PlanarBuffer, gains: &mut [f64]) {
        gains.fill(0.0);
        for channel in 0..audio.channels() {
            gains.iter_mut().zip(audio.channel(channel)).for_each(|(loudest, sample)| {
                let level = sample.abs();
                *loudest = if level > *loudest { level } else { *loudest };
            });
        }
        self.dynamics.process(gains);
        for gain in gains {
            *gain = (1.0 + self.enabled.next() * (*gain - 1.0)) * self.output.next();
        }
    }
}

impl Processor for Multiband {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            let end = (start + self.splitter.steady_frames()).min(block.frames());
            self.chunk(&mut block.slice_mut(start..end));
            start = end;
        }
        if self.grid.advance(block.frames()) {
            self.splitter.flush();
        }
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>) {
        self.splitter.align_dry(dry);
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.splitter.reset();
        for band in &mut self.bands {
            band.dynamics.reset();
            band.output.jump();
            band.enabled.jump();
        }
    }

    fn latency_frames(&self) -> usize {
        self.splitter.latency_frames()
    }

    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        let ProcessorSpec::Multiband(spec) = spec else { return Update::NeedsRebuild };
        if spec.bands.len() != self.bands.len() || !self.splitter.glide_to(spec) {
            return Update::NeedsRebuild;
        }
        let soloed = spec.bands.iter().any(|band| band.solo);
        for (band, new) in self.bands.iter_mut().zip(&spec.bands) {
            band.dynamics.glide_to(&new.dynamics());
            band.output.glide_to(output_gain(new.gain_db, new.solo || !soloed));
            band.enabled.glide_to(f64::from(u8::from(new.enabled)));
        }
        Update::Applied
    }

    fn gain_reduction_db(&self) -> f64 {
        self.bands.iter().map(|band| band.dynamics.amount_db()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
