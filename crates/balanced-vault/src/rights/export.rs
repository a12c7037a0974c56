//! Export: everything that is held of projects, in one archive that anybody can open.

use std::io::{Read, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::layout::{self, CHECKSUMS, CONTENTS, Contents, ExportedFile, ExportedProject, FORMAT, History, README};
use crate::audit::{Action, Draft};
use crate::error::{Error, Result};
use crate::ids::{Hash, ProjectId};
use crate::manifest::{FileRole, ReaderRole};
use crate::project::{By, VaultFile};
use crate::vault::Vault;

/// Largest analysis that is converted.
const MAX_ANALYSIS_BYTES: u64 = 64 << 20;

/// How an export is made.
#[derive(Default)]
#[non_exhaustive]
pub struct ExportOptions<'a> {
    /// Converts the JSON of an analysis to JAMS; what it cannot read it leaves out.
    pub to_jams: Option<ToJams<'a>>,
}

/// Converts the JSON of an analysis to JAMS; `None` if it is none.
pub type ToJams<'a> = &'a dyn Fn(&[u8]) -> Option<String>;

/// What an export holds.
#[derive(Clone, Debug, serde::Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// The projects.
    pub projects: Vec<ProjectId>,
    /// Number of files.
    pub files: usize,
    /// Length of their content in bytes.
    pub bytes: u64,
}

impl Vault {
    /// Writes everything that is held of `projects` as one zip archive, for their owner or the platform.
    ///
    /// The archive is stored without compression and is not encrypted.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) for a project that does not exist or that `by` may not
    /// export, [`ErrorKind::Altered`](crate::ErrorKind::Altered) if a file is damaged,
    /// [`ErrorKind::Stream`](crate::ErrorKind::Stream) if `sink` fails, and the errors of the store.
    pub fn export(
        &self,
        projects: &[ProjectId],
        by: By<'_>,
        options: &ExportOptions<'_>,
        sink: &mut dyn Write,
    ) -> Result<Exported> {
        let mut contents = Contents {
            format: FORMAT.to_owned(),
            version: layout::VERSION,
            vault: self.id(),
            at: self.now()?.unwrap_or_default(),
            projects: Vec::new(),
        };
        let mut opened = Vec::new();
        for project in projects {
            let roles = [ReaderRole::Platform, ReaderRole::Owner];
            let access = self.access(*project, by, Action::Export, None, &roles)?;
            self.record(Draft::new(by.fingerprint(self)?, Action::Export).of(*project, None))?;
            let listing = crate::project::listing(&access.link.manifest, access.keys.identities())?;
            contents.projects.push(exported(*project, listing));
            opened.push(access);
        }
        let mut archive = Archive::new(sink);
        archive.add(CONTENTS, &serde_json::to_vec_pretty(&contents).expect("it is plain data"))?;
        archive.add(README, layout::README_TEXT.as_bytes())?;
        for (project, access) in contents.projects.iter().zip(opened) {
            for (file, entry) in project.files.iter().zip(&access.link.manifest.files) {
                let open = || VaultFile::open(self.store.clone(), project.project, entry.clone(), access.keys.clone());
                archive.add_file(file, open()?)?;
                if file.role == FileRole::Analysis && file.bytes <= MAX_ANALYSIS_BYTES {
                    archive.add_jams(project.project, file, open()?, options)?;
                }
            }
            let history = self.history(project.project)?;
            let json = serde_json::to_vec_pretty(&history).expect("it is plain data");
            archive.add(&format!("projects/{}/history.json", project.project), &json)?;
        }
        archive.finish()?;
        let files = || contents.projects.iter().flat_map(|project| &project.files);
        Ok(Exported {
            projects: projects.to_vec(),
            files: files().count(),
            bytes: files().map(|file| file.bytes).sum(),
        })
    }

    /// Returns what the log says about a project.
    ///
    /// # Errors
    /// Returns the errors of reading the log.
    pub fn history(&self, project: ProjectId) -> Result<History> {
        let entries = self.log.entries(0)?;
        Ok(entries.into_iter().filter(|entry| entry.project == Some(project)).collect())
    }
}

fn exported(project: ProjectId, listing: crate::ProjectListing) -> ExportedProject {
    let files = listing.contents.into_iter().map(|file| ExportedFile {
        path: layout::path(project, file.id, &file.name),
        id: file.id,
        role: file.role,
        created: file.created,
        name: file.name,
        bytes: file.bytes,
        sha256: file.sha256,
    });
    ExportedProject {
        project,
        state: listing.summary.state,
        created: listing.summary.created,
        completed: listing.summary.completed,
        record: listing.record,
        files: files.collect(),
    }
}

/// A zip archive that is written from front to back.
struct Archive<'w> {
    zip: ZipWriter<StreamWriter<&'w mut dyn Write>>,
    checksums: String,
}

impl<'w> Archive<'w> {
    fn new(sink: &'w mut dyn Write) -> Self {
        Self { zip: ZipWriter::new_stream(sink), checksums: String::new() }
    }

    fn start(&mut self, path: &str) -> Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        self.zip.start_file(path, options).map_err(|error| failed(error.into()))
    }

    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.start(path)?;
        self.zip.write_all(bytes).map_err(failed)?;
        self.note(path, Hash::of(bytes));
        Ok(())
    }

    fn add_file(&mut self, file: &ExportedFile, mut content: VaultFile) -> Result<()> {
        self.start(&file.path)?;
        content.copy_to(&mut self.zip)?;
        self.note(&file.path, file.sha256);
        Ok(())
    }

    fn add_jams(
        &mut self,
        project: ProjectId,
        file: &ExportedFile,
        mut content: VaultFile,
        options: &ExportOptions<'_>,
    ) -> Result<()> {
        let Some(to_jams) = options.to_jams else { return Ok(()) };
        let mut json = Vec::new();
        content.read_to_end(&mut json).map_err(failed)?;
        let Some(jams) = to_jams(&json) else { return Ok(()) };
        self.add(&format!("projects/{project}/jams/{}.jams", file.id), jams.as_bytes())
    }

    fn note(&mut self, path: &str, hash: Hash) {
        self.checksums += &format!("{hash}  {path}\n");
    }

    fn finish(mut self) -> Result<()> {
        self.start(CHECKSUMS)?;
        self.zip.write_all(self.checksums.as_bytes()).map_err(failed)?;
        self.zip.finish().map_err(|error| failed(error.into()))?.flush().map_err(failed)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::stream("export", &error)
}
