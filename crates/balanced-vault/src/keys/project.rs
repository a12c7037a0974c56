//! The secret keys of a project, as they lie in its key object.

use age::secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{Identity, Plugins, Recipient};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ProjectId;
use crate::record;

/// The identities of a project: the current one first, then those whose files are still to be encrypted anew.
#[derive(Clone)]
pub(crate) struct ProjectKeys {
    identities: Vec<Identity>,
}

impl ProjectKeys {
    pub(crate) fn generate() -> Self {
        Self { identities: vec![Identity::generate()] }
    }

    /// Returns keys with a new current identity in front of these.
    pub(crate) fn with_new(&self) -> Self {
        let identities = [vec![Identity::generate()], self.identities.clone()].concat();
        Self { identities }
    }

    /// Returns the current identity alone.
    pub(crate) fn current_only(&self) -> Self {
        Self { identities: vec![self.identities[0].clone()] }
    }

    pub(crate) fn recipient(&self) -> &Recipient {
        self.identities[0].recipient()
    }

    pub(crate) fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// Encrypts the keys to the readers of the project, as a key file that stock `age` takes.
    pub(crate) fn seal(&self, project: ProjectId, readers: &[Recipient], plugins: &Plugins) -> Result<Vec<u8>> {
        let mut text = Zeroizing::new(format!("# keys of the project {project}\n"));
        // Enough for every line, so that no half of a key is left behind by a move.
        text.reserve(128 * self.identities.len());
        for identity in &self.identities {
            text.push_str(identity.secret_text().expect("keys of projects are native").expose_secret());
            text.push('\n');
        }
        record::encrypt_by(text.as_bytes(), readers, plugins)
    }

    /// Decrypts the key object of a project by the key of one of its readers.
    pub(crate) fn open(project: ProjectId, sealed: &[u8], reader: &Identity) -> Result<Self> {
        let text = record::decrypt(sealed, std::slice::from_ref(reader)).map_err(|error| match error.kind() {
            // What a plugin said.
            ErrorKind::Refused => error,
            _ => Error::refused(project.to_string()),
        })?;
        let altered = || Error::altered(project.to_string(), "has a key object that holds no keys");
        let text = std::str::from_utf8(&text).map_err(|_| altered())?;
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let identities: Vec<Identity> = lines.map(Identity::parse).collect::<Result<_>>().map_err(|_| altered())?;
        if identities.is_empty() { Err(altered()) } else { Ok(Self { identities }) }
    }
}
