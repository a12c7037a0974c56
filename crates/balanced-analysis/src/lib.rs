#![doc = include_str!("../README.md")]
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
mod neural;
mod programme;
mod rhythm;
mod spectrum;
mod stage;
mod stereo;
mod tonal;
mod windowed_fft;

pub use analyzer::Analyzer;
pub use intake::{BLOCK_FRAMES, SANE};
pub use loudness::album_loudness;
pub use programme::{Programme, Reasons};
pub use stage::Stage;
