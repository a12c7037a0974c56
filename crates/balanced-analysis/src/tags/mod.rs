//! Genre, mood, instruments, voice: two networks of Pons & Serra (musicnn, ISMIR-LBD 2019) on a bounded number of patches,
//! their tags gathered into a stable vocabulary; and measures of the sound that need no network.
//!
//! ```text
//! stream ─ 16 kHz mono ─ mel (log-mel frames) ─ patches (at most 64 held, some chosen) ─┬─ network ─ scores (vocabulary)
//!                                                                                      └─ measures
//! ```
//! The networks are compiled in by the feature `tags`. Their page is `docs/tags.md`.

#[cfg(test)]
mod golden;
mod listen;
mod measures;
mod mel;
#[cfg(feature = "tags")]
mod network;
mod patches;
mod scores;
mod stage;
mod vocabulary;

pub(crate) use stage::TagStage;

use scores::rounded;

/// What [`Tag::source`](crate::model::Tag::source) says.
const SOURCE: &str = "balanced";
