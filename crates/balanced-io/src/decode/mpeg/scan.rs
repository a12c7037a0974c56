//! Walk over the frames of an MPEG audio stream: how many there are, and which belong together.
//!
//! Headers of the file (Xing, Info, VBRI) tell a number of frames too, but joined files keep the header of their first
//! part, and files without one only leave room for a guess from the bit rate.

use super::{SYNC_BYTES, frame_bytes, rate_hz};
use crate::IoError;
use crate::decode::source::ByteSource;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 16;
/// Bytes of a frame that are examined: a header, and the place of a tag behind the longest side information.
const EXAMINED_BYTES: usize = 40;

/// Form of a frame: what frames that one decoder decodes in a row have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) rate_hz: u32,
    pub(super) channels: usize,
    pub(super) samples_per_frame: u64,
}

/// Consecutive frames of one form, from byte `start` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) form: Form,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Frames of audio; frames that only hold a tag are not counted.
    pub(super) frames: u64,
    /// Whether the first frame holds a tag with the number of frames.
    pub(super) has_count: bool,
}

impl Run {
    /// Returns the number of samples of each channel.
    pub(super) fn samples(&self) -> u64 {
        self.frames * self.form.samples_per_frame
    }

    fn seconds(&self) -> f64 {
        self.samples() as f64 / f64::from(self.form.rate_hz)
    }
}

/// Frames of a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scan {
    /// The longest run.
    pub(super) longest: Run,
    /// Time in all other runs.
    pub(super) other_s: f64,
}

/// Walks over the frames from byte `start` to `end`; `None` if there is none.
pub(super) fn scan(source: &mut ByteSource, start: u64, end: u64) -> Result<Option<Scan>, IoError> {
    let mut bytes = Bytes { source, end, chunk: Vec::new(), chunk_at: 0 };
    let (mut longest, mut current): (Option<Run>, Option<Run>) = (None, None);
    let (mut at, mut all_s) = (start, 0.0);
    let mut close = |run: Option<Run>, longest: &mut Option<Run>| {
        let Some(run) = run else { return };
        all_s += run.seconds();
        if longest.is_none_or(|longest| run.seconds() > longest.seconds()) {
            *longest = Some(run);
        }
    };
    while at + SYNC_BYTES as u64 <= end {
        let head = bytes.at(at)?;
        let Some((size, form)) = frame(head) else {
            at = bytes.next_frame(at + 1)?;
            continue;
        };
        let next = at + size as u64;
        if next > end {
            break;
        }
        let is_tag = is_tag(head, form);
        if current.is_none_or(|run| run.form != form) {
            close(current, &mut longest);
            current = Some(Run { form, start: at, end: at, frames: 0, has_count: is_tag });
        }
        if let Some(run) = &mut current {
            run.end = next;
            run.frames += u64::from(!is_tag);
        }
        at = next;
    }
    close(current, &mut longest);
    Ok(longest.map(|longest| Scan { longest, other_s: (all_s - longest.seconds()).max(0.0) }))
}

/// Returns the size and the form of the frame that starts here.
fn frame(head: &[u8]) -> Option<(usize, Form)> {
    let size = frame_bytes(head)?;
    let (version, layer) = ((head[1] >> 3) & 3, 4 - ((head[1] >> 1) & 3));
    let rate_hz = rate_hz(version, usize::from((head[2] >> 2) & 3)) as u32;
    let channels = if head[3] >> 6 == 3 { 1 } else { 2 };
    let samples_per_frame = match layer {
        1 => 384,
        3 if version != 3 => 576,
        _ => 1152,
    };
    Some((size, Form { rate_hz, channels, samples_per_frame }))
}

/// Returns whether a frame holds a tag in place of audio: Xing or Info behind the side information of layer 3 (as LAME
/// writes it), VBRI 32 bytes behind the header (as Fraunhofer's encoder does).
fn is_tag(head: &[u8], form: Form) -> bool {
    let side_bytes = match (form.samples_per_frame == 1152, form.channels) {
        (true, 2) => 32,
        (true, _) | (false, 2) => 17,
        (false, _) => 9,
    };
    let at = |offset: usize| head.get(offset..offset + 4).unwrap_or_default();
    matches!(at(SYNC_BYTES + side_bytes), b"Xing" | b"Info") || at(SYNC_BYTES + 32) == b"VBRI"
}

/// The stream in chunks.
struct Bytes<'a> {
    source: &'a mut ByteSource,
    end: u64,
    chunk: Vec<u8>,
    chunk_at: u64,
}

impl Bytes<'_> {
    /// Returns some bytes from `at` on; fewer near the end.
    fn at(&mut self, at: u64) -> Result<&[u8], IoError> {
        let wanted = (self.end - at).min(EXAMINED_BYTES as u64);
        if at < self.chunk_at || at + wanted > self.chunk_at + self.chunk.len() as u64 {
            self.chunk.resize((self.end - at).min(CHUNK_BYTES as u64) as usize, 0);
            let read = self.source.read_at(at, &mut self.chunk)?;
            self.chunk.truncate(read);
            self.chunk_at = at;
        }
        let from = ((at - self.chunk_at) as usize).min(self.chunk.len());
        Ok(&self.chunk[from..(from + wanted as usize).min(self.chunk.len())])
    }

    /// Returns the next position where two frames of one form follow each other; the end if there is none.
    fn next_frame(&mut self, mut at: u64) -> Result<u64, IoError> {
        while at + SYNC_BYTES as u64 <= self.end {
            if let Some((size, form)) = frame(self.at(at)?) {
                let next = at + size as u64;
                let follows = next == self.end
                    || next < self.end && frame(self.at(next)?).is_some_and(|(_, other)| other == form);
                if follows {
                    return Ok(at);
                }
            }
            at += 1;
        }
        Ok(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of layer 3, MPEG 1, 128 kbit/s, 44.1 kHz.
    fn frames(channel_mode: u8, count: usize) -> Vec<u8> {
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, channel_mode]);
        frame.repeat(count)
    }

    fn scan_of(bytes: Vec<u8>) -> Option<Scan> {
        let end = bytes.len() as u64;
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(bytes))).unwrap();
        scan(&mut source, 0, end).unwrap()
    }

    #[test]
    fn frames_are_counted_and_tags_are_not() {
        let mut bytes = frames(0, 300);
        bytes[36..40].copy_from_slice(b"Info");
        let found = scan_of(bytes).unwrap();
        assert_eq!((found.longest.frames, found.longest.has_count, found.other_s), (299, true, 0.0));
        assert_eq!(found.longest.samples(), 299 * 1152);
    }

    #[test]
    fn the_longest_run_of_one_form_is_found_among_others_and_junk() {
        let (mono, stereo) = (frames(0xc0, 8), frames(0, 40));
        let bytes = [&mono[..], &[0xff; 100], &stereo, &mono].concat();
        let found = scan_of(bytes).unwrap();
        let run = found.longest;
        assert_eq!((run.form.channels, run.frames, run.start, run.end), (2, 40, 3436, 3436 + 40 * 417));
        assert!((found.other_s - 16.0 * 1152.0 / 44_100.0).abs() < 1e-9);
        assert_eq!(scan_of(vec![7; 5000]), None);
    }
}
