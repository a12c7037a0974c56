//! The built-in demo track.

/// The demo track as a FLAC file: 36 s of a hasty mix, level E3M5 of Freedoom (BSD licence) played by the Fluid sound font (MIT licence).
///
/// Its bass is upside down in the right channel, and its right channel 2.5 dB too low.
///
/// `fixtures/README.md` in the repository tells where it comes from.
pub static DEMO_FLAC: &[u8] = include_bytes!("../../../fixtures/demo.flac");
