//! Protocol of the two processes: frames of a tag, a length and a payload.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// No frame is longer; more is garbage, not a message.
const MAX_PAYLOAD_BYTES: u32 = 1 << 28;

/// Kinds of frames.
pub(crate) mod tag {
    /// To the plugin: [`Open`](super::Open) as JSON.
    pub(crate) const OPEN: u8 = b'O';
    /// To the plugin: its state, after `OPEN` that announces one.
    pub(crate) const STATE: u8 = b'S';
    /// To the plugin: a block of planar samples, `f64` little-endian.
    pub(crate) const BLOCK: u8 = b'B';
    /// To the plugin: forget all history.
    pub(crate) const RESET: u8 = b'R';
    /// From the plugin: [`Ready`](super::Ready) as JSON, after `OPEN`.
    pub(crate) const READY: u8 = b'Y';
    /// From the plugin: the processed block, or nothing after `RESET`.
    pub(crate) const DONE: u8 = b'D';
    /// From the plugin: a [`Refusal`](crate::refusal::Refusal) as JSON.
    pub(crate) const FAILED: u8 = b'F';
}

/// Request to load a plugin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) path: String,
    pub(crate) plugin_id: Option<String>,
    pub(crate) has_state: bool,
    pub(crate) parameters: BTreeMap<String, f64>,
    pub(crate) sample_rate_hz: f64,
    pub(crate) channels: usize,
    /// What the plugin may read.
    pub(crate) readable: Vec<PathBuf>,
    /// The folder that it may write to.
    pub(crate) temporary: Option<PathBuf>,
    /// Whether the thread that started the process lives as long as its own process.
    pub(crate) dies_with_parent: bool,
}

/// Description of the loaded plugin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) latency_frames: u32,
    /// What of the process could not be confined.
    pub(crate) gaps: Vec<String>,
}

pub(crate) fn write(to: &mut impl Write, tag: u8, payload: &[u8]) -> io::Result<()> {
    let mut head = [tag, 0, 0, 0, 0];
    head[1..].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    to.write_all(&head)?;
    to.write_all(payload)?;
    to.flush()
}

/// The next frame's tag; its payload is put into `payload`.
pub(crate) fn read(from: &mut impl Read, payload: &mut Vec<u8>) -> io::Result<u8> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let length = u32::from_le_bytes(head[1..].try_into().expect("four bytes"));
    if length > MAX_PAYLOAD_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    payload.clear();
    let read = from.take(u64::from(length)).read_to_end(payload)?;
    if read < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(head[0])
}

/// `samples` appended to `bytes`.
pub(crate) fn put_samples(bytes: &mut Vec<u8>, samples: &[f64]) {
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
}

/// Fill `samples` from the front of `bytes` and return the rest; `None` if there are too few.
pub(crate) fn take_samples<'a>(bytes: &'a [u8], samples: &mut [f64]) -> Option<&'a [u8]> {
    let (here, rest) = bytes.split_at_checked(8 * samples.len())?;
    for (sample, bytes) in samples.iter_mut().zip(here.chunks_exact(8)) {
        *sample = f64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_garbage_does_not_allocate() {
        let mut bytes = Vec::new();
        let mut samples = Vec::new();
        put_samples(&mut samples, &[0.25, -1.0]);
        write(&mut bytes, tag::BLOCK, &samples).unwrap();
        let (mut payload, mut back) = (Vec::new(), [0.0; 2]);
        assert_eq!(read(&mut bytes.as_slice(), &mut payload).unwrap(), tag::BLOCK);
        assert_eq!(take_samples(&payload, &mut back), Some(&[][..]));
        assert_eq!(back, [0.25, -1.0]);
        assert_eq!(take_samples(&payload, &mut [0.0; 3]), None);
        assert!(read(&mut &bytes[..9], &mut payload).is_err());
        let lies = [tag::BLOCK, 0xff, 0xff, 0xff, 0xff];
        assert!(read(&mut lies.as_slice(), &mut payload).is_err());
    }
}
