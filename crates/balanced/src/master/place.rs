//! Where a master goes: a file that appears when it is proven, or an encrypted temporary file for a vault.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_io::{
    BroadcastLoudness, CompleteFile, Decoder, EncodeSpec, Encoder, IoError, MetadataRead, read_metadata,
    write_broadcast_loudness, write_broadcast_loudness_in,
};
use balanced_model::Metadata;

use crate::hash::{hash_file, hash_reader};
use crate::input::Input;
use crate::origin::MAX_METADATA_BYTES;
use crate::scratch::{Scratch, ScratchFile};
use crate::{Error, Limits};

/// What to do where a written master cannot be read.
const READ_BACK: &str = "check the disk or network that holds it";

/// Most bytes of metadata of a written master: some text stands there twice.
const MAX_WRITTEN_BYTES: u64 = 4 * MAX_METADATA_BYTES;

/// Where a master goes.
pub(crate) enum Place<'a> {
    File(&'a Path),
    /// A vault, by the name that results give it.
    Vault(&'a Path),
}

/// A master that is being written.
pub(crate) struct Draft {
    pub(crate) encoder: Encoder,
    shared: Option<Shared>,
    name: PathBuf,
}

/// A master that is complete but not in its place.
pub(crate) enum Written {
    File(CompleteFile),
    Sealed { file: Shared, name: PathBuf },
}

/// A temporary file that is written and read back through handles of their own.
#[derive(Clone)]
pub(crate) struct Shared {
    file: Arc<Mutex<ScratchFile>>,
    at: u64,
}

impl Place<'_> {
    pub(crate) fn name(&self) -> &Path {
        match self {
            Self::File(path) | Self::Vault(path) => path,
        }
    }

    /// Returns the folder that the master's bytes lie in while it is made.
    pub(crate) fn folder(&self, scratch: &Scratch) -> PathBuf {
        match self {
            Self::File(path) => super::folder_of(path),
            Self::Vault(_) => scratch.folder().to_owned(),
        }
    }

    pub(crate) fn draft(
        &self,
        spec: &EncodeSpec,
        format: &StreamFormat,
        metadata: &Metadata,
        scratch: &Scratch,
    ) -> Result<Draft, Error> {
        let writing = |error: IoError| Error::writing(&error);
        let name = self.name().to_owned();
        match self {
            Self::File(path) => {
                let encoder = Encoder::create_with_metadata(path, spec, format, metadata).map_err(writing)?;
                Ok(Draft { encoder, shared: None, name })
            }
            Self::Vault(path) => {
                let shared = Shared { file: Arc::new(Mutex::new(scratch.create()?)), at: 0 };
                let medium = Box::new(shared.clone());
                let shown = path.display().to_string();
                let encoder = Encoder::create_in(medium, shown, spec, format, metadata).map_err(writing)?;
                Ok(Draft { encoder, shared: Some(shared), name })
            }
        }
    }
}

impl Draft {
    pub(crate) fn complete(self) -> Result<Written, Error> {
        let complete = self.encoder.complete().map_err(|error| Error::writing(&error))?;
        Ok(match self.shared {
            None => Written::File(complete),
            Some(file) => Written::Sealed { file, name: self.name },
        })
    }
}

impl Written {
    /// Opens the master to be measured.
    pub(crate) fn input(&self, layout: Option<&ChannelLayout>, hashed: bool) -> Result<Input<'static>, Error> {
        match self {
            Self::File(file) => Input::of_own_file(file.path(), layout, hashed),
            Self::Sealed { file, name } => {
                let decoder = Decoder::from_named_reader(name.display().to_string(), file.clone());
                let decoder = decoder.map_err(|error| Error::reading(&error))?;
                let input = Input::of_decoder(decoder, Some(name.clone()), layout, &Limits::NONE)?;
                if hashed { Ok(input.with_hash(crate::input::Hash::Known(self.hash()?))) } else { Ok(input) }
            }
        }
    }

    /// Reads the metadata of the master.
    pub(crate) fn metadata(&self, sample_rate_hz: f64) -> Result<MetadataRead, Error> {
        match self {
            Self::File(file) => {
                let failed = |error| Error::output(file.path(), format!("cannot be read back ({error})"), READ_BACK);
                let mut file = std::fs::File::open(file.path()).map_err(failed)?;
                Ok(read_metadata(&mut file, sample_rate_hz, MAX_WRITTEN_BYTES))
            }
            Self::Sealed { file, .. } => Ok(read_metadata(&mut file.clone(), sample_rate_hz, MAX_WRITTEN_BYTES)),
        }
    }

    /// Writes the measured loudness into the broadcast chunk of a WAV.
    pub(crate) fn write_loudness(&self, loudness: &BroadcastLoudness) -> Result<(), IoError> {
        match self {
            Self::File(file) => write_broadcast_loudness(file.path(), loudness),
            Self::Sealed { file, name } => {
                write_broadcast_loudness_in(&mut file.clone(), &name.display().to_string(), loudness)
            }
        }
    }

    /// Returns the SHA-256 of the master.
    pub(crate) fn hash(&self) -> Result<String, Error> {
        let (name, hash) = match self {
            Self::File(file) => (file.path(), hash_file(file.path())),
            Self::Sealed { file, name } => (name.as_path(), hash_reader(&mut file.clone())),
        };
        hash.map_err(|error| Error::output(name, format!("cannot be read back ({error})"), READ_BACK))
    }

    /// Puts a file in its place; returns what is still to be brought to a vault.
    pub(crate) fn publish(self) -> Result<Option<Shared>, Error> {
        match self {
            Self::File(file) => file.publish().map(|()| None).map_err(|error| Error::writing(&error)),
            Self::Sealed { file, .. } => Ok(Some(file)),
        }
    }
}

impl Shared {
    fn file(&self) -> MutexGuard<'_, ScratchFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = {
            let mut file = self.file();
            file.seek(SeekFrom::Start(self.at))?;
            file.read(buffer)?
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = {
            let mut file = self.file();
            file.seek(SeekFrom::Start(self.at))?;
            file.write(bytes)?
        };
        self.at += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Current(by) => {
                let at = self.at.checked_add_signed(by);
                SeekFrom::Start(at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?)
            }
            other => other,
        };
        let at = self.file().seek(to)?;
        self.at = at;
        Ok(at)
    }
}
