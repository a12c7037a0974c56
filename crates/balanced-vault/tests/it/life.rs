//! What a project goes through, from its upload to its receipt.

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

use balanced_vault::{
    Action, By, Clock, DAY_S, ErrorKind, FileRole, Identity, NewFile, OpenOptions, Outcome, Policy, ProviderDeletion,
    ProviderReference, ReaderRole, State, Vault, local, verify, verify_receipt,
};

use crate::common::*;

#[test]
fn only_the_assigned_read_and_everybody_is_told_the_same() {
    let world = World::new();
    let [(file, content), _] = &world.files;
    assert!(world.read(*file, &world.engineer).unwrap() == *content);
    assert!(world.read(*file, world.key.identity()).unwrap() == *content);
    let stranger = Identity::generate();
    let refused = world.read(*file, &stranger).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
    // What does not exist is answered as what is forbidden, but for the id that was asked for.
    let nothing = world.vault().open_file(balanced_vault::ProjectId::random(), *file, &stranger).unwrap_err();
    assert_eq!((nothing.problem(), nothing.remedy()), (refused.problem(), refused.remedy()));
    let unknown =
        world.vault().open_file(world.project, balanced_vault::FileId::random(), &world.engineer).unwrap_err();
    assert_eq!((unknown.problem(), unknown.kind()), (refused.problem(), ErrorKind::Refused));
    let refusals = world.vault().entries(0).unwrap();
    let refusals: Vec<_> = refusals.iter().filter(|entry| entry.outcome == Outcome::Refused).collect();
    assert_eq!(refusals.len(), 3);
    assert_eq!((refusals[0].actor, refusals[0].action), (stranger.fingerprint(), Action::Open));
}

#[test]
fn an_engineer_reads_without_the_platforms_key_and_changes_nothing() {
    let world = World::new();
    let vault = world.outside().unwrap();
    let [(file, content), _] = &world.files;
    assert!(read(&vault, world.project, *file, &world.engineer).unwrap() == *content);
    let by = By::Key(&world.engineer);
    assert_eq!(vault.list(world.project, by).unwrap().record.title, TITLE);
    assert_eq!(kind(vault.put(world.project, new_file(), &mut &b"x"[..], by)), Some(ErrorKind::Settings));
    assert_eq!(
        kind(vault.assign(world.project, world.engineer.recipient(), ReaderRole::Owner)),
        Some(ErrorKind::Settings)
    );
    let logged = verify(&*world.store, &vault.key_history(), None).unwrap();
    assert_eq!(logged.unsigned, 2);
}

#[test]
fn a_file_is_read_at_any_place() {
    let world = World::new();
    for (file, content) in &world.files {
        let mut opened = world.vault().open_file(world.project, *file, &world.engineer).unwrap();
        assert_eq!((opened.content_bytes(), opened.name()), (content.len() as u64, FILE_NAME));
        let mut part = [0; 1000];
        for at in [0, 65_000, 65_535, 65_536, 131_072, 69_000, 1, 66_000, 199_000] {
            let at = at.min(content.len() - part.len());
            opened.seek(SeekFrom::Start(at as u64)).unwrap();
            opened.read_exact(&mut part).unwrap();
            assert!(part == content[at..at + part.len()], "at {at}");
        }
        assert_eq!(opened.seek(SeekFrom::End(10)).unwrap(), content.len() as u64 + 10);
        assert_eq!(opened.read(&mut part).unwrap(), 0);
        let mut second = opened.reopen().unwrap();
        second.read_exact(&mut part).unwrap();
        assert!(part == content[..1000]);
    }
}

#[test]
fn every_length_comes_back() {
    let world = World::new();
    let vault = world.vault();
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 8 << 20, (8 << 20) + 1] {
        let content = audio(length, 3);
        let file = vault.put(world.project, new_file(), &mut &content[..], By::Key(&world.engineer)).unwrap();
        assert!(read(&vault, world.project, file, &world.engineer).unwrap() == content, "{length}");
    }
}

#[test]
fn who_is_revoked_reads_nothing_any_more_with_anything_they_kept() {
    let world = World::new();
    let vault = world.vault();
    let kept: Vec<(String, Vec<u8>)> =
        world.objects().iter().map(|path| (path.clone(), bytes(&*world.store, path))).collect();
    let other = Identity::generate();
    vault.assign(world.project, other.recipient(), ReaderRole::Engineer).unwrap();
    vault.revoke(world.project, world.engineer.fingerprint()).unwrap();
    for (file, content) in &world.files {
        assert_eq!(kind(world.read(*file, &world.engineer)), Some(ErrorKind::Refused));
        assert!(world.read(*file, &other).unwrap() == *content);
    }
    // The old keys object opens no object that is stored now.
    let old_keys = kept.iter().find(|(path, bytes)| path.contains("/keys/") && opens(bytes, &world.engineer)).unwrap();
    let text = decrypt(&old_keys.1, &world.engineer).unwrap();
    let text = String::from_utf8(text).unwrap();
    let old: Vec<Identity> =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| Identity::parse(line).unwrap()).collect();
    assert_eq!(old.len(), 1);
    for path in world.objects().iter().filter(|path| path.ends_with(".age")) {
        let stored = bytes(&*world.store, path);
        assert!(!opens(&stored, &old[0]) && !opens(&stored, &world.engineer), "{path}");
    }
    assert_eq!(kind(vault.revoke(world.project, world.engineer.fingerprint())), Some(ErrorKind::Refused));
    assert_eq!(kind(vault.revoke(world.project, world.key.identity().fingerprint())), Some(ErrorKind::Settings));
}

