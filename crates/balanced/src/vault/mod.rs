//! The vault: audio that is encrypted where it lies and analysed and mastered from there, without a plain copy on any disk.
//!
//! Everything of the crate `balanced-vault` is here, and what connects it with the rest of the library. Its page, with what
//! is promised against whom, is `crates/balanced-vault/README.md`.

mod bridge;

pub use balanced_vault::*;
pub use bridge::{master, name, source, to_jams};
