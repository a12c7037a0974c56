//! Tempo, beats, bars.
//!
//! [`bands`] gives log magnitudes of 48 bands a hundred times a second; [`network`] says how much each frame looks like a
//! beat and like the beginning of a bar, and how likely each tempo is; [`decode`] finds the most likely sequence of beats
//! whose tempo changes slowly; [`bars`] finds which of them begin a bar, also by
//! the [`change`] of bass and harmony, [`divide`] how a beat is divided; [`tempo`] sums it
//! up, and [`evidence`] says how sure one may be. [`flux`] finds where bands rise: the onsets.
//!
//! The README beside this file has the measurements.

mod bands;
mod bars;
mod change;
mod decode;
mod divide;
mod evidence;
mod flux;
mod network;
mod stage;
mod tempo;

pub(crate) use stage::RhythmStage;
