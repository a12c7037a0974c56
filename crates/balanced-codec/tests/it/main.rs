//! Tests of the codecs: alignment, length, independence of blocks, and peaks against ffmpeg's decoders.

mod align;
mod files;
mod peaks;
mod support;
