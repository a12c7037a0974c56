//! Tests of `balanced vault`, and of analysis and mastering from the vault.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::command::{command, json_lines};
use crate::files;

/// A folder with a vault, its platform's key, an engineer's key, and `mix.wav` in a project.
struct Setting {
    folder: tempfile::TempDir,
    project: String,
    file: String,
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = command();
    command.args(args).current_dir(folder).env("BALANCED_VAULT", "vault").env_remove("BALANCED_VAULT_KEY");
    command.output().expect("the command starts")
}

fn platform(folder: &Path, args: &[&str]) -> Value {
    let args = [&["vault", "--json", "--vault-key", "platform.key"], args].concat();
    let output = run(folder, &args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(said(&output).lines().next().unwrap_or("null")).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Setting {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 8.0);
        files::write_wav(&at.join("mix.wav"), &mix, 44_100, 16);
        platform(at, &["init", "--now", "2026-11-01"]);
        assert!(run(at, &["vault", "keys", "generate", "-o", "engineer.key"]).status.success());
        let made = platform(at, &["create", "--person", "p-1", "--title", "Moonlight", "--now", "2026-11-01"]);
        let project = text(&made["project"]);
        let put = platform(at, &["put", &project, "mix.wav", "--now", "2026-11-01"]);
        let file = text(&put["address"]);
        platform(at, &["assign", &project, "--to", "engineer.key", "--now", "2026-11-02"]);
        Self { folder, project, file }
    }

    fn at(&self) -> &Path {
        self.folder.path()
    }
}

/// The walk of the README: from the upload to the receipt.
#[test]
fn a_project_from_its_upload_to_its_receipt() {
    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    let engineer = ["--identity", "engineer.key"];
    let listed = run(at, &[&["vault", "list", project][..], &engineer].concat());
    assert!(said(&listed).contains("Moonlight") && said(&listed).contains("mix.wav"), "{}", said(&listed));
    let target = format!("vault:{project}");
    let master = ["master", &setting.file, "-o", &target, "--json", "--vault-key", "platform.key"];
    let mastered = run(at, &[&master[..], &engineer].concat());
    assert!(mastered.status.success(), "{}", String::from_utf8_lossy(&mastered.stderr));
    let mastered: Value = serde_json::from_slice(&mastered.stdout).unwrap();
    let output = text(&mastered["output"]);
    assert!(output.starts_with(&target) && mastered["after"]["source"]["path"] == mastered["output"]);

    platform(at, &["get", &output, "-o", "master.wav"]);
    let delivered = &json_lines(at, &["analyze", "master.wav", "--json", "--only", "loudness"])[0];
    assert_eq!(delivered["loudness"], mastered["after"]["loudness"]);
    assert_eq!(delivered["source"]["sha256"], mastered["after"]["source"]["sha256"]);

    platform(at, &["complete", project, "--now", "2036-11-20"]);
    let due = platform(at, &["sweep", "--dry-run", "--now", "2036-12-19"]);
    assert_eq!(due["due"].as_array().unwrap().len(), 0);
    let due = platform(at, &["sweep", "--dry-run", "--now", "2036-12-20"]);
    assert_eq!(due["due"][0]["project"], project);
    let swept = platform(at, &["sweep", "--now", "2036-12-20"]);
    assert_eq!(swept["erased"][0], project);
    let gone = run(at, &["vault", "get", &setting.file, "-o", "again.wav", "--identity", "engineer.key"]);
    assert_eq!((gone.status.code(), at.join("again.wav").exists()), (Some(3), false));
    let receipt = run(at, &["vault", "audit", "receipt", project]);
    fs::write(at.join("receipt"), &receipt.stdout).unwrap();
    assert!(run(at, &["vault", "audit", "verify-receipt", "receipt"]).status.success());
    assert!(run(at, &["vault", "audit", "verify"]).status.success());
    let forged = String::from_utf8(receipt.stdout).unwrap().replace("retention", "persons_request");
    fs::write(at.join("receipt"), forged).unwrap();
    assert_eq!(run(at, &["vault", "audit", "verify-receipt", "receipt"]).status.code(), Some(1));
}

