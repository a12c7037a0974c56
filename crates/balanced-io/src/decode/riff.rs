//! RIFF/WAVE and its relatives: RF64 (EBU Tech 3306), BW64 (ITU-R BS.2088), RIFX (big-endian).
//!
//! Sizes in headers are often wrong. A data size of 0 or 0xFFFFFFFF, or one larger than the file, means "to the end of
//! the file"; the RIFF size is not used at all. Counts are never trusted beyond the bytes that hold them.

use super::bytes::{Fields, tag_text};
use super::info::AudioInfo;
use super::pcm::{Endian, PcmStream};
use super::source::ByteSource;
use super::wave_format::WaveFormat;
use super::{Body, Opened};
use crate::IoError;

/// Members of the RIFF family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RiffKind {
    Wav,
    Rf64,
    Bw64,
    Rifx,
}

impl RiffKind {
    fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Rf64 => "rf64",
            Self::Bw64 => "bw64",
            Self::Rifx => "rifx",
        }
    }
}

/// Known chunk names; one of them where the next chunk should start tells whether a writer left out the pad byte.
const KNOWN: &[&[u8; 4]] = &[
    b"data", b"fmt ", b"LIST", b"fact", b"bext", b"JUNK", b"junk", b"PAD ", b"cue ", b"smpl", b"iXML", b"id3 ", b"ID3 ",
];

/// Largest number of chunks read; a real file has a few dozen.
const MAX_CHUNKS: usize = 4096;

/// 64-bit sizes of the `ds64` chunk.
#[derive(Clone, Copy, Debug, Default)]
struct Ds64 {
    riff_bytes: u64,
    data_bytes: u64,
}

/// Position and size of the samples.
#[derive(Clone, Copy, Debug)]
struct DataChunk {
    start: u64,
    declared_bytes: u64,
    /// The size field was never filled in (pipes and interrupted recorders).
    open_ended: bool,
}

/// Returns whether a size is one that writers put down before they know it: the largest signed or unsigned number, less the
/// headers (ffmpeg, mpg123), or rounded down to a block (SoX: 0x7ffff000).
fn is_placeholder(size: u32) -> bool {
    (0x7fff_0000..=0x8000_0000).contains(&size) || size >= 0xffff_0000
}

struct Walk<'a> {
    source: &'a mut ByteSource,
    endian: Endian,
    kind: RiffKind,
    riff_bytes: u64,
    ds64: Ds64,
    notes: Vec<String>,
    format: Option<WaveFormat>,
    data: Option<DataChunk>,
}

/// Outcome of reading the chunks: uncompressed audio, or the codec for another reader.
pub(crate) enum RiffOutcome {
    Plain(Opened),
    Coded(CodedWave),
}

/// A compressed codec in WAVE.
pub(crate) struct CodedWave {
    pub(crate) source: ByteSource,
    pub(crate) format: WaveFormat,
    /// Position of the audio, and the bytes of it that are there.
    pub(crate) data_start: u64,
    pub(crate) data_bytes: u64,
    /// Bytes of audio that the headers declare, or those that are there if they declare none.
    pub(crate) promised_bytes: u64,
    pub(crate) notes: Vec<String>,
}

/// Opens a file that starts with `RIFF`, `RF64`, `BW64` or `RIFX`, and `WAVE`.
pub(crate) fn open(mut source: ByteSource, kind: RiffKind) -> Result<RiffOutcome, IoError> {
    let endian = if kind == RiffKind::Rifx { Endian::Big } else { Endian::Little };
    let mut head = [0; 12];
    source.read_at(0, &mut head)?;
    let riff_bytes = u64::from(Fields::new(&head, endian).u32(4));
    let mut walk = Walk {
        source: &mut source,
        endian,
        kind,
        riff_bytes,
        ds64: Ds64::default(),
        notes: Vec::new(),
        format: None,
        data: None,
    };
    walk.run()?;
    let (format, data) = walk.found()?;
    let bytes = walk.data_bytes(&format, data);
    let promised_bytes = if data.open_ended { bytes } else { data.declared_bytes };
    let mut notes = walk.notes;
    let Some(coding) = format.coding else {
        let (data_start, data_bytes) = (data.start, bytes);
        return Ok(RiffOutcome::Coded(CodedWave { source, format, data_start, data_bytes, promised_bytes, notes }));
    };
    let frame_bytes = (coding.bytes() * format.channels) as u64;
    let promised = Some(promised_bytes / frame_bytes);
    let frames = bytes / frame_bytes;
    if !bytes.is_multiple_of(frame_bytes) {
        notes.push(format!("the last frame is incomplete ({} bytes) and was dropped", bytes % frame_bytes));
    }
    let info = AudioInfo {
        container: kind.name().into(),
        codec: coding.name(endian),
        sample_rate_hz: format.sample_rate_hz,
        layout: format.layout,
        bit_depth: coding.lossless().then(|| coding.bit_depth(format.bits)),
        frames: Some(frames),
        lossless: coding.lossless(),
        notes,
    };
    let stream = PcmStream::new(source, coding, endian, format.channels, data.start, frames)?.promising(promised);
    Ok(RiffOutcome::Plain(Opened { info, body: Body::Pcm(stream) }))
}

