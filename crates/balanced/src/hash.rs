//! SHA-256 of files, on a thread of its own while they are decoded.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

use crate::bytes::Bytes;

/// A file that is being hashed on its own thread; dropping it stops the thread.
pub(crate) struct Hashing {
    thread: Option<JoinHandle<std::io::Result<String>>>,
    stop: Arc<AtomicBool>,
}

impl Hashing {
    pub(crate) fn start(bytes: Bytes) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        Self { thread: Some(std::thread::spawn(move || hash_until(&mut bytes.cursor(), &told))), stop }
    }

    pub(crate) fn finish(mut self) -> std::io::Result<String> {
        let thread = self.thread.take().expect("finished once");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // The thread is joined, so that none outlives the call: the embedding program may fork afterwards.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the SHA-256 of a file in lower-case hex.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<String> {
    hash_until(&mut File::open(path)?, &AtomicBool::new(false))
}

/// Returns the SHA-256 of what `reader` reads from its place on, in lower-case hex.
pub(crate) fn hash_reader(reader: &mut dyn Read) -> std::io::Result<String> {
    hash_until(reader, &AtomicBool::new(false))
}

/// Hashes a file until its end, or until `stop` is set.
fn hash_until(file: &mut dyn Read, stop: &AtomicBool) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    // The chunk is small enough to stay in the processor's cache between reading and hashing.
    let mut chunk = vec![0u8; 1 << 16];
    while !stop.load(Ordering::Relaxed) {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hasher.finalize())),
            bytes => hasher.update(&chunk[..bytes]),
        }
    }
    Err(std::io::ErrorKind::Interrupted.into())
}

/// Formats `bytes` as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
