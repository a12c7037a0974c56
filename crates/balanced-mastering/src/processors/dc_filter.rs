//! DC filter: a first-order high-pass below the range of hearing.

use balanced_dsp::{BlockMut, OnePole, Ramp, StreamFormat};

use crate::settings::settings;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

/// How long a change of the corner takes.
const GLIDE_MS: f64 = 50.0;

settings! {
    /// Settings of the DC filter.
    pub struct DcFilterSpec {
        /// Corner frequency (-3 dB) of the high-pass, which falls by 6 dB an octave below it.
        frequency_hz: f64 in log 0.5..=40.0 "Hz" = 3.0,
    }
}

impl Settings for DcFilterSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let sample_rate_hz = format.sample_rate_hz;
        let coefficient = OnePole::coefficient_for_frequency(self.frequency_hz, sample_rate_hz);
        Ok(Box::new(DcFilter {
            sample_rate_hz,
            coefficient: Ramp::new(coefficient, (GLIDE_MS * 1e-3 * sample_rate_hz) as usize),
            offsets: vec![OnePole::default(); format.channels()],
        }))
    }

    fn examples() -> Vec<Self> {
        vec![Self::default(), Self { frequency_hz: 20.0 }]
    }
}

struct DcFilter {
    sample_rate_hz: f64,
    coefficient: Ramp,
    /// The offset of every channel, as estimated so far.
    offsets: Vec<OnePole>,
}

impl Processor for DcFilter {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let start = self.coefficient;
        for (channel, offset) in self.offsets.iter_mut().enumerate() {
            self.coefficient = start;
            for sample in block.channel_mut(channel) {
                *sample -= offset.next(*sample, self.coefficient.next());
            }
        }
    }

    fn reset(&mut self) {
        self.coefficient.jump();
        self.offsets.fill(OnePole::default());
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::DcFilter(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::DcFilter(spec) = spec else { return };
        self.coefficient.glide_to(OnePole::coefficient_for_frequency(spec.frequency_hz, self.sample_rate_hz));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    #[test]
    fn an_offset_is_gone_after_two_seconds_and_music_stays() {
        let tone = |frame: usize| 0.1 * (std::f64::consts::TAU * 100.0 * frame as f64 / 48_000.0).sin();
        let input: Vec<f64> = (0..96_000).map(|frame| 0.25 + tone(frame)).collect();
        let mut audio = PlanarBuffer::from_channels(&[input]);
        let mut filter =
            ProcessorSpec::DcFilter(DcFilterSpec::default()).build(&StreamFormat::new(48_000.0, 1)).unwrap();
        filter.process(&mut audio.block_mut());
        let tail = &audio.channel(0)[48_000..];
        let mean = tail.iter().sum::<f64>() / tail.len() as f64;
        assert!(mean.abs() < 1e-6, "{mean}");
        let power = tail.iter().map(|s| s * s).sum::<f64>() / tail.len() as f64;
        assert!((power / 0.005 - 1.0).abs() < 2e-3, "{power}");
    }
}
