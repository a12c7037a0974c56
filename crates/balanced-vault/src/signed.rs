//! Statements of the platform: three lines, the last a signature over the others.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::{hex, unhex};
use crate::keys::{PlatformKey, PublicKey};

/// What a statement is about; a signature for one kind is none for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Vault,
    Manifest,
    Intent,
    Entry,
    Checkpoint,
    Receipt,
    Notice,
    Succession,
}

impl Kind {
    fn head(self) -> &'static str {
        match self {
            Self::Vault => "balanced vault v1: vault",
            Self::Manifest => "balanced vault v1: manifest",
            Self::Intent => "balanced vault v1: intent",
            Self::Entry => "balanced vault v1: audit entry",
            Self::Checkpoint => "balanced vault v1: checkpoint",
            Self::Receipt => "balanced vault v1: receipt",
            Self::Notice => "balanced vault v1: notice",
            Self::Succession => "balanced vault v1: succession",
        }
    }
}

/// Third line of a statement that nobody signed.
const UNSIGNED: &str = "unsigned";

/// Writes a statement; without a key it is a claim that nobody vouches for.
pub(crate) fn write(kind: Kind, body: &impl Serialize, key: Option<&PlatformKey>) -> Vec<u8> {
    let body = serde_json::to_string(body).expect("statements are plain data");
    let signed = format!("{}\n{body}\n", kind.head());
    let last = key.map_or_else(|| UNSIGNED.to_owned(), |key| hex(&key.sign(signed.as_bytes())));
    format!("{signed}{last}\n").into_bytes()
}

/// Returns whether bytes begin as a statement of this kind does.
pub(crate) fn is_of(kind: Kind, bytes: &[u8]) -> bool {
    bytes.strip_prefix(kind.head().as_bytes()).is_some_and(|rest| rest.starts_with(b"\n"))
}

/// Reads a statement by any of the keys; which of them signed it is returned beside it, or that nobody did. `None` for
/// anything that no vault wrote.
pub(crate) fn read<T: DeserializeOwned>(kind: Kind, bytes: &[u8], keys: &[PublicKey]) -> Option<(T, Option<usize>)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.split('\n');
    let (head, body, last) = (lines.next()?, lines.next()?, lines.next()?);
    if head != kind.head() || lines.next() != Some("") || lines.next().is_some() {
        return None;
    }
    let signer = match last {
        UNSIGNED => None,
        signature => {
            let (signed, signature) = (&text.as_bytes()[..head.len() + body.len() + 2], unhex(signature)?);
            // The current key is the last.
            Some(keys.iter().rposition(|key| key.verifies(signed, &signature))?)
        }
    };
    Some((serde_json::from_str(body).ok()?, signer))
}

/// Reads a statement that must be signed by this key.
pub(crate) fn read_signed<T: DeserializeOwned>(kind: Kind, bytes: &[u8], key: &PublicKey) -> Option<T> {
    read(kind, bytes, std::slice::from_ref(key)).filter(|(_, signer)| signer.is_some()).map(|(body, _)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_to_a_statement_is_refused() {
        let key = PlatformKey::generate();
        let body = vec!["a", "b"];
        let bytes = write(Kind::Manifest, &body, Some(&key));
        let accepted = |bytes: &[u8], kind| read_signed::<Vec<String>>(kind, bytes, &key.public()).is_some();
        assert!(accepted(&bytes, Kind::Manifest));
        assert!(!accepted(&bytes, Kind::Receipt));
        assert!(!accepted(&write(Kind::Manifest, &body, None), Kind::Manifest));
        assert!(!accepted(&write(Kind::Manifest, &body, Some(&PlatformKey::generate())), Kind::Manifest));
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert!(!accepted(&changed, Kind::Manifest), "byte {at}");
            }
            assert!(!accepted(&bytes[..at], Kind::Manifest));
        }
        assert!(!accepted(&[&bytes[..], b"\n"].concat(), Kind::Manifest));
    }
}
