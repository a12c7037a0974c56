//! Musical key and tuning.
//!
//! Spectral peaks of long frames are folded onto a chroma of 120 bins an octave, each peak counting for the notes it may
//! be a harmonic of (Gómez, *Tonal Description of Music Audio Signals*, 2006). The tuning is the mean direction of the
//! peaks within the semitone; the chroma turned by it gives twelve pitch classes, which are compared with the
//! [`profiles`] of 24 keys.

mod chroma;
mod names;
mod peaks;
mod profiles;
mod sections;
mod stage;

pub(crate) use stage::TonalStage;