fn decrypt(sealed: &[u8], identity: &Identity) -> Option<Vec<u8>> {
    use balanced_vault::ExposeSecret;
    let secret = identity.secret_text()?;
    let key: age::x25519::Identity = secret.expose_secret().parse().ok()?;
    age::decrypt(&key, sealed).ok()
}

fn opens(sealed: &[u8], identity: &Identity) -> bool {
    decrypt(sealed, identity).is_some()
}

#[test]
fn a_rotation_changes_every_key_and_no_content() {
    let world = World::new();
    let before = world.list("projects");
    world.vault().rotate(world.project).unwrap();
    let after = world.list("projects");
    let is_data = |path: &&String| path.ends_with(".age");
    assert!(before.iter().filter(is_data).all(|path| !after.contains(path)));
    assert_eq!(before.iter().filter(is_data).count(), after.iter().filter(is_data).count());
    for (file, content) in &world.files {
        assert!(world.read(*file, &world.engineer).unwrap() == *content);
    }
    let listing = world.vault().list(world.project, By::Key(&world.engineer)).unwrap();
    assert_eq!((listing.record.title.as_str(), listing.contents[0].name.as_str()), (TITLE, FILE_NAME));
}

#[test]
fn a_completed_project_is_read_only_and_goes_after_its_time() {
    let world = World::new();
    let [(file, content), _] = &world.files;
    world.vault().complete(world.project).unwrap();
    assert_eq!(
        kind(world.vault().put(world.project, new_file(), &mut &b"x"[..], By::Platform)),
        Some(ErrorKind::State)
    );
    assert!(world.read(*file, &world.engineer).unwrap() == *content);
    let day = |days| balanced_vault::Moment(START.0 + days * DAY_S);
    assert!(world.at(day(29)).sweep(&[]).unwrap().erased.is_empty());
    let plan = world.at(day(30)).plan().unwrap();
    assert_eq!(plan.due.len(), 1);
    assert!(world.read(*file, &world.engineer).is_ok(), "a plan changes nothing");
    let vault = world.at(day(30));
    assert_eq!(vault.sweep(&[]).unwrap().erased, [world.project]);
    assert!(!world.objects().iter().any(|path| path.ends_with(".age")));
    assert_eq!(kind(vault.open_file(world.project, *file, &world.engineer)), Some(ErrorKind::Refused));
    let receipt = vault.receipt(world.project).unwrap();
    let told = verify_receipt(&receipt, &vault.key_history()).unwrap();
    assert_eq!((told.project, told.files.len(), told.at), (world.project, 2, day(30)));
    let mut forged = receipt.clone();
    let at = receipt.windows(9).position(|part| part == b"retention").unwrap();
    forged[at] ^= 1;
    assert!(verify_receipt(&forged, &vault.key_history()).is_err());
    assert_eq!(vault.summaries().unwrap()[0].state, State::Deleted);
    assert!(vault.sweep(&[]).unwrap().erased.is_empty());
}

#[test]
fn holds_and_a_clock_that_went_back_stop_the_deletion() {
    let world = World::new();
    let late = balanced_vault::Moment(START.0 + 400 * DAY_S);
    let vault = world.vault();
    vault.complete(world.project).unwrap();
    vault.hold(world.project, "case-9").unwrap();
    assert_eq!(world.at(late).sweep(&[]).unwrap().plan.held, [world.project]);
    assert_eq!(kind(world.at(late).erase(world.project, &[])), Some(ErrorKind::State));
    assert_eq!(kind(vault.hold(world.project, "Astrid's case")), Some(ErrorKind::Settings));
    world.at(late).release(world.project, "case-9").unwrap();
    // The log ends at the late moment now: an earlier clock is wrong, and so is none.
    let swept = world.at(START).sweep(&[]).unwrap();
    assert!(swept.erased.is_empty() && swept.plan.clock.is_some());
    let options = OpenOptions { platform: Some(again(&world.key)), clock: Clock::Unknown, ..OpenOptions::default() };
    assert!(Vault::open(world.store.clone(), options).unwrap().sweep(&[]).unwrap().erased.is_empty());
    assert_eq!(world.at(late).sweep(&[]).unwrap().erased, [world.project]);
}

/// A clock that was behind when the project was completed must not let its time begin before it.
#[test]
fn the_time_runs_from_the_last_entry_if_the_clock_is_behind() {
    let world = World::new();
    world.at(balanced_vault::Moment(1000)).complete(world.project).unwrap();
    let completed = world.vault().summaries().unwrap()[0].completed;
    assert_eq!(completed, Some(START));
}

