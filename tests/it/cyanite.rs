//! Tests of `balanced cyanite` against the mock, and of deletion from the vault.

use std::path::Path;
use std::process::Output;

use balanced_cyanite_mock::{MockCyanite, MockOptions, TOKEN};
use serde_json::Value;

use crate::command::command;
use crate::files;

/// A mock, and a folder with its certificate and a mix.
struct Setting {
    mock: MockCyanite,
    folder: tempfile::TempDir,
}

impl Setting {
    fn new(asks_until_finished: u32) -> Self {
        let mock = MockCyanite::start(MockOptions { asks_until_finished, ..MockOptions::default() });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), mock.ca_pem()).unwrap();
        let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 2.0);
        files::write_wav(&folder.path().join("Secret Title.wav"), &mix, 44_100, 16);
        Self { mock, folder }
    }

    fn at(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `balanced` with an environment that leads to the mock.
    fn run(&self, args: &[&str]) -> Output {
        let mut command = command();
        command.args(args).current_dir(self.at()).env_remove("BALANCED_NO_EGRESS");
        command.env("CYANITE_URL", self.mock.graphql_url()).env("CYANITE_TOKEN", TOKEN);
        command.env("CYANITE_CA", "ca.pem").env("CYANITE_UPLOAD_HOST", "localhost");
        command.env("BALANCED_CYANITE_JOURNAL", "journal");
        command.output().expect("the command starts")
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[&["cyanite", "--json"], args].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

const MIX: &str = "Secret Title.wav";

#[test]
fn what_would_be_sent_is_shown_without_an_account() {
    let setting = Setting::new(1);
    let run = |args: &[&str]| {
        let mut command = command();
        command.args(["cyanite", "--json", "send", MIX]).args(args).current_dir(setting.at());
        command.env_remove("CYANITE_TOKEN").env_remove("BALANCED_NO_EGRESS").output().expect("the command starts")
    };
    let shown = run(&["--dry-run"]);
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["manifest"]["audio"]["duration_s"], 2.0);
    for (args, word) in [(&[][..], "consent"), (&["--consent"][..], "CYANITE_TOKEN")] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(word), "{args:?}");
    }
}

#[test]
fn a_track_is_shown_sent_fetched_and_deleted() {
    let setting = Setting::new(1);
    let shown = setting.json(&["send", MIX, "--dry-run"]);
    assert!(setting.mock.received().is_empty(), "a dry run sends nothing");
    let digest = shown["digest"].as_str().unwrap();
    assert_eq!(shown["manifest"]["audio"]["duration_s"], 2.0);
    let refused = setting.run(&["cyanite", "send", MIX]);
    assert_eq!(refused.status.code(), Some(2));
    let other = setting.run(&["cyanite", "send", MIX, "--consent=0123"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(setting.mock.received().is_empty(), "nothing goes without consent");

    let sent = setting.json(&["send", MIX, &format!("--consent={digest}")]);
    let track = sent["track_id"].as_str().unwrap().to_owned();
    let again = setting.json(&["send", MIX, "--consent"]);
    assert_eq!((again["was_there"].as_bool(), setting.mock.made()), (Some(true), 1));
    for request in setting.mock.received() {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        assert!(!format!("{body}{:?}{}", request.headers, request.target).contains("Secret"));
    }

    let early = setting.run(&["cyanite", "fetch", &track]);
    assert_eq!(early.status.code(), Some(1), "it is not there yet");
    let status = setting.json(&["status", &track]);
    assert_eq!(status["state"], "finished");
    let result = setting.json(&["fetch", &track]);
    assert_eq!((&result["provider"], &result["api"]), (&"cyanite".into(), &"graphql".into()));
    assert_eq!(result["source_sha256"], shown["manifest"]["source_sha256"]);
    assert!(result["raw"]["audioAnalysisV7"]["result"].is_object());

    assert_eq!(setting.json(&["search", "slow piano"])["items"][0]["id"], track.as_str());
    let receipt = setting.json(&["delete", &track]);
    assert_eq!(receipt["deleted"][0], track.as_str());
    assert!(setting.mock.tracks().is_empty());
    let gone = setting.run(&["cyanite", "status", &track]);
    assert_eq!(gone.status.code(), Some(3));
}

#[test]
fn a_fetched_result_is_what_merge_takes() {
    let setting = Setting::new(0);
    let track = setting.json(&["send", MIX, "--consent"])["track_id"].as_str().unwrap().to_owned();
    let result = setting.run(&["cyanite", "fetch", &track]).stdout;
    std::fs::write(setting.at().join("cyanite.json"), result).unwrap();
    let local = setting.run(&["analyze", MIX, "--json"]).stdout;
    std::fs::write(setting.at().join("local.json"), local).unwrap();
    let merged = setting.run(&["merge", "local.json", "cyanite.json", "--json"]);
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    let text = String::from_utf8_lossy(&merged.stdout).into_owned();
    assert!(serde_json::from_str::<Value>(&text).is_ok() && text.contains("cyanite"));
}

#[test]
fn sending_can_be_forbidden_and_the_token_comes_from_a_command() {
    let setting = Setting::new(0);
    let mut forbidden = command();
    forbidden.args(["cyanite", "send", MIX, "--consent"]).current_dir(setting.at());
    forbidden.env("CYANITE_URL", setting.mock.graphql_url()).env("CYANITE_TOKEN", TOKEN);
    forbidden.env("BALANCED_NO_EGRESS", "house rule");
    let output = forbidden.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("house rule"));
    assert!(setting.mock.received().is_empty());

    std::fs::write(setting.at().join("token"), format!("{TOKEN}\n")).unwrap();
    let wrong = ["cyanite", "status", "1", "--token-command", "cat missing"];
    assert_eq!(setting.run(&wrong).status.code(), Some(2));
    let right = setting.run(&["cyanite", "status", "1", "--token-command", "cat token"]);
    assert!(String::from_utf8_lossy(&right.stderr).contains("no track of this id"));
}

/// The vault asks Cyanite by itself, without an outside program.
#[test]
fn a_sweep_of_the_vault_deletes_at_cyanite() {
    let setting = Setting::new(0);
    let track = setting.json(&["send", MIX, "--consent"])["track_id"].as_str().unwrap().to_owned();
    let vault = |args: &[&str]| {
        let output =
            setting.run(&[&["vault", "--vault", "vault", "--vault-key", "platform.key", "--json"], args].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default()
    };
    vault(&["init", "--now", "2026-11-01"]);
    let made = vault(&["create", "--person", "p-1", "--title", "Moonlight", "--now", "2026-11-01"]);
    let project = made["project"].as_str().unwrap().to_owned();
    vault(&["correct", &project, "--provider", &format!("cyanite={track}"), "--now", "2026-11-01"]);
    vault(&["complete", &project, "--now", "2026-11-02"]);
    let swept = vault(&["sweep", "--provider", "cyanite", "--now", "2027-02-01"]);
    assert!(setting.mock.tracks().is_empty(), "{swept}");
    assert_eq!(swept["unconfirmed"].as_array().map(Vec::len), Some(0), "{swept}");
}
