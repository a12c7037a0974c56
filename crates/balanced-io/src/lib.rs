#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod decode;
mod encode;
mod error;
mod metadata;
mod resample;

pub use decode::{AudioInfo, Decoder, UNNAMED_LAYOUT, open_file};
pub use encode::{
    AtomicWriter, BroadcastLoudness, CompleteFile, EncodeSpec, Encoder, FileFormat, Medium, NewFolder, SampleFormat,
    cleanup_temporaries, write_broadcast_loudness, write_broadcast_loudness_in, write_file,
};
pub use error::{IoError, IoErrorKind, printable};
pub use metadata::{
    IxmlTimes, MetadataFields, MetadataRead, fit_metadata, is_about_the_former_file, is_upc_valid, metadata_table,
    normal_isrc, picture_of, picture_size, read_metadata, retimed_ixml, write_tags,
};
pub use resample::Resampler;
