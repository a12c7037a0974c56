//! Old chain files, brought up to date one version at a time.

use serde_json::{Map, Value};

use super::CHAIN_VERSION;
use crate::SpecError;

/// A pure step from one version to the next.
type Migration = fn(Map<String, Value>) -> Map<String, Value>;

/// `MIGRATIONS[n - 1]` leads from version `n` to `n + 1`. Add one when [`CHAIN_VERSION`] rises, and a file of the old
/// version to `fixtures/old-specs/`.
const MIGRATIONS: [Migration; CHAIN_VERSION as usize - 1] = [from_1_to_2];

/// Version 2 added the kinds `parallel` and `clap`; everything that version 1 could say is said the same way.
fn from_1_to_2(tree: Map<String, Value>) -> Map<String, Value> {
    tree
}

/// `tree` as this program's version would have written it.
pub(super) fn to_current(mut tree: Map<String, Value>) -> Result<Map<String, Value>, SpecError> {
    let version = match tree.get("version") {
        None => u64::from(CHAIN_VERSION),
        Some(version) => version.as_u64().filter(|v| *v > 0).ok_or_else(|| {
            SpecError::new("version", format!("must be a whole number from 1 to {CHAIN_VERSION}, is {version}"))
        })?,
    };
    if version > u64::from(CHAIN_VERSION) {
        let problem = format!("{version} is newer than this program reads (up to {CHAIN_VERSION})");
        return Err(SpecError::new("version", problem).with_remedy("update Balanced to open this chain"));
    }
    for migration in &MIGRATIONS[version as usize - 1..] {
        tree = migration(tree);
    }
    tree.insert("version".to_owned(), CHAIN_VERSION.into());
    Ok(tree)
}
