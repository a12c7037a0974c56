//! EBML: the elements of a file, one after the other (RFC 8794).

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use crate::decode::window::Window;

/// Identifiers of elements, marker bits included (RFC 9559, section 5.1).
pub(crate) mod id {
    pub(crate) const SEGMENT: u32 = 0x1853_8067;
    pub(crate) const INFO: u32 = 0x1549_a966;
    pub(crate) const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
    pub(crate) const DURATION: u32 = 0x4489;
    pub(crate) const TRACKS: u32 = 0x1654_ae6b;
    pub(crate) const TRACK_ENTRY: u32 = 0xae;
    pub(crate) const TRACK_NUMBER: u32 = 0xd7;
    pub(crate) const TRACK_TYPE: u32 = 0x83;
    pub(crate) const FLAG_DEFAULT: u32 = 0x88;
    pub(crate) const CODEC_ID: u32 = 0x86;
    pub(crate) const CODEC_PRIVATE: u32 = 0x63a2;
    pub(crate) const CODEC_DELAY: u32 = 0x56aa;
    pub(crate) const AUDIO: u32 = 0xe1;
    pub(crate) const SAMPLING_FREQUENCY: u32 = 0xb5;
    pub(crate) const CHANNELS: u32 = 0x9f;
    pub(crate) const BIT_DEPTH: u32 = 0x6264;
    pub(crate) const CONTENT_ENCODINGS: u32 = 0x6d80;
    pub(crate) const CONTENT_ENCODING: u32 = 0x6240;
    pub(crate) const CONTENT_COMPRESSION: u32 = 0x5034;
    pub(crate) const CONTENT_COMP_ALGO: u32 = 0x4254;
    pub(crate) const CONTENT_COMP_SETTINGS: u32 = 0x4255;
    pub(crate) const CONTENT_ENCRYPTION: u32 = 0x5035;
    pub(crate) const CLUSTER: u32 = 0x1f43_b675;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xa3;
    pub(crate) const BLOCK_GROUP: u32 = 0xa0;
    pub(crate) const BLOCK: u32 = 0xa1;
    pub(crate) const DISCARD_PADDING: u32 = 0x75a2;
}

/// Head of an element; its payload follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) id: u32,
    /// Bytes of the payload; `None` if the writer did not know.
    pub(crate) size: Option<u64>,
}

/// Reader of elements.
pub(crate) struct Elements {
    input: BufReader<Window>,
    at: u64,
    len: u64,
}

impl Elements {
    pub(crate) fn new(window: Window) -> Self {
        let len = window.byte_len().unwrap_or(0);
        Self { input: BufReader::with_capacity(1 << 16, window), at: 0, len }
    }

