//! Many at once: threads with a vault each over one store. Processes over one folder are in the tests of the command.

use std::sync::Arc;
use std::thread;

use balanced_vault::{By, ErrorKind, Identity, ReaderRole, State, Store, local, verify};

use crate::common::*;

#[test]
fn nobody_is_lost_when_many_assign_revoke_and_upload_at_once() {
    let folder = tempfile::tempdir().unwrap();
    check_many_at_once(local(folder.path()).unwrap());
}

/// Lets several vaults over one store assign, revoke, sweep and upload, and checks that every change is there.
pub fn check_many_at_once(store: Arc<dyn Store>) {
    let world = World::in_store(store);
    let engineers: Vec<Identity> = (0..4).map(|_| Identity::generate()).collect();
    let leaving: Vec<Identity> = (0..2).map(|_| Identity::generate()).collect();
    for identity in &leaving {
        world.vault().assign(world.project, identity.recipient(), ReaderRole::Engineer).unwrap();
    }
    let uploaded = thread::scope(|scope| {
        for identity in &engineers {
            scope.spawn(|| world.vault().assign(world.project, identity.recipient(), ReaderRole::Engineer).unwrap());
        }
        for identity in &leaving {
            scope.spawn(|| world.vault().revoke(world.project, identity.fingerprint()).unwrap());
        }
        scope.spawn(|| world.vault().sweep(&[]).unwrap());
        let upload = |seed: u64| {
            let content = audio(100_000, seed);
            loop {
                match world.vault().put(world.project, new_file(), &mut &content[..], By::Platform) {
                    Ok(file) => return (file, content),
                    // The project got a new key meanwhile.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
                }
            }
        };
        let uploads: Vec<_> = (0..3).map(|seed| scope.spawn(move || upload(seed + 50))).collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).collect::<Vec<_>>()
    });
    for (file, content) in uploaded.iter().chain(&world.files) {
        for identity in &engineers {
            assert!(world.read(*file, identity).unwrap() == *content);
        }
        for identity in &leaving {
            assert_eq!(kind(world.read(*file, identity)), Some(ErrorKind::Refused));
        }
    }
    let vault = world.vault();
    assert!(verify(&*world.store, &vault.key_history(), None).is_ok());
    // One object per file, one of keys, and nothing that was left over.
    assert!(world.list("intents").is_empty());
    assert_eq!(world.list(&format!("projects/{}/objects", world.project)).len(), 5);
    assert_eq!(world.list(&format!("projects/{}/keys", world.project)).len(), 1);
}

#[test]
fn several_sweeps_and_an_upload_at_once_end_in_one_deletion() {
    for seed in 0..8 {
        let world = World::new();
        world.vault().complete(world.project).unwrap();
        let late = START.plus_days(31);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| world.at(late).sweep(&[]).unwrap());
            }
            scope.spawn(move || audio(1000, seed));
            scope.spawn(|| {
                // It comes too late or is deleted with the rest, but is never acknowledged and lost.
                let reopened = world.at(START).reopen(world.project);
                let put = world.at(START).put(world.project, new_file(), &mut &b"late"[..], By::Platform);
                assert!(put.is_err() || reopened.is_ok());
            });
        });
        let state = world.at(late).summaries().unwrap()[0].state;
        if state == State::Deleted {
            assert!(!world.objects().iter().any(|path| path.ends_with(".age")));
            assert!(world.at(late).receipt(world.project).is_ok());
        } else {
            assert_eq!(state, State::InProgress, "it was reopened in time");
            assert!(world.read(world.files[0].0, &world.engineer).is_ok());
        }
        assert!(world.list("intents").is_empty());
    }
}
