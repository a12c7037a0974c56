//! Matroska and WebM: finds the audio track and hands out its packets (RFC 9559).
//!
//! Elements are read one after the other, masters as if their content lay open, so that segments and clusters of unknown
//! size, as recorders write them, need no special care. Video and everything else is passed over unread.

mod block;
mod ebml;
mod track;

use std::collections::VecDeque;
use std::io;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::errors::{Error, Result, SeekErrorKind};
use symphonia::core::formats::well_known::FORMAT_ID_MKV;
use symphonia::core::formats::{FormatInfo, FormatReader, MediaInfo, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::{Metadata, MetadataLog};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::window::Window;
use crate::IoError;
use block::Block;
use ebml::{Elements, id};
use track::Entry;

static INFO: FormatInfo = FormatInfo { format: FORMAT_ID_MKV, short_name: "matroska", long_name: "Matroska / WebM" };

/// Nanoseconds per second: the unit of delays.
const NS: u128 = 1_000_000_000;

/// Packets of the audio track of a file.
pub(crate) struct MatroskaReader {
    elements: Elements,
    tracks: Vec<Track>,
    entry: Entry,
    ready: VecDeque<Packet>,
    /// Where the segment should end, if it says so.
    segment_end: Option<u64>,
    has_ended: bool,
    media: MediaInfo,
    metadata: MetadataLog,
}

impl MatroskaReader {
    /// Reads the headers in `window`.
    pub(crate) fn open(file: &str, window: Window) -> std::result::Result<Self, IoError> {
        let mut elements = Elements::new(window);
        let headers = read_headers(&mut elements).map_err(|error| IoError::reading(file, &error))?;
        let Headers { entries, duration_ns, segment_end } = headers;
        let audio_only = entries.iter().all(Entry::is_audio);
        let entry = track::choose(file, entries)?;
        let mut track = Track::new(entry.number);
        track.with_codec_params(CodecParameters::Audio(entry.params(file)?));
        let in_frames = |ns: u128| u64::try_from((ns * u128::from(entry.rate_hz()) + NS / 2) / NS).unwrap_or(u64::MAX);
        if !entry.is_opus() && entry.delay_ns > 0 {
            track.with_delay(u32::try_from(in_frames(entry.delay_ns.into())).unwrap_or(u32::MAX));
        }
        if let Some(duration_ns) = duration_ns.filter(|_| audio_only) {
            track.with_num_frames(in_frames(duration_ns));
        }
        Ok(Self {
            elements,
            tracks: vec![track],
            entry,
            ready: VecDeque::new(),
            segment_end,
            has_ended: false,
            media: MediaInfo::default(),
            metadata: MetadataLog::default(),
        })
    }

    /// Reads the next element; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let Some(element) = self.elements.next()? else {
            if self.elements.at_end()? {
                return self.end();
            }
            // Not an element: what follows is looked for, and one packet stands for what is lost.
            self.push(Vec::new(), 0);
            return if self.elements.find_cluster()? { Ok(true) } else { self.end() };
        };
        match element.id {
            id::SEGMENT | id::CLUSTER => {}
            id::SIMPLE_BLOCK => self.block(element.size, None)?,
            id::BLOCK_GROUP => self.group(element.size)?,
            _ => self.elements.skip(element.size)?,
        }
        Ok(true)
    }

    /// Ends the stream; a segment that should be longer is an early end.
    fn end(&mut self) -> io::Result<bool> {
        self.has_ended = true;
        let is_cut = self.segment_end.is_some_and(|end| end > self.elements.len());
        if is_cut { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(false) }
    }

    /// Reads the block of a group, and how many frames its end is padded by.
    fn group(&mut self, size: Option<u64>) -> io::Result<()> {
        let Some(size) = size else { return Ok(()) };
        let end = self.elements.position().saturating_add(size);
        let mut padding_ns = None;
        let mut found = None;
        while self.elements.position() < end {
            let Some(element) = self.elements.next()? else { return self.elements.go_to(end) };
            match element.id {
                id::BLOCK => found = self.payload(element.size)?,
                id::DISCARD_PADDING => {
                    padding_ns = self.elements.signed(element.size)?;
                }
                _ => self.elements.skip(element.size)?,
            }
        }
        self.unpack(found, padding_ns);
        Ok(())
    }

    fn block(&mut self, size: Option<u64>, padding_ns: Option<i64>) -> io::Result<()> {
        let payload = self.payload(size)?;
        self.unpack(payload, padding_ns);
        Ok(())
    }

    /// Reads a block of the chosen track; passes over those of others.
    fn payload(&mut self, size: Option<u64>) -> io::Result<Option<Block>> {
        let Some(size) = size else { return Ok(None) };
        let end = self.elements.position().saturating_add(size);
        let number = self.elements.number()?;
        if number != Some(u64::from(self.entry.number)) {
            self.elements.go_to(end)?;
            return Ok(None);
        }
        let rest = end.saturating_sub(self.elements.position());
        Ok(Some(Block::new(self.elements.binary(rest)?)))
    }

    fn unpack(&mut self, block: Option<Block>, padding_ns: Option<i64>) {
        let Some(block) = block else { return };
        let frames = block.frames().unwrap_or_else(|| vec![&[]]);
        let last = frames.len().saturating_sub(1);
        for (index, frame) in frames.into_iter().enumerate() {
            let padding = padding_ns.filter(|&ns| index == last && ns > 0).unwrap_or(0).unsigned_abs();
            let trim = (u128::from(padding) * u128::from(self.entry.rate_hz()) + NS / 2) / NS;
            let mut data = if frame.is_empty() { Vec::new() } else { [&self.entry.stripped[..], frame].concat() };
            if self.entry.is_flac() && flac_checksum(&data) != 0 {
                data.clear(); // the decoder does not check it
            }
            self.push(data, trim as u64);
        }
    }

    fn push(&mut self, data: Vec<u8>, trim_end: u64) {
        let mut packet = Packet::new(self.entry.number, Timestamp::new(0), Duration::ZERO, data);
        packet.trim_end = Duration::new(trim_end);
        self.ready.push_back(packet);
    }
}

