#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod check;
mod diagnose;
mod platforms;
mod recommend;
pub mod tonal_balance;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
pub use diagnose::diagnose;
pub use platforms::{platforms_from_toml, platforms_toml};
pub use recommend::{Recommendation, recommend, reference_match};
