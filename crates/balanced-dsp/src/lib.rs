//! Real-time signal processing for measurement and mastering.
//!
//! Everything here allocates in constructors only; `process`-like functions take no lock, open nothing and cannot fail.
//! Blocks are planar `f64`, one slice a channel ([`Block`], [`BlockMut`], [`PlanarBuffer`]).
#![deny(unsafe_code)]

mod block;
pub mod decibel;
mod layout;

pub use block::{Block, BlockMut, PlanarBuffer};
pub use layout::{ChannelLayout, Speaker, StreamFormat};
