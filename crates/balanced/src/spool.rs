//! Copies of streams, so that several passes read the same bytes.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::bytes::Bytes;
use crate::hash::hex;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Limits, Stage};

/// Size up to which a copy stays in memory.
const MEMORY_BYTES: usize = 16 << 20;
const CHUNK_BYTES: usize = 1 << 18;

/// Copies `stream` to its end and returns the copy with its SHA-256.
pub(crate) fn spool(
    stream: &mut dyn Read,
    name: &Path,
    limits: &Limits,
    scratch: &Scratch,
    monitor: &Monitor<'_>,
) -> Result<(Bytes, String), Error> {
    let in_memory = limits.max_memory_bytes.map_or(MEMORY_BYTES, |limit| MEMORY_BYTES.min(limit as usize / 4));
    let (mut memory, mut disk) = (Vec::new(), None);
    let (mut total, mut hasher) = (0u64, Sha256::new());
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        monitor.at(Stage::Analyze, 0, None)?;
        let count = match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let problem = format!("cannot be read ({error})");
                return Err(Error::input(name, problem, "save it as a file first").caused_by(error));
            }
        };
        let part = &chunk[..count];
        total += count as u64;
        limits.check_bytes(name, total)?;
        hasher.update(part);
        if disk.is_none() && memory.len() + count <= in_memory {
            memory.extend_from_slice(part);
            continue;
        }
        let file = match &mut disk {
            Some(file) => file,
            None => {
                scratch.take(memory.len() as u64)?;
                let mut file = scratch.create_plain()?;
                file.write_all(&std::mem::take(&mut memory)).map_err(|error| scratch.failed("write", &error))?;
                disk.insert(file)
            }
        };
        scratch.take(count as u64)?;
        file.write_all(part).map_err(|error| scratch.failed("write", &error))?;
    }
    let bytes = disk.map_or_else(|| Bytes::Memory(Arc::new(memory)), |file| Bytes::Disk(Arc::new(file)));
    Ok((bytes, hex(&hasher.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(bytes: &[u8], limits: &Limits) -> Result<(Bytes, String), Error> {
        let name = Path::new("a stream");
        spool(&mut &*bytes, name, limits, &Scratch::new(None, name, limits), &Monitor::default())
    }

    #[test]
    fn a_copy_has_the_bytes_of_the_stream_in_memory_and_on_disk() {
        let bytes: Vec<u8> = (0..1_000_000u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
        for (limits, on_disk) in
            [(Limits::default(), false), (Limits { max_memory_bytes: Some(1 << 20), ..Limits::NONE }, true)]
        {
            let (held, sha256) = copy(&bytes, &limits).unwrap();
            assert_eq!(matches!(held, Bytes::Disk(_)), on_disk);
            let mut read = Vec::new();
            held.cursor().read_to_end(&mut read).unwrap();
            assert!(read == bytes);
            assert_eq!(sha256, hex(&Sha256::digest(&bytes)));
        }
    }

    #[test]
    fn an_endless_stream_ends_at_the_limit() {
        let limits = Limits { max_file_bytes: Some(3 << 20), ..Limits::NONE };
        let name = Path::new("a stream");
        let scratch = Scratch::new(None, name, &limits);
        let error = spool(&mut io::repeat(7), name, &limits, &scratch, &Monitor::default()).err().unwrap();
        assert!(error.to_string().contains("--max-bytes"), "{error}");
        let limits = Limits { max_temp_bytes: Some(3 << 20), max_memory_bytes: Some(0), ..Limits::NONE };
        let scratch = Scratch::new(None, name, &limits);
        let error = spool(&mut io::repeat(7), name, &limits, &scratch, &Monitor::default()).err().unwrap();
        assert!(error.to_string().contains("--max-temp"), "{error}");
    }
}
