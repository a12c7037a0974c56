//! Pages of Ogg with the checksums that they should have: random changes never hit them.

/// Bytes of a page header without its lacing values, and the place of the checksum in it.
const HEADER_BYTES: usize = 27;
const CHECKSUM: std::ops::Range<usize> = 22..26;

/// Sets the checksum of every page that is whole (RFC 3533, section 6).
#[must_use]
pub fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut mended = bytes.to_vec();
    let mut at = 0;
    while let Some(rest) = mended.get_mut(at..).filter(|rest| rest.starts_with(b"OggS")) {
        let Some(size) = page_bytes(rest) else { break };
        let page = &mut rest[..size];
        page[CHECKSUM].fill(0);
        let sum = checksum(page);
        page[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
        at += size;
    }
    mended
}

fn page_bytes(bytes: &[u8]) -> Option<usize> {
    let segments = usize::from(*bytes.get(HEADER_BYTES - 1)?);
    let lacing = bytes.get(HEADER_BYTES..HEADER_BYTES + segments)?;
    let size = HEADER_BYTES + segments + lacing.iter().map(|&size| usize::from(size)).sum::<usize>();
    (size <= bytes.len()).then_some(size)
}

fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum: u32, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}
