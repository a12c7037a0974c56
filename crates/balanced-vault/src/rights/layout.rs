//! What an export holds, and where.

use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::ids::{FileId, Hash, ProjectId, VaultId};
use crate::manifest::{FileRole, State};
use crate::project::ProjectRecord;
use crate::time::Moment;

pub(super) const FORMAT: &str = "balanced vault export";
pub(super) const VERSION: u32 = 1;
/// The table of contents; it is the first entry of the archive.
pub(super) const CONTENTS: &str = "export.json";
pub(super) const CHECKSUMS: &str = "checksums.sha256";
pub(super) const README: &str = "README.txt";

/// Text of the archive's README.
pub(super) const README_TEXT: &str = "\
This archive holds everything that was kept of your projects.

export.json                         what is where: titles, owner, states, dates, and each file with its SHA-256
projects/ID/files/FILE/name         your audio and the other files, as they came in or were made
projects/ID/jams/FILE.jams          each analysis as JAMS, a format for annotations of music
projects/ID/history.json            who did what to the project and when; people are named by their keys' fingerprints
checksums.sha256                    `sha256sum -c checksums.sha256` checks every file

`balanced vault import` reads it back.
";

/// The table of contents.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) vault: VaultId,
    pub(super) at: Moment,
    pub(super) projects: Vec<ExportedProject>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportedProject {
    pub(super) project: ProjectId,
    pub(super) state: State,
    pub(super) created: Moment,
    pub(super) completed: Option<Moment>,
    pub(super) record: ProjectRecord,
    pub(super) files: Vec<ExportedFile>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportedFile {
    pub(super) id: FileId,
    pub(super) role: FileRole,
    pub(super) created: Moment,
    /// Name that the file came with.
    pub(super) name: String,
    /// Where it is in the archive.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: Hash,
}

/// History of a project as it is handed out.
pub(super) type History = Vec<Entry>;

impl Contents {
    /// Reads the table of contents and checks that it leads nowhere but into its archive.
    pub(super) fn read(json: &[u8]) -> Result<Self> {
        let wrong =
            |problem: &str| Error::settings("export", problem, "give an archive that `balanced vault export` wrote");
        let contents: Self =
            serde_json::from_slice(json).map_err(|_| wrong("has no table of contents that can be read"))?;
        if contents.format != FORMAT || contents.version != VERSION {
            return Err(wrong("is no export, or one of a newer version"));
        }
        for project in &contents.projects {
            for file in &project.files {
                if file.path != path(project.project, file.id, &file.name) {
                    return Err(wrong("names a file in a place where no export has it"));
                }
            }
        }
        Ok(contents)
    }
}

/// Returns the place of a file in the archive.
pub(super) fn path(project: ProjectId, file: FileId, name: &str) -> String {
    format!("projects/{project}/files/{file}/{}", plain(name))
}

/// Returns a name that is one on every system, and leads to no other folder.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_safe = |letter: &char| letter.is_alphanumeric() || " ._-()[]+,&'".contains(*letter);
    let safe: String = last.chars().map(|letter| if is_safe(&letter) { letter } else { '_' }).take(100).collect();
    let trimmed = safe.trim_matches(['.', ' ']);
    if trimmed.is_empty() { "file".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_no_other_folder() {
        for (name, safe) in [
            ("mix.wav", "mix.wav"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\mix.wav", "mix.wav"),
            ("..", "file"),
            ("", "file"),
            ("a\0b:c*.wav", "a_b_c_.wav"),
            ("Größe (final).wav", "Größe (final).wav"),
        ] {
            assert_eq!(plain(name), safe);
        }
    }
}
