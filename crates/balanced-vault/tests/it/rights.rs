//! The rights of the person.

use std::io::Cursor;

use balanced_vault::{
    By, Correction, ErrorKind, ExportOptions, FileRole, Identity, ImportOptions, NewFile, ReaderRole,
};

use crate::common::*;

fn export(world: &World) -> Vec<u8> {
    let mut archive = Vec::new();
    let exported =
        world.vault().export(&[world.project], By::Platform, &ExportOptions::default(), &mut archive).unwrap();
    assert_eq!((exported.files, exported.bytes), (2, 270_000));
    archive
}

#[test]
fn what_is_exported_is_read_back() {
    let world = World::new();
    let archive = export(&world);
    let other = World::new();
    let owner = Identity::generate();
    let mut options = ImportOptions::default();
    options.owner = Some(owner.recipient().clone());
    let projects = other.vault().import(Cursor::new(&archive), &options).unwrap();
    let listing = other.vault().list(projects[0], By::Key(&owner)).unwrap();
    assert_eq!((listing.record, listing.contents.len()), (record(), 2));
    for (file, (_, content)) in listing.contents.iter().zip(&world.files) {
        assert_eq!(file.name, FILE_NAME);
        assert!(read(&other.vault(), projects[0], file.id, &owner).unwrap() == *content);
    }
}

#[test]
fn other_programs_read_the_export_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("export.zip"), export(&World::new())).unwrap();
    let python = "import zipfile; z = zipfile.ZipFile('export.zip'); assert z.testzip() is None; z.extractall('.')";
    let run = |program: &str, args: &[&str]| {
        let done = std::process::Command::new(program).args(args).current_dir(folder.path()).output();
        let done = done.unwrap_or_else(|error| panic!("{program} is needed by this test ({error})"));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    run("python3", &["-c", python]);
    run("sha256sum", &["--quiet", "-c", "checksums.sha256"]);
    let contents = std::fs::read_to_string(folder.path().join("export.json")).unwrap();
    assert!(contents.contains(TITLE) && contents.contains(EMAIL));
}

#[test]
fn owner_and_platform_may_export_and_engineers_may_not() {
    let world = World::new();
    let owner = Identity::generate();
    world.vault().assign(world.project, owner.recipient(), ReaderRole::Owner).unwrap();
    let by = |identity: &Identity| {
        world.vault().export(&[world.project], By::Key(identity), &ExportOptions::default(), &mut Vec::new())
    };
    assert!(by(&owner).is_ok());
    assert_eq!(kind(by(&world.engineer)), Some(ErrorKind::Refused));
}

#[test]
fn analyses_are_converted_on_the_way() {
    let world = World::new();
    let analysis = NewFile { name: "a.json".to_owned(), role: FileRole::Analysis };
    world.vault().put(world.project, analysis, &mut &b"{\"tempo\": 120}"[..], By::Platform).unwrap();
    let to_jams = |json: &[u8]| Some(format!("converted {}", json.len()));
    let mut options = ExportOptions::default();
    options.to_jams = Some(&to_jams);
    let mut archive = Vec::new();
    world.vault().export(&[world.project], By::Platform, &options, &mut archive).unwrap();
    assert!(archive.windows(12).any(|part| part == b"converted 14"));
    assert!(world.vault().import(Cursor::new(archive), &ImportOptions::default()).is_ok());
}

#[test]
fn a_damaged_archive_is_refused_and_leaves_nothing() {
    let world = World::new();
    let archive = export(&world);
    let other = World::new();
    let projects = other.vault().project_ids().unwrap().len();
    let mut refused = 0;
    for step in 0..400 {
        let at = step * archive.len() / 400;
        let mut damaged = archive.clone();
        damaged[at] ^= 0x41;
        // Some bytes matter to nobody: dates, and what is said a second time.
        if other.vault().import(Cursor::new(damaged), &ImportOptions::default()).is_err() {
            refused += 1;
        }
    }
    assert!(refused > 390, "{refused}");
    assert!(other.vault().project_ids().unwrap().len() <= projects + 400 - refused);
    for cut in [0, 10, archive.len() / 2, archive.len() - 1] {
        assert!(other.vault().import(Cursor::new(&archive[..cut]), &ImportOptions::default()).is_err());
    }
}

#[test]
fn what_is_wrong_is_corrected_and_the_old_name_is_nowhere() {
    let world = World::new();
    let correction = Correction {
        title: Some("Moonlight over Umeå".to_owned()),
        preferences: [("delivery".to_owned(), "flac".to_owned())].into(),
        ..Correction::default()
    };
    world.vault().correct(world.project, &correction).unwrap();
    let record = world.vault().list(world.project, By::Platform).unwrap().record;
    assert_eq!((record.title.as_str(), record.artist.as_str()), ("Moonlight over Umeå", ARTIST));
    assert_eq!(record.preferences["delivery"], "flac");
}

#[test]
fn a_person_is_told_what_is_held_and_can_have_it_erased() {
    let world = World::new();
    let vault = world.vault();
    let second = vault.create(&record(), None).unwrap();
    let mut other = record();
    other.owner.person = "person-18".to_owned();
    let others = vault.create(&other, None).unwrap();
    vault.complete(world.project).unwrap();
    let report = vault.report("person-17").unwrap();
    assert_eq!((report.projects.len(), report.erased.len()), (2, 0));
    let until = report.projects.iter().find(|project| project.listing.summary.project == world.project).unwrap().until;
    assert_eq!(until, Some(START.plus_days(30)));

    vault.hold(second, "case-1").unwrap();
    assert_eq!(kind(vault.erase_person("person-17", &[])), Some(ErrorKind::State));
    assert_eq!(vault.projects_of("person-17").unwrap().len(), 2, "nothing was erased");
    vault.release(second, "case-1").unwrap();
    let swept = vault.erase_person("person-17", &[]).unwrap();
    assert_eq!(swept.erased.len(), 2);
    for project in swept.erased {
        assert!(vault.receipt(project).is_ok());
    }
    assert!(vault.list(others, By::Platform).is_ok());
    let report = vault.report("person-17").unwrap();
    assert_eq!((report.projects.len(), report.erased.len()), (0, 2));
}
