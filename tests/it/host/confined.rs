//! Tests of the sandbox around plugins (Linux), and that no plugin's process outlives what started it.

use std::fs;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde_json::{Value, json};

use super::{RENDER, check_gain, folder, step};
use crate::command::{balanced, command};
use crate::files;

/// How long to wait for what happens at once.
const SOON: Duration = Duration::from_secs(60);

/// Whether the command is this machine's: another's, in an emulator, has the emulator's system calls.
fn is_native() -> bool {
    std::env::var_os("BALANCED_RUNNER").is_none()
}

/// What `test.escape` managed (the sum of its bits), and the notes of the result, on a kernel without `calls`.
fn escapes(folder: &Path, calls: &[i64]) -> (f64, Vec<String>) {
    fs::write(folder.join("chain.toml"), step("test.escape", "")).unwrap();
    let mut command = command();
    command.args(RENDER).args(["--allow-plugins=.", "--json"]).current_dir(folder);
    if !calls.is_empty() {
        let without = without(calls);
        // SAFETY: between fork and exec only two system calls are made; the filter was allocated before.
        unsafe {
            command.pre_exec(move || seccompiler::apply_filter(&without).map_err(|_| std::io::ErrorKind::Other.into()))
        };
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes = result["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned());
    let first = |file: &str| files::read_wav(&folder.join(file)).0[0][0];
    let gain_db = 20.0 * (first("out.wav") / first("mix.wav")).log10();
    (-gain_db, notes.collect())
}

/// A filter that lets a process see a kernel without these system calls.
fn without(calls: &[i64]) -> BpfProgram {
    let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
    let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let arch = std::env::consts::ARCH.try_into().unwrap();
    SeccompFilter::new(rules, SeccompAction::Allow, missing, arch).unwrap().try_into().unwrap()
}

#[test]
fn plugins_are_confined_and_what_the_kernel_lacks_is_noted() {
    if !is_native() {
        return;
    }
    let folder = folder(2);
    let here = folder.path();
    // Files: it writes beside itself (1) and reads /var (2). The rest: a socket (4), a program (8), permissions (16).
    for (calls, escaped, said) in [
        (&[][..], 0.0, ""),
        (&[libc::SYS_landlock_create_ruleset], 3.0, "no Landlock"),
        (&[libc::SYS_landlock_create_ruleset, libc::SYS_seccomp], 31.0, "seccomp"),
    ] {
        let _ = fs::remove_file(here.join("escaped.txt"));
        let (managed, notes) = escapes(here, calls);
        assert!((managed - escaped).abs() < 1e-3, "without {calls:?}: {managed}, {notes:?}");
        assert_eq!(here.join("escaped.txt").exists(), escaped > 0.0);
        let is_noted = notes.iter().any(|note| note.contains("sandbox") && note.contains(said));
        assert_eq!(is_noted, escaped > 0.0, "without {calls:?}: {notes:?}");
    }
}

#[test]
fn a_confined_plugin_renders_as_any_other() {
    let folder = folder(2);
    check_gain(folder.path(), &step("test.latent", "parameters = { Gain = -3.0 }"), -3.0);
}

/// Processes that run in `folder`.
fn running_in(folder: &Path) -> Vec<PathBuf> {
    let here = folder.canonicalize().unwrap();
    let all = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    all.filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == here)).collect()
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < SOON {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within {SOON:?}");
}

/// Starts a master whose plugin hangs for ten minutes; returns it, and its plugin's process once that is confined.
fn start_one_that_hangs(folder: &Path) -> (Child, PathBuf) {
    fs::write(folder.join("chain.toml"), step("test.hang", "timeout_s = 600.0")).unwrap();
    let mut command = command();
    command.args(RENDER).arg("--allow-plugins=.").current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let master = command.spawn().unwrap();
    let own = PathBuf::from("/proc").join(master.id().to_string());
    let plugin = wait_for("the plugin's process", || {
        let others = running_in(folder).into_iter().filter(|process| *process != own);
        others.into_iter().find(|process| status(process, "Seccomp").as_deref() == Some("2"))
    });
    (master, plugin)
}

/// A field of `/proc/PID/status`; `None` once the process is gone.
fn status(process: &Path, field: &str) -> Option<String> {
    let text = fs::read_to_string(process.join("status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// It has ended; whoever inherited it may not have noticed yet.
fn has_ended(process: &Path) -> bool {
    status(process, "State").is_none_or(|state| state.starts_with('Z'))
}

#[test]
fn a_plugin_dies_with_the_program_that_started_it() {
    if !is_native() {
        return;
    }
    let folder = folder(2);
    let (mut master, plugin) = start_one_that_hangs(folder.path());
    assert_eq!(status(&plugin, "NoNewPrivs").as_deref(), Some("1"));
    let limits = fs::read_to_string(plugin.join("limits")).unwrap();
    let of = |name: &str| limits.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
    assert_eq!(of("Max core file size"), Some("0"));
    assert_eq!(of("Max address space"), Some("8589934592"));
    // SIGKILL: the program can do nothing about its children.
    master.kill().unwrap();
    master.wait().unwrap();
    wait_for("the plugin's end", || has_ended(&plugin).then_some(()));
}

/// The kernel ends a plugin's process with the thread that started it, which may be none to wait for; a closed connection
/// is enough, even while the plugin hangs.
#[test]
fn a_plugin_ends_when_its_connection_is_closed() {
    if !is_native() {
        return;
    }
    let folder = folder(2);
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut host = command();
    host.arg("--serve-plugin").stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::null());
    let mut host = host.spawn().unwrap();
    let open = json!({
        "path": folder.path().join("fx.clap"), "plugin_id": "test.hang-at-load", "has_state": false, "parameters": {},
        "sample_rate_hz": 44100.0, "channels": 2, "readable": [folder.path()], "temporary": null,
        "dies_with_parent": false,
    });
    let open = open.to_string();
    ours.write_all(b"O").unwrap();
    ours.write_all(&(open.len() as u32).to_le_bytes()).unwrap();
    ours.write_all(open.as_bytes()).unwrap();
    let process = PathBuf::from("/proc").join(host.id().to_string());
    wait_for("the sandbox", || (status(&process, "Seccomp").as_deref() == Some("2")).then_some(()));
    assert!(host.try_wait().unwrap().is_none());
    drop(ours);
    wait_for("its end", || host.try_wait().unwrap());
}

#[test]
fn a_plugin_that_hangs_is_ended_before_the_program_is() {
    if !is_native() {
        return;
    }
    let folder = folder(2);
    fs::write(folder.path().join("chain.toml"), step("test.hang", "timeout_s = 0.5")).unwrap();
    let output = balanced(folder.path(), &[&RENDER[..], &["--allow-plugins=."]].concat());
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(running_in(folder.path()), Vec::<PathBuf>::new());
}
