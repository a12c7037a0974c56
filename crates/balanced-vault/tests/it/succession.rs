//! The exchange of the platform's key: what the old key signed stays valid, and what it signs afterwards is not accepted.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use balanced_vault::{
    By, Clock, Error, ErrorKind, Identity, KeyExchange, OpenOptions, PlatformKey, Policy, ProjectId, ReaderRole,
    Result, State, Store, Vault, memory, verify, verify_receipt,
};

use crate::common::*;
use crate::crash::dying;

fn exchange(store: Arc<dyn Store>, old: &PlatformKey, new: &PlatformKey, exchange: KeyExchange) -> Result<Vault> {
    let options = OpenOptions { platform: Some(again(old)), clock: Clock::Fixed(START), ..OpenOptions::default() };
    Vault::rotate_platform(store, options, again(new), exchange)
}

fn open(store: Arc<dyn Store>, key: &PlatformKey) -> Result<Vault> {
    let options = OpenOptions { platform: Some(again(key)), clock: Clock::Fixed(START), ..OpenOptions::default() };
    Vault::open(store, options)
}

/// Copies every object of a store, as whoever can read it does.
fn copy(world: &World) -> Arc<dyn Store> {
    let copied = memory().unwrap();
    for path in world.objects() {
        assert!(copied.put(&path, bytes(&*world.store, &path), &balanced_vault::Condition::Create).unwrap());
    }
    copied
}

/// Puts what a thief wrote into a copy of the store in its place in the true one; returns what was there.
fn plant(world: &World, theirs: &dyn Store, path: &str) -> Option<Vec<u8>> {
    let original = world.store.get(path).unwrap().map(|(bytes, _)| bytes);
    overwrite(&*world.store, path, bytes(theirs, path));
    original
}

fn restore(world: &World, path: &str, original: Option<Vec<u8>>) {
    match original {
        Some(original) => overwrite(&*world.store, path, original),
        None => world.store.delete(path).unwrap(),
    }
}

/// Checks that everything of the world is there by the new key, and nothing is left over.
fn check_taken_over(what: &str, world: &World, new: &PlatformKey, erased: ProjectId) {
    let vault = open(world.store.clone(), new).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((vault.id(), vault.public_key()), (world.key.public().vault_id(), new.public()), "{what}");
    for (file, content) in &world.files {
        for reader in [&world.engineer, new.identity()] {
            assert!(read(&vault, world.project, *file, reader).unwrap() == *content, "{what}");
        }
        let by_old = read(&vault, world.project, *file, world.key.identity());
        assert_eq!(kind(by_old), Some(ErrorKind::Refused), "{what}");
    }
    assert_eq!(kind(open(world.store.clone(), &world.key)), Some(ErrorKind::Settings), "{what}");
    let report = vault.report("person-17").unwrap();
    assert_eq!((report.projects.len(), report.erased), (1, vec![erased]), "{what}");
    let receipt = vault.receipt(erased).unwrap();
    assert_eq!(verify_receipt(&receipt, &vault.key_history()).unwrap().project, erased, "{what}");
    let log = verify(&*world.store, &vault.key_history(), None).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((log.keys, log.lapsed), (2, 0), "{what}");
    assert!(world.list("intents").is_empty(), "{what}: an intent is left");
    let left: Vec<String> = world.list("successions").into_iter().filter(|path| path.ends_with(".age")).collect();
    assert_eq!(left, Vec::<String>::new(), "{what}: the old key's identity is left");
    let count = |part: &str| world.list(&format!("projects/{}/{part}", world.project)).len();
    assert_eq!((count("objects"), count("keys")), (2, 1), "{what}: something is left over");
}

/// A world with a project that was erased under the first key.
fn world() -> (World, ProjectId) {
    world_in(memory().unwrap())
}

fn world_in(store: Arc<dyn Store>) -> (World, ProjectId) {
    let world = World::in_store(store);
    let vault = world.vault();
    let erased = vault.create(&record(), None).unwrap();
    vault.erase(erased, &[]).unwrap();
    (world, erased)
}

/// Exchanges the key of a vault in this store, and checks that the new key has taken over.
pub fn check_exchange(store: Arc<dyn Store>, reason: KeyExchange) {
    let (world, erased) = world_in(store);
    let new = PlatformKey::generate();
    exchange(world.store.clone(), &world.key, &new, reason).unwrap();
    check_taken_over("exchanged", &world, &new, erased);
}

