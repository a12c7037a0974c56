//! What the fuzz targets share: what must hold of every decoded file, a bound for memory, checksums, and a panic hook.

mod hook;
mod memory;
mod ogg;

use balanced_dsp::PlanarBuffer;
use balanced_io::{Decoder, IoError};

pub use hook::start;
pub use memory::within_bounds;
pub use ogg::with_checksums;

/// Frames after which decoding is ended: a few bytes can stand for hours of silence.
const MAX_FRAMES: u64 = 1 << 18;
/// Frames that are read at a time.
const BLOCK_FRAMES: usize = 4096;
/// Frames that one byte can stand for: a packet of Opus of one byte holds 5760, one of FLAC 65,535 in twelve bytes.
const FRAMES_PER_BYTE: u64 = 6000;
/// Frames that may be missing without a note, because containers count what encoders add.
const TOLERANCE_FRAMES: u64 = 4096;

/// Decodes `bytes` as a caller would, if they are of the wanted container, and checks what comes out; returns whether they were.
///
/// # Panics
/// Panics if one of the promises in the README is broken.
pub fn decode(bytes: &[u8], is_wanted: impl Fn(&[u8]) -> bool) -> bool {
    // Other containers have targets of their own.
    if !is_wanted(bytes) {
        return false;
    }
    within_bounds(bytes.len(), || match Decoder::from_bytes(bytes.to_vec()) {
        Ok(decoder) => read(decoder, bytes.len() as u64),
        Err(error) => check_error(&error),
    });
    true
}

/// Reads to the end, or to [`MAX_FRAMES`].
fn read(mut decoder: Decoder, bytes: u64) {
    let format = decoder.format();
    assert!((1..=64).contains(&format.channels()), "{} channels", format.channels());
    assert!((1e3..=768e3).contains(&format.sample_rate_hz), "{} Hz", format.sample_rate_hz);
    let mut buffer = PlanarBuffer::new(format.channels(), BLOCK_FRAMES);
    let mut frames = 0;
    while frames < MAX_FRAMES {
        match decoder.read(&mut buffer) {
            Ok(0) => {
                check_end(&decoder);
                break;
            }
            Ok(read) => {
                assert!(read <= BLOCK_FRAMES && buffer.frames() == read, "{read} frames in a block");
                frames += read as u64;
            }
            Err(error) => {
                check_error(&error);
                break;
            }
        }
        assert!(frames <= bytes * FRAMES_PER_BYTE, "{frames} frames of {bytes} bytes");
    }
    assert_eq!(decoder.delivered_frames(), frames);
    decoder.notes().iter().for_each(|note| check_line(note));
}

/// Audio that was read to its end is whole, or an error or a note tells that it is not.
fn check_end(decoder: &Decoder) {
    let missing = decoder.promised_frames().unwrap_or(0).saturating_sub(decoder.delivered_frames());
    match decoder.check_complete() {
        Ok(()) => assert!(
            missing <= TOLERANCE_FRAMES || !decoder.notes().is_empty(),
            "{missing} frames are missing in silence: {:?}",
            decoder.info()
        ),
        Err(error) => check_error(&error),
    }
}

/// An error names the file and tells the problem and the remedy, in one line.
fn check_error(error: &IoError) {
    let line = error.to_string();
    check_line(&line);
    assert!(line.starts_with("audio in memory: "), "{line}");
}

/// A line for a terminal holds no control characters.
fn check_line(line: &str) {
    assert!(!line.is_empty() && !line.contains(char::is_control), "{line:?}");
}
