//! Walk over the pages of an Ogg file (RFC 3533, section 6): which are damaged or missing, and how many bytes of audio there
//! are.
//!
//! Decoders leave out pages whose checksum is wrong, and streams whose first page is lost, without a word.

use std::collections::HashMap;

use super::chunks::Chunks;
use super::source::ByteSource;
use crate::IoError;

/// Largest page: header, lacing values, body.
const PAGE_BYTES: usize = HEADER_BYTES + 255 + 255 * 255;
const HEADER_BYTES: usize = 27;
/// Checksums of false page heads may cover this many times the bytes walked so far, and [`FREE_BYTES`]. From then on a false head is
/// passed over with all that it claims, or a file full of them would take a checksum of up to 65 kB for every 27 bytes.
const CHECKED_TIMES: u64 = 4;
const FREE_BYTES: u64 = 1 << 22;
/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 18;
/// Position in frames that says that no packet ends on a page.
const NO_POSITION: u64 = u64::MAX;
/// First bytes of the streams of audio codecs.
const AUDIO: [&[u8]; 5] = [b"\x01vorbis", b"\x7fFLAC", b"fLaC", b"OpusHead", b"Speex   "];

/// Damage to the pages of an Ogg file, and the bytes of audio on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// Pages that the numbers of the others leave a gap for.
    pub(crate) missing: u64,
    /// Bytes that belong to no intact page.
    pub(crate) damaged_bytes: u64,
    /// Position in frames before the first damage.
    pub(crate) first_at: u64,
    /// Bytes of audio on the pages, those of later streams of a chain included.
    pub(crate) audio_bytes: u64,
    /// Pages of streams whose beginning is missing.
    pub(crate) orphans: u64,
    /// End of the last intact page.
    pub(crate) end: u64,
    /// Bytes that were checked for false page heads.
    checked_in_vain: u64,
}

/// State of one stream within the file.
struct Stream {
    is_audio: bool,
    next_number: u32,
    /// Whether its headers are behind.
    is_running: bool,
}

/// Reads all pages.
pub(crate) fn scan(source: &mut ByteSource) -> Result<Pages, IoError> {
    let end = source.len();
    let mut walk = Walk::default();
    let mut chunks = Chunks::new(source, end, CHUNK_BYTES);
    let mut at = 0;
    while at < end {
        let bytes = chunks.at(at, PAGE_BYTES)?;
        match page_bytes(bytes) {
            Ok(size) => {
                walk.visit(&bytes[..size]);
                at += size as u64;
                walk.pages.end = at;
            }
            Err(claimed) => {
                walk.pages.checked_in_vain += claimed as u64;
                let is_end = at + bytes.len() as u64 == end;
                let whole = if is_end { bytes.len() } else { bytes.len().saturating_sub(3).max(1) };
                let passed =
                    if walk.pages.checked_in_vain > FREE_BYTES + CHECKED_TIMES * at { claimed.max(1) } else { 1 };
                let next = bytes.get(passed..).and_then(capture).map_or(whole, |place| passed + place);
                walk.damage(next as u64);
                at += next as u64;
            }
        }
    }
    Ok(walk.pages)
}

/// Returns the place of the next capture pattern.
fn capture(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"OggS")
}

/// Returns the size of the intact page at the start of `bytes`; if there is none, the bytes that were checked in vain.
fn page_bytes(bytes: &[u8]) -> Result<usize, usize> {
    let page = claimed_page(bytes).ok_or(0usize)?;
    let stated = u32::from_le_bytes([page[22], page[23], page[24], page[25]]);
    let sum = checksum(checksum(checksum(0, &page[..22]), &[0; 4]), &page[26..]);
    if sum == stated { Ok(page.len()) } else { Err(page.len()) }
}

/// Returns the page that the header at the start of `bytes` claims; `None` without a header, or without that many bytes.
fn claimed_page(bytes: &[u8]) -> Option<&[u8]> {
    let header = bytes.get(..HEADER_BYTES).filter(|header| &header[..5] == b"OggS\0")?;
    let lacing = bytes.get(HEADER_BYTES..HEADER_BYTES + usize::from(header[26]))?;
    let size = HEADER_BYTES + lacing.len() + lacing.iter().map(|&size| usize::from(size)).sum::<usize>();
    bytes.get(..size)
}

/// Continues the checksum of pages: polynomial 0x04c11db7, most significant bit first (RFC 3533, section 6).
fn checksum(sum: u32, bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut sum = (index as u32) << 24;
            let mut bit = 0;
            while bit < 8 {
                sum = sum << 1 ^ if sum & 0x8000_0000 != 0 { 0x04c1_1db7 } else { 0 };
                bit += 1;
            }
            table[index] = sum;
            index += 1;
        }
        table
    };
    bytes.iter().fold(sum, |sum, &byte| sum << 8 ^ TABLE[usize::from((sum >> 24) as u8 ^ byte)])
}

#[derive(Default)]
struct Walk {
    pages: Pages,
    streams: HashMap<u32, Stream>,
    /// Position in frames of the last intact page.
    position: u64,
    /// Whether the last page was the first of a stream, and whether there is audio in this link.
    is_at_heads: bool,
    has_audio: bool,
}

