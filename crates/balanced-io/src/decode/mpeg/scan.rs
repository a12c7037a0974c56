//! Walk over the frames of a stream without a container: which bytes are frames, how many there are, and which belong
//! together.
//!
//! Headers of the file (Xing, Info, VBRI) tell a number of frames too, but joined files keep the header of their first
//! part, and files without one only leave room for a guess from the bit rate. What looks like a header within other
//! bytes is no frame: a frame follows a frame of its form, or is followed by one.

use std::ops::Range;

use super::framing::{EXAMINED_BYTES, Form, Frame, Framing, HEADER_BYTES};
use crate::IoError;
use crate::decode::chunks::Chunks;
use crate::decode::source::ByteSource;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// All frames of one form, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) form: Form,
    /// Bytes of the frames, without what lies between them.
    pub(super) parts: Vec<Range<u64>>,
    /// Frames of audio before each part but the first: there, a decoder must not use what it remembers.
    pub(super) restarts: Vec<u64>,
    /// Frames of audio; frames that only hold a tag are not counted.
    pub(super) frames: u64,
    /// Whether the first frame holds a tag with the number of frames.
    pub(super) has_count: bool,
}

impl Stream {
    fn new(form: Form, has_count: bool) -> Self {
        Self { form, parts: Vec::new(), restarts: Vec::new(), frames: 0, has_count }
    }

    /// Returns the number of samples of each channel.
    pub(super) fn samples(&self) -> u64 {
        self.frames * self.form.samples_per_frame
    }

    /// Returns the number of bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.end - part.start).sum()
    }

    fn seconds(&self) -> f64 {
        self.samples() as f64 / f64::from(self.form.rate_hz)
    }

    fn push(&mut self, at: u64, frame: Frame) {
        match self.parts.last_mut() {
            Some(part) if part.end == at => part.end += frame.bytes,
            last => {
                if last.is_some() {
                    self.restarts.push(self.frames);
                }
                self.parts.push(at..at + frame.bytes);
            }
        }
        self.frames += u64::from(!frame.is_tag);
    }

    /// Takes back the last frame.
    fn pop(&mut self, at: u64, frame: Frame) {
        self.frames -= u64::from(!frame.is_tag);
        if let Some(part) = self.parts.last_mut() {
            part.end = at;
            if part.start == at {
                self.parts.pop();
                self.restarts.truncate(self.parts.len().saturating_sub(1));
            }
        }
    }
}

/// Bytes that belong to no frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Skipped {
    pub(super) bytes: u64,
    pub(super) places: u64,
    /// Time of the first place.
    pub(super) first_s: f64,
}

/// Frames of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scan {
    /// The form that most of the time has.
    pub(super) main: Stream,
    /// Time in all other forms.
    pub(super) other_s: f64,
    pub(super) skipped: Skipped,
    /// Bytes of a last frame that is not whole.
    pub(super) cut_bytes: u64,
}

/// Walks over the frames from byte `start` to `end`; `None` if there is none.
pub(super) fn scan(source: &mut ByteSource, framing: Framing, start: u64, end: u64) -> Result<Option<Scan>, IoError> {
    let chunks = Chunks::new(source, end, CHUNK_BYTES);
    let mut walk = Walk { chunks, framing, streams: Vec::new(), last: None, skipped: Skipped::default(), cut_bytes: 0 };
    walk.run(start)?;
    Ok(walk.finish())
}

/// The frame before the current position.
#[derive(Clone, Copy)]
struct Last {
    at: u64,
    frame: Frame,
    stream: usize,
}

struct Walk<'a> {
    chunks: Chunks<'a>,
    framing: Framing,
    streams: Vec<Stream>,
    last: Option<Last>,
    skipped: Skipped,
    cut_bytes: u64,
}

