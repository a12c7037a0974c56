//! What the fuzz targets share.

use balanced_dsp::PlanarBuffer;
use balanced_io::Decoder;

/// Frames after which decoding is ended: a few bytes can stand for hours of silence.
const MAX_FRAMES: usize = 1 << 18;
/// Frames that are read at a time.
const BLOCK_FRAMES: usize = 4096;

/// Decodes `bytes` as a caller would; what comes out must be as many frames as were asked for at most.
pub fn decode(bytes: &[u8]) {
    let Ok(mut decoder) = Decoder::from_bytes(bytes.to_vec()) else { return };
    let mut buffer = PlanarBuffer::new(decoder.format().channels(), BLOCK_FRAMES);
    let mut frames = 0;
    while frames < MAX_FRAMES {
        match decoder.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => {
                assert!(read <= BLOCK_FRAMES && buffer.frames() == read);
                frames += read;
            }
        }
    }
    assert!(decoder.format().sample_rate_hz > 0.0 && decoder.notes().iter().all(|note| !note.is_empty()));
}
