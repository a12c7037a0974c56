//! Every fixture is accounted for: source, licence, hash.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    crate::root().join("fixtures")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_file_is_listed_with_its_hash() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    for path in files(&folder()) {
        let name = path.strip_prefix(folder()).unwrap().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("fixtures/README.md does not list {name}"));
        let hash: String = Sha256::digest(fs::read(&path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(row.contains(&hash) || row.contains("not pinned"), "{name}: its hash is {hash}");
    }
}
