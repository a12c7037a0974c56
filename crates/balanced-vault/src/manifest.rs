//! The manifest of a project: its state, who may read it, and what binds each file to its place.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ids::{ChangeId, FileId, Fingerprint, Hash, ObjectId, PersonTag, ProjectId, VaultId};
use crate::keys::{Identity, Recipient};
use crate::record;
use crate::retention::Reason;
use crate::signed::Kind;
use crate::succession::{Lasting, Succession};
use crate::time::Moment;

/// State of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Nobody is assigned yet.
    Open,
    /// An engineer is assigned.
    InProgress,
    /// The work is done; the time to its deletion runs.
    Completed,
    /// The keys are being destroyed.
    Deleting,
    /// Nothing is left but this record.
    Deleted,
}

impl State {
    /// Returns the name of the state in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

/// Why a key may read a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReaderRole {
    /// The platform itself.
    Platform,
    /// The person whose audio it is.
    Owner,
    /// An engineer who is assigned.
    Engineer,
}

/// What a file is, which decides how long it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FileRole {
    /// Audio that was uploaded.
    Upload,
    /// A master.
    Master,
    /// An analysis as JSON.
    Analysis,
    /// History of the project: comments, decisions.
    History,
}

impl FileRole {
    /// Returns the role with that name in JSON.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Upload, Self::Master, Self::Analysis, Self::History].into_iter().find(|role| role.name() == name)
    }

    /// Returns the name of the role in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Master => "master",
            Self::Analysis => "analysis",
            Self::History => "history",
        }
    }
}

/// A key that may read a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// The public key.
    pub recipient: Recipient,
    /// Why it may read.
    pub role: ReaderRole,
    /// When it was given the project.
    pub since: Moment,
}

impl Reader {
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.recipient.fingerprint()
    }
}

/// A small age file within a manifest, which holds a record as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sealed(String);

impl Sealed {
    pub(crate) fn new(record: &impl Serialize, recipient: &Recipient) -> Result<Self> {
        let json = zeroize::Zeroizing::new(serde_json::to_vec(record).expect("records are plain data"));
        let sealed = record::encrypt(&json, std::slice::from_ref(recipient))?;
        Ok(Self(BASE64_STANDARD.encode(sealed)))
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, keys: &[Identity], subject: &dyn std::fmt::Display) -> Result<T> {
        let altered = || Error::altered(subject.to_string(), "has a record that cannot be opened");
        let bytes = BASE64_STANDARD.decode(&self.0).map_err(|_| altered())?;
        let json = record::decrypt(&bytes, keys).map_err(|_| altered())?;
        serde_json::from_slice(&json).map_err(|_| altered())
    }
}

/// What binds a file to its place: the manifest is signed, the object is known by its header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileEntry {
    pub(crate) id: FileId,
    pub(crate) role: FileRole,
    pub(crate) created: Moment,
    pub(crate) object: ObjectId,
    pub(crate) object_bytes: u64,
    /// SHA-256 of the object's age header and nonce, from which every chunk's key follows.
    pub(crate) header: Hash,
    /// Length of the plain content.
    pub(crate) bytes: u64,
    /// Which of the project's keys it is encrypted to.
    pub(crate) epoch: u32,
    /// Name and SHA-256 of the plain content, encrypted to the project.
    pub(crate) sealed: Sealed,
}

/// The object with the project's keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyObject {
    pub(crate) object: ObjectId,
    pub(crate) hash: Hash,
    /// The epochs whose keys it holds, the current one first.
    pub(crate) epochs: Vec<u32>,
}

/// A deletion that a provider still has to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderReference {
    /// Name of the provider, such as `cyanite`.
    pub provider: String,
    /// The provider's own id of what it holds.
    pub reference: String,
}

/// Something that stops the deletion of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Number of the case; it is stored in the clear, so it must name no person.
    pub case: String,
    /// Since when.
    pub since: Moment,
}

