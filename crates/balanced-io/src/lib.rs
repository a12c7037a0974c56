#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod decode;
mod encode;
mod error;
mod resample;

pub use decode::{AudioInfo, Decoder, UNNAMED_LAYOUT, open_file};
pub use encode::{
    BroadcastLoudness, CompleteFile, EncodeSpec, Encoder, FileFormat, Medium, SampleFormat, cleanup_temporaries,
    write_broadcast_loudness, write_broadcast_loudness_in, write_file,
};
pub use error::{IoError, IoErrorKind, printable};
pub use resample::Resampler;
