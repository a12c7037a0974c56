//! Hum remover: narrow notches at a mains frequency and its multiples.
//!
//! Each notch is half the sum of the signal and a second-order allpass whose phase is turned by half a circle at the line: centre and
//! width are set apart from each other, and both are exact (Regalia, Mitra and Vaidyanathan, Proc. IEEE 76, 1988).

use balanced_dsp::{BlockMut, Ramp, StreamFormat};

use crate::settings::settings;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

/// How long a change of a notch takes.
const GLIDE_MS: f64 = 50.0;
/// Most multiples of the mains frequency.
const MOST_LINES: usize = 20;
/// Lines this near to half the sample rate are left out.
const HIGHEST_SHARE: f64 = 0.48;

settings! {
    /// Settings of the hum remover.
    pub struct DehumSpec {
        /// Frequency of the mains, as exactly as it is known.
        mains_hz: f64 in 40.0..=70.0 "Hz" = 50.0,
        /// How many multiples of it are taken out, from the first on.
        lines: f64 in whole 1.0..=20.0 = 6.0,
        /// Width (-3 dB) of the first notch; the others are wider by their number.
        width_hz: f64 in log 0.05..=5.0 "Hz" = 0.3,
    }
}

impl Settings for DehumSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let glide_frames = (GLIDE_MS * 1e-3 * format.sample_rate_hz) as usize;
        let notch = |line: usize| {
            let (turn, depth) = self.coefficients(line, format.sample_rate_hz);
            Notch {
                turn: Ramp::new(turn, glide_frames),
                depth: Ramp::new(depth, glide_frames),
                states: vec![State::default(); format.channels()],
            }
        };
        Ok(Box::new(Dehum {
            sample_rate_hz: format.sample_rate_hz,
            used: self.used(format.sample_rate_hz),
            notches: (1..=MOST_LINES).map(notch).collect(),
        }))
    }

    fn examples() -> Vec<Self> {
        vec![Self::default(), Self { mains_hz: 59.97, lines: 12.0, width_hz: 1.0 }]
    }
}

impl DehumSpec {
    /// Number of notches that lie under half the sample rate.
    fn used(&self, sample_rate_hz: f64) -> usize {
        let room = (HIGHEST_SHARE * sample_rate_hz / self.mains_hz) as usize;
        (self.lines as usize).min(room).min(MOST_LINES)
    }

    /// Coefficients of a line's allpass: of its centre, and of its width.
    fn coefficients(&self, line: usize, sample_rate_hz: f64) -> (f64, f64) {
        let angle = |hz: f64| std::f64::consts::TAU * (hz * line as f64 / sample_rate_hz).min(HIGHEST_SHARE);
        let half_width = (0.5 * angle(self.width_hz)).tan();
        (-angle(self.mains_hz).cos(), (1.0 - half_width) / (1.0 + half_width))
    }
}

/// One allpass of a channel, in transposed direct form.
#[derive(Clone, Copy, Default)]
struct State(f64, f64);

struct Notch {
    turn: Ramp,
    depth: Ramp,
    /// One a channel.
    states: Vec<State>,
}

impl Notch {
    fn run(&mut self, block: &mut BlockMut<'_>) {
        let start = (self.turn, self.depth);
        for (channel, state) in self.states.iter_mut().enumerate() {
            (self.turn, self.depth) = start;
            for sample in block.channel_mut(channel) {
                let (turn, depth) = (self.turn.next(), self.depth.next());
                let middle = turn * (1.0 + depth);
                let turned = depth * *sample + state.0;
                state.0 = middle * (*sample - turned) + state.1;
                state.1 = *sample - depth * turned;
                *sample = 0.5 * (*sample + turned);
            }
        }
    }
}

struct Dehum {
    sample_rate_hz: f64,
    used: usize,
    notches: Vec<Notch>,
}

impl Processor for Dehum {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        for notch in &mut self.notches[..self.used] {
            notch.run(block);
        }
    }

    fn reset(&mut self) {
        for notch in &mut self.notches {
            notch.turn.jump();
            notch.depth.jump();
            notch.states.fill(State::default());
        }
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Dehum(spec) if spec.used(self.sample_rate_hz) == self.used)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Dehum(spec) = spec else { return };
        for (index, notch) in self.notches.iter_mut().enumerate() {
            let (turn, depth) = spec.coefficients(index + 1, self.sample_rate_hz);
            notch.turn.glide_to(turn);
            notch.depth.glide_to(depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    const RATE_HZ: f64 = 44_100.0;

    /// Level of a tone behind the remover over that before, once it has settled.
    fn change_db(hz: f64, spec: &DehumSpec) -> f64 {
        let input: Vec<f64> =
            (0..20 * 44_100).map(|n| (std::f64::consts::TAU * hz * f64::from(n) / RATE_HZ).sin()).collect();
        let mut audio = PlanarBuffer::from_channels(std::slice::from_ref(&input));
        let mut dehum = ProcessorSpec::Dehum(spec.clone()).build(&StreamFormat::new(RATE_HZ, 1)).unwrap();
        dehum.process(&mut audio.block_mut());
        let power = |samples: &[f64]| samples[15 * 44_100..].iter().map(|s| s * s).sum::<f64>();
        10.0 * (power(audio.channel(0)) / power(&input)).log10()
    }

    #[test]
    fn lines_are_gone_and_what_lies_beside_them_stays() {
        let spec = DehumSpec { mains_hz: 49.98, lines: 5.0, width_hz: 0.3 };
        for line in 1..=5 {
            let hz = 49.98 * f64::from(line);
            assert!(change_db(hz, &spec) < -80.0, "{hz}");
            let edge_db = change_db(hz + 0.15 * f64::from(line), &spec);
            assert!((edge_db + 3.01).abs() < 0.1, "{edge_db} at the edge of line {line}");
            assert!(change_db(hz + 2.0 * f64::from(line), &spec) > -0.1, "{hz}");
        }
        assert!(change_db(6.0 * 49.98, &spec) > -0.01);
    }

    #[test]
    fn lines_beyond_half_the_sample_rate_are_left_out() {
        let spec = DehumSpec { mains_hz: 60.0, lines: 20.0, width_hz: 5.0 };
        assert_eq!((spec.used(2000.0), spec.used(44_100.0)), (16, 20));
    }
}
