//! Opening of an input: its decoder, its hash, and its description for results.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_io::{Decoder, UNNAMED_LAYOUT};
use balanced_model::Source;
use sha2::{Digest, Sha256};

use crate::{AudioView, Error};

/// Readers with random access, such as an open file; implemented for every type that qualifies.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Source of audio.
#[non_exhaustive]
pub enum AudioSource<'a> {
    /// A file by its path.
    Path(&'a Path),
    /// A file held in memory.
    Bytes(Vec<u8>),
    /// An open file or another reader with random access; it is read from its start.
    Reader(Box<dyn ReadSeek>),
    /// An array of samples.
    Array(AudioView<'a>),
}

/// An opened input, ready to decode.
pub(crate) struct Input {
    pub(crate) decoder: Decoder,
    pub(crate) format: StreamFormat,
    path: Option<PathBuf>,
    hash: Hash,
    /// Whether the caller named the layout.
    layout_given: bool,
}

/// SHA-256 of the input's bytes.
enum Hash {
    /// Not computed.
    No,
    Known(String),
    /// Computed on a separate thread while the file is decoded.
    Running(Hashing),
}

impl Input {
    /// Opens the file at `path` and starts to hash it.
    pub(crate) fn open(path: &Path, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let decoder = Decoder::open(path).map_err(|error| Error::reading(&error))?;
        Self::new(decoder, Some(path.to_owned()), Hash::Running(Hashing::start(path)), layout)
    }

    /// Opens the file at `path` without hashing it.
    pub(crate) fn reopen(path: &Path, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let decoder = Decoder::open(path).map_err(|error| Error::reading(&error))?;
        Self::new(decoder, Some(path.to_owned()), Hash::No, layout)
    }

    /// Opens and hashes a file held in memory.
    pub(crate) fn from_bytes(bytes: Vec<u8>, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let hash = Hash::Known(hex(&Sha256::digest(&bytes)));
        let decoder = Decoder::from_bytes(bytes).map_err(|error| Error::reading(&error))?;
        Self::new(decoder, None, hash, layout)
    }

    /// Opens and hashes any source but an array.
    pub(crate) fn from_source(source: AudioSource<'_>, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        match source {
            AudioSource::Path(path) => Self::open(path, layout),
            AudioSource::Bytes(bytes) => Self::from_bytes(bytes, layout),
            AudioSource::Reader(mut reader) => {
                let failed = |error| {
                    Error::input("audio in memory", format!("cannot be read ({error})"), "save it as a file first")
                };
                reader.rewind().map_err(failed)?;
                let sha256 = hash_reader(&mut reader, &AtomicBool::new(false)).map_err(failed)?;
                let decoder = Decoder::from_reader(reader).map_err(|error| Error::reading(&error))?;
                Self::new(decoder, None, Hash::Known(sha256), layout)
            }
            AudioSource::Array(_) => Err(Error::settings("an array has no file to read", "pass the array itself")),
        }
    }

    /// Opens any source but an array, reads its headers only, and does not hash it.
    pub(crate) fn from_source_unhashed(source: AudioSource<'_>, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let decoder = match source {
            AudioSource::Path(path) => return Self::reopen(path, layout),
            AudioSource::Bytes(bytes) => Decoder::from_bytes(bytes),
            AudioSource::Reader(reader) => Decoder::from_reader(reader),
            AudioSource::Array(_) => {
                return Err(Error::settings("an array has no file to read", "pass the array itself"));
            }
        };
        Self::new(decoder.map_err(|error| Error::reading(&error))?, None, Hash::No, layout)
    }

    fn new(decoder: Decoder, path: Option<PathBuf>, hash: Hash, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let mut format = decoder.format();
        if let Some(layout) = layout {
            if layout.channels() != format.channels() {
                let (name, wanted, channels) = (layout.name(), layout.channels(), format.channels());
                return Err(Error::settings(
                    format!("layout {name} has {wanted} channels, the input has {channels}"),
                    "leave the layout out or name one that fits",
                ));
            }
            format.layout = layout.clone();
        }
        Ok(Self { decoder, format, path, hash, layout_given: layout.is_some() })
    }

    /// Returns the number of frames that the file declares, if it does.
    pub(crate) fn declared_frames(&self) -> Option<u64> {
        self.decoder.info().frames
    }

    /// Returns the description for the result; `frames` is the number of decoded frames.
    pub(crate) fn describe(self, frames: u64) -> Result<Source, Error> {
        let sha256 = match self.hash {
            Hash::No => None,
            Hash::Known(hash) => Some(hash),
            Hash::Running(hashing) => Some(hashing.finish().map_err(|error| {
                let path = self.path.clone().unwrap_or_default();
                Error::input(path, format!("cannot be read ({error})"), "check the disk or network that holds it")
            })?),
        };
        let (info, notes) = (self.decoder.info(), self.decoder.notes().iter());
        Ok(Source {
            path: self.path.as_ref().map(|path| path.display().to_string()),
            sha256,
            container: info.container.clone(),
            codec: info.codec.clone(),
            sample_rate_hz: self.format.sample_rate_hz,
            channels: self.format.channels(),
            channel_layout: self.format.layout.name(),
            bit_depth: info.bit_depth,
            effective_bit_depth: None,
            frames,
            duration_s: frames as f64 / self.format.sample_rate_hz,
            notes: notes.filter(|note| !(self.layout_given && note.starts_with(UNNAMED_LAYOUT))).cloned().collect(),
        })
    }
}

/// A file that is being hashed on its own thread; dropping it stops the thread.
struct Hashing {
    thread: Option<JoinHandle<std::io::Result<String>>>,
    stop: Arc<AtomicBool>,
}

impl Hashing {
    fn start(path: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (path, told) = (path.to_owned(), stop.clone());
        Self { thread: Some(std::thread::spawn(move || hash_until(&path, &told))), stop }
    }

    fn finish(mut self) -> std::io::Result<String> {
        let thread = self.thread.take().expect("finished once");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // The thread is joined, so that none outlives the call: the embedding program may fork afterwards.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the SHA-256 of a file in lower-case hex.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<String> {
    hash_until(path, &AtomicBool::new(false))
}

/// Hashes a file until its end, or until `stop` is set.
fn hash_until(path: &Path, stop: &AtomicBool) -> std::io::Result<String> {
    hash_reader(&mut File::open(path)?, stop)
}

fn hash_reader(file: &mut dyn Read, stop: &AtomicBool) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    // The chunk is small enough to stay in the processor's cache between reading and hashing.
    let mut chunk = vec![0u8; 1 << 16];
    while !stop.load(Ordering::Relaxed) {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hasher.finalize())),
            bytes => hasher.update(&chunk[..bytes]),
        }
    }
    Err(std::io::ErrorKind::Interrupted.into())
}

/// Formats `bytes` as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
