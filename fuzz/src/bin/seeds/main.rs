//! Writes small seeds into `corpus/TARGET/`: a fifth of a second of the testkit's music in every format that this machine can
//! write, headers and silent packets made here, and the built-in chains, profiles and platform rules.

mod bare;
mod bytes;
mod coded;
mod matroska;
mod mp4;
mod ogg;
mod own;
mod texts;
mod vault;

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    own::write();
    bare::write();
    ogg::write();
    matroska::write();
    mp4::write();
    coded::write();
    texts::write();
    vault::write();
}

/// Path of a seed in the corpus of a target.
fn place(target: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    folder.join(name)
}

fn put(target: &str, name: &str, content: impl AsRef<[u8]>) {
    fs::write(place(target, name), content).expect("the corpus can be written");
}
