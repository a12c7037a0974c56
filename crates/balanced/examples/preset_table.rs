//! Measures what every preset does to ten kinds of material and writes the tables of `docs/presets.md`.
//!
//! `cargo run --release -p balanced --example preset_table`

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use balanced::{
    Analysis, EncodeSpec, Family, MasterOptions, MasterResult, Preset, SampleFormat, Target, master, preset_target,
    read_chain,
};
use balanced_dsp::StreamFormat;
use balanced_io::Encoder;
use balanced_testkit::music::{Style, render};

const RATE_HZ: f64 = 44_100.0;
const DURATION_S: f64 = 20.0;
const MARKS: [&str; 2] = ["<!-- table -->\n", "<!-- end of table -->"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let material = material(folder.path())?;
    let mut tables = String::new();
    let mut mixes = Vec::new();
    for preset in Preset::all() {
        let target = preset_target(format!("preset:{}", preset.name)).ok_or("every preset has a target")?;
        tables += &format!("\n### `{}`, to {}\n\n{}", preset.name, goal(&target), head());
        for (name, mix) in &material {
            let result = run(mix, &folder.path().join("out.wav"), &preset, target.clone())?;
            tables += &row(name, &result.after, result.feasible);
            if mixes.len() < material.len() {
                mixes.push(row(name, &result.before, true));
            }
        }
        eprintln!("{} done", preset.name);
    }
    let tables = format!("\n### The mixes\n\n{}{}{tables}\n", head(), mixes.concat());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/presets.md");
    let text = fs::read_to_string(&page)?;
    let (before, rest) = text.split_once(MARKS[0]).ok_or("the page has no mark where the table begins")?;
    let (_, after) = rest.split_once(MARKS[1]).ok_or("the page has no mark where the table ends")?;
    fs::write(&page, [before, MARKS[0], &tables, MARKS[1], after].concat())?;
    Ok(())
}

fn material(folder: &Path) -> Result<Vec<(&'static str, PathBuf)>, Box<dyn Error>> {
    let mut all = Vec::new();
    // Everything but the noise, which is no music.
    for style in Style::ALL.into_iter().filter(|style| *style != Style::Noise) {
        let path = folder.join(format!("{}.wav", style.name()));
        let spec = EncodeSpec { sample_format: SampleFormat::F32, ..EncodeSpec::default() };
        let mut encoder = Encoder::create(&path, &spec, &StreamFormat::new(RATE_HZ, 2))?;
        encoder.write(&render(style, RATE_HZ, DURATION_S, 11).audio.block())?;
        encoder.complete()?.publish()?;
        all.push((style.name(), path));
    }
    let demo = folder.join("demo.flac");
    fs::write(&demo, balanced::DEMO_FLAC)?;
    all.push(("demo track", demo));
    Ok(all)
}

fn run(mix: &Path, output: &Path, preset: &Preset, target: Target) -> Result<MasterResult, Box<dyn Error>> {
    let mut options = MasterOptions {
        target: Some(target),
        chain: Some(read_chain(format!("preset:{}", preset.name))?),
        ..MasterOptions::default()
    };
    options.config.families = vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo];
    Ok(master(mix, output, &options)?)
}

fn goal(target: &Target) -> String {
    format!("{:.0} LUFS under {:.0} dBTP", target.integrated_lufs, target.ceiling_dbtp)
}

fn head() -> &'static str {
    "| | LUFS | LRA | PLR | TP | tilt | S/M | crest |\n|---|---:|---:|---:|---:|---:|---:|---:|\n"
}

fn row(name: &str, analysis: &Analysis, feasible: bool) -> String {
    let measured = &analysis.measurements;
    let loudness = measured.loudness.as_ref();
    let values = [
        loudness.and_then(|l| l.integrated_lufs),
        loudness.and_then(|l| l.range_lu),
        loudness.and_then(|l| l.plr_db),
        loudness.and_then(|l| l.true_peak_dbtp),
        measured.spectrum.as_ref().and_then(|s| s.tilt_db_per_octave),
        measured.stereo.as_ref().and_then(|s| s.side_to_mid_db),
        measured.dynamics.as_ref().and_then(|d| d.crest_db),
    ];
    let cells = values.map(|value| value.map_or("–".to_owned(), |value| format!("{value:.1}")));
    let mark = if feasible { "" } else { "*" };
    format!("| {name} | {}{mark} | {} |\n", cells[0], cells[1..].join(" | "))
}
