//! Ogg pages of one stream (RFC 3533).

use super::Target;
use super::sink::Sink;
use crate::CodecError;

/// Lacing values of a page.
const MAX_SEGMENTS: usize = 255;
/// Generator polynomial of the checksum (RFC 3533, section 6), most significant bit first.
const POLYNOMIAL: u32 = 0x04C1_1DB7;
const FIRST_PAGE: u8 = 0x02;
const LAST_PAGE: u8 = 0x04;

/// Writer of a stream whose packets fit into one page each.
pub(super) struct OggWriter<W> {
    sink: Sink<W>,
    serial: u32,
    page: u32,
    segments: Vec<u8>,
    body: Vec<u8>,
    /// Position at the end of the page's last packet, in the codec's unit.
    granule: u64,
    packets: usize,
    most_packets: usize,
}

impl<W: Target> OggWriter<W> {
    /// Creates a writer that ends pages after `most_packets` packets.
    pub(super) fn new(sink: Sink<W>, serial: u32, most_packets: usize) -> Self {
        let (segments, body) = (Vec::with_capacity(MAX_SEGMENTS), Vec::new());
        Self { sink, serial, page: 0, segments, body, granule: 0, packets: 0, most_packets }
    }

    /// Writes a packet of the head on a page of its own.
    pub(super) fn head(&mut self, packet: &[u8]) -> Result<(), CodecError> {
        self.packet(packet, 0)?;
        self.end_page(if self.page == 0 { FIRST_PAGE } else { 0 })
    }

    /// Appends a packet that ends at `granule`.
    pub(super) fn packet(&mut self, packet: &[u8], granule: u64) -> Result<(), CodecError> {
        let needed = packet.len() / 255 + 1;
        if self.packets == self.most_packets || self.segments.len() + needed > MAX_SEGMENTS {
            self.end_page(0)?;
        }
        self.segments.resize(self.segments.len() + needed - 1, 255);
        self.segments.push((packet.len() % 255) as u8);
        self.body.extend_from_slice(packet);
        self.granule = granule;
        self.packets += 1;
        Ok(())
    }

    /// Ends the stream, whose last frame is at `granule`, and returns the target.
    pub(super) fn finish(mut self, granule: u64) -> Result<W, CodecError> {
        self.granule = granule;
        self.end_page(LAST_PAGE)?;
        self.sink.into_target()
    }

    fn end_page(&mut self, flags: u8) -> Result<(), CodecError> {
        let mut bytes = Vec::with_capacity(27 + self.segments.len() + self.body.len());
        bytes.extend_from_slice(b"OggS\0");
        bytes.push(flags);
        bytes.extend_from_slice(&self.granule.to_le_bytes());
        bytes.extend_from_slice(&self.serial.to_le_bytes());
        bytes.extend_from_slice(&self.page.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.push(self.segments.len() as u8);
        bytes.append(&mut self.segments);
        bytes.append(&mut self.body);
        let checksum = checksum(&bytes);
        bytes[22..26].copy_from_slice(&checksum.to_le_bytes());
        self.page += 1;
        self.packets = 0;
        self.sink.write(&bytes)
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    bytes.iter().fold(0, |sum, byte| sum << 8 ^ TABLE[(sum >> 24) as usize ^ usize::from(*byte)])
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let (mut sum, mut bit) = ((index as u32) << 24, 0);
        while bit < 8 {
            sum = if sum >> 31 == 1 { sum << 1 ^ POLYNOMIAL } else { sum << 1 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
    }
    table
}
