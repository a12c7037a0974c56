//! The real-time loudness meter.

use super::histogram::Histogram;
use super::{LoudnessWindows, WindowPowers, power_to_lufs};
use crate::{Block, StreamFormat};

/// A meter of momentary, short-term and integrated loudness, loudness range and maxima of a running stream.
///
/// It follows ITU-R BS.1770-5, EBU Tech 3341 and 3342; windows slide by 10 ms. Memory is fixed (two histograms, about 240 KiB) and [`process`](Self::process) never allocates. The histograms'
/// 0.01 LU bins keep each bin's exact power, so integrated loudness differs from the exact gate only by the blocks that
/// fall into the one bin at the relative gate. A reading is `None` while it cannot be told, and
/// for silence.
/// ```
/// use balanced_dsp::{PlanarBuffer, StreamFormat, loudness::LoudnessMeter};
/// let format = StreamFormat::new(48_000.0, 2);
/// let tone: Vec<f64> = (0..48_000).map(|i| 0.1 * (std::f64::consts::TAU * 997.0 * i as f64 / 48_000.0).sin()).collect();
/// let mut meter = LoudnessMeter::new(&format);
/// meter.process(PlanarBuffer::from_channels(&[tone.clone(), tone]).block());
/// assert!((meter.integrated_lufs().unwrap() - -20.0).abs() < 0.02);
/// assert_eq!(meter.range_lu(), None);
/// ```
#[derive(Clone, Debug)]
pub struct LoudnessMeter {
    windows: LoudnessWindows,
    now: Option<WindowPowers>,
    max_momentary: f64,
    max_short_term: f64,
    momentary: Histogram,
    short_term: Histogram,
}

impl LoudnessMeter {
    /// Creates a meter for `format`. Allocates. `[main]`
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        Self {
            windows: LoudnessWindows::new(format),
            now: None,
            max_momentary: 0.0,
            max_short_term: 0.0,
            momentary: Histogram::new(),
            short_term: Histogram::new(),
        }
    }

    /// Clears everything heard. `[audio]`
    pub fn reset(&mut self) {
        self.windows.reset();
        self.momentary.reset();
        self.short_term.reset();
        (self.now, self.max_momentary, self.max_short_term) = (None, 0.0, 0.0);
    }

    /// Measures the next block. `[audio]`
    pub fn process(&mut self, block: Block<'_>) {
        let Self { windows, now, max_momentary, max_short_term, momentary, short_term } = self;
        windows.process(block, |powers| {
            *now = Some(powers);
            if powers.momentary_is_full() {
                *max_momentary = max_momentary.max(powers.momentary);
                if powers.is_on_gating_grid() {
                    momentary.add(powers.momentary);
                }
            }
            if powers.short_term_is_full() {
                *max_short_term = max_short_term.max(powers.short_term);
                if powers.is_on_gating_grid() {
                    short_term.add(powers.short_term);
                }
            }
        });
    }

    /// Returns the momentary loudness, of the last 400 ms; what lies before the stream counts as silence.
    #[must_use]
    pub fn momentary_lufs(&self) -> Option<f64> {
        lufs(self.now?.momentary)
    }

    /// Returns the short-term loudness, of the last 3 s; what lies before the stream counts as silence.
    #[must_use]
    pub fn short_term_lufs(&self) -> Option<f64> {
        lufs(self.now?.short_term)
    }

    /// Returns the integrated (gated) loudness since the start or the last [`reset`](Self::reset).
    ///
    /// It reads a whole histogram: for a display, not for every sample.
    #[must_use]
    pub fn integrated_lufs(&self) -> Option<f64> {
        self.momentary.integrated_lufs()
    }

    /// Returns the loudness range, which Tech 3342 calls unstable during the first 60 s.
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        self.short_term.range_lu()
    }

    /// Returns the maximum momentary loudness, of full windows.
    #[must_use]
    pub fn max_momentary_lufs(&self) -> Option<f64> {
        lufs(self.max_momentary)
    }

    /// Returns the maximum short-term loudness, of full windows.
    #[must_use]
    pub fn max_short_term_lufs(&self) -> Option<f64> {
        lufs(self.max_short_term)
    }
}

fn lufs(power: f64) -> Option<f64> {
    Some(power_to_lufs(power)).filter(|lufs| lufs.is_finite())
}
