//! Where audio sounds, and where it is silent.

use std::ops::Range;

use balanced_dsp::PlanarBuffer;
use balanced_dsp::decibel::db_to_gain;
use balanced_model::Analysis;

use super::RepairOptions;
use crate::analyze::block_frames;
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::{Error, Stage};

/// Length of the stretches that are judged.
const BLOCK_S: f64 = 0.01;

/// The sounding stretches of a recording, and how its two channels relate.
pub(super) struct Silence {
    /// Stretches that sound, in frames; silences between them last `gap_s` at least.
    pub(super) sounds: Vec<Range<u64>>,
    /// Relation of the channels; `None` unless there are two.
    pub(super) pair: Option<Pair>,
    rate_hz: f64,
}

impl Silence {
    #[cfg(test)]
    pub(super) fn of(sounds: &[Range<u64>], rate_hz: f64) -> Self {
        Self { sounds: sounds.to_vec(), pair: None, rate_hz }
    }

    pub(super) fn sounds_s(&self) -> Vec<[f64; 2]> {
        let seconds = |frames: u64| frames as f64 / self.rate_hz;
        self.sounds.iter().map(|sound| [seconds(sound.start), seconds(sound.end)]).collect()
    }
}

/// Relation of two channels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pair {
    /// Whether every sample of both is equal.
    pub(super) is_equal: bool,
    /// Whether every sample of one is that of the other, inverted.
    pub(super) is_opposite: bool,
    mid: f64,
    side: f64,
}

impl Pair {
    fn new() -> Self {
        Self { is_equal: true, is_opposite: true, mid: 0.0, side: 0.0 }
    }

    fn push(&mut self, left: &[f64], right: &[f64]) {
        for (left, right) in left.iter().zip(right) {
            self.is_equal &= left == right;
            self.is_opposite &= *left == -*right;
            let (mid, side) = (left + right, left - right);
            // What is no number belongs to neither.
            if mid.is_finite() && side.is_finite() {
                self.mid += mid * mid;
                self.side += side * side;
            }
        }
    }

    /// Returns the level of the side over that of the middle in dB; `None` for silence.
    pub(super) fn side_to_mid_db(&self) -> Option<f64> {
        (self.mid + self.side > 0.0).then(|| 10.0 * (self.side / self.mid).log10())
    }
}

/// Reads the whole input.
pub(super) fn survey(
    origin: &Origin<'_>,
    before: &Analysis,
    options: &RepairOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<Silence, Error> {
    let mut input = origin.input(options.layout.as_ref(), &options.limits)?;
    let (channels, rate_hz) = (input.format.channels(), input.format.sample_rate_hz);
    let mut finder = Finder::new(options.silence_dbfs, options.gap_s, channels, rate_hz);
    let mut pair = (channels == 2).then(Pair::new);
    let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
    let mut done = 0;
    while input.read(&mut buffer)? > 0 {
        monitor.at(Stage::Analyze, done, Some(before.source.frames))?;
        done += buffer.frames() as u64;
        finder.push(&buffer);
        if let Some(pair) = &mut pair {
            pair.push(buffer.channel(0), buffer.channel(1));
        }
    }
    if done != before.source.frames {
        return Err(Error::changed(input.name(), "has another length than when it was measured"));
    }
    Ok(Silence { sounds: finder.finish(), pair, rate_hz })
}

/// Finds sounding stretches.
struct Finder {
    threshold: f64,
    block_frames: usize,
    gap_frames: u64,
    /// Lowest and highest sample of the block that is being read, by channel.
    spans: Vec<(f64, f64)>,
    filled: usize,
    block_start: u64,
    sounds: Vec<Range<u64>>,
}

impl Finder {
    fn new(silence_dbfs: f64, gap_s: f64, channels: usize, rate_hz: f64) -> Self {
        Self {
            threshold: db_to_gain(silence_dbfs),
            block_frames: ((BLOCK_S * rate_hz) as usize).max(1),
            gap_frames: (gap_s * rate_hz).round() as u64,
            spans: vec![EMPTY; channels],
            filled: 0,
            block_start: 0,
            sounds: Vec::new(),
        }
    }

    fn push(&mut self, buffer: &PlanarBuffer) {
        let mut from = 0;
        while from < buffer.frames() {
            let count = (self.block_frames - self.filled).min(buffer.frames() - from);
            for (channel, span) in self.spans.iter_mut().enumerate() {
                for sample in &buffer.channel(channel)[from..from + count] {
                    *span = (span.0.min(*sample), span.1.max(*sample));
                }
            }
            from += count;
            self.filled += count;
            if self.filled == self.block_frames {
                self.close();
            }
        }
    }

    /// Judges the block that was read.
    fn close(&mut self) {
        let end = self.block_start + self.filled as u64;
        if self.spans.iter().any(|(low, high)| 0.5 * (high - low) > self.threshold) {
            match self.sounds.last_mut() {
                Some(sound) if self.block_start - sound.end < self.gap_frames => sound.end = end,
                _ => self.sounds.push(self.block_start..end),
            }
        }
        self.spans.fill(EMPTY);
        (self.block_start, self.filled) = (end, 0);
    }

    fn finish(mut self) -> Vec<Range<u64>> {
        if self.filled > 0 {
            self.close();
        }
        self.sounds
    }
}

/// The span of no sample at all.
const EMPTY: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

#[cfg(test)]
mod tests {
    use super::*;

    fn sounds(gap_s: f64, samples: &[f64], block: usize) -> Vec<Range<u64>> {
        let mut finder = Finder::new(-60.0, gap_s, 1, 1000.0);
        for part in samples.chunks(block) {
            finder.push(&PlanarBuffer::from_channels(&[part]));
        }
        finder.finish()
    }

    #[test]
    fn sounds_are_found_to_ten_milliseconds_whatever_the_blocks() {
        let mut samples = vec![0.0; 1005];
        for at in (205..300).chain(700..1005) {
            samples[at] = if at % 2 == 0 { 0.1 } else { -0.1 };
        }
        for block in [1, 7, 64, 5000] {
            assert_eq!(sounds(0.1, &samples, block), [200..300, 700..1005]);
            assert_eq!(sounds(0.5, &samples, block), std::iter::once(200..1005).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_offset_is_silence_and_so_is_what_is_no_number() {
        assert!(sounds(0.1, &[0.4; 500], 64).is_empty());
        assert!(sounds(0.1, &[f64::NAN; 500], 64).is_empty());
        assert!(sounds(0.1, &[], 64).is_empty());
    }

    #[test]
    fn the_threshold_is_a_peak_amplitude() {
        let tone = |peak: f64| (0..500).map(|n| if n % 2 == 0 { peak } else { -peak }).collect::<Vec<_>>();
        assert!(sounds(0.1, &tone(0.000_99), 64).is_empty());
        assert_eq!(sounds(0.1, &tone(0.001_01), 64).len(), 1);
    }

    #[test]
    fn a_pair_is_measured_whichever_way_it_is_poled() {
        let tone: Vec<f64> = (0..100).map(|n| f64::from(n) / 100.0).collect();
        let turned: Vec<f64> = tone.iter().map(|x| -x).collect();
        let (mut same, mut opposite) = (Pair::new(), Pair::new());
        same.push(&tone, &tone);
        opposite.push(&tone, &turned);
        assert!(same.is_equal && !same.is_opposite && same.side_to_mid_db() == Some(f64::NEG_INFINITY));
        assert!(!opposite.is_equal && opposite.is_opposite && opposite.side_to_mid_db() == Some(f64::INFINITY));
        assert!(Pair::new().side_to_mid_db().is_none());
    }
}
