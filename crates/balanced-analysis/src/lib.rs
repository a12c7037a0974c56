//! Measurements of audio, streaming and pure: no file, clock or environment is read here.
//!
//! [`Analyzer::new`] takes the format and what to measure, [`Analyzer::push`] takes blocks of any size, and
//! [`Analyzer::finish`] returns [`Measurements`](balanced_model::Measurements). The same samples give the same bits
//! whatever the block sizes. Other crates add measurements of their own as a [`Stage`].
#![forbid(unsafe_code)]

mod analyzer;
mod crew;
mod defects;
mod dynamics;
pub mod features;
pub mod front_end;
mod intake;
mod loudness;
mod lowrate;
mod programme;
mod rhythm;
mod spectrum;
mod stage;
mod stereo;
mod tonal;
mod windowed_fft;

pub use analyzer::Analyzer;
pub use intake::{BLOCK_FRAMES, SANE};
pub use loudness::mean_above_gates;
pub use programme::{Programme, Reasons};
pub use stage::Stage;
