//! Hosts CLAP effects as steps of a chain, each in a child process.
//!
//! Plugins are other people's code: they crash, hang and print. So each runs in a process of its own: [`open`] starts it, and
//! [`serve`] is all it does. Audio goes there and back in blocks of [`BLOCK_FRAMES`] counted from the start, so that the
//! result does not depend on the caller's block sizes. A failure of the plugin becomes a [`HostError`] here, never a dead
//! program or a half-written file.
//!
//! A plugin is native code, so which one may run is not for a chain to say: [`find`] knows those that the user has installed
//! or allowed. On Linux its process is confined: no network, no other programs, no files but the system's libraries and the
//! plugin folders, and none written but in a folder of its own.
//!
//! A hosted effect is a [`Processor`](balanced_mastering::Processor) for rendering: it waits for another process, so it
//! is not for an audio thread.
#![deny(unsafe_code)]

mod client;
mod confine;
mod error;
mod find;
mod folders;
mod refusal;
mod saved_state;
mod serve;
mod stream;
mod wire;

pub use client::{Failures, HostCommand, open};
pub use error::HostError;
pub use find::{Found, find};
pub use serve::serve;

/// The block size that every plugin is given, in frames.
pub const BLOCK_FRAMES: usize = 1024;
