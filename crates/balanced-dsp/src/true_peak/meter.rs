//! The true-peak meter of a stream.

use super::channel::{ChannelPeak, Kernels};
use crate::{Block, StreamFormat};

/// The true peak of a channel and its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruePeak {
    /// The absolute value; 1 is full scale.
    pub amplitude: f64,
    /// The position in frames from the stream's start; a fraction lies between two samples.
    pub at_frames: f64,
}

/// A meter of true peak and sample peak, per channel, over all and by intervals.
///
/// The samples of the last 448 frames are not judged yet, as what follows them decides what lies between;
/// [`flush`](Self::flush) does so at the end of a stream.
/// ```
/// use balanced_dsp::{PlanarBuffer, StreamFormat, true_peak::TruePeakMeter};
/// // A quarter of the rate, 45 degrees: every sample lies 3 dB below the peak. (Faded in: a sudden start overshoots.)
/// let tone = |i: usize| (i as f64 / 4800.0).min(1.0) * (std::f64::consts::FRAC_PI_2 * (i as f64 + 0.5)).sin();
/// let tone: Vec<f64> = (0..9600).map(tone).collect();
/// let mut meter = TruePeakMeter::new(&StreamFormat::new(48_000.0, 1));
/// meter.process(PlanarBuffer::from_channels(&[tone]).block());
/// assert!((meter.sample_peak(0) - 0.7071).abs() < 1e-4);
/// assert!((meter.peak(0).unwrap().amplitude - 1.0).abs() < 1e-3);
/// ```
#[derive(Clone, Debug)]
pub struct TruePeakMeter {
    kernels: Kernels,
    channels: Vec<ChannelPeak>,
}

impl TruePeakMeter {
    /// Creates a meter for `format`. Allocates. `[main]`
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        Self { kernels: Kernels::new(), channels: vec![ChannelPeak::new(); format.channels()] }
    }

    /// Clears everything heard. `[audio]`
    pub fn reset(&mut self) {
        self.channels.iter_mut().for_each(ChannelPeak::reset);
    }

    /// Measures the next block, whose samples are finite. `[audio]`
    pub fn process(&mut self, block: Block<'_>) {
        for (index, channel) in self.channels.iter_mut().enumerate() {
            channel.process(&self.kernels, block.channel(index));
        }
    }

    /// Ends the stream: measures the last samples as if silence followed.
    pub fn flush(&mut self) {
        self.channels.iter_mut().for_each(|channel| channel.flush(&self.kernels));
    }

    /// Returns the true peak of `channel` since the start; `None` for silence.
    #[must_use]
    pub fn peak(&self, channel: usize) -> Option<TruePeak> {
        let maximum = self.channels[channel].overall;
        (maximum.amplitude > 0.0)
            .then_some(TruePeak { amplitude: maximum.amplitude, at_frames: maximum.at_frames.max(0.0) })
    }

    /// Returns the true peak of `channel` since the last call, 0 for silence, and starts the next interval.
    ///
    /// An interval's peak is as exact as the overall one where the interval's highest peak is the highest for some samples
    /// around; it is searched for among points that reach 0.66 of it.
    pub fn take_interval(&mut self, channel: usize) -> f64 {
        std::mem::take(&mut self.channels[channel].interval)
    }

    /// Returns the sample peak of `channel` in the last block, absolute value.
    #[must_use]
    pub fn block_peak(&self, channel: usize) -> f64 {
        self.channels[channel].block_peak
    }

    /// Returns the sample peak of `channel` since the start, absolute value.
    #[must_use]
    pub fn sample_peak(&self, channel: usize) -> f64 {
        self.channels[channel].sample_peak
    }
}
