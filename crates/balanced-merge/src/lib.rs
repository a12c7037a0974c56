#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod assumptions;
mod compare;
mod consensus;
pub mod cyanite;
pub mod describe;
mod error;
mod field;
mod local;
mod merged;
mod provider;
mod raw;
mod through_time;
mod value;
pub mod vocabulary;

#[cfg(test)]
mod tests;

pub use compare::{Agreement, Comparison, RBO_PERSISTENCE, Relation, TEMPO_TOLERANCE, rbo};
pub use consensus::Consensus;
pub use cyanite::ProviderResult;
pub use error::NotAResult;
pub use field::{FieldName, Holds};
pub use local::Local;
pub use merged::{Disagreement, Field, MERGE_VERSION, Merged, MergedSource, SetAside, merge};
pub use raw::Raw;
pub use through_time::{TimeLine, TimePoint, TimeValue};
pub use value::{BALANCED, FieldValue, HUMAN, HumanValue, RankedLabel};
