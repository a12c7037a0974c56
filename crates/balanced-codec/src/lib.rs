#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod codec;
mod difference;
mod encode;
mod error;
mod measure;
mod round_trip;

pub use codec::{Codec, UnknownCodec};
pub use difference::Difference;
#[cfg(feature = "lame")]
pub use encode::Lame;
pub use encode::{FileEncoder, MAX_CHANNELS, MemoryEncoder, encode_file, encoder_name};
pub use error::{CodecError, CodecErrorKind};
pub use measure::DecodedPeaks;
pub use round_trip::{Decoded, RoundTrip};
