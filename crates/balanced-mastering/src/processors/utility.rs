//! Channel utilities: polarity, swap, mono, and delay of one side against the other.

use balanced_dsp::{BlockMut, Delay, StreamFormat};

use crate::matrix::{Entries, GlidingMatrix, IDENTITY, product};
use crate::settings::{choices, settings};
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

const GLIDE_MS: f64 = 20.0;

settings! {
    /// Settings of the channel utilities, which act on the front pair, and on mono as if it were left.
    pub struct UtilitySpec {
        /// Inverts the polarity of the left channel.
        invert_left: bool = false,
        /// Inverts the polarity of the right channel.
        invert_right: bool = false,
        /// Exchanges left and right, after the polarity.
        swap: bool = false,
        /// Replaces both channels by their mean, after everything else.
        mono: bool = false,
        /// Which channels are heard: both, or one of them on both sides, before the polarity.
        source: UtilitySource = UtilitySource::Both,
        /// Delay of the left channel; it is meant to be heard and therefore is not reported as latency.
        delay_left_ms: f64 in 0.0..=500.0 "ms" = 0.0,
        /// Delay of the right channel; it is meant to be heard and therefore is not reported as latency.
        delay_right_ms: f64 in 0.0..=500.0 "ms" = 0.0,
    }
}

choices! {
    /// Channels that the utilities pass on.
    #[non_exhaustive]
    pub enum UtilitySource {
        /// Left and right, as they are.
        Both = "both",
        /// The left channel on both sides.
        Left = "left",
        /// The right channel on both sides.
        Right = "right",
    }
}

impl Settings for UtilitySpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let sample_rate_hz = format.sample_rate_hz;
        let delay = |ms: f64| Delay::new((1e-3 * ms * sample_rate_hz).round() as usize);
        Ok(Box::new(Utility {
            spec: self.clone(),
            pair: format.layout.front_pair(),
            mono: format.channels() == 1,
            matrix: GlidingMatrix::new(entries(self), (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize),
            delays: [delay(self.delay_left_ms), delay(self.delay_right_ms)],
        }))
    }

    fn examples() -> Vec<Self> {
        vec![
            Self::default(),
            Self { invert_right: true, delay_right_ms: 1.5, ..Self::default() },
            Self { swap: true, mono: true, ..Self::default() },
            Self { source: UtilitySource::Right, ..Self::default() },
        ]
    }
}

fn entries(spec: &UtilitySpec) -> Entries {
    let sign = |inverted: bool| if inverted { -1.0 } else { 1.0 };
    let polarity = [sign(spec.invert_left), 0.0, 0.0, sign(spec.invert_right)];
    let order = if spec.swap { [0.0, 1.0, 1.0, 0.0] } else { IDENTITY };
    let fold = if spec.mono { [0.5; 4] } else { IDENTITY };
    let source = match spec.source {
        UtilitySource::Both => IDENTITY,
        UtilitySource::Left => [1.0, 0.0, 1.0, 0.0],
        UtilitySource::Right => [0.0, 1.0, 0.0, 1.0],
    };
    product(&fold, &product(&order, &product(&polarity, &source)))
}

struct Utility {
    spec: UtilitySpec,
    pair: Option<(usize, usize)>,
    mono: bool,
    matrix: GlidingMatrix,
    delays: [Delay; 2],
}

impl Processor for Utility {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        if let Some((left, right)) = self.pair {
            self.delays[0].process_in_place(block.channel_mut(left));
            self.delays[1].process_in_place(block.channel_mut(right));
            self.matrix.process(block, (left, right));
        } else if self.mono {
            self.delays[0].process_in_place(block.channel_mut(0));
            if self.spec.invert_left {
                block.channel_mut(0).iter_mut().for_each(|sample| *sample = -*sample);
            }
        }
    }

    fn reset(&mut self) {
        self.matrix.jump();
        self.delays.iter_mut().for_each(Delay::reset);
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let ProcessorSpec::Utility(spec) = spec else { return false };
        let delays = |spec: &UtilitySpec| (spec.delay_left_ms, spec.delay_right_ms);
        delays(spec) == delays(&self.spec) && !(self.mono && spec.invert_left != self.spec.invert_left)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Utility(spec) = spec else { return };
        self.spec.clone_from(spec);
        self.matrix.glide_to(entries(spec));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    fn process(spec: UtilitySpec) -> [Vec<f64>; 2] {
        let mut audio = PlanarBuffer::from_channels(&[[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]]);
        let mut utility = ProcessorSpec::Utility(spec).build(&StreamFormat::new(8_000.0, 2)).unwrap();
        utility.process(&mut audio.block_mut());
        [audio.channel(0).to_vec(), audio.channel(1).to_vec()]
    }

    #[test]
    fn each_utility_does_what_it_says() {
        let base = UtilitySpec::default();
        let [left, right] = process(UtilitySpec { invert_left: true, ..base.clone() });
        assert_eq!((left[1], right[1]), (-2.0, 20.0));
        let [left, right] = process(UtilitySpec { swap: true, ..base.clone() });
        assert_eq!((left[1], right[1]), (20.0, 2.0));
        let [left, right] = process(UtilitySpec { mono: true, ..base.clone() });
        assert_eq!((left[1], right[1]), (11.0, 11.0));
        let [left, right] = process(UtilitySpec { source: UtilitySource::Left, invert_right: true, ..base.clone() });
        assert_eq!((left[1], right[1]), (2.0, -2.0));
        let [left, right] = process(UtilitySpec { source: UtilitySource::Right, ..base.clone() });
        assert_eq!((left[1], right[1]), (20.0, 20.0));
        let [left, right] = process(UtilitySpec { delay_right_ms: 0.25, ..base });
        assert_eq!((left, right), (vec![1.0, 2.0, 3.0, 4.0], vec![0.0, 0.0, 10.0, 20.0]));
    }
}
