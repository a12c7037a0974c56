//! Packets that are looked at before they are decoded.

use std::collections::VecDeque;

use symphonia::core::errors::Result;
use symphonia::core::formats::{FormatInfo, FormatReader, MediaInfo, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::Metadata;
use symphonia::core::packet::Packet;

use super::guard::contained;

/// A reader whose next packets are known; it hands them out first.
pub(crate) struct Ahead {
    reader: Box<dyn FormatReader>,
    packets: VecDeque<Packet>,
}

impl Ahead {
    /// Reads up to `count` packets of a track in advance.
    pub(crate) fn new(mut reader: Box<dyn FormatReader>, track_id: u32, count: usize) -> Self {
        let mut packets = VecDeque::new();
        let is_wanted = |packet: &&Packet| packet.track_id == track_id;
        while packets.iter().filter(is_wanted).count() < count {
            // What cannot be read now cannot be read later either, and is told then.
            let Some(Ok(Some(packet))) = contained(|| reader.next_packet()) else { break };
            packets.push_back(packet);
        }
        Self { reader, packets }
    }

    /// Returns the packets of a track that were read in advance.
    pub(crate) fn packets(&self, track_id: u32) -> impl Iterator<Item = &Packet> {
        self.packets.iter().filter(move |packet| packet.track_id == track_id)
    }
}

impl FormatReader for Ahead {
    fn format_info(&self) -> &FormatInfo {
        self.reader.format_info()
    }

    fn media_info(&self) -> &MediaInfo {
        self.reader.media_info()
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.reader.metadata()
    }

    fn seek(&mut self, mode: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        self.packets.clear();
        self.reader.seek(mode, to)
    }

    fn tracks(&self) -> &[Track] {
        self.reader.tracks()
    }

    fn next_packet(&mut self) -> Result<Option<Packet>> {
        match self.packets.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.reader.next_packet(),
        }
    }

    fn into_inner<'s>(self: Box<Self>) -> MediaSourceStream<'s>
    where
        Self: 's,
    {
        self.reader.into_inner()
    }
}
