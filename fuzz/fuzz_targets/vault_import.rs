//! Imports archives into a vault: nothing of an archive is believed but what its table of contents and checksums say.
#![no_main]

use std::io::Cursor;

use balanced_vault::{Clock, ImportOptions, PlatformKey, Policy, Vault, memory};
use libfuzzer_sys::fuzz_target;

fn read(bytes: &[u8]) {
    let store = memory().expect("memory is there");
    let vault = Vault::init(store, PlatformKey::generate(), Policy::default(), Clock::System).expect("it is empty");
    let before = vault.project_ids().expect("memory does not fail").len();
    if let Err(error) = vault.import(Cursor::new(bytes), &ImportOptions::default()) {
        let text = error.to_string();
        assert!(!text.chars().any(char::is_control), "{text}");
        return;
    }
    for project in vault.project_ids().expect("memory does not fail").into_iter().skip(before) {
        vault.list(project, balanced_vault::By::Platform).expect("what was imported can be listed");
    }
}

fuzz_target!(|bytes: &[u8]| balanced_fuzz::within_bounds(bytes.len(), || read(bytes)));
