//! Musical key and tuning.
//!
//! Spectral peaks of long frames are folded onto a chroma of 120 bins an octave, each peak counting for the notes it may
//! be a harmonic of (Gómez, *Tonal Description of Music Audio Signals*, 2006). The tuning is the mean direction of the
//! peaks within the semitone; the chroma turned by it gives twelve pitch classes. A [`network`] hears them step by step, the
//! [`profiles`] of 24 keys as a whole; [`decide`] puts both opinions together, and says where there is no key at all.

mod chroma;
mod decide;
mod names;
mod network;
mod peaks;
mod profiles;
mod sections;
mod stage;
mod steps;

pub(crate) use stage::TonalStage;
