//! The compressor's ear: sidechain filter and level.

use balanced_dsp::dynamics::level_db;
use balanced_dsp::{
    AnalogSection, Biquad, BiquadState, BlockMut, Cascade, OnePole, PlanarBuffer, StreamFormat, matched,
};

use super::params::{CompressorSpec, Detector};

pub(super) struct LevelDetector {
    sample_rate_hz: f64,
    high_pass: Cascade,
    rms: Option<f64>,
    ears: Vec<Ear>,
}

/// One channel's memory.
#[derive(Clone, Default)]
struct Ear {
    high_pass: [BiquadState; 2],
    mean_square: OnePole,
}

impl LevelDetector {
    pub(super) fn new(spec: &CompressorSpec, format: &StreamFormat) -> Self {
        let mut detector = Self {
            sample_rate_hz: format.sample_rate_hz,
            high_pass: Cascade::default(),
            rms: None,
            ears: vec![Ear::default(); format.channels()],
        };
        detector.update(spec);
        detector
    }

    pub(super) fn update(&mut self, spec: &CompressorSpec) {
        self.high_pass = high_pass(spec.sidechain_high_pass_hz, self.sample_rate_hz);
        self.rms = (spec.detector == Detector::Rms)
            .then(|| OnePole::coefficient_for_time(1e-3 * spec.rms_window_ms, self.sample_rate_hz));
    }

    /// Levels in dB of every sample of `block`.
    pub(super) fn measure(&mut self, block: &BlockMut<'_>, levels: &mut PlanarBuffer) {
        for (channel, ear) in self.ears.iter_mut().enumerate() {
            let level = levels.channel_mut(channel);
            level.copy_from_slice(block.channel(channel));
            for (state, section) in ear.high_pass.iter_mut().zip(self.high_pass.sections()) {
                state.process(section, level);
            }
            match self.rms {
                Some(coefficient) => level.iter_mut().for_each(|sample| {
                    *sample = 0.5 * level_db(ear.mean_square.next(*sample * *sample, coefficient));
                }),
                None => level.iter_mut().for_each(|sample| *sample = level_db(sample.abs())),
            }
        }
    }

    pub(super) fn reset(&mut self) {
        self.ears.fill(Ear::default());
    }

    pub(super) fn flush(&mut self) {
        self.ears.iter_mut().flat_map(|ear| &mut ear.high_pass).for_each(BiquadState::flush);
    }
}

/// 12 dB/octave Butterworth; nothing for 0 Hz.
fn high_pass(frequency_hz: f64, sample_rate_hz: f64) -> Cascade {
    let mut cascade = Cascade::default();
    if frequency_hz > 0.0 {
        let section = AnalogSection::high_pass(frequency_hz, std::f64::consts::FRAC_1_SQRT_2);
        let (first, second) = matched(&section, sample_rate_hz);
        cascade.push(first);
        cascade.push(second.unwrap_or(Biquad::IDENTITY));
    }
    cascade
}
