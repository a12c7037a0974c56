//! Tests of `balanced vault`, and of analysis and mastering from the vault.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::command::{command, json_lines};
use crate::files;
use crate::limits::{peak_mib, write_long};

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

/// What an hour takes follows from two lengths, as for plain files: nothing is kept whole.
#[test]
fn comparing_fingerprints_and_repair_read_from_the_vault() {
    let setting = Setting::new();
    let key = ["--identity", "engineer.key"];
    let json = |args: &[&str]| -> Value {
        let output = run(setting.at(), &[args, &key].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(json(&["compare", "mix.wav", &setting.file, "--json"])["verdict"], "identical");
    let [sealed, plain] = [setting.file.as_str(), "mix.wav"].map(|file| json(&["fingerprint", file, "--json"]));
    assert_eq!((&sealed["encoded"], &sealed["path"]), (&plain["encoded"], &setting.file.as_str().into()));
    let found = json(&["repair", &setting.file, "--json"]);
    assert_eq!(found["input"]["path"], setting.file.as_str());
    // Without a key nothing is read.
    assert_eq!(run(setting.at(), &["compare", "mix.wav", &setting.file]).status.code(), Some(2));
}

#[test]
fn an_hour_goes_through_the_vault_in_bounded_memory() {
    let setting = Setting::new();
    let at = setting.at();
    let peak = |args: &[&str]| {
        let mut command = command();
        command.args(args).current_dir(at).env("BALANCED_VAULT", "vault").stdout(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        let peak = peak_mib(&mut child);
        assert!(child.wait().unwrap().success(), "{args:?}");
        peak
    };
    let peaks = [5, 15].map(|minutes| {
        write_long(&at.join("long.wav"), 44_100, 60 * minutes);
        let key = ["--vault-key", "platform.key"];
        let put = peak(&[&["vault", "put", &setting.project, "long.wav"][..], &key].concat());
        // The file that came in last.
        let listed = platform(at, &["list", &setting.project]);
        let file = text(&listed["contents"].as_array().unwrap().last().unwrap()["id"]);
        let address = format!("vault:{}/{file}", setting.project);
        let only = ["--json", "--only", "loudness"];
        let analyzed = peak(&[&["analyze", &address][..], &only, &key].concat());
        let output = format!("{minutes}.wav");
        let got = peak(&[&["vault", "get", &address, "-o", &output][..], &key].concat());
        assert_eq!(fs::read(at.join(&output)).unwrap(), fs::read(at.join("long.wav")).unwrap());
        [put, analyzed, got]
    });
    for (index, what) in ["put", "analyze", "get"].into_iter().enumerate() {
        let (short, long) = (peaks[0][index], peaks[1][index]);
        let hour = long + 4.5 * (long - short).max(0.0);
        println!("{what}: {short:.1} MiB for 5 minutes, {long:.1} for 15; {hour:.1} for 60 if it grew on");
        // The file of an hour has 635 MB; a part of 8 MiB more or less at the moment of the look is no growth.
        assert!(short > 1.0 && hour < 96.0, "{what}: {hour:.1} MiB");
    }
}

/// A plugin of age in a few lines: it hides the file's key under a mask, asks for a PIN if it is told to, and notes each run.
#[cfg(unix)]
const PLUGIN: &str = r#"#!/usr/bin/env python3
import base64, hashlib, os, sys
mask = hashlib.sha256(b"mask").digest()[:16]
hidden = lambda key: bytes(a ^ b for a, b in zip(key, mask))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "runs"), "a") as runs:
    runs.write(sys.argv[1] + "\n")
def read():
    words, body = sys.stdin.readline().split()[1:], ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return words, base64.b64decode(body + "=" * (-len(body) % 4))
def send(words, body=b""):
    print("-> " + words + "\n" + base64.b64encode(body).decode().rstrip("="), flush=True)
received = []
while not received or received[-1][0] != ["done"]:
    received.append(read())
if sys.argv[1] == "--age-plugin=recipient-v1":
    for words, body in received:
        if words == ["wrap-file-key"]:
            send("recipient-stanza 0 test", hidden(body))
            read()
else:
    pin = os.environ.get("TEST_PIN")
    if pin:
        send("msg", b"Touch the key")
        read()
        send("request-secret", b"PIN")
        words, answer = read()
        if words != ["ok"] or answer != pin.encode():
            send("error identity 0", b"the PIN is wrong")
            read()
            send("done")
            sys.exit()
    for words, body in received:
        if words == ["recipient-stanza", "0", "test"]:
            send("file-key 0", hidden(body))
            read()
send("done")
"#;
#[cfg(unix)]
const PLUGIN_RECIPIENT: &str = "age1test1qqqsyqcyq5rqwykuw57";
#[cfg(unix)]
const PLUGIN_IDENTITY: &str = "AGE-PLUGIN-TEST-1QQQSYQCYQ5RQWLPA57F";

/// A key that a plugin of age holds reads what it is assigned, where the caller lets the plugin run; and nowhere else.
#[cfg(unix)]
#[test]
fn plugins_of_age_are_readers_where_they_are_allowed() {
    use std::os::unix::fs::PermissionsExt;

    let setting = Setting::new();
    let (at, project) = (setting.at(), setting.project.as_str());
    fs::create_dir(at.join("bin")).unwrap();
    let program = at.join("bin/age-plugin-test");
    fs::write(&program, PLUGIN).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(at.join("card.key"), format!("# Recipient: {PLUGIN_RECIPIENT}\n{PLUGIN_IDENTITY}\n")).unwrap();
    fs::write(at.join("nameless.key"), format!("{PLUGIN_IDENTITY}\n")).unwrap();
    fs::write(at.join("pin"), "1234\n").unwrap();
    let path = format!("{}:{}", at.join("bin").display(), std::env::var("PATH").unwrap());
    let with_path = |args: &[&str], pin: &str| {
        let mut command = command();
        command.args(args).current_dir(at).env("BALANCED_VAULT", "vault").env("PATH", &path).env("TEST_PIN", pin);
        let output = command.output().expect("the command starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let key = ["--vault-key", "platform.key"];
    let (code, told) = with_path(&[&["vault", "assign", project, "--to", "card.key"][..], &key].concat(), "");
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("age-plugin-test") && told.contains("not allowed"), "{told}");
    let get = ["vault", "get", &setting.file, "-o", "out.wav", "--identity", "card.key"];
    assert_eq!(with_path(&get, "").0, Some(2));
    assert!(!at.join("bin/runs").exists(), "a plugin ran that was not allowed");

    let plugin = ["--plugin", "test"];
    let assign = ["vault", "assign", project, "--to", PLUGIN_RECIPIENT];
    let (code, told) = with_path(&[&assign[..], &key, &plugin].concat(), "");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = with_path(&[&get[..], &plugin].concat(), "");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(fs::read(at.join("out.wav")).unwrap(), fs::read(at.join("mix.wav")).unwrap());
    let nameless = ["vault", "list", project, "--identity", "nameless.key"];
    assert_eq!(with_path(&[&nameless[..], &plugin].concat(), "").0, Some(2), "it does not say whose key it is");
    // Asked for its PIN, the plugin gets that of the file, and says what it wants to be shown.
    let list = ["vault", "list", project, "--identity", "card.key"];
    let (code, told) = with_path(&[&list[..], &plugin].concat(), "1234");
    assert_eq!(code, Some(3), "{told}");
    let (code, told) = with_path(&[&list[..], &plugin, &["--plugin-secret", "pin"]].concat(), "1234");
    assert!(code == Some(0) && told.contains("Touch the key"), "{told}");
    let (code, told) = with_path(&[&list[..], &plugin, &["--plugin-secret", "pin"]].concat(), "9999");
    assert!(code == Some(3) && told.contains("the PIN is wrong"), "{told}");
    // Stock `age` opens the same key object by the same plugin.
    let keys = stored(at, &format!("projects/{project}/keys")).pop().unwrap();
    let mut age = std::process::Command::new("age");
    age.args(["-d", "-i", "card.key"]).arg(keys).current_dir(at).env("PATH", &path);
    let opened = age.output().expect("`apt-get install age` brings age, which this test needs");
    assert!(said(&opened).contains("AGE-SECRET-KEY-1"), "{}", String::from_utf8_lossy(&opened.stderr));
    // Without the plugin, nothing can be encrypted to its key, and it can be revoked.
    let other = ["vault", "assign", project, "--to", "engineer.key"];
    assert_eq!(with_path(&[&other[..], &key].concat(), "").0, Some(2));
    let (code, told) = with_path(&[&["vault", "revoke", project, "--from", PLUGIN_RECIPIENT][..], &key].concat(), "");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(with_path(&[&list[..], &plugin].concat(), "").0, Some(3));
}

/// A project from its upload to a master on a file system of its own, whose every sector is then searched.
#[cfg(target_os = "linux")]
const ON_AN_IMAGE: &str = r#"
set -e
truncate -s 96M image && mkfs.ext4 -q -F image && mkdir -p mounted
mount -o loop image mounted || exit 77
mkdir mounted/temporary
export TMPDIR=$PWD/mounted/temporary BALANCED_VAULT=$PWD/mounted/vault BALANCED_VAULT_KEY=$PWD/platform.key
"$BALANCED" vault init
project=$("$BALANCED" vault create --person p-1)
mix=$("$BALANCED" vault put $project mix.wav)
"$BALANCED" analyze $mix > /dev/null
"$BALANCED" master $mix -o vault:$project > /dev/null
"$BALANCED" vault rotate $project
master=$("$BALANCED" vault list $project | grep -o 'vault:[^ ]*' | tail -n 1)
"$BALANCED" vault get $master -o master.wav
test "$CONTROL" = no || cp mix.wav mounted/
sync
umount mounted
"#;

/// No sector of the disk that the vault and all temporary files lie on holds plain audio.
#[cfg(target_os = "linux")]
#[test]
fn no_sector_of_the_disk_holds_plain_audio() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 8.0);
    files::write_wav(&at.join("mix.wav"), &mix, 44_100, 16);
    for control in ["no", "yes"] {
        for old in ["platform.key", "master.wav", "image"] {
            let _ = fs::remove_file(at.join(old));
        }
        let mut shell = std::process::Command::new("unshare");
        shell.args(["-m", "sh", "-c", ON_AN_IMAGE]).current_dir(at).env("CONTROL", control);
        let done = shell.env("BALANCED", command().get_program()).output();
        let Some(done) = done.ok().filter(|done| ![Some(1), Some(77)].contains(&done.status.code())) else {
            eprintln!("file systems cannot be mounted here: sectors are not searched");
            return;
        };
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let image = fs::read(at.join("image")).unwrap();
        for name in ["mix.wav", "master.wav"] {
            let audio = fs::read(at.join(name)).unwrap();
            let markers = (1..5).map(|part| &audio[part * audio.len() / 5..][..24]);
            let markers: Vec<&[u8]> =
                markers.filter(|marker| marker.iter().filter(|byte| **byte != 0).count() > 12).collect();
            assert!(!markers.is_empty());
            let is_plain = markers.iter().any(|marker| image.windows(24).any(|part| part == *marker));
            assert_eq!(is_plain, control == "yes" && name == "mix.wav", "{name}");
        }
    }
}
