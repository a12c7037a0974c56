//! `cargo xtask bench`: whole commands beside the peers found on this machine, then the kernels.
//!
//! Every row is a whole process over the same 240 s of 44.1 kHz, 16-bit stereo (the demo track, repeated): CPU seconds of
//! all its threads, wall seconds, peak resident memory; the least CPU of three runs. Ratios compare rows of one run.

mod vault;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{python, run, tools};

const RUNS: usize = 3;

struct Row {
    name: String,
    cpu_s: f64,
    wall_s: f64,
    peak_mib: f64,
}

/// Run the table and the kernel benchmarks; `kernel` runs only those kernels whose name contains it.
pub fn run(kernel: Option<&str>) -> Result<(), String> {
    if kernel.is_none() {
        commands()?;
        python::bench()?;
    }
    let filter = kernel.map_or(vec![], |kernel| vec!["--", kernel]);
    run::run(&run::cargo(), [vec!["bench", "--package", "balanced-benches"], filter].concat())
}

/// Run the table of the vault alone.
pub fn vault() -> Result<(), String> {
    let (folder, file) = prepare()?;
    vault::table(&mut Table::default(), &file, &folder)
}

/// Build what is timed; returns the folder to work in and the file to work on.
fn prepare() -> Result<(PathBuf, String), String> {
    let build = ["build", "--profile", "dist", "--package", "balanced-cli", "--package", "balanced-benches", "--bins"];
    run::run(&run::cargo(), build)?;
    let folder = run::target().join("bench");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let file = test_file(&folder)?.to_string_lossy().into_owned();
    Ok((folder, file))
}

fn commands() -> Result<(), String> {
    let (folder, file) = prepare()?;
    let master = folder.join("master.wav").to_string_lossy().into_owned();
    let mut table = Table::default();
    table.group("loudness and true peak");
    table.ours(&["analyze", &file, "--json", "--only", "loudness"])?;
    table.built("peer-ebur128", &[&file])?;
    table.built("peer-ebur128-stream", &[&file])?;
    table.peer("ffmpeg", &["-nostdin", "-v", "quiet", "-i", &file, "-af", "ebur128=peak=true", "-f", "null", "-"])?;
    table.group("technical analysis");
    table.ours(&["analyze", &file, "--json", "--only", "loudness,dynamics,spectrum,stereo,defects"])?;
    table.peer("essentia_streaming_extractor_music", &[&file, "/dev/null"])?;
    table.group("musical analysis");
    for family in ["tempo", "key", "tags"] {
        table.ours(&["analyze", &file, "--json", "--only", family])?;
    }
    table.group("everything");
    table.ours(&["analyze", &file, "--json"])?;
    table.group("mastering");
    let chain = run::root().join("benches/master-chain.toml").to_string_lossy().into_owned();
    // Equaliser, four-band compressor, saturator, limiter and dither, solved and verified.
    table.ours(&["master", &file, "-o", &master, "--lufs", "-9", "--ceiling", "-1", "--chain", &chain])?;
    table.ours(&["master", &file, "-o", &master, "--lufs", "-9", "--ceiling", "-1"])?;
    table.peer("ffmpeg-normalize", &[&file, "-o", &master, "-f"])?;
    vault::table(&mut table, &file, &folder)
}

/// 240 s of the demo track, made once.
fn test_file(folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join("demo-240s.wav");
    if !path.is_file() {
        let demo = run::root().join("fixtures/demo.flac").to_string_lossy().into_owned();
        let out = path.to_string_lossy().into_owned();
        let args =
            ["-nostdin", "-v", "error", "-stream_loop", "6", "-i", &demo, "-t", "240", "-c:a", "pcm_s16le", &out];
        run::run("ffmpeg", args)?;
    }
    Ok(path)
}

#[derive(Default)]
struct Table {
    /// CPU of the group's first row: ours.
    ours_cpu_s: Option<f64>,
}

impl Table {
    fn group(&mut self, title: &str) {
        self.ours_cpu_s = None;
        println!("\n{title:<58} {:>7} {:>7} {:>8} {:>7}", "CPU s", "wall s", "MiB", "ratio");
    }

    fn ours(&mut self, args: &[&str]) -> Result<(), String> {
        let program = run::target().join("dist/balanced");
        let words = args.iter().filter(|word| !word.contains('/') && **word != "--json" && **word != "-o");
        let name = format!("balanced {}", words.copied().collect::<Vec<_>>().join(" "));
        self.measure(&name, &program, args)
    }

    fn built(&mut self, name: &str, args: &[&str]) -> Result<(), String> {
        self.measure(name, &run::target().join("dist").join(name), args)
    }

    fn peer(&mut self, name: &str, args: &[&str]) -> Result<(), String> {
        if !tools::found(name) {
            println!("{name:<58} absent on this machine");
            return Ok(());
        }
        self.measure(name, Path::new(name), args)
    }

    fn measure(&mut self, name: &str, program: &Path, args: &[&str]) -> Result<(), String> {
        let mut best: Option<Row> = None;
        for _ in 0..RUNS {
            let row = once(name, program, args)?;
            if best.as_ref().is_none_or(|best| row.cpu_s < best.cpu_s) {
                best = Some(row);
            }
        }
        let row = best.expect("three runs");
        let ours = *self.ours_cpu_s.get_or_insert(row.cpu_s);
        println!(
            "{:<58} {:>7.2} {:>7.2} {:>8.1} {:>7.2}",
            row.name,
            row.cpu_s,
            row.wall_s,
            row.peak_mib,
            row.cpu_s / ours
        );
        Ok(())
    }
}

fn once(name: &str, program: &Path, args: &[&str]) -> Result<Row, String> {
    let before_s = children_cpu_s();
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{name}: {error}"))?;
    let mut peak_mib: f64 = 0.0;
    let status = loop {
        peak_mib = peak_mib.max(resident_mib(child.id()));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        sleep(Duration::from_millis(2));
    };
    if !status.success() {
        return Err(format!("{name} failed ({status})"));
    }
    let cpu_s = children_cpu_s() - before_s;
    Ok(Row { name: name.to_owned(), cpu_s, wall_s: started.elapsed().as_secs_f64(), peak_mib })
}

/// User and system time of ended children, from the kernel's count of this process; hundredths of a second.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name may hold spaces; fields are counted after its closing bracket (cutime is the 14th there).
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / 100.0
}

fn resident_mib(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
