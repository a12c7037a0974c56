//! Sources of audio, and an input that is ready to be read: its decoder, its hash, and its description for results.

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{AudioInfo, Decoder};
use balanced_model::Source;

use crate::audio::with_layout;
use crate::bytes::Bytes;
use crate::hash::Hashing;
use crate::origin::{Origin, Original};
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AudioView, Error, Limits};

/// Name of an input that is no file, in messages and results.
pub(crate) const IN_MEMORY: &str = "audio in memory";

/// Readers with random access, such as an open file; implemented for every type that qualifies.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// A file that can be opened any number of times.
pub struct Reopen {
    name: PathBuf,
    bytes: u64,
    sha256: String,
    open: Box<dyn Fn() -> std::io::Result<Box<dyn ReadSeek>> + Send + Sync>,
    /// What reading failed with first: a decoder may take it for the end of the file.
    fault: Mutex<Option<Error>>,
}

impl Reopen {
    /// Describes a file of `bytes` bytes with a known SHA-256, in lower-case hex, that `open` opens; results and errors call
    /// it `name`.
    pub fn new(
        name: impl Into<PathBuf>,
        bytes: u64,
        sha256: impl Into<String>,
        open: impl Fn() -> std::io::Result<Box<dyn ReadSeek>> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), bytes, sha256: sha256.into(), open: Box::new(open), fault: Mutex::default() }
    }

    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(crate) fn open(&self) -> std::io::Result<Box<dyn ReadSeek>> {
        (self.open)()
    }

    /// Keeps the first error of reading, whatever a decoder makes of it.
    pub(crate) fn note(&self, error: &std::io::Error) {
        if error.kind() == std::io::ErrorKind::Interrupted {
            return;
        }
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.get_or_insert_with(|| Error::of_sealed(&self.name, error));
    }

    /// Returns what reading failed with, if it did.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Source of audio.
#[non_exhaustive]
pub enum AudioSource<'a> {
    /// A file by its path; it is opened once, and an error if it changes before the call ends.
    Path(&'a Path),
    /// A file held in memory.
    Bytes(Vec<u8>),
    /// An open file or another reader with random access; it is read from its start. Calls that need its bytes twice copy
    /// them to memory, or to a temporary file if they are many.
    Reader(Box<dyn ReadSeek>),
    /// A file that can be opened any number of times, such as an encrypted object of a vault. It is never copied, and
    /// temporary files that are made for it are encrypted under a key that lives in memory only.
    Reopen(Reopen),
    /// A file that can be read only once, such as a pipe or an upload; it is copied as a reader is.
    Stream(Box<dyn Read + Send>),
    /// An array of samples.
    Array(AudioView<'a>),
}

impl AudioSource<'_> {
    /// Returns the path, if the source is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        if let Self::Path(path) = self { Some(path) } else { None }
    }

    /// Returns the path of a file, or the name that a source was given.
    pub(crate) fn name(&self) -> Option<&Path> {
        if let Self::Reopen(file) = self { Some(file.name()) } else { self.path() }
    }

    /// Returns whether nothing of the source may be written to a disk in the clear.
    pub(crate) fn is_private(&self) -> bool {
        matches!(self, Self::Reopen(_))
    }
}

/// An input that is ready to be read once.
pub(crate) struct Input<'a> {
    audio: Audio<'a>,
    pub(crate) format: StreamFormat,
    path: Option<PathBuf>,
    hash: Hash,
    limits: Limits,
    frames: u64,
    /// Whether the caller named the layout.
    layout_given: bool,
    /// What a file is read from, which tells errors that its decoder passes over.
    bytes: Option<Bytes>,
}

/// What an input is read from.
enum Audio<'a> {
    Coded(Box<Decoder>),
    Array(AudioView<'a>),
}

/// SHA-256 of the input's bytes.
pub(crate) enum Hash {
    /// Not computed.
    No,
    Known(String),
    /// Computed on a separate thread while the file is decoded.
    Running(Hashing),
}

impl<'a> Input<'a> {
    /// Opens the file at `path`, which this library wrote, without limits.
    pub(crate) fn of_own_file(path: &Path, layout: Option<&ChannelLayout>, hashed: bool) -> Result<Self, Error> {
        let file = Original::open(path, &Limits::NONE)?;
        if hashed { file.hashed_input(layout, &Limits::NONE) } else { file.input(layout, &Limits::NONE) }
    }

    /// Opens any source but an array for one pass; nothing is hashed, and a reader is read where it is.
    pub(crate) fn for_one_pass(
        source: AudioSource<'_>,
        layout: Option<&ChannelLayout>,
        limits: &Limits,
        scratch: &Scratch,
        monitor: &Monitor<'_>,
    ) -> Result<Self, Error> {
        match source {
            AudioSource::Reader(reader) => {
                let decoder = Decoder::from_reader(reader).map_err(|error| Error::reading(&error))?;
                Self::of_decoder(decoder, None, layout, limits)
            }
            AudioSource::Array(_) => Err(Error::settings("an array has no file to read", "pass the array itself")),
            other => match Origin::open(other, limits, scratch, monitor)? {
                Origin::File(file) => file.input(layout, limits),
                Origin::Array(_) => unreachable!("arrays were refused"),
            },
        }
    }

    /// Opens an array.
    pub(crate) fn of_array(
        audio: AudioView<'a>,
        layout: Option<&ChannelLayout>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        Self::new(Audio::Array(audio), None, layout, limits)
    }

