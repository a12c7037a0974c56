//! Public keys of people: who a project can be encrypted to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Identity, Plugins};
use crate::error::{Error, Result};
use crate::ids::Fingerprint;

/// Public key of a reader: a native age recipient (`age1…`), an SSH key (`ssh-ed25519 …`), or a key of a plugin of age
/// (`age1NAME1…`), to which encrypting takes its program ([`Plugins`]).
///
/// RSA keys are refused: the only library for them has a timing flaw (RUSTSEC-2023-0071).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Recipient {
    /// The key without the comment that SSH keys carry, which is often a name.
    text: String,
}

impl Recipient {
    pub(crate) fn of_native(key: &age::x25519::Recipient) -> Self {
        Self { text: key.to_string() }
    }

    /// Returns the fingerprint of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.text)
    }

    /// Returns the public key that a key file is about; no plugin is run for it.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `text` is no key file, or that of a plugin that does not
    /// say its recipient.
    pub fn of_key_file(text: &str) -> Result<Self> {
        match super::identity::plugin_key(text) {
            Some(key) => Self::named_beside(&key, text),
            None => Identity::parse(text).map(|identity| identity.recipient().clone()),
        }
    }

    /// Returns the recipient that the comments of a plugin's key file name.
    pub(super) fn named_beside(key: &age::plugin::Identity, text: &str) -> Result<Self> {
        let comments = text.lines().filter_map(|line| line.trim().strip_prefix('#'));
        let words =
            comments.flat_map(str::split_whitespace).filter_map(|word| word.parse::<age::plugin::Recipient>().ok());
        let found = words.into_iter().find(|recipient| recipient.plugin() == key.plugin());
        found.map(|recipient| Self { text: recipient.to_string() }).ok_or_else(|| {
            let remedy = "add a line `# recipient: age1…` with the public key that the plugin printed";
            Error::settings("identity", "is a key of a plugin and does not say its public key", remedy)
        })
    }

    /// Returns the name of the plugin that the key belongs to, if it does.
    #[must_use]
    pub fn plugin(&self) -> Option<String> {
        self.text.parse::<age::plugin::Recipient>().ok().map(|key| key.plugin().to_owned())
    }

    /// Returns what age encrypts to.
    pub(crate) fn to_age(&self, plugins: &Plugins) -> Result<Box<dyn age::Recipient>> {
        if let Ok(native) = self.text.parse::<age::x25519::Recipient>() {
            return Ok(Box::new(native));
        }
        if let Ok(key) = self.text.parse::<age::plugin::Recipient>() {
            return Ok(Box::new(plugins.recipient(&key)?));
        }
        let ssh = self.text.parse::<age::ssh::Recipient>();
        Ok(Box::new(ssh.unwrap_or_else(|_| unreachable!("recipients are checked when they are made"))))
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let refuse = |problem: &str| {
            let shown: String = text.chars().take(24).filter(|letter| !letter.is_control()).collect();
            Err(Error::settings(shown, problem, "give a key as `age1…` or `ssh-ed25519 …`"))
        };
        if text.starts_with("AGE-SECRET-KEY-") {
            let remedy = "give the public key, which begins with `age1`, and keep the secret key to yourself";
            return Err(Error::settings("key", "is a secret key, not a public one", remedy));
        }
        if let Ok(native) = text.parse::<age::x25519::Recipient>() {
            return Ok(Self::of_native(&native));
        }
        if let Ok(plugin) = text.parse::<age::plugin::Recipient>() {
            return Ok(Self { text: plugin.to_string() });
        }
        let mut words = text.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("ssh-rsa"), _) => refuse("is an RSA key, which the vault does not take"),
            (Some(kind @ "ssh-ed25519"), Some(body)) => {
                let text = format!("{kind} {body}");
                match text.parse::<age::ssh::Recipient>() {
                    Ok(_) => Ok(Self { text }),
                    Err(_) => refuse("is no valid SSH key"),
                }
            }
            _ => refuse("is no public key"),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.fingerprint())
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.text
    }
}

impl TryFrom<String> for Recipient {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}
