//! Audio files in and out: probe, decode, encode, resample.
//!
//! [`Decoder`] reads any supported file block by block as planar `f64`; integers of `b` bits are divided by `2^(b-1)`,
//! so that what was on the integer grid is exact. [`Encoder`] writes WAV, AIFF and FLAC atomically: the target appears
//! when it is complete, or not at all. [`Resampler`] changes the sample rate of a stream.
//!
//! ```no_run
//! use balanced_dsp::PlanarBuffer;
//! use balanced_io::{Decoder, IoError};
//!
//! # fn main() -> Result<(), IoError> {
//! let mut decoder = Decoder::open("song.flac")?;
//! let mut buffer = PlanarBuffer::new(decoder.format().channels(), 4096);
//! while decoder.read(&mut buffer)? > 0 {
//!     let _left = buffer.channel(0);
//! }
//! for note in decoder.notes() {
//!     println!("{note}");
//! }
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod decode;
mod encode;
mod error;
mod resample;

pub use decode::{AudioInfo, Decoder, UNNAMED_LAYOUT};
pub use encode::{
    BroadcastLoudness, CompleteFile, EncodeSpec, Encoder, FileFormat, SampleFormat, cleanup_temporaries,
    write_broadcast_loudness,
};
pub use error::{IoError, IoErrorKind};
pub use resample::Resampler;
