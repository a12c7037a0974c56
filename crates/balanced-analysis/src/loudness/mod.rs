//! Loudness and peaks of a whole programme.
//!
//! Audio is cut on a 100 ms grid ([`Cells`](cells::Cells)); every 100 ms leave one momentary and one short-term power, one
//! true peak, one sample peak and one energy a channel. Everything in the result, dynamics included, is computed from
//! these at the end, exactly: no histogram.

mod album;
mod cells;
mod clipped;
mod histogram;
mod peaks;
mod psr;
mod reasons;
mod stage;
mod summary;
mod windows;

use balanced_model::{finite, thousandths};

pub use album::album_loudness;
pub(crate) use cells::{CELL_S, Levels};
pub(crate) use stage::LevelStage;
pub(crate) use windows::WindowTrace;

/// Rounds a value of a curve to a thousandth, which is finer than any meter.
pub(crate) fn rounded(value: f64) -> Option<f64> {
    finite(thousandths(value))
}
