//! Puts bytes in the place of an object of a vault (statement, manifest, keys, file, log, checkpoint, intent, succession),
//! and opens a file: it gives its content or an error, and a stranger gets nothing.
#![no_main]

use std::io::Read;

use balanced_vault::{
    By, Clock, Condition, FileRole, Identity, NewFile, OpenOptions, PlatformKey, Policy, ProjectRecord, Vault, memory,
};
use libfuzzer_sys::fuzz_target;

const CONTENT: &[u8] = b"some audio that nobody else may hear";

fn read(place: u8, bytes: &[u8]) {
    let store = memory().expect("memory is there");
    let key = PlatformKey::generate();
    let reader = key.identity().clone();
    let vault = Vault::init(store.clone(), key, Policy::default(), Clock::System).expect("it is empty");
    let project = vault.create(&ProjectRecord::default(), None).expect("memory does not fail");
    let new = NewFile { name: "x".to_owned(), role: FileRole::Upload };
    let file = vault.put(project, new, &mut &CONTENT[..], By::Platform).expect("memory does not fail");
    let folders = ["projects", "audit"].map(|folder| store.list(folder, None).expect("memory does not fail"));
    let mut paths = folders.concat();
    paths.extend(["vault", "intents/0", "successions/000000000001"].map(str::to_owned));
    let path = &paths[usize::from(place) % paths.len()];
    store.delete(path).expect("memory does not fail");
    store.put(path, bytes.to_vec(), &Condition::Create).expect("memory does not fail");
    let Ok(vault) = Vault::open(store, OpenOptions::default()) else { return };
    assert!(vault.open_file(project, file, &Identity::generate()).is_err(), "a stranger got in");
    let Ok(mut opened) = vault.open_file(project, file, &reader) else { return };
    let mut content = Vec::new();
    if opened.read_to_end(&mut content).is_ok() {
        assert_eq!(content, CONTENT);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((place, bytes)) = bytes.split_first() else { return };
    balanced_fuzz::within_bounds(bytes.len(), || read(*place, bytes));
});
