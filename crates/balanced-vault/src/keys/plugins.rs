//! Plugins of age: programs of others that hold keys, such as hardware keys, a TPM or a key service.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use age::plugin::{IdentityPluginV1, RecipientPluginV1, ResolveError};
use age::secrecy::SecretString;

use crate::error::{Error, Result};

/// Which plugins of age may run, and how they are answered.
///
/// A key of the kind `age1NAME1…` belongs to the program `age-plugin-NAME`, which is looked for in `PATH`. It runs with the
/// rights of this process, whenever something is encrypted to such a key or opened by it, and learns the keys of the projects
/// that are. By default none runs.
#[derive(Clone, Default)]
pub struct Plugins {
    names: BTreeSet<String>,
    secret: Option<SecretString>,
    messages: Option<Messages>,
}

/// Shows what a plugin has to say.
type Messages = Arc<dyn Fn(&str) + Send + Sync>;

impl Plugins {
    /// Allows the plugin `age-plugin-NAME`.
    #[must_use]
    pub fn allow(mut self, name: &str) -> Self {
        self.names.insert(name.to_lowercase());
        self
    }

    /// Sets what is answered to a plugin that asks for a PIN or a passphrase; without it, it is told that there is none.
    #[must_use]
    pub fn with_secret(self, secret: SecretString) -> Self {
        Self { secret: Some(secret), ..self }
    }

    /// Sets who is shown what a plugin says, such as that a key is to be touched.
    #[must_use]
    pub fn with_messages(self, show: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { messages: Some(Arc::new(show)), ..self }
    }

    fn check(&self, name: &str) -> Result<()> {
        if self.names.contains(name) {
            return Ok(());
        }
        let problem = format!("belongs to the program age-plugin-{name}, which is not allowed to run");
        let remedy = format!("allow the plugin `{name}`, if you trust that program");
        Err(Error::settings("key", problem, remedy))
    }

    /// Returns what encrypts to a key of a plugin.
    pub(super) fn recipient(&self, key: &age::plugin::Recipient) -> Result<RecipientPluginV1<Answers>> {
        let name = key.plugin();
        self.check(name)?;
        let answers = Answers(self.clone());
        RecipientPluginV1::new(name, std::slice::from_ref(key), &[], answers).map_err(|error| missing(name, error))
    }

    /// Returns what decrypts by a key of a plugin.
    pub(super) fn identity(&self, key: &age::plugin::Identity) -> Result<IdentityPluginV1<Answers>> {
        let name = key.plugin();
        self.check(name)?;
        let answers = Answers(self.clone());
        IdentityPluginV1::new(name, std::slice::from_ref(key), answers).map_err(|error| missing(name, error))
    }
}

fn missing(name: &str, error: ResolveError) -> Error {
    let program = format!("age-plugin-{name}");
    Error::settings(program, "is not installed", "install it in a folder of PATH").caused_by(error)
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("names", &self.names).finish_non_exhaustive()
    }
}

/// The answers to a plugin's questions.
#[derive(Clone)]
pub(super) struct Answers(Plugins);

impl age::Callbacks for Answers {
    fn display_message(&self, message: &str) {
        if let Some(show) = &self.0.messages {
            show(message);
        }
    }

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<SecretString> {
        self.0.secret.clone()
    }
}
