//! Files of a vault: those that are read, and masters that are to be made.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use balanced::vault::{self, Identity, ProjectId};
use balanced::{AudioSource, Error, MasterOptions, MasterResult, ReadSeek, Reopen};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::vault::{Vault, by};

/// A master that is to be made in a project.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct VaultOutput {
    pub(crate) vault: Py<Vault>,
    pub(crate) project: ProjectId,
    pub(crate) name: PathBuf,
    pub(crate) identity: Option<Identity>,
}

impl VaultOutput {
    /// Returns the name that the master gets, which selects its format.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Masters into the project, with no plain copy on a disk.
    pub fn master(&self, source: AudioSource<'_>, options: &MasterOptions<'_>) -> Result<MasterResult, Error> {
        let (vault, name) = (&self.vault.get().vault, self.name.to_string_lossy());
        vault::master(source, vault, self.project, &name, by(&self.identity), options).map(|(result, _)| result)
    }
}

/// A file of a vault that is open for reading.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct VaultFile {
    address: PathBuf,
    file: Mutex<vault::VaultFile>,
}

impl VaultFile {
    pub fn new(address: PathBuf, file: vault::VaultFile) -> Self {
        Self { address, file: Mutex::new(file) }
    }

    fn file(&self) -> MutexGuard<'_, vault::VaultFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the file as the façade takes it: opened by each pass for itself, and never copied to a disk.
    pub fn source(&self) -> AudioSource<'static> {
        let file = self.file();
        let (bytes, sha256, again) = (file.content_bytes(), file.hash().to_string(), file.reopen());
        drop(file);
        let reopen = move || {
            let file = again.as_ref().map_err(|error| std::io::Error::from(error.clone()))?;
            Ok(Box::new(file.reopen().map_err(std::io::Error::from)?) as Box<dyn ReadSeek>)
        };
        AudioSource::Reopen(Reopen::new(self.address.clone(), bytes, sha256, reopen))
    }

    /// Returns a reader of the file with a position of its own.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, Error> {
        Ok(Box::new(self.file().reopen()?))
    }
}

#[pymethods]
impl VaultFile {
    /// Returns up to `count` bytes; none at the end.
    fn read<'py>(&self, py: Python<'py>, count: usize) -> PyResult<Bound<'py, PyBytes>> {
        let read = py.detach(|| {
            let mut bytes = vec![0; count];
            let count = self.file().read(&mut bytes)?;
            bytes.truncate(count);
            Ok::<_, std::io::Error>(bytes)
        });
        Ok(PyBytes::new(py, &read?))
    }

    fn seek(&self, offset: i64, whence: u8) -> PyResult<u64> {
        let to = match whence {
            0 => SeekFrom::Start(
                u64::try_from(offset).map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidInput))?,
            ),
            1 => SeekFrom::Current(offset),
            _ => SeekFrom::End(offset),
        };
        Ok(self.file().seek(to)?)
    }

    #[getter]
    fn address(&self) -> String {
        self.address.display().to_string()
    }

    #[getter]
    fn name(&self) -> String {
        self.file().name().to_owned()
    }

    #[getter]
    fn size(&self) -> u64 {
        self.file().content_bytes()
    }
}
