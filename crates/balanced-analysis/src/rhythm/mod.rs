//! Tempo, beats, bars.
//!
//! [`bands`] gives log magnitudes of 48 bands a hundred times a second; [`network`] says how much each frame looks like a
//! beat and like the beginning of a bar, and how likely each tempo is; [`gaps`] finds digital silence, which has no beats;
//! [`decode`] finds the most likely sequence of beats whose tempo changes slowly; [`level`] chooses among it, its halves and
//! its doubles by the drum [`pattern`] and what the network heard; [`metre`] chooses a way to count them, also by the
//! [`change`] of bass and harmony, and [`bars`] begins the bars; [`divide`] says how a beat is divided; [`tempo`] sums it
//! up, and [`evidence`] says how sure one may be. [`flux`] finds where bands rise: the onsets. [`choice`] is the small
//! trained network that [`level`] and [`metre`] choose by.
//!
//! The README beside this file has the measurements.

mod bands;
mod bars;
mod change;
mod choice;
mod decode;
mod divide;
mod evidence;
mod flux;
mod gaps;
mod level;
mod metre;
mod network;
mod pattern;
#[cfg(test)]
// It reads files, which the crate itself never does.
#[path = "../../tests/doors/probe.rs"]
mod probe;
mod stage;
mod tempo;

pub(crate) use stage::RhythmStage;
