//! The platform's key and those before it: who may sign what, and how one follows another.
//!
//! The vault's id is the fingerprint of the key it was made with, and stays. A succession, signed by both keys, hands the
//! vault to the next key and states everything that the old one had signed: how long the log was, the newest manifest of
//! each project, the receipts. What the old key signs beyond that is not accepted, whoever has it.

mod announce;
mod finish;
mod history;
mod keyring;
mod rotate;
mod statement;

pub(crate) use announce::was_exchanged;
pub use history::KeyHistory;
pub(crate) use history::{Lasting, Standing};
pub(crate) use keyring::Keyring;
pub use rotate::KeyExchange;
pub(crate) use statement::Succession;
