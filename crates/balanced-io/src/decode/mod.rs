//! Decoding: one front end for the readers of this crate (uncompressed audio) and symphonia's (everything else).

mod aac;
mod ahead;
mod aiff;
mod apple_layout;
mod au;
mod bytes;
mod caf;
mod chunks;
mod coded;
mod companding;
mod completeness;
mod convert;
mod damage;
mod flac;
mod guard;
mod info;
mod matroska;
mod mp4;
mod mpeg;
mod ogg_pages;
mod opus;
mod packet_decoder;
mod packets;
mod pcm;
mod probe;
mod riff;
mod source;
mod vorbis;
mod w64;
mod wave_format;
mod window;
mod xiph_channels;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::Source;

pub(crate) use guard::contained;
pub use info::{AudioInfo, UNNAMED_LAYOUT};
pub(crate) use info::{MAX_CHANNELS, MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ};
pub(crate) use w64::{RIFF_GUID as W64_START, TAIL as W64_TAIL};

use crate::{IoError, IoErrorKind};
use packets::Packets;
use pcm::PcmStream;
use source::ByteSource;

/// Decodes an audio file block by block.
///
/// Samples are planar `f64`: integers of `b` bits are divided by `2^(b-1)`, floats are passed unchanged (including
/// NaN). Memory use does not grow with the file, nor with what its headers declare.
pub struct Decoder {
    name: String,
    info: AudioInfo,
    body: Body,
    /// Frames returned so far.
    delivered: u64,
}

/// A file whose headers were read.
struct Opened {
    info: AudioInfo,
    body: Body,
}

/// Opens the file at `path` for reading, if it is a regular file: waiting for a pipe could take forever.
///
/// # Errors
/// Returns an error if there is no file, it may not be read, or it is a folder, a pipe, a socket or a device.
pub fn open_file(path: &Path) -> Result<File, IoError> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "check its permissions",
            _ => "check the path and its permissions",
        };
        IoError::new(IoErrorKind::Open, name.clone(), format!("cannot be opened ({error})"), remedy)
    };
    // Asked before it is opened: opening a pipe would wait for somebody to write to it.
    let found = std::fs::metadata(path).map_err(failed)?;
    if found.is_dir() {
        return Err(IoError::new(IoErrorKind::Open, name, "is a folder", "give the audio files in it"));
    }
    if !found.is_file() {
        let problem = "is a pipe, a socket or a device, which cannot be read with random access";
        return Err(IoError::new(IoErrorKind::Open, name, problem, "save its content as a file first"));
    }
    File::open(path).map_err(failed)
}

/// Source of decoded samples.
enum Body {
    Pcm(PcmStream),
    Packets(Box<Packets>),
}

