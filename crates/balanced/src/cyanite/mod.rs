//! Cyanite: audio is sent with consent to what a manifest lists, results are fetched, webhooks verified, tracks deleted.
//!
//! Everything of the crate `balanced-cyanite` is here, and what connects it with the rest of the library. Its page for those who answer
//! for other people's audio is `crates/balanced-cyanite/docs/privacy.md`.

mod deletion;
mod source;

pub use balanced_cyanite::*;
pub use deletion::CyaniteDeletion;
pub use source::prepare_source;
