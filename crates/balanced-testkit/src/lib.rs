//! Test signals, synthetic music, defects, oracles and an allocation counter, for the tests of the other crates.
//!
//! It is a dev-dependency only: nothing here reaches a user.
#![deny(unsafe_code)]

pub mod allocations;
pub mod corpus;
pub mod defects;
pub mod loudness_signals;
pub mod mixes;
pub mod music;
pub mod named;
pub mod nyquist;
pub mod oracle;
pub mod peak_signals;