    /// Opens a file that its decoder has recognised.
    pub(crate) fn of_decoder(
        decoder: Decoder,
        path: Option<PathBuf>,
        layout: Option<&ChannelLayout>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        Self::new(Audio::Coded(Box::new(decoder)), path, layout, limits)
    }

    /// Checks that the audio, which was read to its end, is what the file promises; not if damaged files are accepted.
    pub(crate) fn check_complete(&self, accept_damaged: bool) -> Result<(), Error> {
        if accept_damaged {
            return Ok(());
        }
        match &self.audio {
            Audio::Coded(decoder) => decoder.check_complete().map_err(|error| Error::reading(&error)),
            Audio::Array(_) => Ok(()),
        }
    }

    /// Returns the same input, which fails where `bytes` did.
    pub(crate) fn of_bytes(self, bytes: Bytes) -> Self {
        Self { bytes: Some(bytes), ..self }
    }

    /// Returns the same input with the hash of its bytes.
    pub(crate) fn with_hash(self, hash: Hash) -> Self {
        Self { hash, ..self }
    }

    fn new(
        audio: Audio<'a>,
        path: Option<PathBuf>,
        layout: Option<&ChannelLayout>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let declared = match &audio {
            Audio::Coded(decoder) => decoder.format(),
            Audio::Array(audio) => audio.format().clone(),
        };
        let format = with_layout(&declared, layout)?;
        let input = Self {
            audio,
            format,
            path,
            hash: Hash::No,
            limits: *limits,
            frames: 0,
            layout_given: layout.is_some(),
            bytes: None,
        };
        limits.check_format(input.name(), &input.format)?;
        limits.check_frames(input.name(), input.certain_frames(), input.format.sample_rate_hz)?;
        Ok(input)
    }

    pub(crate) fn name(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(IN_MEMORY))
    }

    /// Returns the array, if the input is one.
    pub(crate) fn array(&self) -> Option<&AudioView<'a>> {
        match &self.audio {
            Audio::Coded(_) => None,
            Audio::Array(audio) => Some(audio),
        }
    }

    /// Returns what the file declares about itself; `None` for an array.
    pub(crate) fn info(&self) -> Option<&AudioInfo> {
        match &self.audio {
            Audio::Coded(decoder) => Some(decoder.info()),
            Audio::Array(_) => None,
        }
    }

    /// Returns the irregularities found so far.
    pub(crate) fn notes(&self) -> &[String] {
        match &self.audio {
            Audio::Coded(decoder) => decoder.notes(),
            Audio::Array(_) => &[],
        }
    }

    /// Returns the number of frames that the file declares, if it does.
    pub(crate) fn declared_frames(&self) -> Option<u64> {
        match &self.audio {
            Audio::Coded(decoder) => decoder.info().frames,
            Audio::Array(audio) => Some(audio.frames() as u64),
        }
    }

    /// Returns the number of frames that will be read for certain: that of uncompressed audio, where the decoder believes
    /// the bytes rather than the header. Compressed files tell by being decoded.
    fn certain_frames(&self) -> u64 {
        let is_compressed = self.info().is_some_and(|info| !info.codec.starts_with("pcm_"));
        if is_compressed { 0 } else { self.declared_frames().unwrap_or(0) }
    }

    /// Returns whether every sample is a number of single precision.
    pub(crate) fn is_single(&self) -> bool {
        match &self.audio {
            Audio::Coded(decoder) => {
                let info = decoder.info();
                info.codec.starts_with("pcm_f32") || info.bit_depth.is_some_and(|bits| bits <= 24)
            }
            Audio::Array(audio) => audio.is_single(),
        }
    }

    /// Fills `buffer` with the next frames, up to its capacity, and returns their number; 0 is the end.
    ///
    /// Fails where the audio is longer than the limits allow, whatever its header says.
    pub(crate) fn read(&mut self, buffer: &mut PlanarBuffer) -> Result<usize, Error> {
        let count = match &mut self.audio {
            Audio::Coded(decoder) => {
                let read = decoder.read(buffer).map_err(|error| Error::reading(&error));
                match self.bytes.as_ref().and_then(Bytes::fault) {
                    Some(fault) => return Err(fault),
                    None => read?,
                }
            }
            Audio::Array(audio) => {
                let start = self.frames as usize;
                let end = (start + buffer.capacity_frames()).min(audio.frames());
                audio.fill(buffer, start..end);
                end - start
            }
        };
        self.frames += count as u64;
        self.limits.check_frames(self.name(), self.frames, self.format.sample_rate_hz)?;
        Ok(count)
    }

    /// Returns the description of a file for the result; `frames` is the number of decoded frames.
    pub(crate) fn describe(self, frames: u64) -> Result<Source, Error> {
        let name = self.name().to_owned();
        let format = &self.format;
        let described = match &self.audio {
            Audio::Coded(decoder) => decoder.describe(format, self.layout_given, frames),
            Audio::Array(audio) => Source {
                path: None,
                sha256: None,
                container: "array".to_owned(),
                codec: audio.codec().to_owned(),
                sample_rate_hz: format.sample_rate_hz,
                channels: format.channels(),
                channel_layout: format.layout.name(),
                bit_depth: None,
                effective_bit_depth: None,
                frames,
                duration_s: frames as f64 / format.sample_rate_hz,
                notes: Vec::new(),
            },
        };
        let sha256 = match self.hash {
            Hash::No => None,
            Hash::Known(hash) => Some(hash),
            Hash::Running(hashing) => Some(hashing.finish().map_err(|error| Error::unreadable(name, &error))?),
        };
        Ok(Source { path: self.path.as_ref().map(|path| path.display().to_string()), sha256, ..described })
    }
}