impl Walk<'_> {
    fn run(&mut self, start: u64) -> Result<(), IoError> {
        let mut at = start;
        while at + HEADER_BYTES <= self.chunks.end() {
            let frame = self.frame(at)?;
            match frame {
                Some(frame) if self.is_credible(at, frame)? => {
                    self.accept(at, frame);
                    at += frame.bytes;
                }
                _ => {
                    let is_cut = frame.is_some_and(|frame| self.continues(at, frame));
                    at = self.resync(at, is_cut)?;
                }
            }
        }
        let rest = self.chunks.end().saturating_sub(at);
        self.skip(rest);
        Ok(())
    }

    fn frame(&mut self, at: u64) -> Result<Option<Frame>, IoError> {
        Ok(self.framing.frame(self.chunks.at(at, EXAMINED_BYTES)?))
    }

    /// Returns whether a frame is whole, and next to another of its form.
    fn is_credible(&mut self, at: u64, frame: Frame) -> Result<bool, IoError> {
        let fits = at + frame.bytes <= self.chunks.end();
        Ok(fits && (self.continues(at, frame) || self.is_followed(at, frame)?))
    }

    fn continues(&self, at: u64, frame: Frame) -> bool {
        self.last.is_some_and(|last| last.at + last.frame.bytes == at && last.frame.form == frame.form)
    }

    fn is_followed(&mut self, at: u64, frame: Frame) -> Result<bool, IoError> {
        let next = at + frame.bytes;
        Ok(next == self.chunks.end()
            || next < self.chunks.end() && self.frame(next)?.is_some_and(|other| other.form == frame.form))
    }

    fn accept(&mut self, at: u64, frame: Frame) {
        let stream = self.streams.iter().position(|stream| stream.form == frame.form).unwrap_or_else(|| {
            self.streams.push(Stream::new(frame.form, frame.is_tag));
            self.streams.len() - 1
        });
        self.streams[stream].push(at, frame);
        self.last = Some(Last { at, frame, stream });
    }

    /// Returns the position of the next frame. It may lie within the frame before `at`, of which a part is missing then:
    /// that frame is taken back.
    fn resync(&mut self, at: u64, is_cut: bool) -> Result<u64, IoError> {
        let last = self.last.take().filter(|last| last.at + last.frame.bytes == at);
        let found = self.next_pair(last.map_or(at + 1, |last| last.at + HEADER_BYTES))?;
        match last.filter(|_| found < at) {
            Some(last) => {
                self.streams[last.stream].pop(last.at, last.frame);
                self.skip(found - last.at);
            }
            None if is_cut && found == self.chunks.end() => self.cut_bytes = found - at,
            None => self.skip(found - at),
        }
        Ok(found)
    }

    /// Returns the next position where two frames of one form follow each other; the end if there is none.
    fn next_pair(&mut self, mut at: u64) -> Result<u64, IoError> {
        while at + HEADER_BYTES <= self.chunks.end() {
            if let Some(frame) = self.frame(at)?
                && self.is_followed(at, frame)?
            {
                return Ok(at);
            }
            at += 1;
        }
        Ok(self.chunks.end())
    }

    fn skip(&mut self, bytes: u64) {
        if bytes == 0 {
            return;
        }
        if self.skipped.places == 0 {
            self.skipped.first_s = self.streams.iter().map(Stream::seconds).sum();
        }
        self.skipped.bytes += bytes;
        self.skipped.places += 1;
    }

    fn finish(self) -> Option<Scan> {
        let all_s: f64 = self.streams.iter().map(Stream::seconds).sum();
        let main = self.streams.into_iter().max_by(|a, b| a.seconds().total_cmp(&b.seconds()))?;
        let other_s = (all_s - main.seconds()).max(0.0);
        Some(Scan {
            other_s: if other_s < 1e-9 { 0.0 } else { other_s },
            main,
            skipped: self.skipped,
            cut_bytes: self.cut_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of layer 3, MPEG 1, 128 kbit/s, 44.1 kHz.
    fn frames(channel_mode: u8, count: usize) -> Vec<u8> {
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, channel_mode]);
        frame.repeat(count)
    }

    fn scan_of(bytes: Vec<u8>) -> Option<Scan> {
        let end = bytes.len() as u64;
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(bytes))).unwrap();
        scan(&mut source, Framing::Mpeg, 0, end).unwrap()
    }

    #[test]
    fn frames_are_counted_and_tags_are_not() {
        let mut bytes = frames(0, 300);
        bytes[36..40].copy_from_slice(b"Info");
        let found = scan_of(bytes).unwrap();
        assert_eq!((found.main.frames, found.main.has_count, found.other_s), (299, true, 0.0));
        assert_eq!((found.main.samples(), found.main.parts.len()), (299 * 1152, 1));
        assert_eq!((found.skipped, found.cut_bytes), (Skipped::default(), 0));
    }

    #[test]
    fn the_form_of_most_of_the_time_is_found_among_others_and_junk() {
        let (mono, stereo) = (frames(0xc0, 8), frames(0, 40));
        let bytes = [&mono[..], &[0xff; 100], &stereo, &mono].concat();
        let found = scan_of(bytes).unwrap();
        assert_eq!((found.main.form.channels, found.main.frames), (2, 40));
        assert_eq!((found.main.parts.len(), found.main.parts[0].clone()), (1, 3436..3436 + 40 * 417));
        assert!((found.other_s - 16.0 * 1152.0 / 44_100.0).abs() < 1e-9);
        assert_eq!((found.skipped.bytes, found.skipped.places), (100, 1));
        assert_eq!(scan_of(vec![7; 5000]), None);
    }

    #[test]
    fn a_header_within_other_bytes_is_no_frame() {
        let (before, after) = (frames(0, 20), frames(0, 30));
        let mut junk = vec![0x11; 2000];
        for at in [0, 700, 1400] {
            junk[at..at + 4].copy_from_slice(&[0xff, 0xfb, 0x90, 0]);
        }
        let found = scan_of([&before[..], &junk, &after].concat()).unwrap();
        // The first one stands where a frame is expected, so it passes for one.
        assert_eq!((found.main.frames, found.main.restarts), (51, vec![21]));
        assert_eq!(found.main.parts, [0..21 * 417, 20 * 417 + 2000..50 * 417 + 2000]);
        assert_eq!(found.skipped.bytes, 2000 - 417);
    }

    #[test]
    fn a_frame_that_lost_bytes_is_left_out() {
        let mut bytes = frames(0, 50);
        bytes.drain(20 * 417 + 100..20 * 417 + 160);
        let found = scan_of(bytes).unwrap();
        assert_eq!((found.main.frames, found.main.restarts), (49, vec![20]));
        assert_eq!(found.main.parts, [0..20 * 417, 21 * 417 - 60..50 * 417 - 60]);
        assert_eq!((found.skipped.bytes, found.skipped.places), (417 - 60, 1));
    }

    #[test]
    fn a_cut_end_is_told_from_junk() {
        let bytes = frames(0, 50);
        let cut = scan_of(bytes[..49 * 417 + 300].to_vec()).unwrap();
        assert_eq!((cut.main.frames, cut.cut_bytes, cut.skipped.bytes), (49, 300, 0));
        let tail = scan_of([&bytes[..], &[0; 300]].concat()).unwrap();
        assert_eq!((tail.main.frames, tail.cut_bytes, tail.skipped.bytes), (50, 0, 300));
    }
}