impl Walk {
    fn visit(&mut self, page: &[u8]) {
        let field = |at: usize| u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]]);
        let position = u64::from(field(6)) | u64::from(field(10)) << 32;
        let (serial, number) = (field(14), field(18));
        let body = &page[HEADER_BYTES + usize::from(page[26])..];
        let is_first = page[5] & 2 != 0;
        // The first pages of all streams of a link come before anything else; of several songs, one is heard.
        self.has_audio &= self.is_at_heads || !is_first;
        self.is_at_heads = is_first;
        if is_first {
            let is_audio = !self.has_audio && AUDIO.iter().any(|magic| body.starts_with(magic));
            self.has_audio |= is_audio;
            self.streams.insert(serial, Stream { is_audio, next_number: number.wrapping_add(1), is_running: false });
            return;
        }
        let Some(stream) = self.streams.get_mut(&serial) else {
            self.first_damage();
            self.pages.orphans += 1;
            self.pages.audio_bytes += body.len() as u64;
            return;
        };
        let gap = u64::from(number.wrapping_sub(stream.next_number));
        stream.next_number = number.wrapping_add(1);
        let has_position = position != NO_POSITION && position != 0;
        stream.is_running |= has_position;
        let is_audio = stream.is_audio;
        if is_audio && stream.is_running {
            self.pages.audio_bytes += body.len() as u64;
        }
        // Numbers that go back are a repeated page or another file's, not a gap of four milliards.
        if is_audio && gap > 0 && gap < 1 << 31 {
            self.first_damage();
            self.pages.missing += gap;
        }
        if is_audio && has_position {
            self.position = position;
        }
    }

    fn damage(&mut self, bytes: u64) {
        self.first_damage();
        self.pages.damaged_bytes += bytes;
    }

    fn first_damage(&mut self) {
        if self.pages.missing == 0 && self.pages.damaged_bytes == 0 && self.pages.orphans == 0 {
            self.pages.first_at = self.position;
        }
    }
}

impl Pages {
    /// Returns what is told of the damage, for audio of this rate.
    pub(crate) fn note(&self, rate_hz: u32) -> Option<String> {
        let mut parts = Vec::new();
        if self.missing > 0 {
            parts.push(format!("{} pages are damaged or missing", self.missing));
        }
        if self.damaged_bytes > 0 {
            parts.push(format!("{} bytes belong to no intact page", self.damaged_bytes));
        }
        if self.orphans > 0 {
            parts.push(format!("{} pages belong to a stream whose beginning is missing", self.orphans));
        }
        let after_s = self.first_at as f64 / f64::from(rate_hz.max(1));
        (!parts.is_empty()).then(|| format!("{}; the first damage is at {after_s:.1} s", parts.join(", ")))
    }

    /// Returns the bytes of audio, with those that are damaged.
    pub(crate) fn promised_bytes(&self) -> u64 {
        self.audio_bytes + self.damaged_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of one stream with `body`, which is shorter than 255 bytes.
    fn page(flags: u8, position: u64, number: u32, body: &[u8]) -> Vec<u8> {
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend(position.to_le_bytes());
        page.extend(7u32.to_le_bytes());
        page.extend(number.to_le_bytes());
        page.extend([0; 4]);
        page.extend([1, body.len() as u8]);
        page.extend(body);
        let sum = checksum(0, &page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        page
    }

    fn pages() -> Vec<Vec<u8>> {
        let mut pages = vec![page(2, 0, 0, b"\x01vorbis"), page(0, 0, 1, b"headers")];
        pages.extend((0..20).map(|index| page(0, 1000 * (1 + index), 2 + index as u32, &[index as u8; 200])));
        pages
    }

    fn scan_of(pages: &[Vec<u8>]) -> Pages {
        scan(&mut ByteSource::new("x".into(), Box::new(std::io::Cursor::new(pages.concat()))).unwrap()).unwrap()
    }

    #[test]
    fn the_checksum_has_the_check_value_of_its_polynomial() {
        assert_eq!(checksum(0, b"123456789"), 0x89a1_897f);
    }

    #[test]
    fn intact_pages_are_not_damage() {
        let found = scan_of(&pages());
        let end = pages().concat().len() as u64;
        assert_eq!(found, Pages { audio_bytes: 20 * 200, end, ..Pages::default() });
        assert_eq!(found.note(1000), None);
    }

    #[test]
    fn a_flipped_bit_a_lost_page_and_junk_are_told_with_their_place() {
        let mut flipped = pages();
        flipped[7][100] ^= 4;
        let found = scan_of(&flipped);
        assert_eq!((found.missing, found.damaged_bytes, found.first_at), (1, 228, 5000));
        let mut lost = pages();
        lost.drain(9..12);
        let found = scan_of(&lost);
        assert_eq!((found.missing, found.damaged_bytes, found.first_at), (3, 0, 7000));
        assert!(found.note(1000).unwrap().contains("3 pages are damaged or missing; the first damage is at 7.0 s"));
        let mut junk = pages();
        junk.insert(5, vec![0x4f; 99_999]);
        assert_eq!(scan_of(&junk).damaged_bytes, 99_999);
        let mut cut = pages();
        cut.last_mut().unwrap().truncate(40);
        assert_eq!((scan_of(&cut).damaged_bytes, scan_of(&cut).end), (40, pages()[..21].concat().len() as u64));
        let mut false_heads = pages();
        false_heads.insert(5, [&b"OggS\0"[..], &[0xff; 22]].concat().repeat(40_000));
        let (found, length) = (scan_of(&false_heads), false_heads.concat().len() as u64);
        assert_eq!((found.end, found.missing), (length, 0), "what follows is found");
        assert!(
            found.checked_in_vain < FREE_BYTES + CHECKED_TIMES * length + PAGE_BYTES as u64,
            "{} bytes checked",
            found.checked_in_vain
        );
        let mut headless = pages();
        headless[0][30] ^= 1;
        assert_eq!(scan_of(&headless).orphans, 21);
    }
}
