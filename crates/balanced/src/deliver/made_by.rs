//! How a master was made, from its own manifest or result.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use balanced_model::Source;

use super::manifest::{DeliveryManifest, MadeBy};
use super::read_text;
use crate::{Error, MasterResult};

const WRONG: &str = "give the manifest or the result (`master --json`) of this very master, or leave it out";

/// Reads how `master` was made: from `given`, or from the manifest beside it, if that is there and is of this file.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `given` cannot be read, or tells of another file.
pub(super) fn find(master: &Path, source: &Source, given: Option<&Path>) -> Result<Option<MadeBy>, Error> {
    if let Some(path) = given {
        let text = read_text(path, WRONG)?;
        let made_by = of_text(&text, source).map_err(|error| error.in_file(path))?;
        let other = || Error::settings("tells of another file than the master", WRONG).in_file(path);
        return made_by.ok_or_else(other).map(Some);
    }
    let text = std::fs::read_to_string(beside(master)).ok();
    Ok(text.and_then(|text| of_text(&text, source).ok()).flatten())
}

/// Returns the usual place of a master's manifest: its name with `.manifest.json` after it.
fn beside(master: &Path) -> PathBuf {
    let mut name = OsString::from(master);
    name.push(".manifest.json");
    PathBuf::from(name)
}

/// Reads a manifest or a result; `None` if it tells of another file.
fn of_text(text: &str, source: &Source) -> Result<Option<MadeBy>, Error> {
    if let Ok(result) = serde_json::from_str::<MasterResult>(text) {
        let is_it = result.after.source.sha256 == source.sha256;
        let balanced_version = result.after.provenance.balanced_version;
        let (chain, edit) = (result.chain, result.edit);
        return Ok(is_it.then_some(MadeBy { source: result.before.source, chain, edit, balanced_version }));
    }
    let manifest = DeliveryManifest::from_json(text)?;
    let file = manifest.files.into_iter().find(|file| file.file.sha256 == source.sha256);
    let balanced_version = manifest.program.balanced_version;
    Ok(file.map(|file| MadeBy {
        source: manifest.source,
        chain: file.recipe.chain,
        edit: file.recipe.edit,
        balanced_version,
    }))
}
