//! MPEG audio and ADTS streams: finds their start and end among tags and junk (ISO/IEC 11172-3, 2.4.2.3).

mod framing;
mod scan;

use super::Opened;
use super::bytes::Fields;
use super::coded::{self, Family, Known};
use super::mp4::TrackFacts;
use super::pcm::Endian;
use super::source::ByteSource;
use super::window::Window;
use crate::IoError;
use framing::Framing;
use scan::Scan;

/// Bytes of a file that are searched for the first frame.
const SEARCH_BYTES: usize = 1 << 17;
/// Number of consecutive frames that makes a chance match unlikely.
const CHAIN: usize = 4;

/// Returns the position after the ID3v2 tags at the start of a file (id3.org, ID3v2.4 section 3.1).
pub(crate) fn after_id3(source: &mut ByteSource) -> Result<u64, IoError> {
    let mut at = 0;
    for _ in 0..16 {
        let mut head = [0; 10];
        if source.read_at(at, &mut head)? < head.len() || &head[..3] != b"ID3" {
            break;
        }
        let size = head[6..].iter().fold(0u64, |size, &byte| size << 7 | u64::from(byte & 0x7f));
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        at += 10 + size + footer;
    }
    Ok(at)
}

/// Returns whether these bytes start an ADTS frame.
pub(crate) fn is_adts(head: &[u8]) -> bool {
    matches!(head, [0xff, second, ..] if second & 0xf6 == 0xf0)
}

/// Returns whether these bytes start an MPEG audio frame.
pub(crate) fn is_mpeg(head: &[u8]) -> bool {
    frame_bytes(head).is_some()
}

/// Opens a stream without the tags at its end.
pub(crate) fn open(mut source: ByteSource, family: Family, notes: Vec<String>) -> Result<Opened, IoError> {
    let end = before_trailing_tags(&mut source)?;
    open_frames(source, family, 0, end, Known { notes, ..Known::default() })
}

/// Opens the frames between byte `start` and `end`: those of the sample rate and channel count that most of the time has,
/// since a jingle or a station's name in another form may lie in front of the programme.
pub(crate) fn open_frames(
    mut source: ByteSource,
    family: Family,
    start: u64,
    end: u64,
    mut known: Known,
) -> Result<Opened, IoError> {
    let name = source.name().to_owned();
    let framing = if family == Family::Adts { Framing::Adts } else { Framing::Mpeg };
    let Some(found) = scan::scan(&mut source, framing, start, end)? else {
        let window = Window::new(source, Vec::new(), start, end.saturating_sub(start));
        return coded::open(&name, window, family, known, |_| TrackFacts::default());
    };
    known.notes.extend(notes(&found));
    known.promised = Some(promised(&found));
    known.samples = Some(found.main.samples());
    known.has_count = found.main.has_count;
    known.restarts = found.main.restarts;
    coded::open(&name, Window::of_parts(source, found.main.parts), family, known, |_| TrackFacts::default())
}

/// Returns what is told of bytes that are not read.
fn notes(found: &Scan) -> Vec<String> {
    let mut notes = Vec::new();
    if found.other_s > 0.0 {
        let form = found.main.form;
        let sound = match form.channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            count => format!("of {count} channels"),
        };
        notes.push(format!(
            "the form changes within the file: {:.1} s that are not {sound} at {} Hz were left out",
            found.other_s, form.rate_hz
        ));
    }
    let skipped = found.skipped;
    if skipped.bytes > 0 {
        notes.push(format!(
            "{} bytes between or behind the frames are not audio and were skipped, in {} places, the first at {:.1} s",
            skipped.bytes, skipped.places, skipped.first_s
        ));
    }
    if found.cut_bytes > 0 {
        notes.push(format!("the file is cut off: of its last frame, only {} bytes are there", found.cut_bytes));
    }
    notes
}

/// Returns the samples that the bytes of a stream promise: those of all its forms, and what its other bytes would hold.
fn promised(found: &Scan) -> u64 {
    let (bytes, skipped) = (found.main.bytes().max(1), found.skipped.bytes);
    let samples = found.main.samples();
    let lost = u128::from(samples) * u128::from(skipped) / u128::from(bytes);
    // A cover, lyrics or padding may well be larger than a short piece; only what outweighs the audio is a promise.
    let lost = if skipped > bytes { u64::try_from(lost).unwrap_or(u64::MAX) } else { 0 };
    samples.saturating_add(lost).saturating_add((found.other_s * f64::from(found.main.form.rate_hz)) as u64)
}

