//! A store that dies at the k-th operation, for every k of every command; then a restart.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use balanced_vault::{
    By, Clock, Condition, Correction, Error, ErrorKind, FileId, Identity, ObjectWriter, OpenOptions, ReaderRole,
    Result, State, Store, Vault, Version, verify,
};

use crate::common::*;

/// A store that works for some operations and then never again.
struct Dying {
    store: Arc<dyn Store>,
    left: Arc<AtomicUsize>,
    /// Whether the last operation is done although its answer is lost.
    is_answer_lost: bool,
}

fn dead() -> Error {
    Error::store("store", "is dead")
}

/// Takes one operation off; runs it if it is not the last, or if only its answer is lost.
fn step<T>(left: &AtomicUsize, is_answer_lost: bool, run: impl FnOnce() -> Result<T>) -> Result<T> {
    match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
        Err(_) => Err(dead()),
        Ok(1) if is_answer_lost => run().and(Err(dead())),
        Ok(1) => Err(dead()),
        Ok(_) => run(),
    }
}

impl Store for Dying {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>> {
        step(&self.left, self.is_answer_lost, || self.store.get(path))
    }

    fn range(&self, path: &str, range: Range<u64>) -> Result<Option<Vec<u8>>> {
        step(&self.left, self.is_answer_lost, || self.store.range(path, range))
    }

    fn length(&self, path: &str) -> Result<Option<u64>> {
        step(&self.left, self.is_answer_lost, || self.store.length(path))
    }

    fn put(&self, path: &str, bytes: Vec<u8>, condition: &Condition) -> Result<bool> {
        step(&self.left, self.is_answer_lost, || self.store.put(path, bytes, condition))
    }

    fn write(&self, path: &str) -> Result<Box<dyn ObjectWriter>> {
        let writer = step(&self.left, self.is_answer_lost, || self.store.write(path))?;
        Ok(Box::new(DyingWriter { writer, left: self.left.clone(), is_answer_lost: self.is_answer_lost }))
    }

    fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>> {
        step(&self.left, self.is_answer_lost, || self.store.list(folder, after))
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        step(&self.left, self.is_answer_lost, || self.store.folders(folder))
    }

    fn delete(&self, path: &str) -> Result<()> {
        step(&self.left, self.is_answer_lost, || self.store.delete(path))
    }
}

struct DyingWriter {
    writer: Box<dyn ObjectWriter>,
    left: Arc<AtomicUsize>,
    is_answer_lost: bool,
}

impl ObjectWriter for DyingWriter {
    fn part(&mut self, bytes: Vec<u8>) -> Result<()> {
        step(&self.left, self.is_answer_lost, || self.writer.part(bytes))
    }

    fn finish(&mut self) -> Result<()> {
        step(&self.left, self.is_answer_lost, || self.writer.finish())
    }

    fn abort(&mut self) {
        if self.left.load(Ordering::SeqCst) > 0 {
            self.writer.abort();
        }
    }
}

/// What a command acknowledged before the store died.
#[derive(Default)]
struct Acknowledged {
    file: Option<(FileId, Vec<u8>)>,
    is_done: bool,
}

type Command = fn(&World, &Vault) -> Result<Acknowledged>;

fn done(result: Result<()>) -> Result<Acknowledged> {
    result.map(|()| Acknowledged { is_done: true, ..Acknowledged::default() })
}

const COMMANDS: [(&str, Command); 9] = [
    ("create", |_, vault| vault.create(&record(), None).map(|_| Acknowledged::default())),
    ("put", |world, vault| {
        let content = audio(9 << 20, 77);
        let file = vault.put(world.project, new_file(), &mut &content[..], By::Platform)?;
        Ok(Acknowledged { file: Some((file, content)), ..Acknowledged::default() })
    }),
    ("assign", |world, vault| {
        done(vault.assign(world.project, Identity::generate().recipient(), ReaderRole::Engineer))
    }),
    ("revoke", |world, vault| done(vault.revoke(world.project, world.engineer.fingerprint()))),
    ("rotate", |world, vault| done(vault.rotate(world.project))),
    ("complete", |world, vault| done(vault.complete(world.project))),
    ("correct", |world, vault| {
        done(vault.correct(world.project, &Correction { title: Some("x".to_owned()), ..Correction::default() }))
    }),
    ("erase", |world, vault| done(vault.erase(world.project, &[]).map(drop))),
    ("sweep", |world, vault| done(vault.complete(world.project).and_then(|()| vault.sweep(&[]).map(drop)))),
];

