#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod check;
mod diagnose;
mod recommend;
pub mod tonal_balance;
mod tone;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
pub use diagnose::diagnose;
pub use recommend::{Recommendation, recommend, reference_match};
