//! The audio of a call, opened once.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use balanced_dsp::ChannelLayout;
use balanced_io::{Decoder, MetadataRead, read_metadata};
use balanced_model::Metadata;
use sha2::{Digest, Sha256};

use crate::bytes::{Bytes, Fingerprint};
use crate::hash::{Hashing, hex};
use crate::input::{Hash, IN_MEMORY, Input};
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::spool::spool;
use crate::{AudioSource, AudioView, Error, Limits};

/// Most bytes of metadata that are held; what is larger is named only.
pub(crate) const MAX_METADATA_BYTES: u64 = 64 << 20;

/// The audio of a call, opened once: every pass over it reads the same bytes or samples.
pub(crate) enum Origin<'a> {
    File(Original),
    Array(AudioView<'a>),
}

/// A file that was opened.
pub(crate) struct Original {
    path: Option<PathBuf>,
    bytes: Bytes,
    /// What the file was when it was opened; `None` for copies, which nobody else can change.
    seen: Option<(Arc<File>, Fingerprint)>,
    /// SHA-256 of the bytes, if it is known already.
    sha256: Option<String>,
}

impl<'a> Origin<'a> {
    /// Opens `source`; streams and readers are copied.
    pub(crate) fn open(
        source: AudioSource<'a>,
        limits: &Limits,
        scratch: &Scratch,
        monitor: &Monitor<'_>,
    ) -> Result<Self, Error> {
        let name = Path::new(IN_MEMORY);
        let copy = |stream: &mut dyn Read| {
            let (bytes, sha256) = spool(stream, name, limits, scratch, monitor)?;
            Ok(Self::File(Original { path: None, bytes, seen: None, sha256: Some(sha256) }))
        };
        match source {
            AudioSource::Path(path) => Ok(Self::File(Original::open(path, limits)?)),
            AudioSource::Bytes(bytes) => {
                limits.check_bytes(name, bytes.len() as u64)?;
                let bytes = Bytes::Memory(Arc::new(bytes));
                Ok(Self::File(Original { path: None, bytes, seen: None, sha256: None }))
            }
            AudioSource::Reader(mut reader) => {
                reader.rewind().map_err(|error| {
                    let problem = format!("cannot be read ({error})");
                    Error::input(name, problem, "save it as a file first").caused_by(error)
                })?;
                copy(&mut reader)
            }
            AudioSource::Reopen(file) => {
                limits.check_bytes(file.name(), file.bytes())?;
                let (path, sha256) = (Some(file.name().to_owned()), Some(file.sha256().to_owned()));
                Ok(Self::File(Original { path, bytes: Bytes::Again(Arc::new(file)), seen: None, sha256 }))
            }
            AudioSource::Stream(mut stream) => copy(&mut stream),
            AudioSource::Array(audio) => {
                limits.check_format(name, audio.format())?;
                limits.check_frames(name, audio.frames() as u64, audio.format().sample_rate_hz)?;
                Ok(Self::Array(audio))
            }
        }
    }

    /// Returns the path, or what stands for it in results.
    pub(crate) fn name(&self) -> &Path {
        match self {
            Self::File(file) => file.name(),
            Self::Array(_) => Path::new(IN_MEMORY),
        }
    }

    /// Opens the audio for a pass, without hashing it.
    pub(crate) fn input(&self, layout: Option<&ChannelLayout>, limits: &Limits) -> Result<Input<'a>, Error> {
        match self {
            Self::File(file) => file.input(layout, limits),
            Self::Array(audio) => Input::of_array(audio.clone(), layout, limits),
        }
    }

    /// Opens the audio for a pass that also hashes the file.
    pub(crate) fn hashed_input(&self, layout: Option<&ChannelLayout>, limits: &Limits) -> Result<Input<'a>, Error> {
        match self {
            Self::File(file) => file.hashed_input(layout, limits),
            Self::Array(_) => self.input(layout, limits),
        }
    }

    /// Reads the metadata of a file; an array has none.
    pub(crate) fn metadata(&self, sample_rate_hz: f64, limits: &Limits) -> MetadataRead {
        let most = limits.max_memory_bytes.map_or(MAX_METADATA_BYTES, |bytes| bytes.min(MAX_METADATA_BYTES));
        match self {
            Self::File(file) => read_metadata(&mut file.bytes.cursor(), sample_rate_hz, most),
            Self::Array(_) => MetadataRead::default(),
        }
    }

    /// Returns an error if the file changed since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        match self {
            Self::File(file) => file.check_unchanged(),
            Self::Array(_) => Ok(()),
        }
    }
}

/// Returns metadata as results have it: without the bytes of pictures, and absent if there is none.
pub(crate) fn told(metadata: Metadata) -> Option<Box<Metadata>> {
    (!metadata.is_empty()).then(|| Box::new(metadata.without_bytes()))
}

impl Original {
    /// Opens the file at `path`.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Result<Self, Error> {
        let file = Arc::new(balanced_io::open_file(path).map_err(|error| Error::reading(&error))?);
        let failed = |error| Error::unreadable(path, &error);
        let seen = Fingerprint::of_open(&file).map_err(failed)?;
        let bytes = Bytes::Disk(file.clone());
        limits.check_bytes(path, bytes.len().map_err(failed)?)?;
        Ok(Self { path: Some(path.to_owned()), bytes, seen: Some((file, seen)), sha256: None })
    }

    fn name(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(IN_MEMORY))
    }

    /// Opens the file for a pass, without hashing it.
    pub(crate) fn input<'a>(&self, layout: Option<&ChannelLayout>, limits: &Limits) -> Result<Input<'a>, Error> {
        let name = self.name().display().to_string();
        let failed = |error| self.bytes.fault().unwrap_or_else(|| Error::reading(&error));
        let decoder = Decoder::from_named_reader(name, self.bytes.cursor()).map_err(failed)?;
        Ok(Input::of_decoder(decoder, self.path.clone(), layout, limits)?.of_bytes(self.bytes.clone()))
    }

    /// Opens the file for a pass that also hashes it.
    pub(crate) fn hashed_input<'a>(&self, layout: Option<&ChannelLayout>, limits: &Limits) -> Result<Input<'a>, Error> {
        let hash = match (&self.sha256, &self.bytes) {
            (Some(known), _) => Hash::Known(known.clone()),
            (None, Bytes::Memory(bytes)) => Hash::Known(hex(&Sha256::digest(&**bytes))),
            (None, Bytes::Disk(_) | Bytes::Again(_)) => Hash::Running(Hashing::start(self.bytes.clone())),
        };
        Ok(self.input(layout, limits)?.with_hash(hash))
    }

    /// Returns the SHA-256 of the file's bytes, in hex.
    #[cfg(feature = "cyanite")]
    pub(crate) fn sha256(&self) -> Result<String, Error> {
        if let Some(known) = &self.sha256 {
            return Ok(known.clone());
        }
        let hashed = crate::hash::hash_reader(&mut self.bytes.cursor());
        hashed.map_err(|error| self.bytes.fault().unwrap_or_else(|| Error::unreadable(self.name(), &error)))
    }

    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        let (Some(path), Some((file, seen))) = (&self.path, &self.seen) else { return Ok(()) };
        match seen.change(file, path) {
            Some(change) => Err(Error::changed(path, change)),
            None => Ok(()),
        }
    }
}
