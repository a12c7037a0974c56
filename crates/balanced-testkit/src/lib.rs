//! Test signals, synthetic music, oracles and contract checks. A dev-dependency only: nothing here reaches a user.
#![deny(unsafe_code)]

pub mod allocations;
pub mod corpus;
pub mod defects;
pub mod loudness_signals;
pub mod mixes;
pub mod music;
pub mod oracle;