#[test]
fn what_the_old_key_signed_stays_valid() {
    for reason in [KeyExchange::Planned, KeyExchange::Stolen] {
        let (world, erased) = world();
        let policy = Policy { audio_days: 17, ..Policy::default() };
        world.vault().set_policy(policy.clone()).unwrap();
        let objects = world.list(&format!("projects/{}/objects", world.project));
        let anchor = world.vault().anchor().unwrap().unwrap();
        let new = PlatformKey::generate();
        let vault = exchange(world.store.clone(), &world.key, &new, reason).unwrap();
        assert_eq!(vault.policy(), policy);
        check_taken_over("exchanged", &world, &new, erased);
        let is_same = world.list(&format!("projects/{}/objects", world.project)) == objects;
        assert_eq!(is_same, reason == KeyExchange::Planned, "files are encrypted anew if the key was stolen");
        // Whoever holds nothing but the anchor, or the vault's id, verifies all of it.
        let options = OpenOptions { anchor: Some(anchor), vault: Some(vault.id()), ..OpenOptions::default() };
        assert!(Vault::open(world.store.clone(), options).unwrap().verify_log().unwrap().entries > anchor.sequence);
        let said = vault.history(world.project).unwrap();
        let taken = said.iter().find(|entry| entry.action == balanced_vault::Action::RotatePlatform).unwrap();
        assert_eq!(
            (taken.actor, taken.subject),
            (world.key.identity().fingerprint(), Some(new.identity().fingerprint()))
        );
        // Life goes on, to the next exchange and to the end.
        let third = PlatformKey::generate();
        let vault = exchange(world.store.clone(), &new, &third, reason).unwrap();
        assert_eq!(kind(open(world.store.clone(), &new)), Some(ErrorKind::Settings));
        let file = vault.put(world.project, new_file(), &mut &b"more"[..], By::Platform).unwrap();
        assert_eq!(read(&vault, world.project, file, &world.engineer).unwrap(), b"more");
        assert_eq!(vault.report("person-17").unwrap().erased, [erased]);
        assert_eq!(vault.projects_of("person-17").unwrap(), [world.project]);
        assert!(verify_receipt(&vault.receipt(erased).unwrap(), &vault.key_history()).is_ok());
        assert_eq!(vault.verify_log().unwrap().keys, 3);
        vault.erase(world.project, &[]).unwrap();
        assert!(verify_receipt(&vault.receipt(world.project).unwrap(), &vault.key_history()).is_ok());
    }
}

/// A thief who has the old key, reads the whole store and writes to it: what they make in a copy of it is refused in the
/// true one.
#[test]
fn a_stolen_key_signs_nothing_that_is_accepted() {
    let (world, erased) = world();
    let before = copy(&world);
    let new = PlatformKey::generate();
    exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned).unwrap();
    let thief = open(before.clone(), &world.key).unwrap();
    let accomplice = Identity::generate();
    thief.assign(world.project, accomplice.recipient(), ReaderRole::Engineer).unwrap();
    let forged = thief.create(&record(), None).unwrap();
    thief.erase(world.project, &[]).unwrap();
    thief.set_policy(Policy { audio_days: 0, ..Policy::default() }).unwrap();
    let [(file, _), _] = world.files;
    let is_sound = || {
        let vault = open(world.store.clone(), &new)?;
        vault.open_file(world.project, file, &accomplice).map(drop)
    };
    assert_eq!(kind(is_sound()), Some(ErrorKind::Refused));
    // The manifests that assign the accomplice and erase the project, in each place behind the last of the old key.
    let manifests = before.list(&format!("projects/{}/manifests", world.project), None).unwrap();
    let newest = world.list(&format!("projects/{}/manifests", world.project)).len();
    assert!(manifests.len() > newest);
    for path in &manifests[newest - 1..] {
        let original = plant(&world, &*before, path);
        let refused = open(world.store.clone(), &new).and_then(|vault| vault.list(world.project, By::Platform));
        assert_eq!(kind(refused), Some(ErrorKind::Altered), "{path}");
        restore(&world, path, original);
    }
    // A project of the thief's own.
    let paths = before.list(&format!("projects/{forged}"), None).unwrap();
    paths.iter().for_each(|path| drop(plant(&world, &*before, path)));
    let vault = open(world.store.clone(), &new).unwrap();
    assert_eq!(kind(vault.list(forged, By::Platform)), Some(ErrorKind::Altered));
    paths.iter().for_each(|path| world.store.delete(path).unwrap());
    // A receipt of a deletion that was never made, the rules of retention, and a receipt that was changed.
    let receipt = bytes(&*before, &format!("receipts/{}", world.project));
    assert_eq!(kind(verify_receipt(&receipt, &vault.key_history())), Some(ErrorKind::Altered));
    assert!(
        verify_receipt(&receipt, &world.key.public().into()).is_ok(),
        "the old key alone would have vouched for it"
    );
    let original = plant(&world, &*before, "vault");
    assert_eq!(kind(world.outside()), Some(ErrorKind::Altered));
    restore(&world, "vault", original);
    // The log without the exchange, and with the thief's entries.
    for path in before.list("audit/entries", None).unwrap() {
        plant(&world, &*before, &path);
    }
    assert_eq!(kind(open(world.store.clone(), &new)), Some(ErrorKind::Altered));
    assert!(vault.receipt(erased).is_ok());
}

