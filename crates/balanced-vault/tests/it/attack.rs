//! An attacker with the store: nothing opens that was changed, nothing tells a name, nothing panics.

use balanced_vault::{By, Condition, ErrorKind, Identity, PlatformKey, ReaderRole, Store, memory, verify};
use proptest::prelude::*;

use crate::common::*;

/// Length of a chunk as it is stored.
const CHUNK: usize = (64 << 10) + 16;

fn object(world: &World, file: usize) -> String {
    // The longer file's object is the longer one.
    let mut paths = world.list(&format!("projects/{}/objects", world.project));
    paths.sort_by_key(|path| std::cmp::Reverse(world.store.length(path).unwrap()));
    paths.swap_remove(file)
}

fn header_bytes(object: &[u8]) -> usize {
    let mac = object.windows(5).position(|part| part == b"\n--- ").unwrap();
    mac + 5 + object[mac + 5..].iter().position(|byte| *byte == b'\n').unwrap() + 1
}

/// Reads the first file after its object was replaced.
fn after(world: &World, changed: Vec<u8>) -> balanced_vault::Result<Vec<u8>> {
    let path = object(world, 0);
    let original = bytes(&*world.store, &path);
    overwrite(&*world.store, &path, changed);
    let read = world.read(world.files[0].0, &world.engineer);
    overwrite(&*world.store, &path, original);
    read
}

#[test]
fn every_class_of_byte_is_guarded() {
    let world = World::new();
    let original = bytes(&*world.store, &object(&world, 0));
    let header = header_bytes(&original);
    // Version line, stanza, MAC, nonce, first chunk, its tag, a middle chunk, the last chunk, its tag.
    let payload = header + 16;
    let places = [
        0,
        24,
        40,
        header - 5,
        header,
        payload,
        payload + CHUNK - 1,
        payload + CHUNK + 9,
        original.len() - 20,
        original.len() - 1,
    ];
    for at in places {
        for bit in [0, 7] {
            let mut changed = original.clone();
            changed[at] ^= 1 << bit;
            assert_eq!(kind(after(&world, changed)), Some(ErrorKind::Altered), "byte {at}");
        }
    }
    assert!(after(&world, original).is_ok());
}

#[test]
fn chunks_keep_their_number_and_order() {
    let world = World::new();
    let original = bytes(&*world.store, &object(&world, 0));
    let payload = header_bytes(&original) + 16;
    let (head, body) = original.split_at(payload);
    let chunks: Vec<&[u8]> = body.chunks(CHUNK).collect();
    assert_eq!(chunks.len(), 4);
    let join = |order: &[usize]| {
        let chosen: Vec<&[u8]> = order.iter().map(|index| chunks[*index]).collect();
        [head, &chosen.concat()].concat()
    };
    for order in [&[0, 1, 2][..], &[0, 2, 3], &[0, 0, 1, 2, 3], &[1, 0, 2, 3], &[0, 1, 2, 3, 3], &[3], &[]] {
        assert_eq!(kind(after(&world, join(order))), Some(ErrorKind::Altered), "{order:?}");
    }
    // The same length, so that only the cipher can tell.
    let doubled = join(&[0, 0, 2, 3]);
    assert_eq!(doubled.len(), original.len());
    assert_eq!(kind(after(&world, doubled)), Some(ErrorKind::Altered));
    for cut in [0, 10, payload - 1, payload, original.len() - 1] {
        assert_eq!(kind(after(&world, original[..cut].to_vec())), Some(ErrorKind::Altered), "cut at {cut}");
    }
}

