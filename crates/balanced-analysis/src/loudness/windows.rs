//! Loudness windows of a whole programme.

use balanced_dsp::loudness::{LoudnessWindows, WindowPowers};
use balanced_dsp::{Block, StreamFormat};

/// Powers of the windows that end on the 100 ms grid, and the maxima of all, 10 ms apart.
pub(crate) struct WindowTrace {
    windows: LoudnessWindows,
    trace: Trace,
}

#[derive(Default)]
struct Trace {
    momentary: Vec<f64>,
    short_term: Vec<f64>,
    max_momentary: f64,
    max_short_term: f64,
}

/// Cells before the first full momentary window ends.
const MOMENTARY_CELLS: usize = 4;
/// Cells before the first full short-term window ends.
pub(super) const SHORT_TERM_CELLS: usize = 30;

impl WindowTrace {
    pub fn new(format: &StreamFormat) -> Self {
        Self { windows: LoudnessWindows::new(format), trace: Trace::default() }
    }

    pub fn push(&mut self, block: Block<'_>) {
        self.windows.process(block, |powers| self.trace.add(&powers));
    }

    /// Momentary power at every grid line, `None` before the window is full.
    pub fn momentary(&self) -> impl Iterator<Item = Option<f64>> {
        full(&self.trace.momentary, MOMENTARY_CELLS)
    }

    /// Short-term power at every grid line, `None` before the window is full.
    pub fn short_term(&self) -> impl Iterator<Item = Option<f64>> {
        full(&self.trace.short_term, SHORT_TERM_CELLS)
    }

    /// Power of the gating blocks of BS.1770-5.
    pub fn gating_blocks(&self) -> &[f64] {
        self.trace.momentary.get(MOMENTARY_CELLS - 1..).unwrap_or_default()
    }

    /// Power of the blocks of Tech 3342.
    pub fn range_blocks(&self) -> &[f64] {
        self.trace.short_term.get(SHORT_TERM_CELLS - 1..).unwrap_or_default()
    }

    pub fn max_momentary(&self) -> f64 {
        self.trace.max_momentary
    }

    pub fn max_short_term(&self) -> f64 {
        self.trace.max_short_term
    }
}

fn full(powers: &[f64], cells: usize) -> impl Iterator<Item = Option<f64>> {
    powers.iter().enumerate().map(move |(index, power)| (index + 1 >= cells).then_some(*power))
}

impl Trace {
    fn add(&mut self, powers: &WindowPowers) {
        if powers.momentary_is_full() {
            self.max_momentary = self.max_momentary.max(powers.momentary);
        }
        if powers.short_term_is_full() {
            self.max_short_term = self.max_short_term.max(powers.short_term);
        }
        if powers.is_on_gating_grid() {
            self.momentary.push(powers.momentary);
            self.short_term.push(powers.short_term);
        }
    }
}