/// Returns the checksum of a FLAC frame with its own at the end, which is zero for an intact one (RFC 9639, section 9.3).
fn flac_checksum(frame: &[u8]) -> u16 {
    frame.iter().fold(0, |sum: u16, &byte| {
        (0..8).fold(sum ^ u16::from(byte) << 8, |sum, _| sum << 1 ^ if sum >> 15 == 1 { 0x8005 } else { 0 })
    })
}

/// What stands in front of the first cluster.
#[derive(Default)]
struct Headers {
    entries: Vec<Entry>,
    duration_ns: Option<u128>,
    segment_end: Option<u64>,
}

fn read_headers(elements: &mut Elements) -> io::Result<Headers> {
    let mut headers = Headers::default();
    while let Some(element) = elements.next()? {
        match element.id {
            id::SEGMENT => {
                let start = elements.position();
                headers.segment_end = element.size.map(|size| start.saturating_add(size));
            }
            id::TRACKS => {}
            id::TRACK_ENTRY => {
                let payload = elements.binary(element.size.unwrap_or(0))?;
                headers.entries.extend(track::read(&payload));
            }
            id::INFO => {
                let payload = elements.binary(element.size.unwrap_or(0))?;
                headers.duration_ns = track::duration_ns(&payload);
            }
            id::CLUSTER => break,
            _ => elements.skip(element.size)?,
        }
    }
    Ok(headers)
}

impl FormatReader for MatroskaReader {
    fn format_info(&self) -> &FormatInfo {
        &INFO
    }

    fn media_info(&self) -> &MediaInfo {
        &self.media
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.metadata.metadata()
    }

    fn seek(&mut self, _mode: SeekMode, _to: SeekTo) -> Result<SeekedTo> {
        Err(Error::SeekError(SeekErrorKind::Unseekable))
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn next_packet(&mut self) -> Result<Option<Packet>> {
        loop {
            if let Some(packet) = self.ready.pop_front() {
                return Ok(Some(packet));
            }
            if self.has_ended || !self.advance()? {
                return Ok(None);
            }
        }
    }

    fn into_inner<'s>(self: Box<Self>) -> MediaSourceStream<'s>
    where
        Self: 's,
    {
        MediaSourceStream::new(Box::new(self.elements.into_inner()), Default::default())
    }
}
