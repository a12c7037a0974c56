//! Tests of CLAP effects in chains: good ones process in time, bad ones cause an error that names them.

use std::path::{Path, PathBuf};

use balanced_dsp::PlanarBuffer;

use crate::command::{balanced, command, is_for_windows, stdout};
use crate::files;

/// The test plugin's file: cargo puts it beside the tests that depend on it, and another machine's is named.
fn plugin() -> PathBuf {
    if let Some(other) = std::env::var_os("BALANCED_TEST_PLUGIN") {
        return other.into();
    }
    let name = format!("{}balanced_test_plugin{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    std::env::current_exe().expect("the tests know where they are").with_file_name(name)
}

const FRAMES: usize = 20_000;
const RENDER: [&str; 6] = ["master", "mix.wav", "-o", "out.wav", "--chain", "chain.toml"];

/// A folder with `mix.wav` (a sine that starts with a click) and the plugin as `fx.clap`.
fn folder(channels: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let step = std::f64::consts::TAU * 440.0 / 44_100.0;
    let tone: Vec<f64> = (0..FRAMES).map(|n| if n == 0 { 0.5 } else { 0.1 * (step * n as f64).sin() }).collect();
    let audio = PlanarBuffer::from_channels(&vec![tone; channels]);
    files::write_wav(&folder.path().join("mix.wav"), &audio, 44_100, 24);
    std::fs::copy(plugin(), folder.path().join("fx.clap")).unwrap();
    folder
}

fn step(plugin_id: &str, more: &str) -> String {
    format!("[[steps]]\nkind = \"clap\"\npath = \"fx.clap\"\nplugin_id = \"{plugin_id}\"\n{more}\n")
}

/// Renders `chain` unchanged.
fn render(folder: &Path, chain: &str) -> Vec<f64> {
    std::fs::write(folder.join("chain.toml"), chain).unwrap();
    stdout(folder, &[&RENDER[..], &["--allow-plugins=."]].concat());
    files::read_wav(&folder.join("out.wav")).0.swap_remove(0)
}

fn check_gain(folder: &Path, chain: &str, gain_db: f64) {
    let mix = files::read_wav(&folder.join("mix.wav")).0.swap_remove(0);
    let out = render(folder, chain);
    assert_eq!(out.len(), FRAMES);
    let gain = 10f64.powf(gain_db / 20.0);
    for (frame, (before, after)) in mix.iter().zip(&out).enumerate() {
        assert!((after - gain * before).abs() < 1e-6, "{chain}\nframe {frame}: {after} is not {gain} of {before}");
    }
}

/// Sets the gain by parameter, number, state file and base64, with compensated latency, alone, mixed and in a branch.
#[test]
fn plugins_do_their_work_in_time() {
    let folder = folder(2);
    let here = folder.path();
    std::fs::write(here.join("loud.state"), 6.0f64.to_le_bytes()).unwrap();
    check_gain(here, &step("test.gain", ""), 0.0);
    check_gain(here, &step("test.gain", "parameters = { Gain = -6.0 }"), -6.0);
    check_gain(here, &step("test.gain", "parameters = { 7 = -6.0 }"), -6.0);
    check_gain(here, &step("test.gain", "state_file = \"loud.state\""), 6.0);
    check_gain(here, &step("test.gain", "state_base64 = \"AAAAAAAAGEA=\""), 6.0);
    check_gain(here, &step("test.latent", "parameters = { Gain = -3.0 }"), -3.0);
    check_gain(here, &step("test.latent", "mix = 0.5"), 0.0);
    check_gain(here, &step("test.crash-at-load", "bypass = true"), 0.0);
    let branch = "{ kind = \"clap\", path = \"fx.clap\", plugin_id = \"test.latent\", parameters = { Gain = -20.0 } }";
    let parallel = format!("[[steps]]\nkind = \"parallel\"\nbranches = [{{}}, {{ steps = [{branch}] }}]\n");
    check_gain(here, &parallel, 20.0 * 1.1f64.log10());
    let sides = "[[steps]]\nkind = \"parallel\"\nsplit = \"mid_side\"\nbranches = [{ steps = [{ kind = \"clap\", path = \"fx.clap\", plugin_id = \"test.mono\" }] }, {}]\n";
    check_gain(here, sides, 0.0);
}

#[test]
fn mono_passes_a_stereo_plugin() {
    let folder = folder(1);
    check_gain(folder.path(), &step("test.latent", "parameters = { Gain = -6.0 }"), -6.0);
}

#[test]
fn plugins_that_misbehave_are_an_error_and_leave_no_output() {
    let folder = folder(2);
    // Windows has another name for it.
    let (crash, at_load) = if is_for_windows() {
        ("crashed (access violation)", "crashed (access violation) while loading")
    } else {
        ("crashed (segmentation fault)", "crashed (segmentation fault) while loading")
    };
    let cases = [
        (step("test.crash", ""), 3, [crash, "s into the audio", "bypass = true"]),
        (step("test.crash-at-load", ""), 3, ["steps[0]", at_load, "bypass = true"]),
        (step("test.hang", "timeout_s = 0.5"), 3, ["hung", "within 0.5 s", "timeout_s"]),
        (step("test.hang-at-load", "timeout_s = 0.5"), 3, ["hung", "within 0.5 s while loading", "timeout_s"]),
        (step("test.quit", ""), 3, ["ended with code 3", "s into the audio", "bypass"]),
        (step("test.nan", ""), 3, ["no numbers", "s into the audio", "bypass"]),
        (step("test.fail", ""), 3, ["failed to process", "bypass", ""]),
    ];
    for (chain, code, said) in cases {
        refused(folder.path(), &chain, code, &said);
    }
}

fn refused(folder: &Path, chain: &str, code: i32, said: &[&str]) {
    std::fs::write(folder.join("chain.toml"), chain).unwrap();
    refused_with(folder, &["--allow-plugins=."], code, said);
}

/// The chain that was written last is refused in one line with all that is `said`, and leaves nothing behind.
fn refused_with(folder: &Path, options: &[&str], code: i32, said: &[&str]) {
    let output = balanced(folder, &[&RENDER[..], options].concat());
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    println!("{errors}");
    assert_eq!(output.status.code(), Some(code), "{options:?}\n{errors}");
    for said in said.iter().chain(&[".clap"]) {
        assert!(errors.contains(said), "{options:?}\n{errors}lacks {said}");
    }
    // Wine adds a line of its own when a process crashes.
    let ours = errors.trim().lines().filter(|line| !line.starts_with("wine: "));
    assert_eq!(ours.count(), 1, "{errors}");
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(
        left.iter().all(|name| ["mix.wav", "fx.clap", "text.clap", "chain.toml"].iter().any(|known| name == known)),
        "{left:?}"
    );
}

#[test]
fn plugins_that_cannot_be_used_are_refused_with_the_remedy() {
    let folder = folder(2);
    std::fs::write(folder.path().join("text.clap"), "no library").unwrap();
    let of = |path: &str| step("x", "").replace("fx.clap", path);
    let cases = [
        (of("no.clap"), ["steps[0]", "no.clap: there is no such file"]),
        (of("text.clap"), ["text.clap: is no CLAP plugin", "built for"]),
        (of("mix.wav"), ["mix.wav: it is no `.clap` file", "`path`"]),
        (of("../fx.clap"), ["../fx.clap: a plugin's path must not contain `..`", "name its file"]),
        (step("test.gian", ""), ["holds no plugin `test.gian`", "test.gain, test.latent"]),
        (step("x", "").replace("plugin_id = \"x\"", ""), ["holds 11 plugins; name one with `plugin_id`", "test.gain"]),
        (step("test.mono", ""), ["takes 1 channels", "has 2"]),
        (step("test.gain", "parameters = { Gian = 1.0 }"), ["no parameter `Gian`", "`Gain`"]),
        (step("test.gain", "parameters = { Gain = 99.0 }"), ["parameter `Gain`: 99", "-24..24"]),
        (step("test.gain", "state_base64 = \"AAAA\""), ["refuses the state", "save it again"]),
        (step("test.gain", "state_base64 = \"A*\""), ["`state_base64`", "no base64"]),
    ];
    for (chain, said) in cases {
        refused(folder.path(), &chain, 2, &said);
    }
}

/// Blocks passed to a plugin do not depend on the decoder's blocks.
#[test]
fn hosted_renders_are_repeatable() {
    let folder = folder(2);
    let chain = step("test.latent", "parameters = { Gain = 5.0 }");
    let first = render(folder.path(), &chain);
    assert_eq!(first, render(folder.path(), &chain));
}

/// A chain is data: what it names runs only if the user says so.
#[test]
fn no_chain_runs_a_plugin_by_itself() {
    let folder = folder(2);
    let here = folder.path();
    std::fs::write(here.join("chain.toml"), step("test.gain", "")).unwrap();
    refused_with(here, &[], 2, &["steps[0]", "native code", "`--allow-plugins`", "`bypass = true`"]);
    refused_with(here, &["--allow-plugins"], 2, &["no such file in the plugin folders", "install the plugin"]);
    refused_with(here, &["--allow-plugins=fx.clap"], 2, &["no such file in the plugin folders"]);
    let absolute = format!("path = {:?}", here.join("fx.clap"));
    std::fs::write(here.join("chain.toml"), step("test.gain", "").replace("path = \"fx.clap\"", &absolute)).unwrap();
    refused_with(here, &["--allow-plugins"], 2, &["outside of the plugin folders", "allow its folder"]);
    for allowed in ["--allow-plugins=.", "--allow-plugins=./fx.clap"] {
        stdout(here, &[&RENDER[..], &[allowed]].concat());
    }
}

/// The plugin folders are those of `CLAP_PATH` and the usual ones.
#[test]
fn installed_plugins_are_allowed_all_or_by_name() {
    let folder = folder(2);
    let here = folder.path();
    std::fs::create_dir_all(here.join("installed/vendor")).unwrap();
    std::fs::rename(here.join("fx.clap"), here.join("installed/vendor/fx.clap")).unwrap();
    std::fs::write(here.join("chain.toml"), step("test.gain", "")).unwrap();
    let run = |allowed: &str| {
        let mut command = command();
        command.args(RENDER).arg(allowed).current_dir(here).env("CLAP_PATH", here.join("installed"));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for allowed in ["--allow-plugins", "--allow-plugins=fx", "--allow-plugins=fx.clap", "--allow-plugins=test.gain"] {
        let (code, errors) = run(allowed);
        assert_eq!(code, Some(0), "{allowed}: {errors}");
    }
    let (code, errors) = run("--allow-plugins=other");
    assert!(code == Some(2) && errors.contains("not among the plugins that are allowed"), "{errors}");
}

#[cfg(target_os = "linux")]
#[path = "host/confined.rs"]
mod confined;
