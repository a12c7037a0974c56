//! Integrated loudness and loudness range that an audio thread counts and another thread reads, neither waiting.

use std::sync::atomic::{AtomicU32, Ordering};

use super::histogram::{BINS, Histogram, gated_bin};
use super::{ABSOLUTE_GATE_LUFS, WindowPowers, lufs_to_power};

/// A lock-free histogram of gating blocks: integrated loudness and loudness range across threads.
///
/// It has bins of 0.01 LU in 80 KiB, which an audio thread can fill all day for a display that is opened now and then. Values agree with [`LoudnessMeter`](super::LoudnessMeter) within 0.01 LU.
#[derive(Debug)]
pub struct LoudnessTally {
    momentary: Box<[AtomicU32]>,
    short_term: Box<[AtomicU32]>,
}

impl Default for LoudnessTally {
    fn default() -> Self {
        Self::new()
    }
}

impl LoudnessTally {
    /// Creates an empty tally. Allocates. `[main]`
    #[must_use]
    pub fn new() -> Self {
        let bins = || (0..BINS).map(|_| AtomicU32::new(0)).collect();
        Self { momentary: bins(), short_term: bins() }
    }

    /// Counts what [`LoudnessWindows`](super::LoudnessWindows) gives, off the gating grid left out. `[audio]`
    pub fn count(&self, powers: WindowPowers) {
        if !powers.is_on_gating_grid() {
            return;
        }
        if powers.momentary_is_full() {
            count(&self.momentary, powers.momentary);
        }
        if powers.short_term_is_full() {
            count(&self.short_term, powers.short_term);
        }
    }

    /// Empties the tally. `[audio]`
    pub fn reset(&self) {
        self.momentary.iter().chain(&self.short_term).for_each(|bin| bin.store(0, Ordering::Relaxed));
    }

    /// Returns the integrated loudness of what was counted. Allocates. `[main]`
    #[must_use]
    pub fn integrated_lufs(&self) -> Option<f64> {
        histogram(&self.momentary).integrated_lufs()
    }

    /// Returns the loudness range of what was counted. Allocates. `[main]`
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        histogram(&self.short_term).range_lu()
    }
}

fn count(bins: &[AtomicU32], power: f64) {
    if let Some(bin) = gated_bin(power, lufs_to_power(ABSOLUTE_GATE_LUFS)) {
        bins[bin].fetch_add(1, Ordering::Relaxed);
    }
}

fn histogram(bins: &[AtomicU32]) -> Histogram {
    Histogram::from_counts(bins.iter().map(|bin| bin.load(Ordering::Relaxed)))
}

#[cfg(test)]
mod tests {
    use super::super::{LoudnessMeter, LoudnessWindows};
    use super::*;
    use crate::{PlanarBuffer, Random, StreamFormat};

    /// Noise that swells and falls silent: the tally and the meter that keeps every bin's power.
    #[test]
    fn it_agrees_with_the_meter() {
        let format = StreamFormat::new(48_000.0, 2);
        let (mut meter, mut windows, tally) =
            (LoudnessMeter::new(&format), LoudnessWindows::new(&format), LoudnessTally::new());
        let mut random = Random::new(4, 0);
        for second in 0..40 {
            let level = if second % 7 == 0 { 0.0 } else { 0.02 * f64::from(1 + second % 5) };
            let channel: Vec<f64> = (0..48_000).map(|_| level * random.centred()).collect();
            let audio = PlanarBuffer::from_channels(&[channel.clone(), channel]);
            meter.process(audio.block());
            windows.process(audio.block(), |powers| tally.count(powers));
        }
        let pairs = [(tally.integrated_lufs(), meter.integrated_lufs()), (tally.range_lu(), meter.range_lu())];
        for (counted, exact) in pairs {
            assert!((counted.unwrap() - exact.unwrap()).abs() <= 0.01, "{counted:?}, {exact:?}");
        }
        tally.reset();
        assert_eq!((tally.integrated_lufs(), tally.range_lu()), (None, None));
    }
}