/// Runs a command on a store that dies at its `k`-th operation. Returns what was acknowledged, or `None` if it was not
/// reached, and whether the command ended before the store did.
fn run(world: &World, command: Command, k: usize, is_answer_lost: bool) -> (Option<Acknowledged>, bool) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let store = Arc::new(Dying { store: world.store.clone(), left: left.clone(), is_answer_lost });
    let platform = Some(again(&world.key));
    let vault =
        Vault::open(store, OpenOptions { platform, clock: Clock::Fixed(START), ..OpenOptions::default() }).unwrap();
    left.store(k, Ordering::SeqCst);
    let acknowledged = command(world, &vault).ok();
    (acknowledged, left.load(Ordering::SeqCst) > 0)
}

/// Starts again after the crash and checks what must hold whatever happened.
fn check(name: &str, k: usize, world: &World, acknowledged: Option<Acknowledged>) {
    let what = format!("{name}, dead at {k}");
    let vault = world.vault();
    vault.recover_all().unwrap_or_else(|error| panic!("{what}: {error}"));
    vault.sweep(&[]).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(world.list("intents").is_empty(), "{what}: an intent is left");
    verify(&*world.store, &vault.public_key(), None).unwrap_or_else(|error| panic!("{what}: {error}"));
    let summaries = vault.summaries().unwrap();
    let summary = summaries.iter().find(|summary| summary.project == world.project).unwrap();
    let (revoked, acknowledged) = (name == "revoke", acknowledged.unwrap_or_default());
    match summary.state {
        State::Deleted => {
            assert!(["erase", "sweep"].contains(&name), "{what}: deleted");
            assert!(vault.receipt(world.project).is_ok(), "{what}: no receipt");
            let folder = format!("projects/{}", world.project);
            assert!(!world.list(&folder).iter().any(|path| path.ends_with(".age")), "{what}: objects are left");
        }
        State::Deleting => panic!("{what}: the deletion was not completed"),
        _ => {
            assert!(!(name == "erase" && acknowledged.is_done), "{what}: it was acknowledged");
            let has_left = !summary.readers.iter().any(|(key, _)| *key == world.engineer.fingerprint());
            assert!(!acknowledged.is_done || has_left == revoked, "{what}");
            for (file, content) in world.files.iter().chain(&acknowledged.file) {
                assert!(world.read(*file, world.key.identity()).unwrap() == *content, "{what}: audio was lost");
                let theirs = world.read(*file, &world.engineer);
                assert_eq!(kind(theirs), has_left.then_some(ErrorKind::Refused), "{what}");
                assert_eq!(kind(world.read(*file, &Identity::generate())), Some(ErrorKind::Refused), "{what}");
            }
            // Nothing is left over: an object per file, and one of keys.
            let objects = world.list(&format!("projects/{}/objects", world.project)).len();
            assert_eq!(objects, summary.files, "{what}: objects are left over or missing");
            assert_eq!(world.list(&format!("projects/{}/keys", world.project)).len(), 1, "{what}");
        }
    }
    for path in world.objects() {
        let stored = bytes(&*world.store, &path);
        assert!(!stored.windows(16).any(|part| part == &world.files[0].1[5000..5016]), "{what}: plain audio in {path}");
    }
}

fn check_command(name: &str) {
    let (_, command) = COMMANDS.into_iter().find(|(known, _)| *known == name).unwrap();
    for is_answer_lost in [false, true] {
        for k in 1.. {
            let world = World::new();
            let (acknowledged, is_alive) = run(&world, command, k, is_answer_lost);
            check(name, k, &world, acknowledged);
            if is_alive {
                assert!(k > 8, "{name} ended after {k} operations: the store was never asked");
                break;
            }
        }
    }
}

macro_rules! crash_tests {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            check_command(stringify!($name));
        }
    )*};
}

crash_tests!(create, put, assign, revoke, rotate, complete, correct, erase, sweep);

/// Every command is under test.
#[test]
fn no_command_is_left_out() {
    assert_eq!(COMMANDS.len(), 9);
}
