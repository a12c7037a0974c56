//! The WebAssembly module behind the npm package `balanced-mastering`: analysis, checks, recommendations and reports of
//! audio files, a loudness meter and a running chain.
//!
//! The border to JavaScript (`border.rs`) is written by hand, because it is small and because what a module imports is all
//! that it can do: this one imports two functions, one that reads bytes of the file that is being analysed and one that
//! takes the text of a panic. It can neither reach a network nor keep anything. Everything else is plain Rust that is
//! tested on any machine.
#![deny(unsafe_code)]

#[cfg(target_family = "wasm")]
mod border;
pub mod live;
pub mod refusal;
pub mod request;
pub mod session;
pub mod slices;

#[cfg(target_family = "wasm")]
use rustfft as _;
