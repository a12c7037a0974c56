//! Runs the built command as users run it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Name the command of another machine and what runs it, a program and its arguments (`cargo xtask cross` sets both).
const OTHER_COMMAND: &str = "BALANCED_COMMAND";
const RUNNER: &str = "BALANCED_RUNNER";

/// Another machine's command, if there is a runner for it.
fn other() -> Option<String> {
    std::env::var_os(RUNNER).map(|_| std::env::var(OTHER_COMMAND).expect("a runner has a command to run"))
}

/// Whether the command is one for Windows.
pub fn is_for_windows() -> bool {
    cfg!(windows) || other().is_some_and(|command| command.ends_with(".exe"))
}

/// The command that cargo built beside these tests, or another machine's in its runner.
pub fn command() -> Command {
    let Some(other) = other() else { return Command::new(env!("CARGO_BIN_EXE_balanced")) };
    let runner = std::env::var(RUNNER).expect("a runner is named in UTF-8");
    let mut words = runner.split_whitespace();
    let mut command = Command::new(words.next().expect("a runner is a program"));
    command.args(words).arg(other);
    command
}

/// Runs `balanced` in `folder`.
pub fn balanced(folder: &Path, args: &[&str]) -> Output {
    command().args(args).current_dir(folder).output().expect("the command starts")
}

/// Runs `balanced`, expects success, and returns its standard output.
pub fn stdout(folder: &Path, args: &[&str]) -> String {
    let output = balanced(folder, args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "balanced {args:?} ended with {}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// Runs `balanced`, expects success, and parses one JSON object per line.
pub fn json_lines(folder: &Path, args: &[&str]) -> Vec<Value> {
    stdout(folder, args).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[test]
fn the_demo_writes_a_master_a_result_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let told = stdout(folder.path(), &["demo"]);
    let out = folder.path().join("demo-out");
    for file in ["master.wav", "master.json", "report.html"] {
        assert!(out.join(file).metadata().unwrap().len() > 1000, "{file}");
        assert!(told.contains(file), "the demo does not say where {file} is:\n{told}");
    }
    for said in ["Tempo", "Key", "Genre", "Mood"] {
        assert!(told.contains(said), "the demo says nothing of {said}:\n{told}");
    }
    let result: Value = serde_json::from_slice(&std::fs::read(out.join("master.json")).unwrap()).unwrap();
    assert_eq!(result["feasible"], true);
    let lufs = result["achieved"]["integrated_lufs"].as_f64().unwrap();
    assert!((lufs + 14.0).abs() <= 0.1, "{lufs}");
}

#[test]
fn usage_errors_end_with_2_and_say_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    for (args, hint) in [
        (vec!["analyze"], "INPUTS"),
        (vec!["analyze", "a.wav", "--only", "loudnes"], "loudness"),
        (vec!["master", "a.wav", "-o", "b.mp3"], ".wav"),
        (vec!["master", "a.wav", "-o", "b.wav", "--target", "spotfy"], "spotify"),
        (vec!["master", "a.wav", "-o", "b.wav", "--target", "-14"], "write --lufs -14"),
        (vec!["master", "a.wav", "-o", "b.wav", "--lufs", "40"], "LUFS"),
    ] {
        let output = balanced(folder.path(), &args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {errors}");
        assert!(errors.contains(hint), "{args:?}: {errors}");
    }
}

#[test]
fn a_recommended_chain_renders_to_the_master_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mix = balanced_testkit::mixes::HardMix::BassHeavy.render(44_100.0, 12.0);
    crate::files::write_wav(&folder.path().join("mix.wav"), &mix, 44_100, 24);
    let result = &json_lines(folder.path(), &["master", "mix.wav", "-o", "a.wav", "--json"])[0];
    std::fs::write(folder.path().join("chain.json"), result["chain"].to_string()).unwrap();
    stdout(folder.path(), &["master", "mix.wav", "-o", "b.wav", "--chain", "chain.json"]);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("a.wav"), read("b.wav"), "the chain in the result is not what was rendered");

    let advice = &json_lines(folder.path(), &["recommend", "mix.wav", "-o", "chain.toml", "--json"])[0];
    for key in ["source", "target", "findings", "chain", "expected"] {
        assert!(advice.get(key).is_some(), "recommend --json lacks {key}");
    }
    stdout(folder.path(), &["master", "mix.wav", "-o", "c.wav", "--chain", "chain.toml", "--lufs", "-14"]);
}

#[test]
fn a_chain_file_with_a_slip_is_refused_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 2.0);
    crate::files::write_wav(&folder.path().join("mix.wav"), &mix, 44_100, 16);
    std::fs::write(folder.path().join("chain.toml"), "version = 1\n[[steps]]\nkind = \"gain\"\ngain = 3.0\n").unwrap();
    let output = balanced(folder.path(), &["master", "mix.wav", "-o", "out.wav", "--chain", "chain.toml"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("steps[0]") && errors.contains("gain"), "{errors}");
    assert!(!folder.path().join("out.wav").exists());
}

#[test]
fn schemas_are_json_schemas() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["analysis", "chain", "recommendation", "master", "roster", "wishes", "matches", "preview"] {
        let schema: Value = serde_json::from_str(&stdout(folder.path(), &["schema", kind])).unwrap();
        assert!(schema["$schema"].as_str().unwrap().contains("json-schema.org"), "{kind}");
    }
}
