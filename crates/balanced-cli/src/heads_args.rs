//! Definition of `balanced heads`.

use std::path::PathBuf;

use balanced::TagConfig;
use clap::{Args, Subcommand};

use crate::args::{DamageArgs, LayoutArgs};
use crate::limits::LimitArgs;

#[derive(Args)]
pub struct HeadsCommand {
    #[command(subcommand)]
    pub command: HeadsVerb,
}

#[derive(Subcommand)]
pub enum HeadsVerb {
    /// Measure labelled tracks, train a head on them, and print how well it does on tracks that were held out
    Train(Box<HeadsTrainArgs>),
}

#[derive(Args)]
pub struct HeadsTrainArgs {
    /// Folder with a folder for each label (folders in those are groups: artists, albums), or a CSV file with the columns
    /// path, label (more than one, or empty, for tracks with any number of labels) and possibly group
    #[arg(value_name = "FOLDER|LABELS.csv")]
    pub labels: PathBuf,
    /// File to write
    #[arg(short, long, value_name = "head.json")]
    pub output: PathBuf,
    /// Name under which the labels stand in results; by default that of the output, without its suffix
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Day of the training, such as 2026-11-30, to stand in the file; none by default, so that equal tracks give equal files
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Rows of `balanced analyze --embedding --json`; tracks in them are not measured again
    #[arg(long, value_name = "FILE.jsonl")]
    pub analyses: Option<PathBuf>,
    /// Largest number of three-second patches that the tagging network processes, 1 to 64; `analyze` should have the same
    #[arg(long, value_name = "N", default_value_t = TagConfig::DEFAULT_PATCHES, value_parser = patches)]
    pub tag_patches: usize,
    /// Number of files measured at the same time; 0 means one per core
    #[arg(short, long, default_value_t = 0)]
    pub jobs: usize,
    /// Print the facts of the training and its report as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Parses the number of patches that the tagging network processes.
pub(crate) fn patches(word: &str) -> Result<usize, String> {
    let number = word.parse().map_err(|_| format!("\"{word}\" is not a whole number"))?;
    if (1..=64).contains(&number) { Ok(number) } else { Err(format!("{number} is out of range; give 1 to 64")) }
}
