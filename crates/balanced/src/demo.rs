//! The demo track, so that the first command needs no file.

/// "Feelings" by Sectoid (MIT licence, see `fixtures/README.md`): 36 s, an unmastered mix, FLAC.
pub static DEMO_FLAC: &[u8] = include_bytes!("../../../fixtures/demo.flac");
