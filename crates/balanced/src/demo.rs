//! The built-in demo track.

/// The demo track as a FLAC file: 36 s of an unmastered mix, "Feelings" by Sectoid (MIT licence).
///
/// `fixtures/README.md` in the repository tells where it comes from.
pub static DEMO_FLAC: &[u8] = include_bytes!("../../../fixtures/demo.flac");
