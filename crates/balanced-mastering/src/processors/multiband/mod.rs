//! Multiband dynamics: two to six bands, each with its own compressor or expander, up or down.
//!
//! Linkwitz-Riley crossovers of fourth order whose bands sum to an allpass ([`balanced_dsp::crossover`]): with every band
//! at rest the magnitude is flat. With linear phase the bands sum to the delayed input itself.

mod params;
mod split;

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;
use balanced_dsp::{BlockMut, PlanarBuffer, Ramp, StreamFormat, vector_loop};

use crate::crossovers::CHUNK_FRAMES;
use crate::dynamic_gain::{DynamicGain, output_gain};
use crate::guard::Grid;
use crate::{BuildError, BuildOptions, DrySignal, Processor, ProcessorSpec, Settings, SpecError};
pub(crate) use params::check_rising;
pub use params::{CrossoverType, MultibandBand, MultibandSpec};
use split::Splitter;

/// How long a change of corners or output levels takes.
const GLIDE_MS: f64 = 50.0;

impl Settings for MultibandSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
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
    /// One a band.
    dynamics: Vec<DynamicGain>,
    /// The bands of every channel in the chunk at hand.
    split: Vec<PlanarBuffer>,
    /// Levels, then gains of every band.
    gains: [[f64; CHUNK_FRAMES]; MAX_CROSSOVER_BANDS],
    grid: Grid,
}

struct Band {
    output: Ramp,
    enabled: Ramp,
}

impl Multiband {
    fn new(spec: &MultibandSpec, format: &StreamFormat) -> Self {
        let sample_rate_hz = format.sample_rate_hz;
        let glide_frames = (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize;
        let soloed = spec.bands.iter().any(|band| band.solo);
        let band = |band: &MultibandBand| Band {
            output: Ramp::new(output_gain(band.gain_db, band.solo || !soloed), glide_frames),
            enabled: Ramp::new(f64::from(u8::from(band.enabled)), glide_frames),
        };
        Self {
            splitter: Splitter::new(spec, format, glide_frames),
            bands: spec.bands.iter().map(band).collect(),
            dynamics: spec.bands.iter().map(|band| DynamicGain::new(&band.dynamics(), sample_rate_hz)).collect(),
            split: vec![PlanarBuffer::new(format.channels(), CHUNK_FRAMES); spec.bands.len()],
            gains: [[1.0; CHUNK_FRAMES]; MAX_CROSSOVER_BANDS],
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
        self.gains(frames);
        for (gains, audio) in self.gains.iter().zip(&self.split) {
            for channel in 0..block.channels() {
                add_scaled(block.channel_mut(channel), audio.channel(channel), &gains[..frames]);
            }
        }
    }

    /// The gain of every band for the chunk at hand.
    fn gains(&mut self, frames: usize) {
        for (levels, audio) in self.gains.iter_mut().zip(&self.split) {
            let levels = &mut levels[..frames];
            levels.fill(0.0);
            (0..audio.channels()).for_each(|channel| raise_to(levels, audio.channel(channel)));
        }
        DynamicGain::process_all(&mut self.dynamics, &mut self.gains, frames);
        for (band, gains) in self.bands.iter_mut().zip(&mut self.gains) {
            band.blend(&mut gains[..frames]);
        }
    }
}

impl Band {
    /// The dynamics' gains with the band's switch and level.
    fn blend(&mut self, gains: &mut [f64]) {
        let mut rest = gains;
        while !rest.is_empty() {
            let settled = self.enabled.is_settled() && self.output.is_settled();
            let (now, later) = rest.split_at_mut(if settled { rest.len() } else { 1 });
            let (enabled, output) = (self.enabled.next(), self.output.next());
            blend(now, enabled, output);
            rest = later;
        }
    }
}

vector_loop! {
    fn blend<'a>(gains: &'a mut [f64], enabled: f64, output: f64) {
        gains.iter_mut().for_each(|gain| *gain = (1.0 + enabled * (*gain - 1.0)) * output);
    }
}

vector_loop! {
    /// Raise `levels` to the magnitudes of `samples` where those are higher.
    fn raise_to<'a>(levels: &'a mut [f64], samples: &'a [f64]) {
        for (loudest, sample) in levels.iter_mut().zip(samples) {
            let level = sample.abs();
            *loudest = if level > *loudest { level } else { *loudest };
        }
    }
}

vector_loop! {
    fn add_scaled<'a>(sums: &'a mut [f64], samples: &'a [f64], gains: &'a [f64]) {
        for (sum, (sample, gain)) in sums.iter_mut().zip(samples.iter().zip(gains)) {
            *sum += sample * gain;
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

    fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        self.splitter.align_dry(dry, whose);
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.splitter.reset();
        self.dynamics.iter_mut().for_each(DynamicGain::reset);
        for band in &mut self.bands {
            band.output.jump();
            band.enabled.jump();
        }
    }

    fn latency_frames(&self) -> usize {
        self.splitter.latency_frames()
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let ProcessorSpec::Multiband(spec) = spec else { return false };
        spec.bands.len() == self.bands.len() && self.splitter.accepts(spec)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Multiband(spec) = spec else { return };
        self.splitter.glide_to(spec);
        let soloed = spec.bands.iter().any(|band| band.solo);
        for ((band, dynamics), new) in self.bands.iter_mut().zip(&mut self.dynamics).zip(&spec.bands) {
            dynamics.glide_to(&new.dynamics());
            band.output.glide_to(output_gain(new.gain_db, new.solo || !soloed));
            band.enabled.glide_to(f64::from(u8::from(new.enabled)));
        }
    }

    fn gain_reduction_db(&self) -> f64 {
        self.dynamics.iter().map(DynamicGain::amount_db).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
