//! Secret keys of people.

use std::fmt;
use std::sync::Arc;

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::plugins::Answers;
use super::{Plugins, Recipient, open_backup};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::Fingerprint;

/// Secret key of a person or of a project: a native age identity, an SSH key, or a key that a plugin of age holds.
///
/// `Debug` shows its fingerprint only. Copies share one secret, which is wiped from memory with the last of them.
#[derive(Clone)]
pub struct Identity {
    key: Arc<Key>,
    recipient: Recipient,
}

/// Beginning of an encrypted file in the age format.
const AGE_FILE: &[u8] = b"age-encryption.org/v1";
/// What to give where an SSH key is no good.
const ED25519_ONLY: &str = "give an unencrypted OpenSSH key of the kind ed25519";

enum Key {
    Native(age::x25519::Identity),
    Ssh(Box<age::ssh::Identity>),
    Plugin(age::plugin::IdentityPluginV1<Answers>),
}

impl Identity {
    /// Generates a native age identity.
    #[must_use]
    pub fn generate() -> Self {
        Self::of_native(age::x25519::Identity::generate())
    }

    pub(crate) fn of_native(key: age::x25519::Identity) -> Self {
        let recipient = Recipient::of_native(&key.to_public());
        Self { key: Arc::new(Key::Native(key)), recipient }
    }

    /// Reads a key file: that of `age-keygen`, or an unencrypted `ssh-ed25519` key of OpenSSH.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `text` is neither.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_with(text, &Plugins::default())
    }

    /// Reads a key file of [`parse`](Self::parse), or that of a plugin (`AGE-PLUGIN-NAME-1…`), which must be allowed.
    ///
    /// The file of a plugin must name its public key in a comment, as `age-plugin-yubikey` writes it: by it the vault knows
    /// who asks. The plugin runs whenever a project is opened by the key.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `text` is no such file, or the plugin is not allowed or
    /// not installed.
    pub fn parse_with(text: &str, plugins: &Plugins) -> Result<Self> {
        if let Some(key) = plugin_key(text) {
            let recipient = Recipient::named_beside(&key, text)?;
            return Ok(Self { key: Arc::new(Key::Plugin(plugins.identity(&key)?)), recipient });
        }
        if text.contains("-----BEGIN") {
            return Self::parse_ssh(text);
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            let remedy = "give a file with one line that begins with AGE-SECRET-KEY-1, as `age-keygen` writes it";
            return Err(Error::settings("identity", "does not hold exactly one secret key", remedy));
        };
        let key = line.parse().map_err(|_| {
            let remedy = "give a key as `balanced vault keys generate` or `age-keygen` writes it";
            Error::settings("identity", "is no secret key of age", remedy)
        })?;
        Ok(Self::of_native(key))
    }

    /// Reads a key file that is protected by a passphrase: a file of [`Identity::parse`] that `age -p` or
    /// [`seal_backup`](crate::seal_backup) encrypted, or an `ssh-ed25519` key with a passphrase.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) for a wrong passphrase, and
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `file` is no such file.
    pub fn unlock(file: &[u8], passphrase: &SecretString) -> Result<Self> {
        if file.starts_with(AGE_FILE) {
            return Self::parse(&open_backup(file, passphrase)?);
        }
        match age::ssh::Identity::from_buffer(file, None) {
            Ok(age::ssh::Identity::Encrypted(key)) => match key.decrypt(passphrase.clone()) {
                Ok(key) => Self::of_ssh(age::ssh::Identity::Unencrypted(key)),
                Err(_) => {
                    let remedy = "check the passphrase";
                    Err(Error::new(ErrorKind::Refused, "identity", "is not opened by this passphrase", remedy))
                }
            },
            _ => Err(Error::settings("identity", "is no key with a passphrase", "give the key without a passphrase")),
        }
    }

    fn parse_ssh(text: &str) -> Result<Self> {
        let refuse = |problem: &str, remedy: &str| Err(Error::settings("identity", problem, remedy));
        match age::ssh::Identity::from_buffer(text.as_bytes(), None) {
            Ok(key @ age::ssh::Identity::Unencrypted(_)) => Self::of_ssh(key),
            Ok(age::ssh::Identity::Encrypted(_)) => {
                refuse("is an SSH key with a passphrase", "give its passphrase, or use a native age key")
            }
            Ok(age::ssh::Identity::Unsupported(_)) => refuse("is an SSH key of another kind", ED25519_ONLY),
            Err(_) => refuse("is no SSH key that can be read", ED25519_ONLY),
        }
    }

    /// Takes an SSH key that is not encrypted.
    fn of_ssh(key: age::ssh::Identity) -> Result<Self> {
        let refuse = |problem: &str, remedy: &str| Err(Error::settings("identity", problem, remedy));
        let Ok(public @ age::ssh::Recipient::SshEd25519(..)) = age::ssh::Recipient::try_from(key.clone()) else {
            return refuse("is an SSH key of another kind", ED25519_ONLY);
        };
        let recipient = public.to_string().parse()?;
        Ok(Self { key: Arc::new(Key::Ssh(Box::new(key))), recipient })
    }

    /// Returns the public key.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Returns the fingerprint of the public key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.recipient.fingerprint()
    }

    /// Returns what age decrypts with.
    pub(crate) fn as_age(&self) -> &dyn age::Identity {
        match &*self.key {
            Key::Native(key) => key,
            Key::Ssh(key) => &**key,
            Key::Plugin(key) => key,
        }
    }

    /// Returns the text of a native key; `None` for keys of SSH and of plugins, which stay in their own place.
    #[must_use]
    pub fn secret_text(&self) -> Option<SecretString> {
        match &*self.key {
            Key::Native(key) => Some(key.to_string()),
            Key::Ssh(_) | Key::Plugin(_) => None,
        }
    }

    /// Returns the text of a key file as `age-keygen` writes it; `None` for keys of SSH and of plugins.
    #[must_use]
    pub fn to_file(&self) -> Option<Zeroizing<String>> {
        let secret = self.secret_text()?;
        Some(Zeroizing::new(format!("# public key: {}\n{}\n", self.recipient, secret.expose_secret())))
    }
}