#[test]
fn files_go_one_kind_after_the_other() {
    let world = World::new();
    let vault = world.vault();
    vault.set_policy(Policy { audio_days: 10, analysis_days: 20, history_days: 20, abandoned_days: 5 }).unwrap();
    let analysis = NewFile { name: "analysis.json".to_owned(), role: FileRole::Analysis };
    let analysis = vault.put(world.project, analysis, &mut &b"{}"[..], By::Platform).unwrap();
    vault.complete(world.project).unwrap();
    let day = |days| balanced_vault::Moment(START.0 + days * DAY_S);
    world.at(day(10)).sweep(&[]).unwrap();
    assert_eq!(kind(world.read(world.files[0].0, &world.engineer)), Some(ErrorKind::Refused));
    assert!(world.read(analysis, &world.engineer).is_ok());
    assert_eq!(world.list(&format!("projects/{}/objects", world.project)).len(), 1);
    assert_eq!(world.at(day(20)).sweep(&[]).unwrap().erased, [world.project]);
}

#[test]
fn reopening_stops_the_time() {
    let world = World::new();
    let vault = world.vault();
    vault.complete(world.project).unwrap();
    assert_eq!(kind(vault.complete(world.project)), Some(ErrorKind::State));
    vault.reopen(world.project).unwrap();
    assert_eq!(kind(vault.reopen(world.project)), Some(ErrorKind::State));
    let late = balanced_vault::Moment(START.0 + 4000 * DAY_S);
    assert!(world.at(late).sweep(&[]).unwrap().plan.due.is_empty());
}

/// A provider that answers from the third time on.
struct Late(Mutex<Vec<String>>);

impl ProviderDeletion for Late {
    fn name(&self) -> &str {
        "cyanite"
    }

    fn delete(&self, reference: &str) -> Result<(), String> {
        let mut asked = self.0.lock().unwrap();
        asked.push(reference.to_owned());
        if asked.len() < 3 { Err("the service is not reached".to_owned()) } else { Ok(()) }
    }
}

#[test]
fn providers_are_asked_until_they_confirm() {
    let world = World::new();
    let vault = world.vault();
    let held = ProviderReference { provider: "cyanite".to_owned(), reference: "track-81".to_owned() };
    let correction = balanced_vault::Correction { provider: Some(held.clone()), ..Default::default() };
    vault.correct(world.project, &correction).unwrap();
    let provider = Late(Mutex::default());
    let swept = vault.erase(world.project, &[&provider]).unwrap();
    assert_eq!((swept.erased, swept.unconfirmed.len()), (vec![world.project], 1));
    assert!(!world.objects().iter().any(|path| path.ends_with(".age")), "our own copy does not wait for others");
    assert_eq!(vault.sweep(&[&provider]).unwrap().unconfirmed.len(), 1);
    assert_eq!(vault.sweep(&[]).unwrap().unconfirmed[0].0, held);
    assert!(vault.sweep(&[&provider]).unwrap().unconfirmed.is_empty());
    assert!(vault.plan().unwrap().due.is_empty());
    assert_eq!(provider.0.lock().unwrap().as_slice(), ["track-81"; 3]);
}

#[test]
fn a_folder_holds_a_vault_that_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::in_store(local(folder.path()).unwrap());
    let reopened = World { store: local(folder.path()).unwrap(), ..world };
    let [(file, content), _] = &reopened.files;
    assert!(reopened.read(*file, &reopened.engineer).unwrap() == *content);
    let again = Vault::init(reopened.store.clone(), again(&reopened.key), Policy::default(), Clock::System);
    assert_eq!(kind(again), Some(ErrorKind::State));
    reopened.vault().revoke(reopened.project, reopened.engineer.fingerprint()).unwrap();
    assert!(reopened.read(*file, reopened.key.identity()).unwrap() == *content);
}

#[test]
fn an_upload_that_is_dropped_leaves_nothing() {
    let world = World::new();
    let vault = world.vault();
    let before = world.list("projects");
    let mut writer = vault.writer(world.project, new_file(), By::Platform).unwrap();
    writer.write_all(&audio(20 << 20, 1)).unwrap();
    drop(writer);
    assert_eq!(world.list("projects"), before);
    assert!(world.list("intents").is_empty());
}

#[test]
fn ssh_keys_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("id");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "astrid", "-f"])
        .arg(&path)
        .status();
    assert!(made.expect("ssh-keygen is needed by this test; `apt-get install openssh-client` brings it").success());
    let identity = Identity::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let public: balanced_vault::Recipient =
        std::fs::read_to_string(path.with_extension("pub")).unwrap().parse().unwrap();
    assert_eq!(*identity.recipient(), public);
    let world = World::new();
    world.vault().assign(world.project, &public, ReaderRole::Owner).unwrap();
    let [(file, content), _] = &world.files;
    assert!(world.read(*file, &identity).unwrap() == *content);
}
