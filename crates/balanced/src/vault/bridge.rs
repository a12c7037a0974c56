//! What connects the vault with analysis and mastering.

use std::path::{Path, PathBuf};

use balanced_vault::{By, FileId, FileRole, Identity, NewFile, ProjectId, Vault};

use crate::input::ReadSeek;
use crate::master::master_sealed;
use crate::{Analysis, AudioSource, Error, MasterOptions, MasterResult, Reopen};

/// Returns the name of a file of a vault in results and errors: `vault:PROJECT/FILE`.
#[must_use]
pub fn name(project: ProjectId, file: FileId) -> PathBuf {
    PathBuf::from(format!("vault:{project}/{file}"))
}

/// Opens a file of a vault as a source of audio, for [`analyze_source`](crate::analyze_source),
/// [`master_source`](crate::master_source) and every other call that takes one.
///
/// It is decrypted where it is read. Temporary files that a call makes for it are encrypted under a key that lives in
/// memory only; what a call is told to write as its output is not.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if there is no such file, the key may not read it, or it was
/// altered, and the errors of the store.
pub fn source(
    vault: &Vault,
    project: ProjectId,
    file: FileId,
    identity: &Identity,
) -> Result<AudioSource<'static>, Error> {
    let opened = vault.open_file(project, file, identity)?;
    let (bytes, sha256) = (opened.content_bytes(), opened.hash().to_string());
    let reopen = move || Ok(Box::new(opened.reopen().map_err(std::io::Error::from)?) as Box<dyn ReadSeek>);
    Ok(AudioSource::Reopen(Reopen::new(name(project, file), bytes, sha256, reopen)))
}

/// Masters `source` into a project of a vault under the file name `file_name`, and returns the result with the master's id.
///
/// The master is written to a temporary file, encrypted under a key that lives in memory only; it is measured there,
/// and encrypted to the project from there. The temporary files lie in `options.temp`, or in the system's folder for them.
///
/// # Errors
/// Returns the errors of [`master`](crate::master()) and of [`Vault::put`]; no master is left in the vault then.
pub fn master(
    source: AudioSource<'_>,
    vault: &Vault,
    project: ProjectId,
    file_name: &str,
    by: By<'_>,
    options: &MasterOptions<'_>,
) -> Result<(MasterResult, FileId), Error> {
    let folder = options.temp.clone().unwrap_or_else(std::env::temp_dir);
    let place = PathBuf::from(format!("vault:{project}"));
    let (mut result, mut master) = master_sealed(source, &place, &folder, options)?;
    std::io::Seek::rewind(&mut master).map_err(|error| Error::unreadable(&place, &error))?;
    let new = NewFile { name: file_name.to_owned(), role: FileRole::Master };
    let file = vault.put(project, new, &mut master, by)?;
    let placed = name(project, file).display().to_string();
    result.after.source.path = Some(placed.clone());
    result.output = placed;
    Ok((result, file))
}

/// Converts the JSON of an analysis to JAMS, for [`ExportOptions`](balanced_vault::ExportOptions); `None` if it is no analysis.
#[must_use]
pub fn to_jams(json: &[u8]) -> Option<String> {
    let analysis: Analysis = serde_json::from_slice(json).ok()?;
    Some(crate::report::jams(&analysis))
}

impl Error {
    /// Returns the error of a file that a vault, or another place that opens it again, failed to give.
    pub(crate) fn of_sealed(name: &Path, error: &std::io::Error) -> Self {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<balanced_vault::Error>());
        match own {
            Some(own) if own.kind() == balanced_vault::ErrorKind::Altered => {
                Self::damaged(name, own.problem(), own.remedy()).caused_by(own.clone())
            }
            Some(own) => Self::input(name, own.problem(), own.remedy()).caused_by(own.clone()),
            None => Self::unreadable(name, error),
        }
    }
}

impl From<balanced_vault::Error> for Error {
    fn from(error: balanced_vault::Error) -> Self {
        use balanced_vault::ErrorKind as Kind;
        let (path, problem, remedy) = (Path::new(error.subject()), error.problem(), error.remedy());
        let made = match error.kind() {
            Kind::Refused => Self::not_openable(path, problem, remedy),
            Kind::Altered => Self::damaged(path, problem, remedy),
            Kind::Store | Kind::Stream => Self::output(path, problem, remedy),
            _ => Self::settings(format!("{}: {problem}", error.subject()), remedy),
        };
        made.caused_by(error)
    }
}
