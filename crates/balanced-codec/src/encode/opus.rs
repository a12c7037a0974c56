//! Opus in Ogg (RFC 7845), encoded by a translation of libopus.

mod libopus;

use balanced_dsp::Block;

use super::Target;
use super::ogg::OggWriter;
use super::sink::Sink;
use crate::CodecError;
use libopus::{Encoder, MAX_PACKET_BYTES, PACKET_FRAMES};

/// Packets of a page: one second.
const PAGE_PACKETS: usize = 50;
/// Serial number of the stream: the only one of its file, so that any number does, and the same audio gives the same file.
const SERIAL: u32 = 0x4F70_7573;
const RATE_HZ: u32 = 48_000;

/// Returns the name of the encoder with its version.
pub(super) fn name() -> String {
    libopus::version().to_owned()
}

/// An Ogg Opus file in the making.
pub(super) struct Opus<W> {
    encoder: Encoder,
    ogg: OggWriter<W>,
    /// Interleaved samples of the packet that is being filled.
    pending: Vec<f32>,
    packet: Vec<u8>,
    channels: usize,
    pre_skip: u64,
    frames: u64,
    packets: u64,
}

impl<W: Target> Opus<W> {
    pub(super) fn start(kbps: u32, channels: usize, sink: Sink<W>) -> Result<Self, CodecError> {
        let mut encoder = Encoder::new(channels, kbps)?;
        let pre_skip = encoder.lookahead_frames();
        let mut ogg = OggWriter::new(sink, SERIAL, PAGE_PACKETS);
        ogg.head(&head(channels, pre_skip))?;
        ogg.head(&tags(&name()))?;
        Ok(Self {
            encoder,
            ogg,
            pending: Vec::with_capacity(PACKET_FRAMES * channels),
            packet: vec![0; MAX_PACKET_BYTES],
            channels,
            pre_skip: u64::from(pre_skip),
            frames: 0,
            packets: 0,
        })
    }

    pub(super) fn push(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        for frame in 0..block.frames() {
            self.pending.extend((0..self.channels).map(|channel| block.channel(channel)[frame] as f32));
            if self.pending.len() == PACKET_FRAMES * self.channels {
                self.encode()?;
            }
        }
        self.frames += block.frames() as u64;
        Ok(())
    }

    /// Encodes silence until the last frame of audio has come out, and tells where it is.
    pub(super) fn finish(mut self) -> Result<W, CodecError> {
        let end = self.pre_skip + self.frames;
        while self.packets * (PACKET_FRAMES as u64) < end {
            self.pending.resize(PACKET_FRAMES * self.channels, 0.0);
            self.encode()?;
        }
        self.ogg.finish(end)
    }

    fn encode(&mut self) -> Result<(), CodecError> {
        let bytes = self.encoder.encode(&self.pending, &mut self.packet)?;
        self.pending.clear();
        self.packets += 1;
        self.ogg.packet(&self.packet[..bytes], self.packets * PACKET_FRAMES as u64)
    }
}

/// Returns the identification header (RFC 7845, section 5.1).
fn head(channels: usize, pre_skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels as u8);
    head.extend_from_slice(&pre_skip.to_le_bytes());
    head.extend_from_slice(&RATE_HZ.to_le_bytes());
    head.extend_from_slice(&[0; 3]);
    head
}

/// Returns a comment header without comments (RFC 7845, section 5.2).
fn tags(vendor: &str) -> Vec<u8> {
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&(vendor.len() as u32).to_le_bytes());
    tags.extend_from_slice(vendor.as_bytes());
    tags.extend_from_slice(&0u32.to_le_bytes());
    tags
}
