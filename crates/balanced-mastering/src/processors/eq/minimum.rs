//! The minimum-phase equaliser at work.
//!
//! A changed band crossfades from its old filter to its new one, both running: no coefficient ever moves under a signal,
//! so nothing can click or grow.

use balanced_dsp::{BlockMut, Cascade, CascadeState, PlanarBuffer, Ramp, StreamFormat, decibel, process_sections};

use super::design;
use super::params::{EqBand, EqChannels, EqPhase, EqSpec, MAX_BANDS};
use crate::guard::Grid;
use crate::{MAX_BLOCK_FRAMES, Processor, ProcessorSpec};

/// How long a band takes to become another.
const GLIDE_MS: f64 = 30.0;

pub(super) struct MinimumPhaseEq {
    bands: Vec<Band>,
    output_gain: Ramp,
    scratch: PlanarBuffer,
    sample_rate_hz: f64,
    grid: Grid,
}

impl MinimumPhaseEq {
    pub(super) fn new(spec: &EqSpec, format: &StreamFormat) -> Self {
        let glide_frames = (GLIDE_MS * 1e-3 * format.sample_rate_hz).round() as usize;
        let band = |index| Band::new(spec.bands.get(index), format, glide_frames);
        Self {
            bands: (0..MAX_BANDS).map(band).collect(),
            output_gain: Ramp::new(decibel::db_to_gain(spec.output_gain_db), glide_frames),
            scratch: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
            sample_rate_hz: format.sample_rate_hz,
            grid: Grid::default(),
        }
    }
}

impl MinimumPhaseEq {
    /// All bands on two channels after the other: their sections wait for one another less than for themselves.
    fn process_together(&mut self, block: &mut BlockMut<'_>) {
        let channels = block.channels();
        for first in (0..channels).step_by(2) {
            let at_work = self.bands.iter_mut().filter(|band| !band.current.filter.cascade.is_identity());
            let voices = at_work.map(|band| (&band.current.filter.cascade, &mut band.current.lanes[first..]));
            if first + 1 < channels {
                let sections = voices.flat_map(|(cascade, lanes)| {
                    let (left, right) = lanes.split_at_mut(1);
                    left[0].pair_with(&mut right[0], cascade)
                });
                let (left, right) = block.pair_mut(first, first + 1);
                process_sections(sections, [left, right]);
            } else {
                voices.for_each(|(cascade, lanes)| lanes[0].process(cascade, block.channel_mut(first)));
            }
        }
    }
}

impl Processor for MinimumPhaseEq {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        if self.bands.iter().all(Band::is_plain) {
            self.process_together(block);
        } else {
            self.bands.iter_mut().for_each(|band| band.process(block, &mut self.scratch));
        }
        self.output_gain.apply_to_all(block);
        if self.grid.advance(block.frames()) {
            self.bands.iter_mut().for_each(Band::flush);
        }
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.output_gain.jump();
        self.bands.iter_mut().for_each(Band::reset);
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Eq(spec) if spec.phase == EqPhase::Minimum)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Eq(spec) = spec else { return };
        for (index, band) in self.bands.iter_mut().enumerate() {
            band.glide_to(Filter::of(spec.bands.get(index), self.sample_rate_hz));
        }
        self.output_gain.glide_to(decibel::db_to_gain(spec.output_gain_db));
    }
}

/// Coefficients of a band, without the state of its filter.
#[derive(Clone, Copy, PartialEq)]
struct Filter {
    cascade: Cascade,
    channels: EqChannels,
}

impl Filter {
    fn of(band: Option<&EqBand>, sample_rate_hz: f64) -> Self {
        Self {
            cascade: band.map(|band| design::cascade(band, sample_rate_hz)).unwrap_or_default(),
            channels: band.map(|band| band.channels).unwrap_or_default(),
        }
    }
}

/// A filter with its memory, one lane a channel.
#[derive(Clone)]
struct Voice {
    filter: Filter,
    lanes: Vec<CascadeState>,
}