/// A thief who undoes the exchange, or makes one to a key of their own.
#[test]
fn another_succession_shows() {
    let (world, _) = world();
    let before = copy(&world);
    let new = PlatformKey::generate();
    let vault = exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned).unwrap();
    let anchor = vault.anchor().unwrap().unwrap();
    let theirs = PlatformKey::generate();
    exchange(before.clone(), &world.key, &theirs, KeyExchange::Planned).unwrap();
    let path = "successions/000000000001";
    let original = bytes(&*world.store, path);
    for forged in [None, Some(bytes(&*before, path))] {
        world.store.delete(path).unwrap();
        if let Some(forged) = forged {
            overwrite(&*world.store, path, forged);
        }
        // Who has the true key expects it; who has none cannot verify what it signed.
        assert!(matches!(kind(open(world.store.clone(), &new)), Some(ErrorKind::Settings | ErrorKind::Altered)));
        assert_eq!(kind(world.outside()), Some(ErrorKind::Altered));
        assert!(open(world.store.clone(), &world.key).is_err());
    }
    for at in (0..original.len()).step_by(41) {
        let mut changed = original.clone();
        changed[at] ^= 1;
        overwrite(&*world.store, path, changed);
        assert_eq!(kind(world.outside()), Some(ErrorKind::Altered), "byte {at}");
    }
    // The whole store, rolled back and taken over by the thief, is refused by who kept an anchor.
    let options = OpenOptions { anchor: Some(anchor), ..OpenOptions::default() };
    assert_eq!(kind(Vault::open(before, options)), Some(ErrorKind::Altered));
}

/// A process that works on with the old key.
#[test]
fn who_still_has_the_old_key_is_told_and_does_no_harm() {
    let (world, erased) = world();
    let stale = world.vault();
    let reader = world.outside().unwrap();
    let writing = world.vault();
    let mut upload = writing.writer(world.project, new_file(), By::Platform).unwrap();
    std::io::Write::write_all(&mut upload, b"half").unwrap();
    let new = PlatformKey::generate();
    exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned).unwrap();
    assert_eq!(kind(upload.finish()), Some(ErrorKind::Conflict), "the upload was given up");
    let refused = |result: Result<()>| assert_eq!(kind(result), Some(ErrorKind::Settings));
    refused(stale.put(world.project, new_file(), &mut &b"late"[..], By::Platform).map(drop));
    refused(stale.set_policy(Policy::default()));
    refused(stale.complete(world.project));
    refused(stale.create(&record(), None).map(drop));
    assert_eq!(kind(stale.list(world.project, By::Platform)), Some(ErrorKind::Refused));
    // Readers without the platform's key go on.
    let [(file, content), _] = &world.files;
    assert!(read(&reader, world.project, *file, &world.engineer).unwrap() == *content);
    let vault = open(world.store.clone(), &new).unwrap();
    let log = vault.verify_log().unwrap();
    assert!(log.lapsed > 0, "what the old process noted is nobody's word: {log:?}");
    assert!(world.list("intents").is_empty());
    assert_eq!(vault.list(world.project, By::Platform).unwrap().contents.len(), 2);
    assert!(vault.receipt(erased).is_ok());
}

#[test]
fn an_exchange_that_cannot_be_is_refused_before_anything_is_done() {
    let (world, _) = world();
    let (new, third) = (PlatformKey::generate(), PlatformKey::generate());
    let before = world.objects();
    let same = exchange(world.store.clone(), &new, &third, KeyExchange::Planned);
    assert_eq!(kind(same), Some(ErrorKind::Settings), "a key of another vault");
    exchange(world.store.clone(), &world.key, &world.key, KeyExchange::Planned).unwrap();
    assert_eq!(world.objects(), before, "to itself: nothing is to be done");
    exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned).unwrap();
    assert_eq!(kind(exchange(world.store.clone(), &new, &world.key, KeyExchange::Planned)), Some(ErrorKind::Settings));
    exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned).expect("it can be repeated");
    // A project whose keys are damaged would be lost: its exchange does not begin.
    let keys = &world.list(&format!("projects/{}/keys", world.project))[0];
    let original = bytes(&*world.store, keys);
    overwrite(&*world.store, keys, b"x".to_vec());
    assert_eq!(kind(exchange(world.store.clone(), &new, &third, KeyExchange::Planned)), Some(ErrorKind::Altered));
    overwrite(&*world.store, keys, original);
    assert!(open(world.store.clone(), &new).unwrap().complete(world.project).is_ok());
}

