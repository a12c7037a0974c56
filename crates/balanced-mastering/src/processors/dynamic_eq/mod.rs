//! Dynamic equaliser: bells and shelves whose gain follows the level in their band, as a de-esser's does.
//!
//! A band adds to the signal what its filter hears, times the gain less one: at rest the signal passes bit-exactly, and
//! the gain may move at every sample without touching a coefficient.

mod params;

use balanced_dsp::svf::{Svf, SvfCoefficients};
use balanced_dsp::{BlockMut, PlanarBuffer, Ramp, StreamFormat};

use super::eq::EqChannels;
use crate::dynamic_gain::DynamicGain;
use crate::guard::Grid;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings, SpecError};
pub use params::{DynamicEqBand, DynamicEqKind, DynamicEqSpec};

const GLIDE_MS: f64 = 30.0;
/// Frames worked on at once.
const CHUNK_FRAMES: usize = 64;

impl Settings for DynamicEqSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(Box::new(DynamicEq::new(self, format)))
    }

    fn check(&self) -> Result<(), SpecError> {
        params::check(self)
    }

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("de_esser", Self::de_esser()), ("resonance", Self::resonance(250.0))]
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

struct DynamicEq {
    bands: Vec<Band>,
    /// The front pair, for bands on one of its channels, its mid or its side.
    pair: Option<(usize, usize)>,
    scratch: Scratch,
    grid: Grid,
}

/// Detector signal of a running band, one lane per channel (or the mid or side alone), and its gains.
struct Scratch {
    heard: PlanarBuffer,
    gains: [f64; CHUNK_FRAMES],
}

struct Band {
    kind: DynamicEqKind,
    channels: EqChannels,
    frequency_hz: Ramp,
    q: Ramp,
    coefficients: SvfCoefficients,
    enabled: Ramp,
    dynamics: DynamicGain,
    /// One filter for two lanes.
    filters: Vec<Svf<2>>,
    sample_rate_hz: f64,
}

impl DynamicEq {
    fn new(spec: &DynamicEqSpec, format: &StreamFormat) -> Self {
        Self {
            bands: spec.bands.iter().map(|band| Band::new(band, format)).collect(),
            pair: format.layout.front_pair(),
            scratch: Scratch { heard: PlanarBuffer::new(format.channels(), CHUNK_FRAMES), gains: [1.0; CHUNK_FRAMES] },
            grid: Grid::default(),
        }
    }
}

