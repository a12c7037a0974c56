//! The momentary (400 ms) and short-term (3 s) windows of loudness, sliding by 10 ms.

use super::{Hop, KWeightedHops};
use crate::{Block, SlidingSum, StreamFormat};

/// The time from one window to the next, in seconds.
pub const HOP_S: f64 = 0.01;
const MOMENTARY_HOPS: u64 = 40;
const SHORT_TERM_HOPS: u64 = 300;
/// Gating blocks overlap by 75 % (BS.1770-5): every tenth momentary window. Tech 3342 asks for at most 0.1 s as well.
const GATING_HOPS: u64 = 10;

/// The powers of the windows that end with one hop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowPowers {
    /// The number of hops since the start, this one included; the windows end at `hops * HOP_S`.
    pub hops: u64,
    /// The mean square of the last 400 ms; what lies before the stream's start is silence.
    pub momentary: f64,
    /// The mean square of the last 3 s.
    pub short_term: f64,
}

impl WindowPowers {
    /// Tells whether the stream fills the momentary window.
    #[must_use]
    pub fn momentary_is_full(&self) -> bool {
        self.hops >= MOMENTARY_HOPS
    }

    /// Tells whether the stream fills the short-term window.
    #[must_use]
    pub fn short_term_is_full(&self) -> bool {
        self.hops >= SHORT_TERM_HOPS
    }

    /// Tells whether the windows end on the 100 ms grid of gating blocks.
    #[must_use]
    pub fn is_on_gating_grid(&self) -> bool {
        self.hops.is_multiple_of(GATING_HOPS)
    }
}

/// The sliding windows of loudness: turns audio into window powers, one set every 10 ms.
#[derive(Clone, Debug)]
pub struct LoudnessWindows {
    hops: KWeightedHops,
    sums: Sums,
}

#[derive(Clone, Debug)]
struct Sums {
    count: u64,
    momentary: SlidingSum,
    short_term: SlidingSum,
    /// Frames of the last hops, summed exactly as the energies are.
    momentary_frames: SlidingSum,
    short_term_frames: SlidingSum,
}

impl LoudnessWindows {
    /// Creates windows for `format`. Allocates.
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        let sum = |hops: u64| SlidingSum::new(hops as usize);
        let sums = Sums {
            count: 0,
            momentary: sum(MOMENTARY_HOPS),
            short_term: sum(SHORT_TERM_HOPS),
            momentary_frames: sum(MOMENTARY_HOPS),
            short_term_frames: sum(SHORT_TERM_HOPS),
        };
        Self { hops: KWeightedHops::new(format), sums }
    }

    /// Clears everything heard.
    pub fn reset(&mut self) {
        self.hops.reset();
        let sums = &mut self.sums;
        sums.count = 0;
        for sum in [&mut sums.momentary, &mut sums.short_term, &mut sums.momentary_frames, &mut sums.short_term_frames]
        {
            sum.reset();
        }
    }

    /// Measures `block` and calls `on_windows` every 10 ms.
    pub fn process(&mut self, block: Block<'_>, mut on_windows: impl FnMut(WindowPowers)) {
        let Self { hops, sums } = self;
        let full_frames = [MOMENTARY_HOPS, SHORT_TERM_HOPS].map(|count| hops.boundary_frames(count) as f64);
        hops.process(block, |hop| on_windows(sums.push(hop, full_frames)));
    }
}

impl Sums {
    fn push(&mut self, hop: Hop, [momentary_full, short_term_full]: [f64; 2]) -> WindowPowers {
        self.count += 1;
        let frames = hop.frames as f64;
        let (momentary_frames, short_term_frames) =
            (self.momentary_frames.push(frames), self.short_term_frames.push(frames));
        // Until a window is full, its missing part is silence of the same length.
        let mean =
            |energy: f64, frames: f64, full: f64, hops: u64| energy / if self.count < hops { full } else { frames };
        WindowPowers {
            hops: self.count,
            momentary: mean(self.momentary.push(hop.energy), momentary_frames, momentary_full, MOMENTARY_HOPS),
            short_term: mean(self.short_term.push(hop.energy), short_term_frames, short_term_full, SHORT_TERM_HOPS),
        }
    }
}