impl Walk<'_> {
    /// Reads chunks until format and data are known, and a little further to find a second data chunk.
    fn run(&mut self) -> Result<(), IoError> {
        let mut at = 12;
        for _ in 0..MAX_CHUNKS {
            let mut head = [0; 8];
            if self.source.read_at(at, &mut head)? < 8 {
                break;
            }
            let fields = Fields::new(&head, self.endian);
            let (tag, size) = (fields.array(0), fields.u32(4));
            if self.data.is_some() && self.format.is_some() && !tag.iter().all(|b| (0x20..0x7f).contains(b)) {
                break; // junk after the audio
            }
            let bytes = self.visit(tag, size, at + 8)?;
            let Some(bytes) = bytes else { break };
            at = self.next_chunk(tag, at + 8, bytes)?;
        }
        Ok(())
    }

    /// Reads one chunk and returns its payload size, or `None` if nothing can follow it.
    fn visit(&mut self, tag: [u8; 4], size: u32, at: u64) -> Result<Option<u64>, IoError> {
        let mut bytes = u64::from(size);
        match &tag {
            b"ds64" if matches!(self.kind, RiffKind::Rf64 | RiffKind::Bw64) => self.read_ds64(at, size)?,
            b"fmt " if self.format.is_none() => {
                self.format = Some(WaveFormat::read(self.source, at, bytes, self.endian, &mut self.notes)?);
            }
            b"data" if self.data.is_none() => {
                let data = self.data_chunk(at, size);
                self.data = Some(data);
                if data.open_ended || at + data.declared_bytes.min(self.source.len()) >= self.source.len() {
                    return Ok(None);
                }
                bytes = data.declared_bytes;
            }
            b"data" => {
                self.notes.push("a second data chunk was ignored".into());
                return Ok(None);
            }
            _ => {}
        }
        Ok(Some(bytes))
    }

    fn read_ds64(&mut self, at: u64, size: u32) -> Result<(), IoError> {
        let mut payload = [0; 28];
        let wanted = payload.len().min(size as usize);
        let read = self.source.read_at(at, &mut payload[..wanted])?;
        if read < 16 {
            return Err(IoError::damaged(self.source.name(), "has a ds64 chunk that is too short"));
        }
        let fields = Fields::new(&payload[..read], self.endian);
        self.ds64 = Ds64 { riff_bytes: fields.u64(0), data_bytes: fields.u64(8) };
        if self.riff_bytes == u64::from(u32::MAX) {
            self.riff_bytes = self.ds64.riff_bytes;
        }
        Ok(())
    }

    /// Interprets the size of the data chunk.
    fn data_chunk(&self, start: u64, size: u32) -> DataChunk {
        let wide = size == u32::MAX && self.ds64.data_bytes != 0 && self.ds64.data_bytes != u64::MAX;
        let declared_bytes = if wide { self.ds64.data_bytes } else { u64::from(size) };
        // A size of 0 is true if the RIFF size agrees that the file ends at, or is complete with, this chunk.
        let complete = self.riff_bytes.saturating_add(8) >= start
            && self.riff_bytes.abs_diff(self.source.len().saturating_sub(8)) <= 1;
        let never_ends = is_placeholder(size) && start.saturating_add(u64::from(size)) > self.source.len();
        let is_no_size = wide && i64::try_from(declared_bytes).is_err();
        let open_ended = is_no_size || !wide && (size == u32::MAX || never_ends || (size == 0 && !complete));
        DataChunk { start, declared_bytes, open_ended }
    }

    /// Returns the position of the next chunk: chunks are even-aligned, but some writers forget the pad byte.
    fn next_chunk(&mut self, tag: [u8; 4], start: u64, bytes: u64) -> Result<u64, IoError> {
        let end = start.saturating_add(bytes);
        if bytes.is_multiple_of(2) {
            return Ok(end);
        }
        let mut peek = [0; 4];
        let read = self.source.read_at(end, &mut peek)?;
        if read == 4 && KNOWN.contains(&&peek) {
            self.notes.push(format!("chunk '{}' of odd size has no pad byte; this was tolerated", tag_text(tag)));
            return Ok(end);
        }
        Ok(end.saturating_add(1))
    }

    fn found(&mut self) -> Result<(WaveFormat, DataChunk), IoError> {
        let name = self.source.name();
        let format = self.format.take().ok_or_else(|| IoError::damaged(name, "is a WAVE file without a fmt chunk"))?;
        let data = self.data.ok_or_else(|| IoError::damaged(name, "is a WAVE file without audio (no data chunk)"))?;
        Ok((format, data))
    }

    /// Returns the number of bytes of audio that are present, and notes what the headers got wrong.
    fn data_bytes(&mut self, format: &WaveFormat, data: DataChunk) -> u64 {
        let held = self.source.len().saturating_sub(data.start);
        if data.open_ended {
            self.notes.push("the data size was never filled in; the file was read to its end".into());
            return held;
        }
        if data.declared_bytes > held {
            let seconds = |bytes: u64| {
                let frame = format.coding.map_or(0, |coding| coding.bytes() * format.channels) as f64;
                bytes as f64 / frame / format.sample_rate_hz
            };
            let lengths = match format.coding {
                Some(_) => format!(", {:.1} of {:.1} s", seconds(held), seconds(data.declared_bytes)),
                None => String::new(),
            };
            self.notes.push(format!(
                "the data chunk declares {} bytes but the file holds {held}{lengths}; only those were read",
                data.declared_bytes
            ));
            return held;
        }
        if self.riff_bytes != 0
            && self.riff_bytes != u64::from(u32::MAX)
            && self.riff_bytes.saturating_add(8) < data.start + data.declared_bytes
        {
            self.notes.push(format!("the RIFF size ({}) is too small and was ignored", self.riff_bytes));
        }
        data.declared_bytes
    }
}