    pub(crate) fn into_inner(self) -> Window {
        self.input.into_inner()
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn position(&self) -> u64 {
        self.at
    }

    pub(crate) fn at_end(&mut self) -> io::Result<bool> {
        Ok(self.at >= self.len)
    }

    /// Reads the head of the next element. Returns `None` at the end, and where there is no element that ends within the
    /// file; the position is then unchanged.
    pub(crate) fn next(&mut self) -> io::Result<Option<Element>> {
        let start = self.at;
        let element = self.head()?;
        let fits =
            |element: &Element| element.size.is_none_or(|size| is_master(element.id) || size <= self.len - self.at);
        let found = element.filter(fits);
        if found.is_none() {
            self.go_to(start)?;
        }
        Ok(found)
    }

    fn head(&mut self) -> io::Result<Option<Element>> {
        let Some(first) = self.byte()? else { return Ok(None) };
        let id_bytes = first.leading_zeros();
        if id_bytes > 3 {
            return Ok(None);
        }
        let mut id = u32::from(first);
        for _ in 0..id_bytes {
            let Some(byte) = self.byte()? else { return Ok(None) };
            id = id << 8 | u32::from(byte);
        }
        let Some((size, bytes)) = self.variable()? else { return Ok(None) };
        let is_unknown = size == (1 << (7 * bytes)) - 1;
        Ok(Some(Element { id, size: (!is_unknown).then_some(size) }))
    }

    /// Reads a number of variable length.
    pub(crate) fn number(&mut self) -> io::Result<Option<u64>> {
        Ok(self.variable()?.map(|(value, _)| value))
    }

    /// Reads a number of variable length; returns it and its bytes.
    fn variable(&mut self) -> io::Result<Option<(u64, u32)>> {
        let Some(first) = self.byte()? else { return Ok(None) };
        let more = first.leading_zeros();
        if more > 7 {
            return Ok(None);
        }
        let mut value = u64::from(first) & (0x7f >> more);
        for _ in 0..more {
            let Some(byte) = self.byte()? else { return Ok(None) };
            value = value << 8 | u64::from(byte);
        }
        Ok(Some((value, more + 1)))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = self.input.read(&mut byte)?;
        self.at += read as u64;
        Ok((read == 1).then_some(byte[0]))
    }

    /// Reads up to `bytes` bytes: the memory grows with what is there.
    pub(crate) fn binary(&mut self, bytes: u64) -> io::Result<Vec<u8>> {
        let mut payload = Vec::new();
        self.at += (&mut self.input).take(bytes).read_to_end(&mut payload)? as u64;
        Ok(payload)
    }

    /// Reads a signed number; `None` if it is longer than eight bytes.
    pub(crate) fn signed(&mut self, size: Option<u64>) -> io::Result<Option<i64>> {
        let size = size.unwrap_or(0);
        if size > 8 {
            self.skip(Some(size))?;
            return Ok(None);
        }
        let payload = self.binary(size)?;
        let is_negative = payload.first().is_some_and(|&byte| byte & 0x80 != 0);
        let start = if is_negative { -1 } else { 0 };
        Ok(Some(payload.iter().fold(start, |value: i64, &byte| value << 8 | i64::from(byte))))
    }

    /// Passes over a payload; one of unknown size lies open.
    pub(crate) fn skip(&mut self, size: Option<u64>) -> io::Result<()> {
        let end = self.at.saturating_add(size.unwrap_or(0));
        self.go_to(end)
    }

    /// Goes to byte `at`, or to the end of the file.
    pub(crate) fn go_to(&mut self, at: u64) -> io::Result<()> {
        let at = at.min(self.len);
        match i64::try_from(i128::from(at) - i128::from(self.at)) {
            Ok(by) => self.input.seek_relative(by)?,
            Err(_) => _ = self.input.seek(SeekFrom::Start(at))?,
        }
        self.at = at;
        Ok(())
    }

    /// Looks for the next cluster by its identifier; `false` if there is none.
    pub(crate) fn find_cluster(&mut self) -> io::Result<bool> {
        let mut last = 0u32;
        // One byte further at least: what is here was tried.
        self.go_to(self.at + 1)?;
        while let Some(byte) = self.byte()? {
            last = last << 8 | u32::from(byte);
            if last == id::CLUSTER {
                self.go_to(self.at - 4)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Returns whether an element may end behind a file that was cut off: it is read as far as it goes.
fn is_master(id: u32) -> bool {
    matches!(id, id::SEGMENT | id::CLUSTER)
}

/// Returns the child elements of a payload that is in memory, as far as they are whole.
pub(crate) fn children(payload: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = payload;
    std::iter::from_fn(move || {
        let id_bytes = rest.first()?.leading_zeros() as usize + 1;
        let id = rest.get(..id_bytes.min(4))?.iter().fold(0u32, |id, &byte| id << 8 | u32::from(byte));
        let (size, size_bytes) = number(rest.get(id_bytes..)?)?;
        let start = id_bytes + size_bytes;
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        let child = rest.get(start..end)?;
        rest = &rest[end..];
        Some((id, child))
    })
}

/// Returns the number of variable length at the start of `bytes`, and its length in bytes.
pub(crate) fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let more = first.leading_zeros() as usize;
    let tail = bytes.get(1..1 + more).filter(|_| more < 8)?;
    let start = u64::from(first) & (0x7f >> more);
    Some((tail.iter().fold(start, |value, &byte| value << 8 | u64::from(byte)), 1 + more))
}

/// Returns an unsigned number of up to eight bytes.
pub(crate) fn unsigned(payload: &[u8]) -> Option<u64> {
    (payload.len() <= 8).then(|| payload.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

/// Returns a floating-point number of four or eight bytes.
pub(crate) fn float(payload: &[u8]) -> Option<f64> {
    match payload.len() {
        4 => Some(f64::from(f32::from_be_bytes(payload.try_into().ok()?))),
        8 => Some(f64::from_be_bytes(payload.try_into().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::source::ByteSource;

    fn elements(bytes: &[u8]) -> Elements {
        let source = ByteSource::new("x".into(), Box::new(io::Cursor::new(bytes.to_vec()))).unwrap();
        Elements::new(Window::whole(source))
    }

    #[test]
    fn numbers_have_one_to_eight_bytes() {
        for (bytes, value) in
            [(&[0x81][..], 1), (&[0x40, 0x7f], 127), (&[0x10, 0, 0, 5], 5), (&[0x01, 0, 0, 0, 0, 0, 1, 0], 256)]
        {
            assert_eq!(number(bytes), Some((value, bytes.len())));
            assert_eq!(elements(bytes).number().unwrap(), Some(value));
        }
        assert_eq!(number(&[0x40]), None);
        assert_eq!(number(&[0; 9]), None);
    }

    #[test]
    fn elements_are_read_skipped_and_refused_when_too_long() {
        let mut open =
            elements(&[0x1f, 0x43, 0xb6, 0x75, 0xff, 0xa3, 0x82, 7, 8, 0x75, 0xa2, 0x82, 0xff, 0xfe, 0xa3, 0x89, 1]);
        assert_eq!(open.next().unwrap(), Some(Element { id: id::CLUSTER, size: None }));
        assert_eq!(open.next().unwrap(), Some(Element { id: id::SIMPLE_BLOCK, size: Some(2) }));
        open.skip(Some(2)).unwrap();
        assert_eq!(open.next().unwrap(), Some(Element { id: id::DISCARD_PADDING, size: Some(2) }));
        assert_eq!(open.signed(Some(2)).unwrap(), Some(-2));
        assert_eq!((open.next().unwrap(), open.position()), (None, 14));
    }

    #[test]
    fn the_next_cluster_is_found_behind_damage() {
        let mut damaged = elements(&[0, 1, 2, 0x1f, 0x43, 0x1f, 0x43, 0xb6, 0x75, 0x80]);
        assert_eq!(damaged.next().unwrap(), None);
        assert!(damaged.find_cluster().unwrap());
        assert_eq!(damaged.next().unwrap(), Some(Element { id: id::CLUSTER, size: Some(0) }));
        assert!(!damaged.find_cluster().unwrap());
    }

    #[test]
    fn children_in_memory_end_where_they_are_not_whole() {
        let bytes = [0xd7, 0x81, 3, 0x63, 0xa2, 0x82, 4, 5, 0x86, 0x85, 1];
        let found: Vec<_> = children(&bytes).collect();
        assert_eq!(found, [(id::TRACK_NUMBER, &[3][..]), (id::CODEC_PRIVATE, &[4, 5])]);
        assert_eq!((unsigned(&[1, 2]), float(&[0x3f, 0x80, 0, 0]), float(&[1])), (Some(258), Some(1.0), None));
    }
}