struct Band {
    current: Voice,
    /// What `current` is fading from while `fade` is on its way.
    previous: Voice,
    fade: Ramp,
    /// Settings that arrived during the fade.
    waiting: Option<Filter>,
    pair: Option<(usize, usize)>,
}

impl Band {
    fn new(band: Option<&EqBand>, format: &StreamFormat, glide_frames: usize) -> Self {
        let filter = Filter::of(band, format.sample_rate_hz);
        let voice = Voice { filter, lanes: vec![CascadeState::default(); format.channels()] };
        Self {
            current: voice.clone(),
            previous: voice,
            fade: Ramp::new(1.0, glide_frames),
            waiting: None,
            pair: format.layout.front_pair(),
        }
    }

    /// Whether it does the same to all channels, and nothing else before long.
    fn is_plain(&self) -> bool {
        let Filter { cascade, channels } = &self.current.filter;
        self.fade.is_settled() && (cascade.is_identity() || *channels == EqChannels::Stereo)
    }

    fn glide_to(&mut self, filter: Filter) {
        if !self.fade.is_settled() {
            self.waiting = Some(filter);
        } else if filter != self.current.filter {
            self.start(filter);
        }
    }

    /// Begin the fade; the new filter goes on from the old one's memory, which is nearer to the truth than silence.
    fn start(&mut self, filter: Filter) {
        self.previous.filter = self.current.filter;
        self.previous.lanes.copy_from_slice(&self.current.lanes);
        self.current.filter = filter;
        let mut fade = Ramp::new(0.0, self.fade.glide_frames());
        fade.glide_to(1.0);
        self.fade = fade;
    }

    fn process(&mut self, block: &mut BlockMut<'_>, scratch: &mut PlanarBuffer) {
        let (mut start, frames) = (0, block.frames());
        while start < frames && !self.fade.is_settled() {
            let end = frames.min(start + self.fade.remaining_frames());
            self.crossfade(&mut block.slice_mut(start..end), scratch);
            start = end;
            if self.fade.is_settled()
                && let Some(filter) = self.waiting.take()
            {
                self.glide_to(filter);
            }
        }
        if start < frames {
            self.current.process(&mut block.slice_mut(start..frames), self.pair);
        }
    }

    fn crossfade(&mut self, block: &mut BlockMut<'_>, scratch: &mut PlanarBuffer) {
        scratch.set_frames(block.frames());
        scratch.block_mut().copy_from(block.as_block());
        self.previous.process(&mut scratch.block_mut(), self.pair);
        self.current.process(block, self.pair);
        let start = self.fade;
        for channel in 0..block.channels() {
            self.fade = start;
            for (new, old) in block.channel_mut(channel).iter_mut().zip(scratch.channel(channel)) {
                *new = old + self.fade.next() * (*new - old);
            }
        }
    }

    fn reset(&mut self) {
        self.fade.jump();
        if let Some(filter) = self.waiting.take() {
            self.current.filter = filter;
        }
        self.current.lanes.fill(CascadeState::default());
    }

    fn flush(&mut self) {
        if !self.current.filter.cascade.is_identity() {
            self.current.lanes.iter_mut().for_each(CascadeState::flush);
        }
        if !self.fade.is_settled() {
            self.previous.lanes.iter_mut().for_each(CascadeState::flush);
        }
    }
}

impl Voice {
    /// Without a front pair, left, right and side have nothing to act on, and mid is everything.
    fn process(&mut self, block: &mut BlockMut<'_>, pair: Option<(usize, usize)>) {
        let Self { filter: Filter { cascade, channels }, lanes } = self;
        if cascade.is_identity() {
            return;
        }
        match (*channels, pair) {
            (EqChannels::Stereo, _) | (EqChannels::Mid, None) => every_channel(block, lanes, cascade),
            (EqChannels::Left, Some((left, _))) => lanes[left].process(cascade, block.channel_mut(left)),
            (EqChannels::Right, Some((_, right))) => lanes[right].process(cascade, block.channel_mut(right)),
            (EqChannels::Mid, Some(pair)) => difference(block, pair, 1.0, &mut lanes[0], cascade),
            (EqChannels::Side, Some(pair)) => difference(block, pair, -1.0, &mut lanes[0], cascade),
            (EqChannels::Left | EqChannels::Right | EqChannels::Side, None) => {}
        }
    }
}

