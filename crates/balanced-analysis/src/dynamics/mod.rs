//! Dynamics of a whole programme: DR, crest, RMS, noise floor, sections.

mod band_crest;
mod dr;
mod reasons;
mod sections;
mod summary;

pub(crate) use band_crest::BandCrest;
pub(crate) use reasons::explain;
pub(crate) use summary::summarise;