#[test]
fn analysis_from_the_vault_is_that_of_the_file() {
    let setting = Setting::new();
    let plain = &json_lines(setting.at(), &["analyze", "mix.wav", "--json"])[0];
    let sealed = run(setting.at(), &["analyze", &setting.file, "--json", "--identity", "engineer.key"]);
    let mut sealed: Value = serde_json::from_slice(&sealed.stdout).unwrap();
    assert_eq!(sealed["source"]["path"], setting.file.as_str());
    sealed["source"]["path"] = plain["source"]["path"].clone();
    sealed["provenance"] = plain["provenance"].clone();
    assert_eq!(sealed, *plain);
    let stranger = run(setting.at(), &["vault", "keys", "generate", "-o", "other.key"]);
    assert!(stranger.status.success());
    let refused = run(setting.at(), &["analyze", &setting.file, "--json", "--identity", "other.key"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("may not open it"));
}

#[test]
fn keys_come_back_from_words_and_from_a_file() {
    let setting = Setting::new();
    let at = setting.at();
    for (key, platform) in [("engineer.key", false), ("platform.key", true)] {
        let words = run(at, &["vault", "keys", "backup", key]);
        fs::write(at.join("words"), &words.stdout).unwrap();
        let flag = if platform { &["--platform"][..] } else { &[] };
        let restored = format!("{key}.words");
        let restore = [&["vault", "keys", "restore", "words", "-o", &restored], flag].concat();
        assert!(run(at, &restore).status.success());
        fs::write(at.join("phrase"), "five words that are long\n").unwrap();
        let sealed = ["vault", "keys", "backup", key, "-o", "sealed", "--passphrase-file", "phrase"];
        assert!(run(at, &sealed).status.success());
        let unsealed = format!("{key}.sealed");
        let open = ["vault", "keys", "restore", "sealed", "-o", &unsealed, "--passphrase-file", "phrase"];
        assert!(run(at, &open).status.success());
        let shown = said(&run(at, &["vault", "keys", "show", key]));
        for copy in [&restored, &unsealed] {
            assert_eq!(said(&run(at, &["vault", "keys", "show", copy])), shown);
        }
    }
    // The encrypted file itself opens what its key is assigned.
    let sealed = ["vault", "keys", "backup", "engineer.key", "-o", "locked", "--passphrase-file", "phrase"];
    assert!(run(at, &sealed).status.success());
    let unlocked = ["--identity", "locked", "--identity-passphrase", "phrase"];
    let analyzed = run(at, &[&["analyze", &setting.file, "--json", "--only", "loudness"], &unlocked[..]].concat());
    assert!(analyzed.status.success(), "{}", String::from_utf8_lossy(&analyzed.stderr));
    fs::write(at.join("phrase"), "five other words\n").unwrap();
    assert_eq!(run(at, &[&["vault", "list", &setting.project], &unlocked[..]].concat()).status.code(), Some(3));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(at.join("engineer.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn wrong_usage_is_told_by_its_exit_code() {
    let setting = Setting::new();
    let code = |args: &[&str]| run(setting.at(), args).status.code();
    assert_eq!(code(&["vault", "assign", &setting.project, "--to", "engineer.key"]), Some(2), "no platform's key");
    assert_eq!(code(&["vault", "list", "nonsense"]), Some(2));
    assert_eq!(code(&["vault", "list", &setting.project]), Some(2), "no key at all");
    assert_eq!(code(&["analyze", &setting.file, "mix.wav"]), Some(2));
    assert_eq!(code(&["vault", "list", "--vault", "elsewhere"]), Some(3));
    let anchor = ["vault", "audit", "verify", "--anchor", "anchor.json"];
    assert_eq!((code(&anchor), code(&anchor)), (Some(0), Some(0)));
    fs::remove_dir_all(setting.at().join("vault/audit")).unwrap();
    assert_eq!(code(&anchor), Some(3), "the log that the anchor knows is gone");
}

/// The object files of a folder of the vault.
fn stored(at: &Path, folder: &str) -> Vec<std::path::PathBuf> {
    let listed = fs::read_dir(at.join("vault").join(folder));
    listed.map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

#[test]
fn processes_that_change_a_project_at_once_lose_nothing() {
    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    let (joining, leaving) = (["a.key", "b.key", "c.key"], ["d.key", "e.key"]);
    for key in joining.iter().chain(&leaving) {
        assert!(run(at, &["vault", "keys", "generate", "-o", key]).status.success());
    }
    leaving.iter().for_each(|key| drop(platform(at, &["assign", project, "--to", key])));
    let assign = joining.map(|key| vec!["assign", project, "--to", key]);
    let revoke = leaving.map(|key| vec!["revoke", project, "--from", key]);
    let sweep = || vec!["sweep"];
    let all = assign.into_iter().chain(revoke).chain([sweep(), sweep()]);
    let running: Vec<_> = all
        .map(|args| {
            let mut process = command();
            process.args(["vault", "--vault-key", "platform.key"]).args(&args).current_dir(at);
            process.env("BALANCED_VAULT", "vault").stdout(Stdio::null()).stderr(Stdio::piped());
            (args, process.spawn().expect("the command starts"))
        })
        .collect();
    for (args, process) in running {
        let ended = process.wait_with_output().unwrap();
        assert!(ended.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
    let reads = |key: &str| {
        let copy = format!("{key}.wav");
        let got = run(at, &["vault", "get", &setting.file, "-o", &copy, "--identity", key]);
        assert!(!got.status.success() || fs::read(at.join(&copy)).unwrap() == fs::read(at.join("mix.wav")).unwrap());
        got.status.code()
    };
    assert_eq!(joining.map(reads), [Some(0); 3]);
    assert_eq!((leaving.map(reads), reads("engineer.key")), ([Some(3); 2], Some(0)));
    assert!(run(at, &["vault", "audit", "verify"]).status.success());
    let count = |part: &str| stored(at, &format!("projects/{project}/{part}")).len();
    assert_eq!((count("objects"), count("keys"), stored(at, "intents").len()), (1, 1, 0), "something is left over");
}

/// A process that is killed in the middle of an upload leaves nothing that stays.
#[cfg(unix)]
#[test]
fn an_upload_that_was_killed_is_undone() {
    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    let pipe = at.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut upload = command();
    upload.args(["vault", "--vault", "vault", "--vault-key", "platform.key", "put", project, "pipe"]).current_dir(at);
    let mut upload = upload.spawn().expect("the command starts");
    // The pipe stays open without an end, so that the upload waits for more.
    let mut sink = fs::File::options().write(true).open(&pipe).unwrap();
    sink.write_all(&vec![1; 1 << 20]).unwrap();
    while stored(at, "intents").is_empty() {
        assert!(upload.try_wait().unwrap().is_none(), "the upload ended");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    upload.kill().unwrap();
    upload.wait().unwrap();
    platform(at, &["recover"]);
    assert!(stored(at, "intents").is_empty());
    assert_eq!(stored(at, &format!("projects/{project}/objects")).len(), 1);
    assert_eq!(platform(at, &["list", project])["contents"].as_array().unwrap().len(), 1);
    assert!(run(at, &["vault", "audit", "verify"]).status.success());
}

/// A provider is asked until its program confirms, and the receipt names it.
#[cfg(unix)]
#[test]
fn providers_are_asked_until_they_confirm() {
    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    platform(at, &["correct", project, "--provider", "cyanite=track-7"]);
    let erased = platform(at, &["erase", project, "--provider", "cyanite=false"]);
    assert_eq!((&erased["erased"][0], &erased["unconfirmed"][0][0]["reference"]), (&project.into(), &"track-7".into()));
    let due = run(at, &["vault", "sweep", "--dry-run", "--vault-key", "platform.key"]);
    assert!(said(&due).contains("provider deletion due: cyanite track-7"), "{}", said(&due));
    let unasked = run(at, &["vault", "sweep", "--vault-key", "platform.key"]);
    assert!(said(&unasked).contains("provider deletion due: cyanite track-7"), "{}", said(&unasked));
    fs::write(at.join("ask"), "#!/bin/sh\nprintf %s \"$1\" > asked\n").unwrap();
    assert!(std::process::Command::new("chmod").args(["755", "ask"]).current_dir(at).status().unwrap().success());
    let swept = platform(at, &["sweep", "--provider", "cyanite=./ask"]);
    assert_eq!(swept["unconfirmed"].as_array().unwrap().len(), 0);
    assert_eq!(fs::read_to_string(at.join("asked")).unwrap(), "track-7");
    assert_eq!(platform(at, &["sweep"])["plan"]["due"].as_array().unwrap().len(), 0);
    let receipt = run(at, &["vault", "audit", "receipt", project]);
    assert!(said(&receipt).contains("track-7"));
}

/// What the old key signed is verified after its exchange, and the old key opens nothing.
#[test]
fn the_platforms_key_is_exchanged() {
    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    let gone = text(&platform(at, &["create", "--person", "p-2"])["project"]);
    platform(at, &["erase", &gone]);
    let vault = text(&platform(at, &["audit", "verify", "--anchor", "anchor.json"])["anchor"]["vault"]);
    let exchange = ["vault", "--json", "--vault-key", "platform.key", "rotate-platform", "--new-key", "new.key"];
    for stolen in [&[][..], &["--stolen"]] {
        // The second call finds that there is nothing to do.
        let done = run(at, &[&exchange[..], stolen].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let done: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!((&done["vault"], &done["keys"]), (&vault.as_str().into(), &2.into()));
    }
    let old = run(at, &["vault", "list", project, "--vault-key", "platform.key"]);
    assert_eq!(old.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&old.stderr).contains("exchanged"), "{}", String::from_utf8_lossy(&old.stderr));
    let get = ["vault", "get", &setting.file, "-o", "again.wav", "--identity", "engineer.key"];
    assert!(run(at, &get).status.success());
    assert_eq!(fs::read(at.join("again.wav")).unwrap(), fs::read(at.join("mix.wav")).unwrap());
    let listed = run(at, &["vault", "list", project, "--vault-key", "new.key"]);
    assert!(said(&listed).contains("Moonlight"));
    let receipt = run(at, &["vault", "audit", "receipt", &gone]);
    fs::write(at.join("receipt"), &receipt.stdout).unwrap();
    assert!(run(at, &["vault", "audit", "verify-receipt", "receipt"]).status.success());
    let verified = run(at, &["vault", "audit", "verify", "--anchor", "anchor.json"]);
    assert!(verified.status.success() && said(&verified).contains("2 keys of the platform"), "{}", said(&verified));
    let without = run(at, &["vault", "rotate-platform", "--new-key", "third.key"]);
    assert_eq!((without.status.code(), at.join("third.key").exists()), (Some(2), false));
}
