//! From measurements and a target to findings and a chain, with reasons.
//!
//! Pure and deterministic: the same [`Analysis`](balanced_model::Analysis) and [`Target`](balanced_model::Target) give the same
//! answer. What was not measured gives no finding, and a mix in which nothing stands out is only levelled:
//! a false alarm costs more trust than a missed remark.
//!
//! - [`diagnose`]: ranked [`Finding`](balanced_model::Finding)s, each with its numbers and an advice.
//! - [`recommend()`]: the findings turned into a [`ChainSpec`](balanced_mastering::ChainSpec), each step with its reason.
//! - [`reference_match`]: the same, with an equaliser that leans towards another track.
//! - [`check()`]: whether a file keeps the rules of a [`Profile`].

#![forbid(unsafe_code)]

mod check;
mod diagnose;
mod recommend;
pub mod tonal_balance;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
pub use diagnose::diagnose;
pub use recommend::{Recommendation, recommend, reference_match};
