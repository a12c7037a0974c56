//! Multiband dynamics: two to six bands, each with its own compressor or expander, up or down.
//!
//! Linkwitz-Riley crossovers of fourth order whose bands sum to an allpass ([`balanced_dsp::crossover`]): with every band
//! at rest the magnitude is flat.

mod params;

use balanced_dsp::crossover::{Crossover, CrossoverPhase, MAX_CROSSOVER_BANDS, corner};
use balanced_dsp::svf::SvfCoefficients;
use balanced_dsp::{BlockMut, Ramp, StreamFormat};

use crate::dynamic_gain::{DynamicGain, output_gain};
use crate::guard::Grid;
use crate::{BuildError, Param, Processor, ProcessorSpec, Settings, SpecError, Update};
pub(crate) use params::check_rising;
pub use params::{MultibandBand, MultibandSpec};

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
    corners: Corners,
    bands: Vec<Band>,
    crossovers: Vec<Crossover>,
    /// What the crossovers do to the phase of their sum, for the dry share of a mix.
    phases: Vec<CrossoverPhase>,
    /// The bands of every channel at the frame in hand.
    split: Vec<[f64; MAX_CROSSOVER_BANDS]>,
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
            corners: Corners::new(&spec.crossovers_hz, sample_rate_hz, glide_frames),
            bands: spec.bands.iter().map(band).collect(),
            crossovers: vec![Crossover::default(); format.channels()],
            phases: vec![CrossoverPhase::default(); format.channels()],
            split: vec![[0.0; MAX_CROSSOVER_BANDS]; format.channels()],
            grid: Grid::default(),
        }
    }

    fn frame(&mut self, block: &mut BlockMut<'_>, frame: usize) {
        let corners = self.corners.next();
        for (channel, (crossover, split)) in self.crossovers.iter_mut().zip(&mut self.split).enumerate() {
            crossover.next(block.channel(channel)[frame], corners, split);
        }
        let mut gains = [1.0; MAX_CROSSOVER_BANDS];
        for (index, (band, gain)) in self.bands.iter_mut().zip(&mut gains).enumerate() {
            let loudest = self.split.iter().fold(0.0, |peak: f64, split| peak.max(split[index].abs()));
            let dynamic = band.dynamics.next(loudest);
            *gain = (1.0 + band.enabled.next() * (dynamic - 1.0)) * band.output.next();
        }
        let count = self.bands.len();
        for (channel, split) in self.split.iter().enumerate() {
            block.channel_mut(channel)[frame] = split[..count].iter().zip(&gains).map(|(band, gain)| band * gain).sum();
        }
    }
}

impl Processor for Multiband {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        for frame in 0..block.frames() {
            self.frame(block, frame);
        }
        if self.grid.advance(block.frames()) {
            self.crossovers.iter_mut().for_each(Crossover::flush);
            self.phases.iter_mut().for_each(CrossoverPhase::flush);
        }
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>) {
        let corners = self.corners.current();
        for (channel, phase) in self.phases.iter_mut().enumerate() {
            dry.channel_mut(channel).iter_mut().for_each(|sample| *sample = phase.next(*sample, corners));
        }
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.corners.jump();
        self.crossovers.fill(Crossover::default());
        self.phases.fill(CrossoverPhase::default());
        for band in &mut self.bands {
            band.dynamics.reset();
            band.output.jump();
            band.enabled.jump();
        }
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        let ProcessorSpec::Multiband(spec) = spec else { return Update::NeedsRebuild };
        if spec.bands.len() != self.bands.len() || !self.corners.glide_to(&spec.crossovers_hz) {
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
}

/// The corners of a crossover, gliding.
pub(crate) struct Corners {
    frequencies_hz: Vec<Ramp>,
    coefficients: Vec<SvfCoefficients>,
    sample_rate_hz: f64,
}

impl Corners {
    pub(crate) fn new(frequencies_hz: &[f64], sample_rate_hz: f64, glide_frames: usize) -> Self {
        Self {
            frequencies_hz: frequencies_hz.iter().map(|hz| Ramp::new(*hz, glide_frames)).collect(),
            coefficients: frequencies_hz.iter().map(|hz| corner(*hz, sample_rate_hz)).collect(),
            sample_rate_hz,
        }
    }

    /// False, and nothing done, if there is another number of corners.
    pub(crate) fn glide_to(&mut self, frequencies_hz: &[f64]) -> bool {
        if frequencies_hz.len() != self.frequencies_hz.len() {
            return false;
        }
        self.frequencies_hz.iter_mut().zip(frequencies_hz).for_each(|(ramp, hz)| ramp.glide_to(*hz));
        true
    }

    pub(crate) fn jump(&mut self) {
        for (ramp, coefficients) in self.frequencies_hz.iter_mut().zip(&mut self.coefficients) {
            ramp.jump();
            *coefficients = corner(ramp.value(), self.sample_rate_hz);
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.coefficients.len()
    }

    /// Where they are now.
    pub(crate) fn current(&self) -> &[SvfCoefficients] {
        &self.coefficients
    }

    #[inline]
    pub(crate) fn next(&mut self) -> &[SvfCoefficients] {
        for (ramp, coefficients) in self.frequencies_hz.iter_mut().zip(&mut self.coefficients) {
            if !ramp.is_settled() {
                *coefficients = corner(ramp.next(), self.sample_rate_hz);
            }
        }
        &self.coefficients
    }
}

#[cfg(test)]
mod tests;