impl Band {
    fn new(band: &DynamicEqBand, format: &StreamFormat) -> Self {
        let sample_rate_hz = format.sample_rate_hz;
        let ramp = |value| Ramp::new(value, (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize);
        Self {
            kind: band.kind,
            channels: band.channels,
            frequency_hz: ramp(band.frequency_hz),
            q: ramp(band.q),
            coefficients: SvfCoefficients::new(band.frequency_hz, band.q, sample_rate_hz),
            enabled: ramp(f64::from(u8::from(band.enabled))),
            dynamics: DynamicGain::new(&band.dynamics(), sample_rate_hz),
            filters: vec![Svf::default(); format.channels().div_ceil(2)],
            sample_rate_hz,
        }
    }

    fn process(&mut self, block: &mut BlockMut<'_>, pair: Option<(usize, usize)>, scratch: &mut Scratch) {
        let mut start = 0;
        while start < block.frames() {
            self.glide();
            let steady = self.frequency_hz.is_settled() && self.q.is_settled();
            let end = (start + if steady { CHUNK_FRAMES } else { 1 }).min(block.frames());
            self.chunk(&mut block.slice_mut(start..end), pair, scratch);
            start = end;
        }
    }

    fn chunk(&mut self, block: &mut BlockMut<'_>, pair: Option<(usize, usize)>, scratch: &mut Scratch) {
        let Some(lanes) = self.take(block, pair, &mut scratch.heard) else { return };
        self.hear(&mut scratch.heard, lanes);
        let gains = &mut scratch.gains[..block.frames()];
        gains.fill(0.0);
        for lane in 0..lanes {
            gains.iter_mut().zip(scratch.heard.channel(lane)).for_each(|(loudest, x)| *loudest = loudest.max(x.abs()));
        }
        self.dynamics.process(gains);
        gains.iter_mut().for_each(|gain| *gain = self.enabled.next() * (*gain - 1.0));
        if gains.iter().any(|change| *change != 0.0) {
            self.give(block, pair, &scratch.heard, gains);
        }
    }

    /// Copy what the band acts on to the first lanes; how many, or nothing if there is no front pair to act on.
    fn take(&self, block: &BlockMut<'_>, pair: Option<(usize, usize)>, heard: &mut PlanarBuffer) -> Option<usize> {
        heard.set_frames(block.frames());
        match (self.channels, pair) {
            (EqChannels::Stereo, _) | (EqChannels::Mid, None) => {
                for channel in 0..block.channels() {
                    heard.channel_mut(channel).copy_from_slice(block.channel(channel));
                }
                return Some(block.channels());
            }
            (EqChannels::Left, Some((left, _))) => heard.channel_mut(0).copy_from_slice(block.channel(left)),
            (EqChannels::Right, Some((_, right))) => heard.channel_mut(0).copy_from_slice(block.channel(right)),
            (EqChannels::Mid | EqChannels::Side, Some((left, right))) => {
                let sign = self.side_sign();
                let both = block.channel(left).iter().zip(block.channel(right));
                heard.channel_mut(0).iter_mut().zip(both).for_each(|(x, (l, r))| *x = 0.5 * (l + sign * r));
            }
            (EqChannels::Left | EqChannels::Right | EqChannels::Side, None) => return None,
        }
        Some(1)
    }

    fn side_sign(&self) -> f64 {
        if self.channels == EqChannels::Side { -1.0 } else { 1.0 }
    }

    /// Replace what was taken by the filter's output.
    fn hear(&mut self, heard: &mut PlanarBuffer, lanes: usize) {
        let c = self.coefficients;
        let kind = self.kind;
        for (index, state) in self.filters[..lanes.div_ceil(2)].iter_mut().enumerate() {
            let (first, second) = (2 * index, (2 * index + 1).min(lanes - 1));
            let mut filter = *state;
            for frame in 0..heard.frames() {
                let input = [heard.channel(first)[frame], heard.channel(second)[frame]];
                let out = filter.next(input, &c);
                let [a, b] = match kind {
                    DynamicEqKind::Bell => out.band.map(|band| band * c.damping),
                    DynamicEqKind::LowShelf => out.low,
                    DynamicEqKind::HighShelf => out.high,
                };
                heard.channel_mut(second)[frame] = b;
                heard.channel_mut(first)[frame] = a;
            }
            *state = filter;
        }
    }

    /// Add the change of what was heard.
    fn give(&self, block: &mut BlockMut<'_>, pair: Option<(usize, usize)>, heard: &PlanarBuffer, changes: &[f64]) {
        let add = |samples: &mut [f64], lane: usize, sign: f64| {
            let parts = heard.channel(lane).iter().zip(changes);
            samples.iter_mut().zip(parts).for_each(|(sample, (heard, change))| *sample += sign * change * heard);
        };
        match (self.channels, pair) {
            (EqChannels::Left, Some((left, _))) => add(block.channel_mut(left), 0, 1.0),
            (EqChannels::Right, Some((_, right))) => add(block.channel_mut(right), 0, 1.0),
            (EqChannels::Mid | EqChannels::Side, Some((left, right))) => {
                add(block.channel_mut(left), 0, 1.0);
                add(block.channel_mut(right), 0, self.side_sign());
            }
            _ => (0..block.channels()).for_each(|channel| add(block.channel_mut(channel), channel, 1.0)),
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
            band.process(block, self.pair, &mut self.scratch);
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

    fn gain_reduction_db(&self) -> f64 {
        self.bands.iter().map(|band| band.dynamics.amount_db()).fold(0.0, f64::max)
    }

    /// Another number of bands, or another kind or other channels of a band, is a rebuild.
    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let ProcessorSpec::DynamicEq(spec) = spec else { return false };
        let same = |(band, new): (&Band, &DynamicEqBand)| (band.kind, band.channels) == (new.kind, new.channels);
        self.bands.len() == spec.bands.len() && self.bands.iter().zip(&spec.bands).all(same)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::DynamicEq(spec) = spec else { return };
        self.bands.iter_mut().zip(&spec.bands).for_each(|(band, new)| band.update(new));
    }
}

#[cfg(test)]
mod tests;
