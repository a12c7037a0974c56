//! A store that dies at the k-th operation, for every k of every command; then a restart.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use balanced_vault::{
    By, Clock, Condition, Correction, Error, ErrorKind, ExportOptions, FileId, Identity, ImportOptions, ObjectWriter,
    OpenOptions, ProjectId, ProjectSummary, ReaderRole, Result, State, Store, Vault, Version, memory, verify,
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

/// Returns a store that works for as many operations as the number beside it says.
pub fn dying(store: Arc<dyn Store>, is_answer_lost: bool) -> (Arc<dyn Store>, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    (Arc::new(Dying { store, left: left.clone(), is_answer_lost }), left)
}

/// What a command acknowledged before the store died.
#[derive(Default)]
struct Acknowledged {
    file: Option<(FileId, Vec<u8>)>,
    imported: Vec<ProjectId>,
    is_done: bool,
}

type Run = fn(&World, &Vault) -> Result<Acknowledged>;

/// A command under test: what comes before it, and what it does.
struct Command {
    name: &'static str,
    prepare: fn(&World),
    run: Run,
}

fn done(result: Result<()>) -> Result<Acknowledged> {
    result.map(|()| Acknowledged { is_done: true, ..Acknowledged::default() })
}

/// Number of the case that holds a project.
const CASE: &str = "case-1";

fn nothing(_: &World) {}

fn archive(world: &World, vault: &Vault) -> Result<Vec<u8>> {
    let mut archive = Vec::new();
    vault.export(&[world.project], By::Platform, &ExportOptions::default(), &mut archive)?;
    Ok(archive)
}

const COMMANDS: [Command; 14] = [
    Command {
        name: "create",
        prepare: nothing,
        run: |_, vault| vault.create(&record(), None).map(|_| Acknowledged::default()),
    },
    Command {
        name: "put",
        prepare: nothing,
        run: |world, vault| {
            let content = audio(9 << 20, 77);
            let file = vault.put(world.project, new_file(), &mut &content[..], By::Platform)?;
            Ok(Acknowledged { file: Some((file, content)), ..Acknowledged::default() })
        },
    },
    Command {
        name: "assign",
        prepare: nothing,
        run: |world, vault| done(vault.assign(world.project, Identity::generate().recipient(), ReaderRole::Engineer)),
    },
    Command {
        name: "revoke",
        prepare: nothing,
        run: |world, vault| done(vault.revoke(world.project, world.engineer.fingerprint())),
    },
    Command { name: "rotate", prepare: nothing, run: |world, vault| done(vault.rotate(world.project)) },
    Command { name: "complete", prepare: nothing, run: |world, vault| done(vault.complete(world.project)) },
    Command {
        name: "reopen",
        prepare: |world| world.vault().complete(world.project).unwrap(),
        run: |world, vault| done(vault.reopen(world.project)),
    },
    Command { name: "hold", prepare: nothing, run: |world, vault| done(vault.hold(world.project, CASE)) },
    Command {
        name: "release",
        prepare: |world| world.vault().hold(world.project, CASE).unwrap(),
        run: |world, vault| done(vault.release(world.project, CASE)),
    },
    Command {
        name: "correct",
        prepare: nothing,
        run: |world, vault| {
            done(vault.correct(world.project, &Correction { title: Some("x".to_owned()), ..Correction::default() }))
        },
    },
    Command { name: "export", prepare: nothing, run: |world, vault| done(archive(world, vault).map(drop)) },
    Command {
        name: "import",
        prepare: nothing,
        run: |world, vault| {
            let archive = archive(world, &world.vault()).unwrap();
            let imported = vault.import(Cursor::new(archive), &ImportOptions::default())?;
            Ok(Acknowledged { imported, is_done: true, ..Acknowledged::default() })
        },
    },
    Command { name: "erase", prepare: nothing, run: |world, vault| done(vault.erase(world.project, &[]).map(drop)) },
    Command {
        name: "sweep",
        prepare: nothing,
        run: |world, vault| done(vault.complete(world.project).and_then(|()| vault.sweep(&[]).map(drop))),
    },
];

/// Runs a command on a store that dies at its `k`-th operation. Returns what was acknowledged, or `None` if it was not
/// reached, and whether the command ended before the store did.
fn run(world: &World, command: Run, k: usize, is_answer_lost: bool) -> (Option<Acknowledged>, bool) {
    let (store, left) = dying(world.store.clone(), is_answer_lost);
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
    verify(&*world.store, &vault.key_history(), None).unwrap_or_else(|error| panic!("{what}: {error}"));
    let summaries = vault.summaries().unwrap();
    let summary = summaries.iter().find(|summary| summary.project == world.project).unwrap();
    let acknowledged = acknowledged.unwrap_or_default();
    check_state(name, &what, summary, acknowledged.is_done);
    if summary.state == State::Deleted {
        assert!(vault.receipt(world.project).is_ok(), "{what}: no receipt");
    } else {
        check_files(name, &what, world, summary, &acknowledged);
    }
    check_imported(&what, world, &vault, &summaries, &acknowledged.imported);
    for summary in &summaries {
        check_nothing_is_left_over(&what, world, summary);
    }
    for path in world.objects() {
        let stored = bytes(&*world.store, &path);
        assert!(!stored.windows(16).any(|part| part == &world.files[0].1[5000..5016]), "{what}: plain audio in {path}");
    }
}

