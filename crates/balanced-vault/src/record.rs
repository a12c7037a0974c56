//! Small records and streams in the age format.

use std::io::{Read, Write};

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::Hash;
use crate::keys::{Identity, Plugins, Recipient};

/// Longest header of an age file that is read: more than a thousand readers.
const MAX_HEADER_BYTES: usize = 1 << 18;
/// Largest small record.
const MAX_RECORD_BYTES: u64 = 16 << 20;
/// Length of the nonce between header and payload.
const NONCE_BYTES: usize = 16;
/// Sizes of the payload's chunks (age, "STREAM").
const CHUNK_BYTES: u64 = 64 << 10;
const TAG_BYTES: u64 = 16;

/// Starts an age file for recipients that need no plugin.
pub(crate) fn encryptor(recipients: &[Recipient]) -> Result<age::Encryptor> {
    encryptor_by(recipients, &Plugins::default())
}

fn encryptor_by(recipients: &[Recipient], plugins: &Plugins) -> Result<age::Encryptor> {
    let all: Vec<_> = recipients.iter().map(|recipient| recipient.to_age(plugins)).collect::<Result<_>>()?;
    age::Encryptor::with_recipients(all.iter().map(|recipient| &**recipient))
        .map_err(|error| Error::settings("recipients", format!("cannot be encrypted to ({error})"), "check the keys"))
}

/// Encrypts `bytes` to recipients that need no plugin.
pub(crate) fn encrypt(bytes: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>> {
    encrypt_by(bytes, recipients, &Plugins::default())
}

/// Encrypts `bytes` to the recipients.
pub(crate) fn encrypt_by(bytes: &[u8], recipients: &[Recipient], plugins: &Plugins) -> Result<Vec<u8>> {
    let mut sealed = Vec::with_capacity(bytes.len() + 1024);
    let in_memory = "writing to memory does not fail";
    let mut writer = encryptor_by(recipients, plugins)?.wrap_output(&mut sealed).expect(in_memory);
    writer.write_all(bytes).expect(in_memory);
    writer.finish().expect(in_memory);
    Ok(sealed)
}

/// Decrypts a small record by any of the identities.
pub(crate) fn decrypt(sealed: &[u8], identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>> {
    let closed = || Error::altered("record", "cannot be opened by the keys at hand");
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| closed())?;
    let keys = identities.iter().map(Identity::as_age);
    let reader = decryptor.decrypt(keys).map_err(|error| match error {
        age::DecryptError::Plugin(_) => {
            let said: String = error.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let remedy = "check that its hardware is connected and its PIN is given";
            Error::new(ErrorKind::Refused, "key", format!("was not used by its plugin ({said})"), remedy)
        }
        _ => closed(),
    })?;
    // The buffer does not grow, so that no copy is left behind by a move.
    let mut bytes = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.take(MAX_RECORD_BYTES).read_to_end(&mut bytes).map_err(|_| closed())?;
    Ok(bytes)
}

/// Header of an age file, with the nonce that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// SHA-256 of header and nonce: it binds the whole payload, whose key both give.
    pub(crate) hash: Hash,
    /// Length of both.
    pub(crate) bytes: u64,
}

impl Header {
    /// Reads a header from the beginning of an age file; `None` if there is none.
    pub(crate) fn read(file: &mut dyn Read) -> std::io::Result<Option<Self>> {
        let mut head = Vec::new();
        let mut file = std::io::BufReader::with_capacity(1, file);
        loop {
            let start = head.len();
            let left = MAX_HEADER_BYTES - start;
            let line = read_line(&mut file, &mut head, left)?;
            if !line || (start == 0 && head != b"age-encryption.org/v1\n") {
                return Ok(None);
            }
            if head[start..].starts_with(b"---") {
                break;
            }
        }
        let start = head.len();
        head.resize(start + NONCE_BYTES, 0);
        match file.read_exact(&mut head[start..]) {
            Ok(()) => Ok(Some(Self { hash: Hash::of(&head), bytes: head.len() as u64 })),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the length of the plain content of a file of `total_bytes`; `None` if no content has such a file.
    pub(crate) fn plain_bytes(&self, total_bytes: u64) -> Option<u64> {
        let payload = total_bytes.checked_sub(self.bytes)?;
        let chunks = payload.div_ceil(CHUNK_BYTES + TAG_BYTES);
        payload.checked_sub(chunks * TAG_BYTES).filter(|_| chunks > 0)
    }
}

/// Appends one line, of at most `limit` bytes, with its end; false if there is none.
fn read_line(file: &mut dyn Read, line: &mut Vec<u8>, limit: usize) -> std::io::Result<bool> {
    let mut byte = [0];
    for _ in 0..limit {
        match file.read(&mut byte) {
            Ok(0) => return Ok(false),
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if byte[0] == b'\n' {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_the_content_follows_from_that_of_the_file() {
        let key = Identity::generate();
        for bytes in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            let sealed = encrypt(&vec![7; bytes], &[key.recipient().clone()]).unwrap();
            let header = Header::read(&mut &sealed[..]).unwrap().unwrap();
            assert_eq!(header.plain_bytes(sealed.len() as u64), Some(bytes as u64));
            assert_eq!(decrypt(&sealed, std::slice::from_ref(&key)).unwrap().len(), bytes);
            assert!(decrypt(&sealed, &[Identity::generate()]).is_err());
        }
    }

    #[test]
    fn what_is_no_age_file_has_no_header() {
        for text in
            [&b""[..], b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> X\n--- abc\nshort", b"RIFF....WAVE\n"]
        {
            assert_eq!(Header::read(&mut &text[..]).unwrap(), None);
        }
        let endless = [&b"age-encryption.org/v1\n"[..], &[b'-'; 10]].concat();
        let mut endless = std::io::Read::chain(&endless[..], std::io::repeat(b'x'));
        assert_eq!(Header::read(&mut endless).unwrap(), None);
    }
}
