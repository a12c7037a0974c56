//! Tests of `balanced vault`, and of analysis and mastering from the vault.

use std::fs;
use std::path::Path;
use std::process::Output;

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
