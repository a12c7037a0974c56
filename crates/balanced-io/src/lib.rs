#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod decode;
mod encode;
mod error;
mod resample;

pub use decode::{AudioInfo, Decoder, UNNAMED_LAYOUT};
pub use encode::{
    BroadcastLoudness, CompleteFile, EncodeSpec, Encoder, FileFormat, SampleFormat, cleanup_temporaries,
    write_broadcast_loudness, write_file,
};
pub use error::{IoError, IoErrorKind, printable};
pub use resample::Resampler;
