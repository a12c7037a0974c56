//! Chains: the saved description, its reader and writer, and the running chain.

mod audition;
mod branches;
mod clap;
mod link;
mod migrate;
mod parallel;
mod presets;
mod read;
mod run;
mod schema;
mod spec;

pub use audition::{AbSwitch, Audition, Listen, LoudnessMatch, LoudnessMemory};
pub use clap::ClapSpec;
pub use parallel::{Branch, MAX_BRANCHES, MAX_NESTING, ParallelSpec, Split};
pub use presets::Preset;
pub use read::read_settings;
pub use run::Chain;
pub use spec::{CHAIN_VERSION, ChainSpec, MAX_STEPS, Step, StepKind};