/// Returns the key of a plugin that a key file holds, if it holds one.
pub(super) fn plugin_key(text: &str) -> Option<age::plugin::Identity> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next().filter(|line| line.starts_with("AGE-PLUGIN-"))?;
    line.parse().ok().filter(|_| lines.next().is_none())
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_back_and_nothing_secret_is_shown() {
        let key = Identity::generate();
        let file = key.to_file().unwrap();
        assert_eq!(Identity::parse(&file).unwrap().fingerprint(), key.fingerprint());
        let secret = key.secret_text().unwrap();
        let shown = format!("{key:?} {:?} {secret:?}", key.recipient());
        assert!(!shown.contains("SECRET-KEY") && !shown.contains(secret.expose_secret()), "{shown}");
    }

    #[test]
    fn a_wrong_key_is_refused_without_its_text() {
        let key = Identity::generate();
        let secret = key.secret_text().unwrap();
        let broken = secret.expose_secret().replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q");
        for text in [broken.as_str(), "", "# only a comment", &format!("{broken}\n{broken}")] {
            let error = Identity::parse(text).unwrap_err().to_string();
            assert!(!error.contains(&broken[16..30]), "{error}");
        }
        assert!(secret.expose_secret().parse::<Recipient>().is_err());
    }

    #[test]
    fn recipients_lose_their_comment_and_rsa_is_refused() {
        let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@example.org";
        let recipient: Recipient = ssh.parse().unwrap();
        assert!(!recipient.to_string().contains("alice"));
        let error = "ssh-rsa AAAAB3NzaC1yc2E= bob".parse::<Recipient>().unwrap_err();
        assert!(error.to_string().contains("RSA"), "{error}");
    }
}
