//! Hash of the decoded audio, which stays the same where only tags change.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use sha2::{Digest, Sha256};

use crate::analyze::block_frames;
use crate::hash::hex;
use crate::origin::Original;
use crate::progress::Monitor;
use crate::{AnalyzeOptions, Error, Stage};

/// Returns the SHA-256 of the samples of a file as 64-bit floats of little-endian order, frame by frame.
pub(crate) fn audio_sha256(path: &Path, options: &AnalyzeOptions<'_>, monitor: &Monitor<'_>) -> Result<String, Error> {
    let file = Original::open(path, &options.limits)?;
    let mut input = file.input(options.layout.as_ref(), &options.limits)?;
    let channels = input.format.channels();
    let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
    let mut bytes = Vec::new();
    let (mut hasher, mut done, total) = (Sha256::new(), 0, input.declared_frames());
    loop {
        monitor.at(Stage::Analyze, done, total)?;
        let frames = input.read(&mut buffer)?;
        if frames == 0 {
            file.check_unchanged()?;
            return Ok(hex(&hasher.finalize()));
        }
        bytes.clear();
        for frame in 0..frames {
            for channel in 0..channels {
                bytes.extend_from_slice(&buffer.channel(channel)[frame].to_le_bytes());
            }
        }
        hasher.update(&bytes);
        done += frames as u64;
    }
}
