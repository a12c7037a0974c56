//! Dynamics of a whole programme: DR, crest, RMS, noise floor, sections, trial equalisers.

mod band_crest;
mod dr;
mod peak_trials;
mod reasons;
mod sections;
mod summary;

pub(crate) use band_crest::BandCrest;
pub(crate) use peak_trials::PeakTrials;
pub(crate) use reasons::explain;
pub(crate) use summary::summarise;