/// The store dies at the k-th operation of an exchange, for every k; then somebody starts again with either key.
#[test]
fn a_crash_at_any_operation_loses_nothing() {
    for reason in [KeyExchange::Planned, KeyExchange::Stolen] {
        for is_answer_lost in [false, true] {
            for k in 1.. {
                let (world, erased) = world();
                let new = PlatformKey::generate();
                let (store, left) = dying(world.store.clone(), is_answer_lost);
                left.store(k, Ordering::SeqCst);
                let made = exchange(store, &world.key, &new, reason).is_ok();
                let is_alive = left.load(Ordering::SeqCst) > 0;
                let what = format!("{reason:?}, dead at {k}, answer lost {is_answer_lost}");
                check_after_crash(&what, &world, &new, made, reason);
                open(world.store.clone(), &new).unwrap().recover_all().unwrap();
                check_taken_over(&what, &world, &new, erased);
                if is_alive {
                    assert!(made && k > 40, "{what}");
                    break;
                }
            }
        }
    }
}

/// Starts again with the old key, if it still is the vault's, or with the new one, and repeats the exchange.
fn check_after_crash(what: &str, world: &World, new: &PlatformKey, made: bool, reason: KeyExchange) {
    match open(world.store.clone(), &world.key) {
        // Not exchanged yet: after the exchange is given up, the old key works.
        Ok(vault) => {
            assert!(!made, "{what}");
            vault.recover_all().unwrap_or_else(|error| panic!("{what}: {error}"));
            vault.complete(world.project).and_then(|()| vault.reopen(world.project)).unwrap();
            assert!(open(world.store.clone(), new).is_err(), "{what}");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Settings, "{what}: {error}");
            // The new key alone finishes it.
            let vault = open(world.store.clone(), new).unwrap_or_else(|error| panic!("{what}: {error}"));
            vault.sweep(&[]).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(vault.summaries().unwrap().iter().filter(|one| one.state == State::InProgress).count(), 1);
        }
    }
    exchange(world.store.clone(), &world.key, new, reason).unwrap_or_else(|error| panic!("{what}: {error}"));
    if reason == KeyExchange::Stolen {
        let vault = open(world.store.clone(), new).unwrap();
        assert!(vault.plan().unwrap().due.is_empty(), "{what}: files are still to be encrypted anew");
    }
}

/// Others upload and assign while the key is exchanged: what was acknowledged is there, and what was not leaves nothing.
#[test]
fn changes_at_the_same_time_are_made_or_refused() {
    for seed in 0..6 {
        let (world, erased) = world();
        let new = PlatformKey::generate();
        let known = |error: &Error| matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Settings);
        let (acknowledged, made) = thread::scope(|scope| {
            let uploads: Vec<_> = (0..3)
                .map(|number| {
                    let world = &world;
                    scope.spawn(move || {
                        let content = audio(1000 + number, seed);
                        let vault = match world.try_at(START) {
                            Ok(vault) => vault,
                            Err(error) => return Err(error),
                        };
                        let file = vault.put(world.project, new_file(), &mut &content[..], By::Platform)?;
                        Ok((file, content))
                    })
                })
                .collect();
            let made =
                scope.spawn(|| exchange(world.store.clone(), &world.key, &new, KeyExchange::Planned)).join().unwrap();
            (uploads.into_iter().map(|upload| upload.join().unwrap()).collect::<Vec<_>>(), made)
        });
        made.unwrap();
        let vault = open(world.store.clone(), &new).unwrap();
        vault.recover_all().unwrap();
        let mut files = 2;
        for put in acknowledged {
            match put {
                Ok((file, content)) => {
                    files += 1;
                    assert!(read(&vault, world.project, file, &world.engineer).unwrap() == content);
                }
                Err(error) => assert!(known(&error), "{error}"),
            }
        }
        assert!(world.list("intents").is_empty());
        // A change that was given up after it had been made, and before it was acknowledged, stays.
        let stored = world.list(&format!("projects/{}/objects", world.project)).len();
        let listed = vault.list(world.project, By::Platform).unwrap().contents.len();
        assert!(stored == listed && listed >= files, "{stored} {listed} {files}");
        assert!(vault.verify_log().is_ok() && vault.receipt(erased).is_ok());
    }
}
