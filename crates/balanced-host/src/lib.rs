//! CLAP effects as steps of a chain.
//!
//! Plugins are other people's code: they crash, they hang, they print. So each runs in a process of its own, which
//! [`open`] starts and [`serve`] is the body of; audio goes there and back over a socket, in blocks of
//! [`BLOCK_FRAMES`] counted from the start, so that the result does not depend on the caller's blocks. What goes wrong
//! there becomes a [`HostError`] here, and never a dead program or a half-written file.
//!
//! A hosted effect is a [`Processor`](balanced_mastering::Processor) for rendering: it waits for another process, so it
//! is not for an audio thread.
#![deny(unsafe_code)]

mod base64;
mod client;
mod error;
mod serve;
mod stream;
mod wire;

pub use client::{Failures, HostCommand, open};
pub use error::HostError;
pub use serve::serve;

/// Frames that go to a plugin at a time, always.
pub const BLOCK_FRAMES: usize = 1024;
