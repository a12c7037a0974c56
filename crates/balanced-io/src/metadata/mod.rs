//! Metadata of files: what is read from every container, and what each format that is written can hold.

mod adtl;
mod aiff;
mod axml;
mod bext;
mod broadcast_text;
mod caf;
mod chapters;
mod field;
mod fields;
mod fit;
mod flac;
mod id3;
mod info;
mod ixml;
mod matroska;
mod picture;
mod read;
mod sampler;
mod source;
mod sun;
mod table;
mod tag;
mod tagged;
mod vorbis_comment;
mod wave;
mod wave64;

pub use field::MetadataFields;
pub use fields::{is_about_the_former_file, is_upc_valid, normal_isrc};
pub use fit::fit_metadata;
pub use ixml::{IxmlTimes, retimed as retimed_ixml};
pub use picture::{picture_of, picture_size};
pub use read::{MetadataRead, read_metadata};
pub use table::metadata_table;
pub use tag::write_tags;

pub(crate) use aiff::chunks as aiff_chunks;
pub(crate) use flac::{MAX_BLOCK_BYTES, blocks as flac_blocks};
pub(crate) use wave::{WaveChunks, chunks as wave_chunks};

/// Largest number of markers, loops or chunks that is read.
const MAX_ITEMS: usize = 65_535;
