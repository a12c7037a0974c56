//! Tests that equal input, chain and version give equal bytes, whatever the block sizes and the number of threads.

use std::path::Path;
use std::process::Command;

use balanced_testkit::mixes::HardMix;

use crate::command::command;
use crate::files;

const CHAIN: &str = r#"
version = 2
input_lufs = -18.0

[[steps]]
kind = "parallel"
split = "bands"
crossovers_hz = [150.0, 3000.0]
mix = 0.8
branches = [
    { steps = [{ kind = "compressor", threshold_db = -24.0 }] },
    { steps = [{ kind = "parallel", branches = [{}, { gain_db = -9.0, steps = [{ kind = "saturator" }] }] }] },
    { steps = [{ kind = "eq", phase = "linear", bands = [{ kind = "bell", frequency_hz = 6000.0, gain_db = 2.0 }] }] },
]

[[steps]]
kind = "parallel"
split = "mid_side"
branches = [{}, { steps = [{ kind = "dynamic_eq", bands = [{ threshold_db = -40.0 }] }] }]

[[steps]]
kind = "limiter"
"#;

/// Masters `input` on one core (and so one thread) or all; returns the bytes and the chain of the result.
fn master(folder: &Path, input: &str, on_one_core: bool) -> (Vec<u8>, serde_json::Value) {
    let mut command = command();
    if on_one_core {
        let mut bound = Command::new("taskset");
        bound.args(["-c", "0"]).arg(command.get_program()).args(command.get_args());
        command = bound;
    }
    let args = ["master", input, "-o", "out.wav", "--chain", "chain.toml", "--lufs", "-12", "--json"];
    let output = command.args(args).current_dir(folder).output().expect("the command starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a result is JSON");
    (std::fs::read(folder.join("out.wav")).unwrap(), result["chain"].clone())
}

#[test]
fn a_chain_with_branches_gives_the_same_bytes_on_any_threads_and_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mix = HardMix::BassHeavy.render(44_100.0, 8.0);
    files::write_wav(&here.join("mix.wav"), &mix, 44_100, 24);
    // Another decoder gives the same samples in blocks of another size.
    files::ffmpeg(&here.join("mix.wav"), &["-sample_fmt", "s32", "-bits_per_raw_sample", "24"], &here.join("mix.flac"));
    std::fs::write(here.join("chain.toml"), CHAIN).unwrap();
    let (first, chain) = master(here, "mix.wav", true);
    assert!(first.len() > 8 * 44_100 * 6);
    assert_eq!(master(here, "mix.wav", false).0, first, "all cores");
    assert_eq!(master(here, "mix.flac", false).0, first, "another decoder");
    // The chain of the result contains every decision.
    std::fs::write(here.join("again.json"), chain.to_string()).unwrap();
    let args = ["master", "mix.wav", "-o", "again.wav", "--chain", "again.json"];
    let again = command().args(args).current_dir(here).status().unwrap();
    assert!(again.success());
    assert_eq!(std::fs::read(here.join("again.wav")).unwrap(), first, "the chain in the result");
}