/// Checks that a project is as before the command or as after it, and as after it if it was acknowledged.
fn check_state(name: &str, what: &str, summary: &ProjectSummary, is_done: bool) {
    let (state, is_held) = (summary.state, !summary.holds.is_empty());
    let (is_before, is_after) = match name {
        "erase" => (state == State::InProgress, state == State::Deleted),
        "complete" | "sweep" => (state == State::InProgress, state == State::Completed),
        "reopen" => (state == State::Completed, state == State::InProgress),
        "hold" => (!is_held, is_held),
        "release" => (is_held, !is_held),
        _ => (state == State::InProgress, state == State::InProgress),
    };
    assert!(is_after || is_before && !is_done, "{what}: {summary:?}");
    if !["hold", "release"].contains(&name) {
        assert!(!is_held, "{what}: {summary:?}");
    }
}

/// Checks that no audio is lost, and that who may read it is who was assigned.
fn check_files(name: &str, what: &str, world: &World, summary: &ProjectSummary, acknowledged: &Acknowledged) {
    let has_left = !summary.readers.iter().any(|(key, _)| *key == world.engineer.fingerprint());
    assert!(if name == "revoke" { has_left || !acknowledged.is_done } else { !has_left }, "{what}");
    for (file, content) in world.files.iter().chain(&acknowledged.file) {
        assert!(world.read(*file, world.key.identity()).unwrap() == *content, "{what}: audio was lost");
        let theirs = world.read(*file, &world.engineer);
        assert_eq!(kind(theirs), has_left.then_some(ErrorKind::Refused), "{what}");
        assert_eq!(kind(world.read(*file, &Identity::generate())), Some(ErrorKind::Refused), "{what}");
    }
}

/// Checks that an import was made completely if it was acknowledged, and that what it made otherwise can be read.
fn check_imported(what: &str, world: &World, vault: &Vault, summaries: &[ProjectSummary], imported: &[ProjectId]) {
    for summary in summaries.iter().filter(|summary| summary.project != world.project) {
        let project = summary.project;
        if summary.state == State::Deleted {
            assert!(!imported.contains(&project), "{what}: an import was lost");
            continue;
        }
        let listing = vault.list(project, By::Platform).unwrap();
        assert!(!imported.contains(&project) || listing.contents.len() == world.files.len(), "{what}: {listing:?}");
        for (file, (_, content)) in listing.contents.iter().zip(&world.files) {
            let found = read(vault, project, file.id, world.key.identity()).unwrap();
            assert!(found == *content, "{what}: an imported file is another one");
        }
    }
}

/// Checks that a project has an object per file and one of keys, or none if it was erased.
fn check_nothing_is_left_over(what: &str, world: &World, summary: &ProjectSummary) {
    let count = |part: &str| world.list(&format!("projects/{}/{part}", summary.project)).len();
    let keys = usize::from(summary.state != State::Deleted);
    assert_ne!(summary.state, State::Deleting, "{what}: the deletion was not completed");
    assert_eq!((count("objects"), count("keys")), (summary.files, keys), "{what}: {summary:?}");
}

/// Lets a command die at every `step`-th of its operations, each time in a store of its own.
pub fn check_command(name: &str, step: usize, new_store: &dyn Fn() -> Arc<dyn Store>) {
    let command = COMMANDS.iter().find(|command| command.name == name).unwrap();
    for is_answer_lost in [false, true] {
        for k in (1..).step_by(step) {
            let world = World::in_store(new_store());
            (command.prepare)(&world);
            let (acknowledged, is_alive) = run(&world, command.run, k, is_answer_lost);
            check(name, k, &world, acknowledged);
            if is_alive {
                assert!(k > 8, "{name} ended after {k} operations: the store was never asked");
                break;
            }
        }
    }
}

macro_rules! crash_tests {
    ($($name:ident),*) => {
        $(
            #[test]
            fn $name() {
                check_command(stringify!($name), 1, &|| memory().unwrap());
            }
        )*

        /// Every command is under test.
        #[test]
        fn no_command_is_left_out() {
            assert_eq!(COMMANDS.map(|command| command.name), [$(stringify!($name)),*]);
        }
    };
}

crash_tests!(
    create, put, assign, revoke, rotate, complete, reopen, hold, release, correct, export, import, erase, sweep
);
