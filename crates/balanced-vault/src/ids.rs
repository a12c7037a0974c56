//! Random names of projects, files and objects. They tell nothing about what they name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Returns `N` random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// Formats bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads lower-case hex of exactly `N` bytes.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Gives a newtype of bytes its text, hexadecimal digits, in `Display`, `FromStr` and serde.
macro_rules! hexadecimal {
    ($name:ident, $problem:expr, $remedy:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                unhex(text).map(Self).ok_or_else(|| Error::settings(text, $problem, $remedy))
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                text.parse()
            }
        }
    };
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// Creates a random id.
            #[must_use]
            pub fn random() -> Self {
                Self(random())
            }
        }

        hexadecimal!(
            $name,
            concat!("is no id of a ", $what),
            "give the 32 hexadecimal digits that the vault printed"
        );
    };
}

id!(
    /// Id of a project: 128 random bits, written as 32 hexadecimal digits.
    ProjectId,
    "project"
);
id!(
    /// Id of a file in a project: 128 random bits, written as 32 hexadecimal digits.
    FileId,
    "file"
);
id!(
    /// Id of a stored object: 128 random bits, written as 32 hexadecimal digits.
    ObjectId,
    "stored object"
);
id!(
    /// Id of one change to the vault: 128 random bits, written as 32 hexadecimal digits.
    ChangeId,
    "change"
);

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(pub(crate) [u8; $bytes]);

        hexadecimal!($name, "is no fingerprint or hash", concat!("give its ", $bytes, " bytes as hexadecimal digits"));
    };
}

digest!(
    /// SHA-256 of bytes.
    Hash,
    32
);
digest!(
    /// Fingerprint of a public key: the first 16 bytes of the SHA-256 of its text.
    Fingerprint,
    16
);
digest!(
    /// Name of a person inside the vault, which only the platform's key can make from the person's id.
    PersonTag,
    16
);
digest!(
    /// Id of a vault: the fingerprint of the public key that signs in it.
    VaultId,
    16
);

impl Hash {
    /// Returns the hash of `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl Fingerprint {
    /// Returns the fingerprint of the text of a public key.
    pub(crate) fn of(text: &str) -> Self {
        let hash = Hash::of(text.as_bytes());
        Self(hash.0[..16].try_into().expect("16 of 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written_and_nothing_else_is() {
        let id = ProjectId::random();
        assert_eq!(id.to_string().parse::<ProjectId>().unwrap(), id);
        assert_ne!(id, ProjectId::random());
        let upper = id.to_string().to_uppercase() + "A";
        for wrong in ["", "../../etc/passwd", "zz", &id.to_string()[1..], &upper[..32].replace(char::is_numeric, "G")] {
            assert!(wrong.parse::<ProjectId>().is_err(), "{wrong}");
        }
    }
}
