//! The stock commands `age` and `rage` open what the vault writes, and the vault opens what they write.

use std::path::Path;
use std::process::Command;

use balanced_vault::{By, ErrorKind, ExposeSecret, Identity, ReaderRole, SecretString, local, seal_backup};

use crate::common::*;

fn run(program: &str, args: &[&str], folder: &Path) {
    let done = Command::new(program).args(args).current_dir(folder).output();
    let done =
        done.unwrap_or_else(|_| panic!("{program} is needed by this test; `apt-get install {program}` brings it"));
    assert!(done.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// An engineer with nothing but the stock command and read access to the folder gets what they are assigned.
fn opens_with(program: &str) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let world = World::in_store(local(&store).unwrap());
    std::fs::write(folder.path().join("engineer.key"), world.engineer.to_file().unwrap().as_bytes()).unwrap();
    let keys = &world.list(&format!("projects/{}/keys", world.project))[0];
    run(program, &["-d", "-i", "engineer.key", "-o", "project.key", &format!("store/{keys}")], folder.path());
    let objects = world.list(&format!("projects/{}/objects", world.project));
    for (index, object) in objects.iter().enumerate() {
        let out = format!("{index}.wav");
        run(program, &["-d", "-i", "project.key", "-o", &out, &format!("store/{object}")], folder.path());
        let content = std::fs::read(folder.path().join(out)).unwrap();
        assert!(world.files.iter().any(|(_, known)| *known == content));
    }
    // Somebody else's key opens nothing.
    std::fs::write(folder.path().join("other.key"), Identity::generate().to_file().unwrap().as_bytes()).unwrap();
    let refused = Command::new(program)
        .args(["-d", "-i", "other.key", "-o", "none", &format!("store/{keys}")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!refused.status.success());
}

/// Somebody who can only write encrypts an upload to the project's recipient; the vault takes it in.
fn is_accepted_from(program: &str) {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new();
    let vault = world.vault();
    let content = audio(300_000, 8);
    std::fs::write(folder.path().join("mix.wav"), &content).unwrap();
    let recipient = vault.recipient(world.project).unwrap().to_string();
    run(program, &["-r", &recipient, "-o", "mix.age", "mix.wav"], folder.path());
    let mut sealed = std::fs::File::open(folder.path().join("mix.age")).unwrap();
    let file = vault.put_encrypted(world.project, new_file(), &mut sealed, By::Platform).unwrap();
    assert!(world.read(file, &world.engineer).unwrap() == content);
    // Encrypted to somebody else, or cut, it is refused.
    let theirs = Identity::generate();
    run(program, &["-r", &theirs.recipient().to_string(), "-o", "other.age", "mix.wav"], folder.path());
    let sealed = std::fs::read(folder.path().join("other.age")).unwrap();
    assert!(vault.put_encrypted(world.project, new_file(), &mut &sealed[..], By::Platform).is_err());
    let sealed = std::fs::read(folder.path().join("mix.age")).unwrap();
    let cut = &sealed[..sealed.len() - 1];
    assert!(vault.put_encrypted(world.project, new_file(), &mut &cut[..], By::Platform).is_err());
    assert!(world.list("intents").is_empty());
}

#[test]
fn age_opens_what_an_engineer_is_assigned() {
    opens_with("age");
}

#[test]
fn rage_opens_what_an_engineer_is_assigned() {
    if has_rage() {
        opens_with("rage");
    }
}

#[test]
fn uploads_by_age_are_accepted() {
    is_accepted_from("age");
}

#[test]
fn uploads_by_rage_are_accepted() {
    if has_rage() {
        is_accepted_from("rage");
    }
}

/// Debian has no package of `rage` everywhere; `cargo install rage` brings it.
fn has_rage() -> bool {
    let found = Command::new("rage").arg("--version").output().is_ok();
    if !found {
        eprintln!("rage is not installed: what it opens and writes is not tested here");
    }
    found
}

/// Keys of `age-keygen` are taken as they are.
#[test]
fn keys_of_age_keygen_are_keys_of_engineers() {
    let folder = tempfile::tempdir().unwrap();
    run("age-keygen", &["-o", "key.txt"], folder.path());
    let identity = Identity::parse(&std::fs::read_to_string(folder.path().join("key.txt")).unwrap()).unwrap();
    let world = World::new();
    world.vault().assign(world.project, identity.recipient(), ReaderRole::Engineer).unwrap();
    assert!(world.read(world.files[0].0, &identity).unwrap() == world.files[0].1);
}

/// A key under a passphrase opens by it: one that the vault or `ssh-keygen` protected.
#[test]
fn keys_with_a_passphrase_are_keys_of_engineers() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = SecretString::from("five words that are long".to_owned());
    let wrong = SecretString::from("five words that are wrong".to_owned());
    let native = Identity::generate();
    let sealed = seal_backup(&native.to_file().unwrap(), &passphrase).unwrap();
    let words = passphrase.expose_secret();
    run("ssh-keygen", &["-q", "-t", "ed25519", "-N", words, "-f", "ssh.key"], folder.path());
    let ssh = std::fs::read(folder.path().join("ssh.key")).unwrap();
    let world = World::new();
    for file in [&sealed, &ssh] {
        let identity = Identity::unlock(file, &passphrase).unwrap();
        world.vault().assign(world.project, identity.recipient(), ReaderRole::Engineer).unwrap();
        assert!(world.read(world.files[0].0, &identity).unwrap() == world.files[0].1);
        assert_eq!(kind(Identity::unlock(file, &wrong)), Some(ErrorKind::Refused));
    }
    assert_eq!(Identity::unlock(&sealed, &passphrase).unwrap().fingerprint(), native.fingerprint());
    let plain = native.to_file().unwrap();
    assert_eq!(kind(Identity::unlock(plain.as_bytes(), &passphrase)), Some(ErrorKind::Settings));
    assert_eq!(kind(Identity::parse(&String::from_utf8(ssh).unwrap())), Some(ErrorKind::Settings));
}
