//! Import of an export: nothing of an archive is believed but what its table of contents and checksums say.

use std::io::{Read, Seek, Write};

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive};

use super::layout::{CONTENTS, Contents, ExportedFile, ExportedProject};
use crate::error::{Error, Result};
use crate::ids::{Hash, ProjectId};
use crate::keys::Recipient;
use crate::project::{By, NewFile};
use crate::vault::Vault;

/// Largest table of contents.
const MAX_CONTENTS_BYTES: u64 = 16 << 20;

/// How an export is read back.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ImportOptions {
    /// Key of the owner, who may then read the new projects.
    pub owner: Option<Recipient>,
}

impl Vault {
    /// Makes a new project of each one in an export, and returns their ids.
    ///
    /// Names and links of the archive lead nowhere: files are taken by the table of contents, must not be compressed, and
    /// must have the length and SHA-256 that it gives.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if it is no export or is damaged, and the errors of the
    /// store. Projects that were made before the error stay.
    pub fn import(&self, archive: impl Read + Seek, options: &ImportOptions) -> Result<Vec<ProjectId>> {
        let mut archive = ZipArchive::new(archive).map_err(|error| wrong(format!("is no zip archive ({error})")))?;
        let mut json = Vec::new();
        let contents = open(&mut archive, CONTENTS, None)?;
        contents.take(MAX_CONTENTS_BYTES).read_to_end(&mut json).map_err(|error| Error::stream("export", &error))?;
        let contents = Contents::read(&json)?;
        let all = contents.projects.iter().map(|project| self.import_project(project, &mut archive, options));
        all.collect()
    }

    fn import_project<R: Read + Seek>(
        &self,
        project: &ExportedProject,
        archive: &mut ZipArchive<R>,
        options: &ImportOptions,
    ) -> Result<ProjectId> {
        // Before anything is made, so that a damaged archive leaves nothing behind.
        for file in &project.files {
            copy(file, archive, &mut std::io::sink())?;
        }
        let made = self.create(&project.record, options.owner.as_ref())?;
        for file in &project.files {
            let new = NewFile { name: file.name.clone(), role: file.role };
            let mut writer = self.writer(made, new, By::Platform)?;
            copy(file, archive, &mut writer)?;
            writer.finish()?;
        }
        Ok(made)
    }
}

/// Copies a file out of the archive; fails if it is not the one that the table of contents names.
fn copy<R: Read + Seek>(file: &ExportedFile, archive: &mut ZipArchive<R>, sink: &mut dyn Write) -> Result<()> {
    let mut content = open(archive, &file.path, Some(file.bytes))?.take(file.bytes.saturating_add(1));
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    let mut chunk = zeroize::Zeroizing::new(vec![0; crate::project::COPY_BYTES]);
    loop {
        let count = content.read(&mut chunk).map_err(|error| wrong(format!("is damaged ({error})")))?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        hasher.update(&chunk[..count]);
        sink.write_all(&chunk[..count]).map_err(|error| Error::stream("export", &error))?;
    }
    if bytes == file.bytes && Hash(hasher.finalize().into()) == file.sha256 {
        return Ok(());
    }
    Err(wrong(format!("holds another file {} than its table of contents says", file.id)))
}

fn open<'a, R: Read + Seek>(
    archive: &'a mut ZipArchive<R>,
    path: &str,
    bytes: Option<u64>,
) -> Result<zip::read::ZipFile<'a, R>> {
    let found = archive.by_name(path).map_err(|_| wrong("lacks a file of its table of contents".to_owned()))?;
    let is_plain = found.compression() == CompressionMethod::Stored && found.is_file() && !found.is_symlink();
    if !is_plain || bytes.is_some_and(|bytes| bytes != found.size()) {
        return Err(wrong("holds a file that no export holds: compressed, a link, or of another length".to_owned()));
    }
    Ok(found)
}

fn wrong(problem: String) -> Error {
    Error::settings("export", problem, "give an archive that `balanced vault export` wrote")
}
