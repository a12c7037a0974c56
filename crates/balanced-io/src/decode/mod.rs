//! Reading: one façade over the readers of this crate (uncompressed audio) and symphonia's (everything else).

mod aiff;
mod apple_layout;
mod bytes;
mod caf;
mod coded;
mod companding;
mod convert;
mod flac;
mod guard;
mod info;
mod mp4;
mod mpeg;
mod packets;
mod pcm;
mod probe;
mod riff;
mod source;
mod w64;
mod wave_format;
mod window;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use balanced_dsp::{PlanarBuffer, StreamFormat};

pub use info::{AudioInfo, UNNAMED_LAYOUT};
pub(crate) use info::{MAX_CHANNELS, MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ};

use crate::{IoError, IoErrorKind};
use packets::Packets;
use pcm::PcmStream;
use source::ByteSource;

/// Reads an audio file block by block.
///
/// Memory does not grow with the file, and nothing is allocated because a header asks for it. Samples are `f64`:
/// integers of `b` bits are divided by `2^(b-1)`, floats pass through (NaN too: measuring counts them).
pub struct Decoder {
    name: String,
    info: AudioInfo,
    body: Body,
}

/// A file after its headers were read.
struct Opened {
    info: AudioInfo,
    body: Body,
}

/// Where the samples come from.
enum Body {
    Pcm(PcmStream),
    Packets(Box<Packets>),
}

impl Decoder {
    /// Open a file by path.
    ///
    /// # Errors
    /// If it cannot be opened, is not audio, or is audio this crate does not read; the message names the remedy.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, IoError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let failed = |error: std::io::Error| {
            let remedy = match error.kind() {
                std::io::ErrorKind::NotFound => "check the path",
                std::io::ErrorKind::PermissionDenied => "check who may read it",
                _ => "check the path and who may read it",
            };
            IoError::new(IoErrorKind::Open, name.clone(), format!("cannot be opened ({error})"), remedy)
        };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(IoError::new(IoErrorKind::Open, name, "is a folder", "name the audio files in it"));
        }
        Self::from_source(ByteSource::new(name, Box::new(file))?)
    }

    /// Open a file held in memory.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IoError> {
        Self::from_reader(Cursor::new(bytes))
    }

    /// Open anything that can be read and sought.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_reader(reader: impl Read + Seek + Send + 'static) -> Result<Self, IoError> {
        Self::from_source(ByteSource::new("audio in memory".into(), Box::new(reader))?)
    }

    fn from_source(source: ByteSource) -> Result<Self, IoError> {
        let name = source.name().to_owned();
        let Opened { info, body } = probe::open(source)?;
        Ok(Self { name, info, body })
    }

    /// What the file is.
    #[must_use]
    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// Sample rate and channel layout of what [`read`](Self::read) gives.
    #[must_use]
    pub fn format(&self) -> StreamFormat {
        self.info.format()
    }

    /// What was odd about the file and how it was read; may grow while reading.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.info.notes
    }

    /// Fill `buffer` with the next frames, up to its capacity; fewer only at the end of the audio, 0 after it.
    ///
    /// # Errors
    /// If the device fails. Damaged audio is no error here: what can be decoded is, and a note says what could not.
    ///
    /// # Panics
    /// If `buffer` has another number of channels than the file.
    pub fn read(&mut self, buffer: &mut PlanarBuffer) -> Result<usize, IoError> {
        assert_eq!(buffer.channels(), self.info.layout.channels(), "buffer for another number of channels");
        match &mut self.body {
            Body::Pcm(stream) => {
                let frames = stream.read(buffer)?;
                if std::mem::take(&mut stream.ended_early) {
                    self.info.notes.push(format!("{} became shorter while it was read", self.name));
                }
                Ok(frames)
            }
            Body::Packets(packets) => {
                let frames = packets.read(buffer, &self.name)?;
                if frames < buffer.capacity_frames() {
                    // Of all containers here only FLAC is sure of its length.
                    let expected = self.info.frames.filter(|_| self.info.container == "flac");
                    self.info.notes.extend(packets.closing_notes(expected));
                }
                Ok(frames)
            }
        }
    }
}
