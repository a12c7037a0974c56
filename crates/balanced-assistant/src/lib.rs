//! From measurements and a target to findings and a chain, with reasons.
#![forbid(unsafe_code)]

mod check;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
