//! Options of `balanced album`.

use std::path::PathBuf;

use balanced::{AlbumMode, Coherence};
use clap::Args;

use crate::args::{Bits, Container, DamageArgs, LevelArgs};
use crate::limits::LimitArgs;

#[derive(Args)]
pub struct AlbumArgs {
    /// Folder of tracks (by track number, else by name), album file (.toml, .json; `balanced schema album`), or list of files (.m3u, .txt)
    #[arg(value_name = "DIR|LIST")]
    pub input: PathBuf,
    /// Folder to make, with the tracks, album.cue and album.json
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    #[command(flatten)]
    pub level: LevelArgs,
    /// Loudness that the target counts for: loudest-track (AES TD1008), album, or per-track
    #[arg(long, value_name = "MODE", value_parser = album_mode)]
    pub loudness: Option<AlbumMode>,
    /// Comparison of the tracks in tone and width: report, or move outliers towards the median or the anchor
    #[arg(long, value_name = "report|median|anchor", value_parser = coherence)]
    pub coherence: Option<Coherence>,
    /// Number of the anchor track, counted from 1
    #[arg(long, value_name = "N")]
    pub anchor: Option<usize>,
    /// Silence between the tracks that name none, in seconds
    #[arg(long, value_name = "S", conflicts_with = "crossfade")]
    pub gap: Option<f64>,
    /// Crossfade between the tracks that name none, in seconds
    #[arg(long, value_name = "S")]
    pub crossfade: Option<f64>,
    /// Write all tracks into one file, with a cue sheet that tells them apart
    #[arg(long)]
    pub single: bool,
    /// Make what a compact disc takes: 44.1 kHz, 16 bits, stereo, borders on 1/75 s; with --single a table of contents for cdrdao too
    #[arg(long)]
    pub cd: bool,
    /// Title of the album
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Artist of the album
    #[arg(long, value_name = "TEXT")]
    pub artist: Option<String>,
    /// UPC (12 digits) or EAN (13 digits) of the release
    #[arg(long, value_name = "DIGITS")]
    pub upc: Option<String>,
    /// Date of the release: a year, or a day such as 2026-11-30
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Front cover, a JPEG or PNG picture of at most 16 MiB
    #[arg(long, value_name = "FILE")]
    pub cover: Option<PathBuf>,
    /// Leave ReplayGain and Sound Check values out of the files
    #[arg(long)]
    pub no_gain_tags: bool,
    /// File format of the tracks
    #[arg(long, value_enum, default_value = "wav")]
    pub format: Container,
    /// Sample format: 16, 24 or 32 bits, or 32f or 64f for floating point
    #[arg(long, value_enum, default_value = "24")]
    pub bits: Bits,
    /// Sample rate of the album; by default that of the tracks, the highest where they differ
    #[arg(long, value_name = "HZ", conflicts_with = "cd")]
    pub sample_rate: Option<u32>,
    /// Let the tracks' chains load CLAP plugins, which are native code: those in the plugin folders, or only the ones named
    #[arg(long, value_name = "NAME|PATH", num_args = 0..=1, require_equals = true)]
    pub allow_plugins: Option<Vec<String>>,
    /// Write an HTML report of the album
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for temporary files, which need up to 16 bytes per sample; by default that around the output
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

fn album_mode(word: &str) -> Result<AlbumMode, String> {
    named(word, &AlbumMode::ALL)
}

fn coherence(word: &str) -> Result<Coherence, String> {
    named(word, &Coherence::ALL)
}

/// Returns the value of a name, or the names that there are.
fn named<T: Copy>(word: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("give one of {}", names.join(", "))
    })
}
