//! The contract of stores, which each of them keeps.

use std::sync::Arc;

use balanced_vault::{Condition, Store, local, memory};

/// Size of a part of a large object.
const PART_BYTES: usize = 8 << 20;

/// Checks what the vault relies on; the store must be empty.
pub fn check_contract(store: &dyn Store) {
    assert!(store.get("a/b").unwrap().is_none() && store.length("a/b").unwrap().is_none());
    assert!(store.range("a/b", 0..1).unwrap().is_none());
    assert!(store.put("a/b", b"first".to_vec(), &Condition::Create).unwrap());
    assert!(!store.put("a/b", b"other".to_vec(), &Condition::Create).unwrap());
    let (bytes, version) = store.get("a/b").unwrap().unwrap();
    assert_eq!((bytes.as_slice(), store.length("a/b").unwrap()), (&b"first"[..], Some(5)));
    assert!(store.put("a/b", b"second".to_vec(), &Condition::Update(version.clone())).unwrap());
    assert!(!store.put("a/b", b"third".to_vec(), &Condition::Update(version.clone())).unwrap());
    assert!(!store.put("a/none", b"third".to_vec(), &Condition::Update(version)).unwrap());
    assert_eq!(store.range("a/b", 2..4).unwrap().unwrap(), b"co");

    let mut writer = store.write("a/large").unwrap();
    writer.part(vec![1; PART_BYTES]).unwrap();
    assert!(store.length("a/large").unwrap().is_none());
    writer.part(vec![2; 10]).unwrap();
    writer.finish().unwrap();
    let end = PART_BYTES as u64;
    assert_eq!(store.length("a/large").unwrap(), Some(end + 10));
    assert_eq!(store.range("a/large", end - 1..end + 1).unwrap().unwrap(), [1, 2]);
    let mut given_up = store.write("a/none").unwrap();
    given_up.part(vec![1; PART_BYTES]).unwrap();
    given_up.abort();
    assert_eq!(store.list("a", None).unwrap(), ["a/b", "a/large"]);
    assert_eq!(store.list("a", Some("a/b")).unwrap(), ["a/large"]);
    assert!(store.put("a/c/d", b"x".to_vec(), &Condition::Create).unwrap());
    assert_eq!((store.folders("a").unwrap(), store.folders("none").unwrap()), (vec!["c".to_owned()], vec![]));
    for _ in 0..2 {
        store.delete("a/b").unwrap();
    }
    assert!(store.get("a/b").unwrap().is_none());
}

/// Checks that of many writers at once one creates an object.
fn check_one_creates(store: &dyn Store) {
    assert!(creates_once(store, "y"));
}

/// Tells whether one of eight threads that create an object at once succeeds, and no other.
pub fn creates_once(store: &dyn Store, path: &str) -> bool {
    winners(|index| store.put(path, vec![index], &Condition::Create).unwrap()) == 1
}

/// Checks that of many writers at once one replaces a version.
fn check_one_replaces(store: &dyn Store) {
    store.put("x", b"0".to_vec(), &Condition::Create).unwrap();
    let (_, version) = store.get("x").unwrap().unwrap();
    let update = Condition::Update(version);
    assert_eq!(winners(|index| store.put("x", vec![index], &update).unwrap()), 1);
}

/// Lets eight threads write at once and returns how many succeeded.
fn winners(write: impl Fn(u8) -> bool + Sync) -> usize {
    let write = &write;
    std::thread::scope(|scope| {
        let all: Vec<_> = (1..9).map(|index| scope.spawn(move || write(index))).collect();
        all.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    })
}

fn in_a_folder(check: fn(&dyn Store)) {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = local(folder.path()).unwrap();
    check(&*store);
}

#[test]
fn memory_keeps_the_contract() {
    check_contract(&*memory().unwrap());
    check_one_creates(&*memory().unwrap());
    check_one_replaces(&*memory().unwrap());
}

#[test]
fn a_folder_keeps_the_contract() {
    in_a_folder(check_contract);
    in_a_folder(check_one_creates);
    in_a_folder(check_one_replaces);
}