/// The signed state of a project; each names the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) vault: VaultId,
    pub(crate) project: ProjectId,
    pub(crate) sequence: u64,
    /// SHA-256 of the manifest before this one.
    pub(crate) previous: Option<Hash>,
    /// The change that made this manifest.
    pub(crate) change: ChangeId,
    pub(crate) at: Moment,
    pub(crate) state: State,
    /// Whose project it is; `None` if it was never made.
    pub(crate) person: Option<PersonTag>,
    pub(crate) created: Moment,
    /// When anything last came in.
    pub(crate) touched: Moment,
    pub(crate) completed: Option<Moment>,
    pub(crate) holds: Vec<Hold>,
    /// The project's public key; `None` once there is nothing to encrypt to.
    pub(crate) recipient: Option<Recipient>,
    pub(crate) epoch: u32,
    pub(crate) keys: Option<KeyObject>,
    pub(crate) readers: Vec<Reader>,
    /// Title, artist and owner, encrypted to the project.
    pub(crate) sealed: Option<Sealed>,
    pub(crate) files: Vec<FileEntry>,
    /// Why the project is being deleted.
    pub(crate) erasure: Option<Reason>,
    /// Deletions at providers that are not confirmed yet.
    pub(crate) outstanding: Vec<ProviderReference>,
    /// Changes that were given up; whoever still works at one finds out here.
    pub(crate) abandoned: Vec<ChangeId>,
}

impl Lasting for Manifest {
    const KIND: Kind = Kind::Manifest;

    /// The newest one at that time is known by its hash, and leads to those before it.
    fn is_held_by(&self, hash: Hash, end: &Succession) -> bool {
        let is_held =
            |head: &crate::Head| self.sequence < head.sequence || (self.sequence, hash) == (head.sequence, head.hash);
        end.heads.get(&self.project).is_some_and(is_held)
    }
}

impl Manifest {
    /// Returns the first manifest of a project that was never finished.
    pub(crate) fn never(vault: VaultId, project: ProjectId, at: Moment) -> Self {
        Self {
            vault,
            project,
            sequence: 1,
            previous: None,
            change: ChangeId::random(),
            at,
            state: State::Deleted,
            person: None,
            created: at,
            touched: at,
            completed: None,
            holds: Vec::new(),
            recipient: None,
            epoch: 0,
            keys: None,
            readers: Vec::new(),
            sealed: None,
            files: Vec::new(),
            erasure: None,
            outstanding: Vec::new(),
            abandoned: Vec::new(),
        }
    }

    pub(crate) fn file(&self, id: FileId) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.id == id)
    }

    pub(crate) fn reader(&self, fingerprint: Fingerprint) -> Option<&Reader> {
        self.readers.iter().find(|reader| reader.fingerprint() == fingerprint)
    }

    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        self.readers.iter().map(|reader| reader.recipient.clone()).collect()
    }

    /// Returns the objects that the manifest names, as paths.
    pub(crate) fn objects(&self) -> Vec<String> {
        let keys = self.keys.iter().map(|keys| key_path(self.project, keys.object));
        keys.chain(self.files.iter().map(|file| object_path(self.project, file.object))).collect()
    }

    /// Refuses a project that does not live any more.
    pub(crate) fn check_alive(&self) -> Result<()> {
        match self.state {
            State::Deleting | State::Deleted => Err(Error::refused(self.project.to_string())),
            _ => Ok(()),
        }
    }

    /// Refuses a project that takes no more files.
    pub(crate) fn check_writable(&self) -> Result<()> {
        self.check_alive()?;
        if self.state == State::Completed {
            let remedy = "reopen the project first";
            return Err(Error::state(self.project.to_string(), "is completed and takes no changes", remedy));
        }
        Ok(())
    }

    /// Returns the project's public key.
    pub(crate) fn recipient(&self) -> Result<&Recipient> {
        self.recipient.as_ref().ok_or_else(|| Error::refused(self.project.to_string()))
    }
}

pub(crate) fn folder(project: ProjectId) -> String {
    format!("projects/{project}")
}

pub(crate) fn manifest_folder(project: ProjectId) -> String {
    format!("projects/{project}/manifests")
}

pub(crate) fn manifest_path(project: ProjectId, sequence: u64) -> String {
    format!("projects/{project}/manifests/{sequence:012}")
}

pub(crate) fn key_path(project: ProjectId, object: ObjectId) -> String {
    format!("projects/{project}/keys/{object}.age")
}

pub(crate) fn object_path(project: ProjectId, object: ObjectId) -> String {
    format!("projects/{project}/objects/{object}.age")
}
