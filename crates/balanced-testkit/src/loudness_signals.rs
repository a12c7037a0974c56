//! The synthesisable test signals of EBU Tech 3341 and 3342 and ITU-R BS.2217, with the readings that a meter must give.
//!
//! A [`Signal`] is a plan, not samples: [`Signal::render`] makes any part of it, so that minutes at 192 kHz need no memory.

mod itu;
mod range;
mod tech3341;
mod true_peak;

use std::f64::consts::TAU;
use std::ops::Range;

use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};

pub use itu::bs2217;
pub use range::tech3342;
pub use tech3341::{tech3341_dynamic, tech3341_static};
pub use true_peak::{TruePeakSignal, tech3341_true_peak};

/// A reading that a meter must give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// The integrated loudness at the end.
    Integrated(f64),
    /// No integrated loudness, as nothing passes the gate.
    NoLoudness,
    /// A time in seconds, and the momentary loudness from then on.
    MomentaryFrom(f64, f64),
    /// A time in seconds, and the short-term loudness from then on.
    ShortTermFrom(f64, f64),
    /// A time in seconds, and the maximum momentary loudness up to then.
    MaxMomentaryBy(f64, f64),
    /// A time in seconds, and the maximum short-term loudness up to then.
    MaxShortTermBy(f64, f64),
    /// The loudness range at the end.
    Range(f64),
}

/// A stretch of one tone.
#[derive(Clone, Debug)]
struct Segment {
    duration_s: f64,
    /// Peak level of each channel; `None` is silence.
    levels_dbfs: Vec<Option<f64>>,
}

/// A test signal, as a plan of its parts.
#[derive(Clone, Debug)]
pub struct Signal {
    /// The number and variant, such as `3341-10/3`.
    pub name: String,
    /// The channel layout.
    pub layout: ChannelLayout,
    /// The readings that a meter must give.
    pub readings: Vec<Reading>,
    frequency_hz: f64,
    segments: Vec<Segment>,
}

impl Signal {
    fn new(name: impl Into<String>, layout: ChannelLayout, readings: impl Into<Vec<Reading>>) -> Self {
        Self { name: name.into(), layout, readings: readings.into(), frequency_hz: 1000.0, segments: Vec::new() }
    }

    /// A stereo signal of a 1 kHz tone in phase: `(seconds, peak level)`, `None` for silence.
    fn stereo(name: impl Into<String>, plan: &[(f64, Option<f64>)], readings: impl Into<Vec<Reading>>) -> Self {
        let signal = Self::new(name, ChannelLayout::stereo(), readings);
        plan.iter().fold(signal, |signal, (duration_s, level)| signal.then(*duration_s, vec![*level; 2]))
    }

    fn then(mut self, duration_s: f64, levels_dbfs: Vec<Option<f64>>) -> Self {
        self.segments.push(Segment { duration_s, levels_dbfs });
        self
    }

    /// Returns the length in seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.segments.iter().map(|segment| segment.duration_s).sum()
    }

    /// Returns the length in frames at `sample_rate_hz`.
    #[must_use]
    pub fn frames(&self, sample_rate_hz: f64) -> usize {
        (self.duration_s() * sample_rate_hz).round() as usize
    }

    /// Returns the format at `sample_rate_hz`.
    #[must_use]
    pub fn format(&self, sample_rate_hz: f64) -> StreamFormat {
        StreamFormat { sample_rate_hz, layout: self.layout.clone() }
    }

    /// Renders the frames `range` of the signal at `sample_rate_hz`.
    #[must_use]
    pub fn render(&self, sample_rate_hz: f64, range: Range<usize>) -> PlanarBuffer {
        let mut buffer = PlanarBuffer::new(self.layout.channels(), range.len());
        let (mut start_s, mut start) = (0.0, 0);
        for segment in &self.segments {
            start_s += segment.duration_s;
            let end = (start_s * sample_rate_hz).round() as usize;
            let (from, to) = (start.max(range.start), end.min(range.end));
            if from < to {
                self.write(&mut buffer, segment, sample_rate_hz, from..to, range.start);
            }
            start = end;
        }
        buffer
    }

    fn write(&self, buffer: &mut PlanarBuffer, segment: &Segment, rate_hz: f64, range: Range<usize>, origin: usize) {
        // The phase runs on through the segments, as from one generator whose level is switched.
        let unit: Vec<f64> =
            range.clone().map(|i| (TAU * (self.frequency_hz * i as f64 / rate_hz).fract()).sin()).collect();
        for (channel, level_dbfs) in segment.levels_dbfs.iter().enumerate() {
            let Some(level_dbfs) = level_dbfs else { continue };
            let gain = 10f64.powf(level_dbfs / 20.0);
            let target = &mut buffer.channel_mut(channel)[range.start - origin..range.end - origin];
            target.iter_mut().zip(&unit).for_each(|(sample, unit)| *sample = gain * unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_join_to_the_whole() {
        let signal = Signal::stereo("x", &[(0.1, Some(-6.0)), (0.05, None), (0.1, Some(-20.0))], []);
        let whole = signal.render(44_100.0, 0..signal.frames(44_100.0));
        let (first, second) = (signal.render(44_100.0, 0..5000), signal.render(44_100.0, 5000..whole.frames()));
        assert_eq!(whole.channel(1), [first.channel(1), second.channel(1)].concat());
        assert!(whole.channel(0)[4410..6615].iter().all(|sample| *sample == 0.0));
    }
}