/// Returns the end of the audio, before an ID3v1 tag (128 bytes) and an APE tag (APEv2 footer, 32 bytes).
pub(crate) fn before_trailing_tags(source: &mut ByteSource) -> Result<u64, IoError> {
    let mut end = source.len();
    let mut tail = [0; 128];
    if end >= 128 && source.read_at(end - 128, &mut tail)? == 128 && &tail[..3] == b"TAG" {
        end -= 128;
    }
    let mut footer = [0; 32];
    if end >= 32 && source.read_at(end - 32, &mut footer)? == 32 && &footer[..8] == b"APETAGEX" {
        let fields = Fields::new(&footer, Endian::Little);
        let header = if fields.u32(20) & 0x8000_0000 != 0 { 32 } else { 0 };
        end = end.saturating_sub(u64::from(fields.u32(12)) + header);
    }
    Ok(end)
}

/// Returns the first position where several frames follow each other, for files with junk at the start.
pub(crate) fn search(source: &mut ByteSource) -> Result<Option<u64>, IoError> {
    let mut bytes = vec![0; SEARCH_BYTES];
    let read = source.read_at(0, &mut bytes)?;
    let bytes = &bytes[..read];
    let chained = |mut at: usize| {
        (0..CHAIN).all(|_| match bytes.get(at..).and_then(frame_bytes) {
            Some(size) => {
                at += size;
                true
            }
            None => false,
        })
    };
    Ok((0..read).find(|&at| bytes[at] == 0xff && chained(at)).map(|at| at as u64))
}

/// Returns the sample rate of the two fields of a header: 3 is MPEG 1, 2 its half, 0 (MPEG 2.5) its quarter.
fn rate_hz(version: u8, rate: usize) -> usize {
    [44_100, 48_000, 32_000][rate]
        >> match version {
            3 => 0,
            2 => 1,
            _ => 2,
        }
}

/// Returns the size of the MPEG audio frame that starts here, from its header; `None` if it is not a header.
fn frame_bytes(head: &[u8]) -> Option<usize> {
    let &[0xff, second, third, ..] = head else { return None };
    if second & 0xe0 != 0xe0 {
        return None;
    }
    let (version, layer) = ((second >> 3) & 3, 4 - ((second >> 1) & 3));
    let (bitrate, rate, pad) = (usize::from(third >> 4), usize::from((third >> 2) & 3), usize::from((third >> 1) & 1));
    if version == 1 || layer == 4 || bitrate == 0 || bitrate == 15 || rate == 3 {
        return None;
    }
    let first = version == 3; // MPEG 1; otherwise 2 (lower rates) or 2.5
    let rate_hz = rate_hz(version, rate);
    const MPEG_1: [[usize; 14]; 3] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ];
    const MPEG_2: [[usize; 14]; 2] = [
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let row = usize::from(layer) - 1;
    let kilobits = if first { MPEG_1[row][bitrate - 1] } else { MPEG_2[row.min(1)][bitrate - 1] };
    Some(match layer {
        1 => (12_000 * kilobits / rate_hz + pad) * 4,
        3 if !first => 72_000 * kilobits / rate_hz + pad,
        _ => 144_000 * kilobits / rate_hz + pad,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_sizes_are_those_of_the_standard() {
        assert_eq!(frame_bytes(&[0xff, 0xfb, 0x90, 0x00]), Some(417)); // layer 3, 128 kbit/s, 44.1 kHz
        assert_eq!(frame_bytes(&[0xff, 0xfb, 0xe2, 0x00]), Some(1045)); // 320 kbit/s, padded
        assert_eq!(frame_bytes(&[0xff, 0xf3, 0x84, 0x00]), Some(192)); // MPEG 2 layer 3, 64 kbit/s, 24 kHz
        assert_eq!(frame_bytes(&[0xff, 0xf1, 0x50, 0x80]), None); // ADTS
        assert!(is_adts(&[0xff, 0xf1]) && !is_adts(&[0xff, 0xfb]));
    }
}
