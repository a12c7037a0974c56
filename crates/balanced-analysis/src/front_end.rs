//! Front end of the stages: mono at a low rate, overlapping frames, spectra, mel bands.
//!
//! These parts are shared by the stages for rhythm, key and tags. All work in `f32` and keep no more audio than a frame.

pub use crate::lowrate::{Frames, LowRate};
pub use crate::spectrum::mel::{MelBank, MelScale};
pub use crate::windowed_fft::WindowedFft;
