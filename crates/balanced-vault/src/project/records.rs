//! Records with the names of people and things, which are stored encrypted only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::Hash;
use crate::manifest::ProviderReference;

/// The person whose project it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Owner {
    /// The platform's own id of the person, by which their projects are found again.
    pub person: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// What a project is about; encrypted in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectRecord {
    /// Title of the work.
    pub title: String,
    /// Artist.
    pub artist: String,
    /// Whose project it is.
    pub owner: Owner,
    /// The person's wishes for the project.
    pub preferences: BTreeMap<String, String>,
    /// What providers hold of this project, to be deleted there too.
    pub providers: Vec<ProviderReference>,
}

/// What a file is called; encrypted in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRecord {
    pub(crate) name: String,
    /// SHA-256 of the plain content: it would tell a known song, so it is not stored in the clear.
    pub(crate) hash: Hash,
}
