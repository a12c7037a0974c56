//! The platform's key: it signs what the vault states, and reads every project.

use std::fmt;

use age::secrecy::{ExposeSecret, SecretString};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Identity, Recipient};
use crate::error::{Error, Result};
use crate::ids::{Fingerprint, PersonTag, VaultId, hex, random, unhex};

/// Beginning of the platform's key in its file.
const PREFIX: &str = "BALANCED-PLATFORM-KEY-1";

/// The platform's secret key: everything it needs is derived from 32 bytes.
///
/// The parts are derived by HMAC-SHA256 of the 32 bytes with a text that names the part: an Ed25519 key that signs, an
/// age identity that reads every project, and a key that turns ids of persons into names inside the vault.
pub struct PlatformKey {
    seed: Zeroizing<[u8; 32]>,
    signing: SigningKey,
    identity: Identity,
}

/// The public half of the platform's signing key; its JSON is its text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PublicKey(VerifyingKey);

impl PlatformKey {
    /// Generates a key.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_seed(Zeroizing::new(random()))
    }

    pub(crate) fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        let signing = SigningKey::from_bytes(&derive(&seed, "balanced vault signing key v1"));
        let identity = native(&derive(&seed, "balanced vault platform identity v1"));
        Self { seed, signing, identity }
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// Reads the file that [`to_file`](Self::to_file) writes.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `text` holds no platform key.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let seed = match (lines.next().and_then(|line| line.strip_prefix(PREFIX)), lines.next()) {
            (Some(digits), None) => unhex(&Zeroizing::new(digits.to_ascii_lowercase())),
            _ => None,
        };
        let seed = seed.ok_or_else(|| {
            let remedy = "give the file that `balanced vault init` wrote";
            Error::settings("platform key", "is no key of a vault's platform", remedy)
        })?;
        Ok(Self::from_seed(Zeroizing::new(seed)))
    }

    /// Returns the text of the key's file.
    #[must_use]
    pub fn to_file(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex(&*self.seed).to_ascii_uppercase());
        Zeroizing::new(format!("# key of a vault's platform; public key: {}\n{PREFIX}{}\n", self.public(), *digits))
    }

    /// Returns the public half of the signing key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.signing.verifying_key())
    }

    /// Returns the age identity that reads every project.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the recipient that every project is encrypted to.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        self.identity.recipient()
    }

    /// Returns the name of a person inside the vault.
    #[must_use]
    pub fn person_tag(&self, person: &str) -> PersonTag {
        self.person_index().tag(person)
    }

    pub(crate) fn person_index(&self) -> PersonIndex {
        PersonIndex(derive(&self.seed, "balanced vault person index v1"))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }
}

/// The part of a platform's key that turns ids of persons into names inside the vault.
pub(crate) struct PersonIndex(Zeroizing<[u8; 32]>);

impl PersonIndex {
    pub(crate) fn tag(&self, person: &str) -> PersonTag {
        let tag = mac(&self.0, person.as_bytes());
        PersonTag(tag[..16].try_into().expect("16 of 32 bytes"))
    }

    /// Returns the secret as hexadecimal digits.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&*self.0))
    }

    /// Reads the digits that [`to_text`](Self::to_text) writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        unhex(text).map(|secret| Self(Zeroizing::new(secret)))
    }
}

impl PublicKey {
    /// Reads the 64 hexadecimal digits that `Display` writes.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `text` is no public key.
    pub fn parse(text: &str) -> Result<Self> {
        let key = unhex::<32>(text).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        key.filter(|key| !key.is_weak()).map(Self).ok_or_else(|| {
            Error::settings(
                "public key",
                "is no Ed25519 key",
                "give the 64 hexadecimal digits of the vault's public key",
            )
        })
    }

    /// Returns the id of the vault that was made with this key; it stays when the key is exchanged.
    #[must_use]
    pub fn vault_id(&self) -> VaultId {
        VaultId(Fingerprint::of(&self.to_string()).0)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for PublicKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl fmt::Debug for PlatformKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformKey({})", self.public())
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn derive(seed: &[u8; 32], part: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(seed, part.as_bytes()))
}

/// Returns the native age identity with the given secret bytes.
pub(super) fn native(secret: &[u8; 32]) -> Identity {
    let prefix = bech32::Hrp::parse_unchecked("age-secret-key-");
    let text = bech32::encode::<bech32::Bech32>(prefix, secret).expect("32 bytes are short enough");
    let text = SecretString::from(Zeroizing::new(text).to_uppercase());
    Identity::of_native(text.expose_secret().parse().expect("any 32 bytes are an X25519 key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file_and_shows_nothing() {
        let key = PlatformKey::generate();
        let file = key.to_file();
        let back = PlatformKey::parse(&file).unwrap();
        assert_eq!(back.public(), key.public());
        assert_eq!(back.recipient(), key.recipient());
        assert_eq!(back.person_tag("p"), key.person_tag("p"));
        assert_ne!(key.person_tag("p"), PlatformKey::generate().person_tag("p"));
        let secret = hex(key.seed());
        assert!(!format!("{key:?} {:?}", key.public()).contains(&secret[..16]));
        assert!(PlatformKey::parse("BALANCED-PLATFORM-KEY-1XYZ").is_err());
        assert_eq!(PublicKey::parse(&key.public().to_string()).unwrap(), key.public());
    }
}
