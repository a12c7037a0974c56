//! Seeds of the vault: an export, and objects of every kind.

use balanced_vault::{By, Clock, ExportOptions, FileRole, NewFile, PlatformKey, Policy, ProjectRecord, Vault, memory};

use crate::put;

pub fn write() {
    let store = memory().expect("memory is there");
    let vault = Vault::init(store.clone(), PlatformKey::generate(), Policy::default(), Clock::System);
    let vault = vault.expect("the store is empty");
    let record = ProjectRecord { title: "Seed".to_owned(), ..ProjectRecord::default() };
    let project = vault.create(&record, None).expect("memory does not fail");
    let new = NewFile { name: "seed.wav".to_owned(), role: FileRole::Upload };
    vault.put(project, new, &mut &b"RIFF...."[..], By::Platform).expect("memory does not fail");
    let mut archive = Vec::new();
    vault.export(&[project], By::Platform, &ExportOptions::default(), &mut archive).expect("memory does not fail");
    put("vault_import", "export.zip", archive);
    let folders = ["projects", "audit"].map(|folder| store.list(folder, None).expect("memory does not fail"));
    for (place, path) in folders.concat().iter().enumerate() {
        let (content, _) = store.get(path).expect("memory does not fail").expect("it was listed");
        put("vault_store", &place.to_string(), [&[place as u8], &content[..]].concat());
    }
}
