//! Chains: the saved description, its reader and writer, and the running thing.

mod migrate;
mod presets;
mod read;
mod run;
mod schema;
mod spec;

pub(crate) use read::read_settings;
pub use run::Chain;
pub use spec::{CHAIN_VERSION, ChainSpec, Step};
