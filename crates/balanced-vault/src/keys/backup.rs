//! Backups of keys: words to write down, or a file under a passphrase.

use age::secrecy::{ExposeSecret, SecretString};
use bech32::Hrp;
use zeroize::Zeroizing;

use super::platform::native;
use super::{Identity, PlatformKey};
use crate::error::{Error, Result};

/// Binary logarithm of scrypt's cost, as the command `age` has it: 256 MiB and about a second. Left alone, the crate measures the
/// machine, and then refuses on a busy one what it wrote on an idle one.
const WORK_FACTOR: u8 = 18;
/// Highest cost that is opened: 1 GiB.
const MAX_WORK_FACTOR: u8 = 20;

/// A key that a backup holds.
pub enum BackedUp {
    /// A native identity.
    Identity(Identity),
    /// The platform's key.
    Platform(Box<PlatformKey>),
}

/// Returns 24 words that hold a secret of 32 bytes (BIP-39, English): the platform's key, or a native identity.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for keys of SSH and of plugins, which have no such form.
pub fn to_mnemonic(key: &BackedUp) -> Result<SecretString> {
    let secret = match key {
        BackedUp::Platform(key) => Zeroizing::new(*key.seed()),
        BackedUp::Identity(identity) => secret_bytes(identity)?,
    };
    let words = bip39::Mnemonic::from_entropy(&*secret).expect("32 bytes make 24 words");
    Ok(SecretString::from(words.to_string()))
}

/// Returns the platform's key or the identity that 24 words hold.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the words, or their checksum, are wrong.
pub fn from_mnemonic(words: &SecretString, is_platform: bool) -> Result<BackedUp> {
    let wrong = || {
        let remedy = "check spelling and order; the last word is a checksum of the others";
        Error::settings("words", "are not the 24 words of a backup", remedy)
    };
    let mnemonic = bip39::Mnemonic::parse_in(bip39::Language::English, words.expose_secret()).map_err(|_| wrong())?;
    let (bytes, length) = mnemonic.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    if length != 32 {
        return Err(wrong());
    }
    let secret = Zeroizing::new(<[u8; 32]>::try_from(&bytes[..32]).expect("32 of 33 bytes"));
    Ok(if is_platform {
        BackedUp::Platform(Box::new(PlatformKey::from_seed(secret)))
    } else {
        BackedUp::Identity(native(&secret))
    })
}

fn secret_bytes(identity: &Identity) -> Result<Zeroizing<[u8; 32]>> {
    let text = identity.secret_text().ok_or_else(|| {
        Error::settings(
            "identity",
            "is a key of SSH or of a plugin, which has no backup here",
            "keep a copy of its own file",
        )
    })?;
    let (prefix, bytes) = bech32::decode(text.expose_secret()).expect("age wrote it");
    let bytes = Zeroizing::new(bytes);
    assert_eq!(prefix, Hrp::parse_unchecked("age-secret-key-"), "age wrote it");
    Ok(Zeroizing::new(bytes.as_slice().try_into().expect("an X25519 key has 32 bytes")))
}

/// Encrypts the text of a key file under a passphrase; `age -d` opens it.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for a passphrase of fewer than 12 characters.
pub fn seal_backup(key_file: &str, passphrase: &SecretString) -> Result<Vec<u8>> {
    if passphrase.expose_secret().chars().count() < 12 {
        let remedy = "give at least 12 characters, better five random words";
        return Err(Error::settings("passphrase", "is too short", remedy));
    }
    let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK_FACTOR);
    age::encrypt(&recipient, key_file.as_bytes())
        .map_err(|error| Error::settings("backup", format!("could not be encrypted ({error})"), "try again"))
}

/// Decrypts the text of a key file by its passphrase.
///
/// # Errors
/// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) for a wrong passphrase or a file that is no backup.
pub fn open_backup(sealed: &[u8], passphrase: &SecretString) -> Result<Zeroizing<String>> {
    let mut identity = age::scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let bytes = age::decrypt(&identity, sealed).map(Zeroizing::new).map_err(|_| {
        let remedy = "check the passphrase and the file";
        Error::new(crate::ErrorKind::Refused, "backup", "cannot be opened by this passphrase", remedy)
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::altered("backup", "holds no key file"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_bring_both_kinds_of_keys_back() {
        let (platform, identity) = (PlatformKey::generate(), Identity::generate());
        let (public, fingerprint) = (platform.public(), identity.fingerprint());
        let words = to_mnemonic(&BackedUp::Platform(Box::new(platform))).unwrap();
        assert_eq!(words.expose_secret().split(' ').count(), 24);
        let BackedUp::Platform(back) = from_mnemonic(&words, true).unwrap() else { panic!("another kind") };
        assert_eq!(back.public(), public);
        let words = to_mnemonic(&BackedUp::Identity(identity)).unwrap();
        let BackedUp::Identity(back) = from_mnemonic(&words, false).unwrap() else { panic!("another kind") };
        assert_eq!(back.fingerprint(), fingerprint);
        let mut swapped: Vec<&str> = words.expose_secret().split(' ').collect();
        swapped.swap(0, 1);
        let is_same = swapped[0] == swapped[1];
        assert!(is_same || from_mnemonic(&SecretString::from(swapped.join(" ")), false).is_err());
    }

    #[test]
    fn a_file_opens_by_its_passphrase_only() {
        let file = Identity::generate().to_file().unwrap();
        let passphrase = SecretString::from("correct horse battery".to_owned());
        let sealed = seal_backup(&file, &passphrase).unwrap();
        assert_eq!(open_backup(&sealed, &passphrase).unwrap(), file);
        assert!(open_backup(&sealed, &SecretString::from("correct horse battery!".to_owned())).is_err());
        assert!(seal_backup(&file, &SecretString::from("short".to_owned())).is_err());
    }
}
