#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod align;
mod audio;
mod bounds;
mod coarse;
mod compare;
mod correlate;
mod edits;
mod fingerprint;
mod residual;
mod result;
mod shift;
#[cfg(test)]
mod testing;

pub use audio::Audio;
pub use compare::{Compared, Pair, compare};
pub use fingerprint::{
    DUPLICATE_SIMILARITY, Duplicate, Fingerprint, Fingerprinter, ITEM_S, Similarity, find_duplicates,
};
pub use result::{
    Alignment, Codec, DynamicsChange, EditKind, Residual, ResidualBand, ResidualSecond, SpectrumChange, StereoChange,
    TrackComparison, TrackEdit, Verdict,
};
