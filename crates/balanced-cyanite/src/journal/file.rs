//! A journal in a folder: a small JSON file for each source, replaced as a whole, and a lock file beside it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Entry, Held, Journal};
use crate::error::{Error, ErrorKind, Result};
use crate::options::Api;

/// A journal that several programs on one machine can share.
#[derive(Clone, Debug)]
pub struct FileJournal {
    folder: PathBuf,
}

struct HeldFile {
    path: PathBuf,
    /// Locked until it is closed.
    _lock: File,
}

impl FileJournal {
    /// Opens the journal in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`] if the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, "cannot be made", &error))?;
        Ok(Self { folder })
    }
}

impl Journal for FileJournal {
    fn hold(&self, api: Api, source_sha256: &str) -> Result<Box<dyn Held + '_>> {
        if source_sha256.is_empty() || !source_sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::settings("SHA-256 of the source", "is no hash", "give 64 hexadecimal digits"));
        }
        let path = self.folder.join(format!("{}-{}.json", api.name(), source_sha256.to_ascii_lowercase()));
        let lock = path.with_extension("lock");
        let opened = File::options().create(true).truncate(false).write(true).open(&lock);
        let locked = opened.and_then(|file| file.lock().map(|()| file));
        let lock = locked.map_err(|error| failed(&lock, "cannot be locked", &error))?;
        Ok(Box::new(HeldFile { path, _lock: lock }))
    }

    fn entries(&self) -> Result<Vec<Entry>> {
        let listed = fs::read_dir(&self.folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let listed = listed.map_err(|error| failed(&self.folder, "cannot be read", &error))?;
        let mut paths: Vec<PathBuf> = listed.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| path.extension().is_some_and(|suffix| suffix == "json"));
        paths.sort();
        paths.iter().filter_map(|path| read(path).transpose()).collect()
    }
}

impl Held for HeldFile {
    fn read(&self) -> Result<Option<Entry>> {
        read(&self.path)
    }

    fn write(&mut self, entry: &Entry) -> Result<()> {
        let text = serde_json::to_vec_pretty(entry).map_err(|error| failed(&self.path, "cannot be written", &error))?;
        replace(&self.path, &text).map_err(|error| failed(&self.path, "cannot be written", &error))
    }

    fn remove(&mut self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed(&self.path, "cannot be removed", &error))
            }
            _ => Ok(()),
        }
    }
}

fn read(path: &Path) -> Result<Option<Entry>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path, "cannot be read", &error)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| failed(path, "is no entry of a journal", &error))
}

/// A crash leaves the old file or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    // So that the name survives a loss of power too; not every system opens folders.
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn failed(path: &Path, what: &str, error: &dyn std::fmt::Display) -> Error {
    let problem = format!("{what} ({error})");
    Error::new(ErrorKind::Journal, path.display().to_string(), problem, "check the folder of the journal")
}
