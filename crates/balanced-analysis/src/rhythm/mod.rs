//! Tempo, beats, bars.
//!
//! [`bands`] gives log magnitudes of 38 bands a hundred times a second; [`flux`] finds where they rise (onsets);
//! [`activation`] says how much each frame looks like a beat; [`decode`] finds the most likely sequence of beats whose
//! tempo changes slowly; [`bars`] finds which of them begin a bar; [`tempo`] sums it up.

mod activation;
mod bands;
mod bars;
mod decode;
mod flux;
mod stage;
mod tempo;

pub(crate) use stage::RhythmStage;