impl Decoder {
    /// Opens the audio file at `path`; its format is recognised by its content, not by its name.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened, is not audio, or has a format or codec that is not supported;
    /// the message names the remedy.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, IoError> {
        let path = path.as_ref();
        let file = open_file(path)?;
        Self::from_source(ByteSource::new(path.display().to_string(), Box::new(file))?)
    }

    /// Opens an audio file held in memory.
    ///
    /// # Errors
    /// Returns the errors of [`open`](Self::open).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IoError> {
        Self::from_reader(Cursor::new(bytes))
    }

    /// Opens an audio file from a reader with random access.
    ///
    /// # Errors
    /// Returns the errors of [`open`](Self::open).
    pub fn from_reader(reader: impl Read + Seek + Send + 'static) -> Result<Self, IoError> {
        Self::from_named_reader("audio in memory", reader)
    }

    /// Opens an audio file from a reader with random access; errors call it `name`.
    ///
    /// # Errors
    /// Returns the errors of [`open`](Self::open).
    pub fn from_named_reader(
        name: impl Into<String>,
        reader: impl Read + Seek + Send + 'static,
    ) -> Result<Self, IoError> {
        Self::from_source(ByteSource::new(name.into(), Box::new(reader))?)
    }

    fn from_source(source: ByteSource) -> Result<Self, IoError> {
        let name = source.name().to_owned();
        let Opened { info, body } = probe::open(source)?;
        Ok(Self { name, info, body, delivered: 0 })
    }

    /// Returns the format of the file.
    #[must_use]
    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// Returns the sample rate and channel layout of the decoded audio.
    #[must_use]
    pub fn format(&self) -> StreamFormat {
        self.info.format()
    }

    /// Returns the irregularities found so far and how they were handled; reading may add more.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.info.notes
    }

    /// Describes the file for results, after `frames` frames of it were read as audio of `format`; without path and hash.
    ///
    /// With `is_layout_given`, the caller named the layout, and the note that it was guessed is left out.
    #[must_use]
    pub fn describe(&self, format: &StreamFormat, is_layout_given: bool, frames: u64) -> Source {
        let info = &self.info;
        let is_told = |note: &&String| !(is_layout_given && note.starts_with(UNNAMED_LAYOUT));
        Source {
            path: None,
            sha256: None,
            container: info.container.clone(),
            codec: info.codec.clone(),
            sample_rate_hz: format.sample_rate_hz,
            channels: format.channels(),
            channel_layout: format.layout.name(),
            bit_depth: info.bit_depth,
            effective_bit_depth: None,
            frames,
            duration_s: frames as f64 / format.sample_rate_hz,
            notes: info.notes.iter().filter(is_told).cloned().collect(),
        }
    }

    /// Returns the number of frames that the headers of the file or its bytes promise, if they do; it is complete once the
    /// audio was read to its end.
    #[must_use]
    pub fn promised_frames(&self) -> Option<u64> {
        let promised = match &self.body {
            Body::Pcm(stream) => stream.promised,
            Body::Packets(packets) => packets.promised_frames(),
        };
        promised.max(self.info.frames)
    }

    /// Returns the number of frames that were read so far.
    #[must_use]
    pub fn delivered_frames(&self) -> u64 {
        self.delivered
    }

    /// Checks that the audio, once it was read to its end, is what the file promises: not nothing, and not less than half.
    ///
    /// # Errors
    /// Returns an error that tells how much was promised and read: [`IoErrorKind::NotAudio`] if the file promises nothing,
    /// else [`IoErrorKind::Damaged`].
    pub fn check_complete(&self) -> Result<(), IoError> {
        completeness::check(&self.name, self.promised_frames(), self.delivered, self.info.sample_rate_hz)
    }

    /// Fills `buffer` with the next frames, up to its capacity, and returns their number.
    ///
    /// It is smaller than the capacity only at the end of the audio, and 0 after it.
    ///
    /// # Errors
    /// Returns an error if the device fails. Damaged audio is not an error: everything decodable is returned, and a
    /// note tells what was not.
    ///
    /// # Panics
    /// Panics if `buffer` has another number of channels than the file.
    pub fn read(&mut self, buffer: &mut PlanarBuffer) -> Result<usize, IoError> {
        assert_eq!(buffer.channels(), self.info.layout.channels(), "buffer for another number of channels");
        let frames = match &mut self.body {
            Body::Pcm(stream) => {
                let frames = stream.read(buffer)?;
                if std::mem::take(&mut stream.ended_early) {
                    self.info.notes.push(format!("{} became shorter while it was read", self.name));
                }
                frames
            }
            Body::Packets(packets) => {
                let frames = packets.read(buffer, &self.name)?;
                if frames < buffer.capacity_frames() {
                    let tolerance = if self.info.container == "flac" { 0 } else { COUNT_TOLERANCE_FRAMES };
                    self.info.notes.extend(packets.closing_notes(self.info.frames.map(|frames| (frames, tolerance))));
                    if self.info.notes.is_empty() {
                        self.info.notes.extend(packets.unread_note());
                    }
                }
                frames
            }
        };
        self.delivered += frames as u64;
        Ok(frames)
    }
}

/// Frames by which the count of a container other than FLAC may be off: it may include what the encoder added.
const COUNT_TOLERANCE_FRAMES: u64 = 4096;
