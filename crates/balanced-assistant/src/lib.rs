//! From measurements and a target to findings and a chain, with reasons.
//!
//! Pure and deterministic: the same [`Analysis`](balanced_analysis::Analysis) and [`Target`] give the same
//! answer. What was not measured gives no finding, and a mix in which nothing stands out is only levelled:
//! a false alarm costs more trust than a missed remark.
//!
//! - [`Target`]: what loudness and peak to reach, with its source.
//! - [`diagnose`]: ranked [`Finding`]s, each with its numbers and an advice.
//! - [`recommend()`]: the findings turned into a [`ChainSpec`](balanced_mastering::ChainSpec), each step with its reason.
//! - [`reference_match`]: the same, with an equaliser that leans towards another track.
//! - [`check()`]: whether a file keeps the rules of a [`Profile`].

#![forbid(unsafe_code)]

mod check;
mod diagnose;
mod finding;
mod recommend;
mod target;
pub mod tonal_balance;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
pub use diagnose::diagnose;
pub use finding::{Finding, FindingKind, Observation};
pub use recommend::{Expected, Reason, Recommendation, recommend, reference_match};
pub use target::Target;