/// Filter all channels, two at a time.
fn every_channel(block: &mut BlockMut<'_>, lanes: &mut [CascadeState], cascade: &Cascade) {
    let mut pairs = lanes.chunks_exact_mut(2);
    for (index, pair) in pairs.by_ref().enumerate() {
        let [first, second] = pair else { continue };
        let (a, b) = block.pair_mut(2 * index, 2 * index + 1);
        first.process_pair(second, cascade, a, b);
    }
    let last = block.channels() - 1;
    if let [lane] = pairs.into_remainder() {
        lane.process(cascade, block.channel_mut(last));
    }
}

/// Filter mid (`sign` 1) or side (-1) of the pair and add what that changes to both channels.
fn difference(block: &mut BlockMut<'_>, pair: (usize, usize), sign: f64, lane: &mut CascadeState, cascade: &Cascade) {
    let (first, second) = (pair.0.min(pair.1), pair.0.max(pair.1));
    let (a, b) = block.pair_mut(first, second);
    for (a, b) in a.iter_mut().zip(b) {
        let shared = 0.5 * (*a + sign * *b);
        let change = lane.next(cascade, shared) - shared;
        *a += change;
        *b += sign * change;
    }
}

#[cfg(test)]
mod tests {
    use super::super::params::EqBandKind;
    use super::*;

    fn process(bands: Vec<EqBand>, format: &StreamFormat, channels: &[Vec<f64>]) -> PlanarBuffer {
        let mut audio = PlanarBuffer::from_channels(channels);
        let spec = ProcessorSpec::Eq(EqSpec { bands, ..EqSpec::default() });
        spec.build(format).unwrap().process(&mut audio.block_mut());
        audio
    }

    fn tone(frequency_hz: f64, peak: f64) -> Vec<f64> {
        (0..9_600).map(|n| peak * (std::f64::consts::TAU * frequency_hz * f64::from(n) / 48_000.0).sin()).collect()
    }

    fn peak(samples: &[f64]) -> f64 {
        samples[4_800..].iter().fold(0.0, |peak, s| s.abs().max(peak))
    }

    #[test]
    fn a_band_acts_on_its_channels_only() {
        let band =
            |channels| vec![EqBand { kind: EqBandKind::Bell, gain_db: 6.0, q: 1.0, channels, ..EqBand::default() }];
        let double = decibel::db_to_gain(6.0);
        let (one, zero) = (tone(1000.0, 0.1), vec![0.0; 9_600]);
        let format = StreamFormat::new(48_000.0, 2);
        for (channels, left, right, gains) in [
            (EqChannels::Stereo, &one, &one, [double, double]),
            (EqChannels::Left, &one, &one, [double, 1.0]),
            (EqChannels::Right, &one, &one, [1.0, double]),
            (EqChannels::Mid, &one, &one, [double, double]),
            (EqChannels::Side, &one, &one, [1.0, 1.0]),
            (EqChannels::Mid, &one, &zero, [0.5 * (double + 1.0), 0.5 * (double - 1.0)]),
            (EqChannels::Side, &one, &zero, [0.5 * (double + 1.0), 0.5 * (double - 1.0)]),
        ] {
            let output = process(band(channels), &format, &[left.clone(), right.clone()]);
            for channel in 0..2 {
                let gain = peak(output.channel(channel)) / 0.1;
                assert!((gain - gains[channel]).abs() < 2e-3, "{channels:?}: {gain} is not {}", gains[channel]);
            }
        }
    }

    #[test]
    fn bands_that_do_nothing_are_bit_exact() {
        let idle = vec![EqBand::default(), EqBand { gain_db: 6.0, enabled: false, ..EqBand::default() }];
        let input = tone(441.0, 0.7);
        let output = process(idle, &StreamFormat::new(48_000.0, 1), std::slice::from_ref(&input));
        assert_eq!(output.channel(0), input);
    }
}
