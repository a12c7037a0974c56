//! The compressor's ear: sidechain filter and level.

use balanced_dsp::dynamics::levels_db;
use balanced_dsp::{
    AnalogSection, Biquad, BiquadState, BlockMut, Cascade, OnePole, PlanarBuffer, SlidingSum, StreamFormat, matched,
};

use super::params::{CompressorSpec, Detector};

/// Sections of the sidechain filter: two cuts of two.
const SECTIONS: usize = 4;

pub(super) struct LevelDetector {
    sample_rate_hz: f64,
    filter: Cascade,
    kind: Kind,
    ears: Vec<Ear>,
}

/// How a sample becomes a level.
#[derive(Clone, Copy)]
enum Kind {
    Peak,
    /// One-pole mean with this coefficient.
    Rms(f64),
    /// Mean over exactly as many frames.
    TrueRms(f64),
}

/// One channel's memory.
#[derive(Clone)]
struct Ear {
    filter: [BiquadState; SECTIONS],
    mean_square: OnePole,
    squares: SlidingSum,
}

impl LevelDetector {
    pub(super) fn new(spec: &CompressorSpec, format: &StreamFormat) -> Self {
        let window_frames = match spec.detector {
            Detector::TrueRms => window_frames(spec, format.sample_rate_hz),
            Detector::Peak | Detector::Rms => 1,
        };
        let ear = Ear {
            filter: [BiquadState::default(); SECTIONS],
            mean_square: OnePole::default(),
            squares: SlidingSum::new(window_frames),
        };
        let mut detector = Self {
            sample_rate_hz: format.sample_rate_hz,
            filter: Cascade::default(),
            kind: Kind::Peak,
            ears: vec![ear; format.channels()],
        };
        detector.update(spec);
        detector
    }

    /// Take new settings; the window of `true_rms` is that of the construction.
    pub(super) fn update(&mut self, spec: &CompressorSpec) {
        self.filter = sidechain(spec, self.sample_rate_hz);
        self.kind = match spec.detector {
            Detector::Peak => Kind::Peak,
            Detector::Rms => Kind::Rms(OnePole::coefficient_for_time(1e-3 * spec.rms_window_ms, self.sample_rate_hz)),
            Detector::TrueRms => Kind::TrueRms(1.0 / window_frames(spec, self.sample_rate_hz) as f64),
        };
    }

    /// Levels in dB of every sample of `block`.
    pub(super) fn measure(&mut self, block: &BlockMut<'_>, levels: &mut PlanarBuffer) {
        for (channel, ear) in self.ears.iter_mut().enumerate() {
            let level = levels.channel_mut(channel);
            level.copy_from_slice(block.channel(channel));
            for (state, section) in ear.filter.iter_mut().zip(self.filter.sections()) {
                state.process(section, level);
            }
            let Ear { mean_square, squares, .. } = ear;
            let scale = match self.kind {
                Kind::Peak => {
                    level.iter_mut().for_each(|sample| *sample = sample.abs());
                    1.0
                }
                Kind::Rms(coefficient) => {
                    level.iter_mut().for_each(|sample| *sample = mean_square.next(*sample * *sample, coefficient));
                    0.5
                }
                Kind::TrueRms(share) => {
                    level.iter_mut().for_each(|sample| *sample = share * squares.push(*sample * *sample));
                    0.5
                }
            };
            levels_db(level, scale);
        }
    }

    pub(super) fn reset(&mut self) {
        for ear in &mut self.ears {
            ear.filter = [BiquadState::default(); SECTIONS];
            ear.mean_square = OnePole::default();
            ear.squares.reset();
        }
    }

    pub(super) fn flush(&mut self) {
        self.ears.iter_mut().flat_map(|ear| &mut ear.filter).for_each(BiquadState::flush);
    }
}

fn window_frames(spec: &CompressorSpec, sample_rate_hz: f64) -> usize {
    ((1e-3 * spec.rms_window_ms * sample_rate_hz).round() as usize).max(1)
}

/// 12 dB/octave Butterworth cuts; nothing for 0 Hz. Both cuts always have their places, so that a change of one does not
/// hand its memory to the other.
fn sidechain(spec: &CompressorSpec, sample_rate_hz: f64) -> Cascade {
    let mut cascade = Cascade::default();
    let mut push = |section: Option<AnalogSection>| {
        let pair = section.map(|section| matched(&section, sample_rate_hz));
        let (first, second) = pair.unwrap_or((Biquad::IDENTITY, None));
        cascade.push(first);
        cascade.push(second.unwrap_or(Biquad::IDENTITY));
    };
    let q = std::f64::consts::FRAC_1_SQRT_2;
    let (low_hz, high_hz) = (spec.sidechain_high_pass_hz, spec.sidechain_low_pass_hz);
    if low_hz > 0.0 || high_hz > 0.0 {
        push((low_hz > 0.0).then(|| AnalogSection::high_pass(low_hz, q)));
        push((high_hz > 0.0).then(|| AnalogSection::low_pass(high_hz.clamp(20.0, 0.45 * sample_rate_hz), q)));
    }
    cascade
}