#[test]
fn files_stay_in_their_place() {
    let world = World::new();
    let vault = world.vault();
    let second = vault.create(&record(), None).unwrap();
    vault.assign(second, world.engineer.recipient(), ReaderRole::Engineer).unwrap();
    vault.put(second, new_file(), &mut &audio(200_000, 5)[..], By::Platform).unwrap();
    let foreign = bytes(&*world.store, &world.list(&format!("projects/{second}/objects"))[0]);
    let sibling = bytes(&*world.store, &object(&world, 1));
    let own = bytes(&*world.store, &object(&world, 0));
    for other in [foreign.clone(), sibling] {
        assert_eq!(kind(after(&world, other)), Some(ErrorKind::Altered));
    }
    // Another file's payload under this file's header.
    let mixed = [&own[..header_bytes(&own)], &foreign[header_bytes(&foreign)..]].concat();
    assert_eq!(kind(after(&world, mixed)), Some(ErrorKind::Altered));
    // A file of the attacker's own, rightly encrypted to the project.
    let recipient = String::from_utf8(bytes(&*world.store, &newest_manifest(&world))).unwrap();
    let recipient = recipient.split("\"recipient\":\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let recipient: age::x25519::Recipient = recipient.parse().unwrap();
    let forged = age::encrypt(&recipient, &audio(200_000, 9)).unwrap();
    assert_eq!(kind(after(&world, forged)), Some(ErrorKind::Altered));
}

fn newest_manifest(world: &World) -> String {
    world.list(&format!("projects/{}/manifests", world.project)).pop().unwrap()
}

#[test]
fn manifests_cannot_be_rolled_back_changed_or_moved() {
    let world = World::new();
    let [(file, _), _] = world.files;
    let newest = newest_manifest(&world);
    let original = bytes(&*world.store, &newest);
    let attempt = || kind(world.vault().open_file(world.project, file, &world.engineer));
    world.store.delete(&newest).unwrap();
    assert_eq!(attempt(), Some(ErrorKind::Altered), "rolled back");
    let older = world.list(&format!("projects/{}/manifests", world.project)).pop().unwrap();
    overwrite(&*world.store, &newest, bytes(&*world.store, &older));
    assert_eq!(attempt(), Some(ErrorKind::Altered), "an older one in its place");
    for at in (0..original.len()).step_by(97) {
        let mut changed = original.clone();
        changed[at] ^= 2;
        overwrite(&*world.store, &newest, changed);
        assert_eq!(attempt(), Some(ErrorKind::Altered), "byte {at}");
    }
    for path in world.list(&format!("projects/{}/manifests", world.project)) {
        world.store.delete(&path).unwrap();
    }
    assert_eq!(attempt(), Some(ErrorKind::Altered), "all gone");
}

/// Keys that were once valid, put back by somebody who was revoked.
#[test]
fn an_old_key_object_is_refused() {
    let world = World::new();
    let folder = format!("projects/{}/keys", world.project);
    let old = bytes(&*world.store, &world.list(&folder)[0]);
    world.vault().revoke(world.project, world.engineer.fingerprint()).unwrap();
    let current = world.list(&folder)[0].clone();
    overwrite(&*world.store, &current, old);
    let [(file, _), _] = world.files;
    assert_eq!(kind(world.read(file, &world.engineer)), Some(ErrorKind::Refused));
    assert_eq!(kind(world.read(file, world.key.identity())), Some(ErrorKind::Altered));
}

#[test]
fn a_log_that_was_cut_or_changed_shows() {
    let world = World::new();
    let vault = world.vault();
    let anchor = vault.anchor().unwrap().unwrap();
    let public = vault.key_history();
    assert_eq!(verify(&*world.store, &public, Some(&anchor)).unwrap().anchor, Some(anchor));
    let entries = world.list("audit/entries");
    let last = entries.last().unwrap().clone();
    let original = bytes(&*world.store, &last);
    world.store.delete(&last).unwrap();
    assert_eq!(kind(verify(&*world.store, &public, None)), Some(ErrorKind::Altered), "the tail is gone");
    assert_eq!(kind(world.try_at(START)), Some(ErrorKind::Altered));
    // With its checkpoint gone too, what was kept outside tells.
    for checkpoint in world.list("audit/checkpoints") {
        world.store.delete(&checkpoint).unwrap();
    }
    assert!(verify(&*world.store, &public, None).is_ok());
    assert_eq!(kind(verify(&*world.store, &public, Some(&anchor))), Some(ErrorKind::Altered));
    world.store.put(&last, original, &Condition::Create).unwrap();
    for path in &entries {
        let original = bytes(&*world.store, path);
        for at in [0, original.len() / 2, original.len() - 2] {
            let mut changed = original.clone();
            changed[at] ^= 1;
            overwrite(&*world.store, path, changed);
            assert_eq!(kind(verify(&*world.store, &public, None)), Some(ErrorKind::Altered), "{path}");
        }
        world.store.delete(path).unwrap();
        let gap = verify(&*world.store, &public, Some(&anchor));
        assert_eq!(kind(gap), Some(ErrorKind::Altered), "{path} is missing");
        world.store.put(path, original, &Condition::Create).unwrap();
    }
    assert!(verify(&*world.store, &public, Some(&anchor)).is_ok());
}

#[test]
fn long_logs_are_resumed_at_a_checkpoint_that_must_be_true() {
    let world = World::new();
    for _ in 0..80 {
        world.read(world.files[1].0, &world.engineer).unwrap();
    }
    let full: Vec<String> =
        world.list("audit/checkpoints").into_iter().filter(|path| path.ends_with("-full")).collect();
    assert_eq!(full.len(), 1);
    assert!(world.read(world.files[1].0, &world.engineer).is_ok());
    let original = bytes(&*world.store, &full[0]);
    let mut changed = original.clone();
    changed[200] ^= 1;
    overwrite(&*world.store, &full[0], changed);
    assert_eq!(kind(world.try_at(START)), Some(ErrorKind::Altered));
}

#[test]
fn no_name_is_anywhere_in_the_store() {
    let world = World::new();
    let vault = world.vault();
    vault.complete(world.project).unwrap();
    let second = vault.create(&record(), None).unwrap();
    vault.erase(second, &[]).unwrap();
    let content: &[u8] = &world.files[0].1;
    let hash = {
        let listing = vault.list(world.project, By::Platform).unwrap();
        listing.contents[0].sha256.to_string()
    };
    let words = [TITLE, ARTIST, EMAIL, FILE_NAME, "Moonlight", "person-17", "astrid", &hash];
    for path in world.objects() {
        let stored = bytes(&*world.store, &path);
        for word in words {
            assert!(!path.to_lowercase().contains(&word.to_lowercase()), "{path}");
            let found = stored.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
            assert!(!found, "{word} is in {path}");
        }
        assert!(!stored.windows(16).any(|part| part == &content[1000..1016]), "audio is in {path}");
    }
}

#[test]
fn another_platform_cannot_take_over() {
    let world = World::new();
    let strange = PlatformKey::generate();
    let options = balanced_vault::OpenOptions { platform: Some(again(&strange)), ..Default::default() };
    assert_eq!(kind(balanced_vault::Vault::open(world.store.clone(), options)), Some(ErrorKind::Settings));
    // A statement of the attacker's own, in the place of the vault's.
    let theirs = memory().unwrap();
    balanced_vault::Vault::init(theirs.clone(), strange, Default::default(), Default::default()).unwrap();
    overwrite(&*world.store, "vault", bytes(&*theirs, "vault"));
    assert_eq!(kind(world.try_at(START)), Some(ErrorKind::Settings));
    let expected = balanced_vault::OpenOptions { vault: Some(world.key.public().vault_id()), ..Default::default() };
    assert_eq!(kind(balanced_vault::Vault::open(world.store.clone(), expected)), Some(ErrorKind::Settings));
    // Without any expectation the log, which is signed by the true platform, gives it away.
    assert_eq!(kind(world.outside()), Some(ErrorKind::Altered));
}

/// An intent of the attacker's own would delete what it names.
#[test]
fn a_forged_intent_deletes_nothing() {
    let world = World::new();
    let forged = format!("balanced vault v1: intent\n{{\"objects\":[\"{}\"]}}\nunsigned\n", object(&world, 0));
    world.store.put("intents/x", forged.into_bytes(), &Condition::Create).unwrap();
    assert_eq!(kind(world.try_at(START)), Some(ErrorKind::Altered));
    assert!(world.store.length(&object(&world, 0)).unwrap().is_some());
}

/// A change somewhere in the store.
#[derive(Clone, Debug)]
enum Mutation {
    Flip { at: f64, bit: u8 },
    Cut { at: f64 },
    Insert { at: f64, byte: u8 },
    Swap { with: usize },
    Delete,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = 0.0..1.0f64;
    prop_oneof![
        6 => (place.clone(), 0..8u8).prop_map(|(at, bit)| Mutation::Flip { at, bit }),
        2 => place.clone().prop_map(|at| Mutation::Cut { at }),
        2 => (place, any::<u8>()).prop_map(|(at, byte)| Mutation::Insert { at, byte }),
        1 => any::<usize>().prop_map(|with| Mutation::Swap { with }),
        1 => Just(Mutation::Delete),
    ]
}

/// Applies a mutation and returns what was there; `None` if it would change nothing.
fn mutate(store: &dyn Store, paths: &[String], target: usize, mutation: &Mutation) -> Option<Vec<(String, Vec<u8>)>> {
    let path = &paths[target % paths.len()];
    let original = bytes(store, path);
    let place = |at: f64| ((at * original.len() as f64) as usize).min(original.len() - 1);
    let mut changed = original.clone();
    match mutation {
        Mutation::Flip { at, bit } => changed[place(*at)] ^= 1 << bit,
        Mutation::Cut { at } => changed.truncate(place(*at)),
        Mutation::Insert { at, byte } => changed.insert(place(*at), *byte),
        Mutation::Swap { with } => {
            let other = &paths[with % paths.len()];
            let theirs = bytes(store, other);
            if other == path || theirs == original {
                return None;
            }
            overwrite(store, path, theirs.clone());
            overwrite(store, other, original.clone());
            return Some(vec![(path.clone(), original), (other.clone(), theirs)]);
        }
        Mutation::Delete => store.delete(path).unwrap(),
    }
    if !matches!(mutation, Mutation::Delete) {
        overwrite(store, path, changed);
    }
    Some(vec![(path.clone(), original)])
}

/// Ten thousand random changes to what a file's opening reads: whoever reads it gets an error or the true content, and who
/// may not read it gets nothing.
#[test]
fn ten_thousand_mutations_open_nothing() {
    let world = World::new();
    let stranger = Identity::generate();
    let [(file, content), _] = &world.files;
    let all = world.objects();
    let manifest = newest_manifest(&world);
    // Those that the opening of the first file rests on: any change to one of them must be seen.
    let keys = format!("projects/{}/keys", world.project);
    let vital = [vec!["vault".to_owned(), manifest, object(&world, 0)], world.list(&keys)].concat();
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 10_000, ..ProptestConfig::default() });
    let case = (any::<usize>(), any::<bool>(), mutation());
    let outcome = runner.run(&case, |(target, only_vital, mutation)| {
        let paths = if only_vital { &vital } else { &all };
        let Some(originals) = mutate(&*world.store, paths, target, &mutation) else { return Ok(()) };
        let is_vital = originals.iter().any(|(path, _)| vital.contains(path));
        let opened = world.outside();
        let read = opened.as_ref().map_err(Clone::clone).and_then(|vault| {
            let mut found = Vec::new();
            vault.open_file(world.project, *file, &world.engineer)?.copy_to(&mut found).map(|_| found)
        });
        let theirs = opened.and_then(|vault| vault.open_file(world.project, *file, &stranger).map(drop));
        for (path, original) in originals {
            overwrite(&*world.store, &path, original);
        }
        // What was read is logged; the log must be as it was for the next case.
        for path in world.list("audit/entries") {
            if !all.contains(&path) {
                world.store.delete(&path).unwrap();
            }
        }
        prop_assert!(theirs.is_err(), "a stranger got in");
        match read {
            Ok(found) => prop_assert!(found == *content && !is_vital, "altered content was opened"),
            Err(error) => prop_assert!(!error.to_string().contains("SECRET"), "{}", error),
        }
        Ok(())
    });
    outcome.unwrap();
}
