//! Dynamic equaliser: bells and shelves whose gain follows the level in their own range. De-esser, resonance tamer.
//!
//! A band adds to the signal what its filter hears, times the gain less one: at rest the signal passes bit-exactly, and
//! the gain may move at every sample without touching a coefficient.

mod params;

use balanced_dsp::svf::{Svf, SvfCoefficients};
use balanced_dsp::{BlockMut, Ramp, StreamFormat};

use crate::dynamic_gain::DynamicGain;
use crate::guard::Grid;
use crate::{BuildError, Param, Processor, ProcessorSpec, Settings, SpecError, Update};
pub use params::{DynamicEqBand, DynamicEqKind, DynamicEqSpec};

const GLIDE_MS: f64 = 30.0;

impl Settings for DynamicEqSpec {
    const PARAMS: &'static [Param] = params::ROWS;

    fn build(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError> {
        let bands = self.bands.iter().map(|band| Band::new(band, format)).collect();
        Ok(Box::new(DynamicEq { bands, grid: Grid::default() }))
    }

    fn check(&self) -> Result<(), SpecError> {
        params::check(self)
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

struct DynamicEq {
    bands: Vec<Band>,
    grid: Grid,
}

struct Band {
    kind: DynamicEqKind,
    frequency_hz: Ramp,
    q: Ramp,
    coefficients: SvfCoefficients,
    enabled: Ramp,
    dynamics: DynamicGain,
    filters: Vec<Svf>,
    /// What the filters hear at the frame in hand.
    heard: Vec<f64>,
    sample_rate_hz: f64,
}

impl Band {
    fn new(band: &DynamicEqBand, format: &StreamFormat) -> Self {
        let sample_rate_hz = format.sample_rate_hz;
        let ramp = |value| Ramp::new(value, (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize);
        Self {
            kind: band.kind,
            frequency_hz: ramp(band.frequency_hz),
            q: ramp(band.q),
            coefficients: SvfCoefficients::new(band.frequency_hz, band.q, sample_rate_hz),
            enabled: ramp(f64::from(u8::from(band.enabled))),
            dynamics: DynamicGain::new(&band.dynamics(), sample_rate_hz),
            filters: vec![Svf::default(); format.channels()],
            heard: vec![0.0; format.channels()],
            sample_rate_hz,
        }
    }

    fn process(&mut self, block: &mut BlockMut<'_>) {
        for frame in 0..block.frames() {
            self.glide();
            let mut loudest = 0.0f64;
            for (channel, (filter, heard)) in self.filters.iter_mut().zip(&mut self.heard).enumerate() {
                let out = filter.next(block.channel(channel)[frame], &self.coefficients);
                *heard = match self.kind {
                    DynamicEqKind::Bell => out.band * self.coefficients.damping,
                    DynamicEqKind::LowShelf => out.low,
                    DynamicEqKind::HighShelf => out.high,
                };
                loudest = loudest.max(heard.abs());
            }
            let change = self.enabled.next() * (self.dynamics.next(loudest) - 1.0);
            if change != 0.0 {
                for (channel, heard) in self.heard.iter().enumerate() {
                    block.channel_mut(channel)[frame] += change * heard;
                }
            }
        }
    }

    fn glide(&mut self) {
        if !self.frequency_hz.is_settled() || !self.q.is_settled() {
            self.coefficients = SvfCoefficients::new(self.frequency_hz.next(), self.q.next(), self.sample_rate_hz);
        }
    }

    fn update(&mut self, band: &DynamicEqBand) {
        self.frequency_hz.glide_to(band.frequency_hz);
        self.q.glide_to(band.q);
        self.enabled.glide_to(f64::from(u8::from(band.enabled)));
        self.dynamics.glide_to(&band.dynamics());
    }

    fn reset(&mut self) {
        [&mut self.frequency_hz, &mut self.q, &mut self.enabled].into_iter().for_each(Ramp::jump);
        self.coefficients = SvfCoefficients::new(self.frequency_hz.value(), self.q.value(), self.sample_rate_hz);
        self.dynamics.reset();
        self.filters.fill(Svf::default());
    }
}

impl Processor for DynamicEq {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        for band in &mut self.bands {
            band.process(block);
        }
        if self.grid.advance(block.frames()) {
            self.bands.iter_mut().flat_map(|band| &mut band.filters).for_each(Svf::flush);
        }
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.bands.iter_mut().for_each(Band::reset);
    }

    fn latency_frames(&self) -> usize {
        0
    }

    /// Another number of bands or another kind of band is a rebuild.
    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        let ProcessorSpec::DynamicEq(spec) = spec else { return Update::NeedsRebuild };
        let same = self.bands.len() == spec.bands.len()
            && self.bands.iter().zip(&spec.bands).all(|(band, new)| band.kind == new.kind);
        if !same {
            return Update::NeedsRebuild;
        }
        self.bands.iter_mut().zip(&spec.bands).for_each(|(band, new)| band.update(new));
        Update::Applied
    }
}

#[cfg(test)]
mod tests;
