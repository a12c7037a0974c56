//! The command line, as users type it.

use std::path::PathBuf;

use balanced::{ChannelLayout, Family, TagConfig};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measure, diagnose and master audio files.
#[derive(Parser)]
#[command(name = "balanced", version, about, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 a check failed, 2 usage, 3 an input could not be read (the others are still processed)."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Measure loudness, dynamics, spectrum, stereo image and faults of audio files
    Analyze(AnalyzeArgs),
    /// Master a file to a loudness target under a true-peak ceiling, and verify what was written
    Master(MasterArgs),
    /// Check files against the rules of a profile; exit code 1 if one breaks them
    Check(CheckArgs),
    /// Say what a file needs to reach a target, with reasons, and write the chain that does it
    Recommend(RecommendArgs),
    /// Print a built-in table to edit and give back: `platforms`, or a profile of `check` by its name
    Show(ShowArgs),
    /// Print the JSON Schema of a result or of chain files, or the built-in chains
    Schema(SchemaArgs),
    /// Analyse and master the built-in demo track
    Demo(DemoArgs),
}

#[derive(Args)]
pub struct AnalyzeArgs {
    /// Audio files, or folders whose audio files are meant
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Print JSON, one object a line
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV, one row a file
    #[arg(long)]
    pub csv: bool,
    /// Print JAMS, one object a line
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub jams: bool,
    /// Measure only these families: loudness, dynamics, spectrum, stereo, defects, tempo, key, tags
    #[arg(long, value_delimiter = ',', value_name = "FAMILY,…")]
    pub only: Vec<Family>,
    /// Patches of three seconds that the networks behind the tags hear at most, 1 to 64
    #[arg(long, value_name = "N", default_value_t = TagConfig::DEFAULT_PATCHES, value_parser = patches)]
    pub tag_patches: usize,
    /// Put the network's embedding (200 numbers, for similarity) into the tags
    #[arg(long)]
    pub embedding: bool,
    /// Write a report of the (single) input
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Files analysed at the same time; 0 means one for every core
    #[arg(short, long, default_value_t = 0)]
    pub jobs: usize,
    #[command(flatten)]
    pub layout: LayoutArgs,
    /// What services do to the level, as a TOML file over the built-in table (`balanced show platforms`)
    #[arg(long, value_name = "FILE.toml")]
    pub platforms: Option<PathBuf>,
}

#[derive(Args)]
pub struct MasterArgs {
    /// The mix
    pub input: PathBuf,
    /// The master to write; the suffix says the format (.wav, .aiff, .flac) unless --format does
    #[arg(short, long)]
    pub output: PathBuf,
    #[command(flatten)]
    pub target: TargetArgs,
    /// Chain to render instead of the recommended one: a file (TOML or JSON), or preset:NAME
    #[arg(long, value_name = "FILE")]
    pub chain: Option<PathBuf>,
    /// Built-in chain to render, as --chain preset:NAME; `balanced schema presets` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "chain")]
    pub preset: Option<String>,
    /// A finished track whose tonal balance and loudness to approach
    #[arg(long, value_name = "FILE", conflicts_with_all = ["chain", "preset"])]
    pub reference: Option<PathBuf>,
    /// File format
    #[arg(long, value_enum)]
    pub format: Option<Container>,
    /// Sample format: 16, 24 or 32 bits, or 32f, 64f for floating point
    #[arg(long, value_enum, default_value = "24")]
    pub bits: Bits,
    /// Sample rate of the master; the input's unless given
    #[arg(long, value_name = "HZ")]
    pub sample_rate: Option<u32>,
    #[command(flatten)]
    pub layout: LayoutArgs,
    /// What services do to the level, as a TOML file over the built-in table (`balanced show platforms`)
    #[arg(long, value_name = "FILE.toml")]
    pub platforms: Option<PathBuf>,
    /// Begin at this second of the input
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub start: f64,
    /// End at this second of the input
    #[arg(long, value_name = "S")]
    pub end: Option<f64>,
    /// Fade in over so many seconds
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub fade_in: f64,
    /// Fade out over so many seconds
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub fade_out: f64,
    /// Write a before/after report
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Audio files, or folders whose audio files are meant
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Rules: streaming, apple-digital-masters, broadcast-r128 (-s1, -s2), vinyl-premaster, upload, or a .toml file of your own
    #[arg(long, value_name = "NAME|FILE", default_value = "streaming")]
    pub profile: String,
    /// Print JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Files checked at the same time; 0 means one for every core
    #[arg(short, long, default_value_t = 0)]
    pub jobs: usize,
    #[command(flatten)]
    pub layout: LayoutArgs,
}

#[derive(Args)]
pub struct RecommendArgs {
    /// The mix
    pub input: PathBuf,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub layout: LayoutArgs,
    /// Write the chain here (.toml or .json)
    #[arg(short, long, value_name = "chain.toml")]
    pub output: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct LayoutArgs {
    /// Loudspeaker of each channel, where a file does not say or says wrong: a name (mono, stereo, 5.1, 7.1, 5.1.4 …) or
    /// positions in channel order (L,R,C,LFE,Ls,Rs or M+030,M-030,U+045 …)
    #[arg(long, value_parser = parse_layout)]
    pub layout: Option<ChannelLayout>,
}

#[derive(Args)]
pub struct TargetArgs {
    /// Named target; `balanced master --target help` lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["lufs", "ceiling"])]
    pub target: Option<String>,
    /// Integrated loudness to reach
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true)]
    pub lufs: Option<f64>,
    /// Highest true peak allowed
    #[arg(long, value_name = "DBTP", allow_negative_numbers = true)]
    pub ceiling: Option<f64>,
}

#[derive(Args)]
pub struct ShowArgs {
    /// `platforms` for --platforms, or a profile's name for --profile
    pub what: String,
}

#[derive(Args)]
pub struct SchemaArgs {
    /// Which schema; `presets` lists the built-in chains
    #[arg(value_enum, default_value = "analysis")]
    pub kind: Schema,
    /// With `presets`: print the chain file of this one
    #[arg(value_name = "PRESET")]
    pub preset: Option<String>,
}

#[derive(Args)]
pub struct DemoArgs {
    /// Folder to write into
    #[arg(short, long, default_value = "demo-out")]
    pub output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Container {
    Wav,
    Aiff,
    Flac,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Bits {
    #[value(name = "16")]
    I16,
    #[value(name = "24")]
    I24,
    #[value(name = "32")]
    I32,
    #[value(name = "32f")]
    F32,
    #[value(name = "64f")]
    F64,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Schema {
    Analysis,
    Chain,
    Recommendation,
    Master,
    Check,
    Profile,
    Config,
    Info,
    Presets,
}

fn patches(word: &str) -> Result<usize, String> {
    let number = word.parse().map_err(|_| format!("\"{word}\" is not a whole number"))?;
    if (1..=64).contains(&number) { Ok(number) } else { Err(format!("{number} is not from 1 to 64")) }
}

fn parse_layout(text: &str) -> Result<ChannelLayout, String> {
    ChannelLayout::parse(text)
}
