//! Real-time signal processing for measurement and mastering.
//!
//! Everything here allocates in constructors only; `process`-like functions take no lock, open nothing and cannot fail.
//! Blocks are planar `f64`, one slice a channel ([`Block`], [`BlockMut`], [`PlanarBuffer`]).
#![deny(unsafe_code)]

mod block;
pub mod decibel;
pub mod intersample;
pub mod k_weighting;
mod layout;
pub mod loudness;
mod sliding_max;
mod smoothing_window;
pub mod true_peak;

pub use block::{Block, BlockMut, PlanarBuffer};
pub use layout::{ChannelLayout, Speaker, StreamFormat};
pub use sliding_max::SlidingMax;
pub use smoothing_window::SmoothingWindow;
