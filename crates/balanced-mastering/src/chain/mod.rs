//! Chains: the saved description, its reader and writer, and the running thing.

mod migrate;
mod read;
mod run;
mod spec;

pub(crate) use read::read_settings;
pub use run::Chain;
pub use spec::{CHAIN_VERSION, ChainSpec, Step};
