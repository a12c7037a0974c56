//! Definition of the command line.

use std::path::PathBuf;

use balanced::{ChannelLayout, Family, FileFormat, MetadataEdit, SampleFormat, TagConfig};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::album_args::AlbumArgs;
use crate::compare_args::{CompareArgs, FingerprintArgs};
#[cfg(feature = "cyanite")]
use crate::cyanite_args::CyaniteCommand;
use crate::heads_args::{HeadsCommand, patches};
use crate::limits::LimitArgs;
use crate::repair_args::RepairArgs;
use crate::report_args::{PageArgs, ReportArgs};
use crate::vault_args::{VaultArgs, VaultCommand};

/// Measure, check and master audio files
#[derive(Parser)]
#[command(name = "balanced", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 a check failed, 2 wrong usage, 3 an input could not be read or an output not written (other inputs are still processed)."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Measure loudness, dynamics, spectrum, stereo image, tempo, key, tags and defects of audio files
    Analyze(AnalyzeArgs),
    /// Master a file to a loudness target under a true-peak ceiling, and verify the written file
    Master(Box<MasterArgs>),
    /// Write what a lossy codec makes of a file, to hear it, and print what it changed
    Preview(PreviewArgs),
    /// Master the tracks of a folder or a list as one album: order, gaps, crossfades, one level, one ceiling, cue sheet
    Album(Box<AlbumArgs>),
    /// Find what a delivery would refuse (silence at the ends, padded bits, a raised rate, two equal channels), and mend what is asked for
    Repair(RepairArgs),
    /// Check files against the rules of a profile; exit code 1 if a file fails
    Check(CheckArgs),
    /// Convert a master for the places it goes to, with a manifest that makes the same bytes again
    Deliver(Box<DeliverArgs>),
    /// Render the files of a manifest again and compare the bytes; exit code 1 if they differ
    Reproduce(ReproduceArgs),
    /// List findings about a mix and recommend a chain for a target, with reasons
    Recommend(RecommendArgs),
    /// Compare two recordings: is B made from A, what is left after A is taken away, what was cut, moved or replaced
    Compare(CompareArgs),
    /// Write the HTML report of a result that was saved as JSON
    Report(ReportArgs),
    /// Print acoustic fingerprints as AcoustID takes them, or the files that hold one recording
    Fingerprint(FingerprintArgs),
    /// Put Cyanite's results beside a local analysis, and show where the two disagree
    Merge(MergeArgs),
    /// Rank the mastering engineers of a roster for a track, with reasons; exit code 1 if nobody meets the conditions
    Match(Box<EngineersArgs>),
    /// Train a head of your own on labelled tracks, for `analyze --tag-head`
    Heads(Box<HeadsCommand>),
    /// Print a built-in table: the targets, the platforms, or a profile of `check`
    Show(ShowArgs),
    /// Print the JSON Schema of a result or file, or the built-in chains
    Schema(SchemaArgs),
    /// Keep audio encrypted, readable by assigned keys only, and gone on its day
    Vault(Box<VaultCommand>),
    /// Send tracks to Cyanite with consent, fetch its results, search, delete
    #[cfg(feature = "cyanite")]
    Cyanite(Box<CyaniteCommand>),
    /// Analyse and master the built-in demo track
    Demo(DemoArgs),
}

#[derive(Args)]
pub struct AnalyzeArgs {
    /// Audio files, folders that are searched for audio files, - for standard input, or vault:PROJECT/FILE
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Print JSON, one object per line
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV, one row per file
    #[arg(long)]
    pub csv: bool,
    /// Take the inputs as the tracks of one album, in their order, and tell its loudness, range and true peak too
    #[arg(long, conflicts_with_all = ["csv", "jams", "report", "unordered"])]
    pub album: bool,
    /// Print JAMS (annotations for music research), one object per line
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub jams: bool,
    /// Measure only these families: loudness, dynamics, spectrum, stereo, defects, tempo, key, tags
    #[arg(long, value_delimiter = ',', value_name = "FAMILY,…")]
    pub only: Vec<Family>,
    /// Largest number of three-second patches that the tagging networks process, 1 to 64
    #[arg(long, value_name = "N", default_value_t = TagConfig::DEFAULT_PATCHES, value_parser = patches)]
    pub tag_patches: usize,
    /// Add the tagging network's embedding (200 numbers, for similarity search) to the tags
    #[arg(long)]
    pub embedding: bool,
    /// Head of your own that reads the tracks too (of `balanced heads train`); may be repeated
    #[arg(long, value_name = "FILE.json")]
    pub tag_head: Vec<PathBuf>,
    #[command(flatten)]
    pub page: PageArgs,
    /// Number of files analysed at the same time; 0 means one per core
    #[arg(short, long, default_value_t = 0)]
    pub jobs: usize,
    /// Print each result as soon as it is finished, not in the order of the inputs
    #[arg(long)]
    pub unordered: bool,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    /// TOML file of platform rules that replaces or extends the built-in table (`balanced show platforms`)
    #[arg(long, value_name = "FILE.toml")]
    pub platforms: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub vault: VaultArgs,
}

#[derive(Args)]
pub struct MasterArgs {
    /// Audio file to master, - for standard input, or vault:PROJECT/FILE
    pub input: PathBuf,
    /// File to write, or vault:PROJECT to encrypt the master into a project; its suffix (.wav, .aiff, .flac) selects the format unless --format is given. With -, the master
    /// goes to standard output, as WAV unless --format is given, and its measurements to standard error
    #[arg(short, long)]
    pub output: PathBuf,
    #[command(flatten)]
    pub target: TargetArgs,
    /// Chain to render instead of the recommended one: a TOML or JSON file, or preset:NAME
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reference", "like"])]
    pub chain: Option<PathBuf>,
    /// Built-in chain to render instead of the recommended one; `balanced schema presets` lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["chain", "reference", "like"])]
    pub preset: Option<String>,
    /// Let the chain load CLAP plugins, which are native code: those in the plugin folders, or only the ones named (a file
    /// name or id; a folder or file with a path separator, such as ./plugins); may be repeated
    #[arg(long, value_name = "NAME|PATH", num_args = 0..=1, require_equals = true)]
    pub allow_plugins: Option<Vec<String>>,
    #[command(flatten)]
    pub matching: MatchArgs,
    /// Lossy codecs to try on the written master (aac128, mp3-320, opus96, vorbis-q5 …; `target` for those of the target's
    /// listeners); while one clips, the ceiling is lowered by up to 1 dB, three times at most
    #[arg(long, value_delimiter = ',', value_name = "CODEC,…")]
    pub codecs: Vec<String>,
    /// Exit with 1 unless every one of --codecs could be tried and none clips
    #[arg(long, requires = "codecs")]
    pub require_codecs: bool,
    /// File format of the master
    #[arg(long, value_enum)]
    pub format: Option<Container>,
    /// Sample format: 16, 24 or 32 bits, or 32f or 64f for floating point
    #[arg(long, value_enum, default_value = "24")]
    pub bits: Bits,
    /// Sample rate of the master; by default that of the input
    #[arg(long, value_name = "HZ")]
    pub sample_rate: Option<u32>,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    /// TOML file of platform rules that replaces or extends the built-in table (`balanced show platforms`)
    #[arg(long, value_name = "FILE.toml")]
    pub platforms: Option<PathBuf>,
    /// Start of the master, in seconds of the input
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub start: f64,
    /// End of the master, in seconds of the input; by default its end
    #[arg(long, value_name = "S")]
    pub end: Option<f64>,
    /// Length of the fade-in in seconds
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub fade_in: f64,
    /// Length of the fade-out in seconds
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub fade_out: f64,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    #[command(flatten)]
    pub page: PageArgs,
    /// Write a manifest from which `balanced reproduce` renders the same bytes again
    #[arg(long, value_name = "FILE.json")]
    pub manifest: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for temporary files, which need up to 8 bytes per sample; by default that of the output
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub vault: VaultArgs,
}

#[derive(Args)]
pub struct PreviewArgs {
    /// Audio file of one or two channels, or - for standard input
    pub input: PathBuf,
    /// Codec: aacNNN, mp3-NNN or opusNNN with the kilobits a second, or vorbis-qN
    #[arg(long, value_name = "CODEC")]
    pub codec: String,
    /// File to write with what was decoded (.wav and .aiff in 32-bit floats, .flac in 24 bits), at the codec's sample rate
    #[arg(short, long)]
    pub output: PathBuf,
    /// File to write with the difference: what was decoded less what was encoded, in the format of the output
    #[arg(long, value_name = "FILE")]
    pub difference: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for temporary files; by default that of the output
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct MetadataArgs {
    /// Leave the metadata of the mix out; the fields given here are written all the same
    #[arg(long)]
    strip_metadata: bool,
    /// Title of the track
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Artist of the track; may be repeated, the main one first
    #[arg(long, value_name = "TEXT")]
    artist: Vec<String>,
    /// Title of the album
    #[arg(long, value_name = "TEXT")]
    album: Option<String>,
    /// Artist of the album; may be repeated
    #[arg(long, value_name = "TEXT")]
    album_artist: Vec<String>,
    /// Number of the track, or number and total: 3 or 3/12
    #[arg(long, value_name = "N[/TOTAL]", value_parser = track)]
    track: Option<Track>,
    /// Date of the recording or release: a year, or a day such as 2026-11-30
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Genre; may be repeated
    #[arg(long, value_name = "TEXT")]
    genre: Vec<String>,
    /// ISRC of the recording, with or without hyphens
    #[arg(long, value_name = "CODE")]
    isrc: Option<String>,
    /// UPC (12 digits) or EAN (13 digits) of the release
    #[arg(long, value_name = "DIGITS")]
    upc: Option<String>,
    /// Comment; may be repeated
    #[arg(long, value_name = "TEXT")]
    comment: Vec<String>,
    /// Front cover, a JPEG or PNG picture of at most 16 MiB
    #[arg(long, value_name = "FILE")]
    pub cover: Option<PathBuf>,
}

impl MetadataArgs {
    /// Returns the metadata that the master is given.
    pub fn edit(&self) -> MetadataEdit {
        MetadataEdit {
            strip: self.strip_metadata,
            title: self.title.clone(),
            artists: self.artist.clone(),
            album: self.album.clone(),
            album_artists: self.album_artist.clone(),
            track_number: self.track.map(|track| track.number),
            track_total: self.track.and_then(|track| track.total),
            date: self.date.clone(),
            genres: self.genre.clone(),
            isrc: self.isrc.clone(),
            upc: self.upc.clone(),
            comments: self.comment.clone(),
            cover: self.cover.clone(),
        }
    }
}

/// Number of a track, with the number of tracks if it was given.
#[derive(Clone, Copy)]
pub struct Track {
    number: u32,
    total: Option<u32>,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Audio files, folders that are searched for audio files, or - for standard input
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Profile: streaming, apple-digital-masters, broadcast-r128, broadcast-r128-s1, broadcast-r128-s2,
    /// vinyl-premaster, upload, or the path of a .toml file
    #[arg(long, value_name = "NAME|FILE", default_value = "streaming")]
    pub profile: String,
    /// Print JSON, one object per line
    #[arg(long)]
    pub json: bool,
    /// Number of files checked at the same time; 0 means one per core
    #[arg(short, long, default_value_t = 0)]
    pub jobs: usize,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
}

#[derive(Args)]
pub struct DeliverArgs {
    /// Finished masters, or folders that are searched for audio files; with several, each gets a folder of its own in --output
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Deliveries: spotify, apple, bandcamp, cd, vinyl, broadcast, mp3, aac, or names of --deliveries; `balanced show deliveries` prints
    /// the table with its sources
    #[arg(long = "for", value_delimiter = ',', value_name = "NAME,…", required = true)]
    pub deliveries: Vec<String>,
    /// New folder to write; it appears complete or not at all
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// TOML file of deliveries that replaces or extends the built-in table (`balanced show deliveries`)
    #[arg(long = "deliveries", value_name = "FILE.toml")]
    pub rules: Option<PathBuf>,
    /// How the master was made: its manifest (`master --manifest`) or result (`master --json`); by default MASTER.manifest.json if it
    /// is there
    #[arg(long, value_name = "FILE.json")]
    pub made_by: Option<PathBuf>,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    /// Folder for temporary files; by default that of the output
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct ReproduceArgs {
    /// Manifests of `balanced deliver` or `balanced master --manifest`
    #[arg(required = true)]
    pub manifests: Vec<PathBuf>,
    /// File to render, if it is not where the manifest names it (one manifest only)
    #[arg(long, value_name = "FILE")]
    pub source: Option<PathBuf>,
    /// Let the chain load CLAP plugins, as for `master`
    #[arg(long, value_name = "NAME|PATH", num_args = 0..=1, require_equals = true)]
    pub allow_plugins: Option<Vec<String>>,
    /// Print the result as JSON, one object per line
    #[arg(long)]
    pub json: bool,
    /// Folder for temporary files; by default the system's
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct RecommendArgs {
    /// Audio file to advise on, or - for standard input
    pub input: PathBuf,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub matching: MatchArgs,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    /// Write the chain to this file (.toml or .json)
    #[arg(short, long, value_name = "chain.toml")]
    pub output: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct EngineersArgs {
    /// Audio file of the track, or - for standard input
    pub input: PathBuf,
    /// Engineers (`balanced schema roster`); their portfolios are summaries, or files of `balanced analyze --embedding --json`
    #[arg(long, value_name = "FILE.json")]
    pub roster: PathBuf,
    /// Wishes of the client: genres, budget, time, languages, sound, who is not wanted (`balanced schema wishes`)
    #[arg(long, value_name = "FILE.json")]
    pub wishes: Option<PathBuf>,
    /// Finished track whose loudness, dynamics, tone and width the master should have, where the wishes do not say them
    #[arg(long, value_name = "FILE")]
    pub reference: Option<PathBuf>,
    /// Number of engineers to propose, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub top: usize,
    /// Seed of the draws: equal seeds give equal lists
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Share of lists in which a newcomer gets the last place, 0 to 1
    #[arg(long, value_name = "0-1", default_value = "0.1", value_parser = intensity)]
    pub exploration: f64,
    /// Print the result as JSON, with explanations for the client and for the engineer
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct DamageArgs {
    /// Go on with a file that gives nothing, or under half of what its headers or its bytes promise; without this, such a
    /// file is an error
    #[arg(long)]
    pub accept_damaged: bool,
}

#[derive(Args)]
pub struct LayoutArgs {
    /// Loudspeaker of each channel, for files that declare none or a wrong one: a name (mono, stereo, 5.1, 7.1, 5.1.4
    /// …) or positions in channel order (L,R,C,LFE,Ls,Rs or M+030,M-030,U+045 …)
    #[arg(long, value_parser = parse_layout)]
    layout: Option<ChannelLayout>,
    /// Measure files of one channel as two loudspeakers play them, 3.01 LU louder, and bring masters to their target in that sense;
    /// files of more channels stay as they are
    #[arg(long, conflicts_with = "layout")]
    dual_mono: bool,
}

impl LayoutArgs {
    /// Returns the layout to use instead of the declared one.
    pub fn chosen(&self) -> Option<ChannelLayout> {
        if self.dual_mono { Some(ChannelLayout::dual_mono()) } else { self.layout.clone() }
    }
}

#[derive(Args)]
pub struct LevelArgs {
    /// Built-in target; `balanced show targets` lists them
    #[arg(long, value_name = "NAME", allow_negative_numbers = true, conflicts_with_all = ["lufs", "ceiling"])]
    pub target: Option<String>,
    /// Integrated loudness to reach, -40 to -3 LUFS
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true)]
    pub lufs: Option<f64>,
    /// Highest true peak allowed, -12 to 0 dBTP
    #[arg(long, value_name = "DBTP", allow_negative_numbers = true)]
    pub ceiling: Option<f64>,
    /// Most limiting of the loudest moments, 0 to 12 dB; the target has its own
    #[arg(long, value_name = "DB", value_parser = limiting)]
    pub max_limiting: Option<f64>,
}

#[derive(Args)]
pub struct TargetArgs {
    #[command(flatten)]
    pub level: LevelArgs,
    /// How far the recommended corrections go, 0 (level only) to 1
    #[arg(long, value_name = "0-1", default_value = "1", value_parser = intensity)]
    pub intensity: f64,
}

#[derive(Args)]
pub struct MatchArgs {
    /// Finished tracks (several stand for their mean) that the master is to resemble in tonal balance, width and dynamics, and in
    /// loudness unless --lufs or --target is given
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub reference: Vec<PathBuf>,
    /// Folder of finished tracks, such as an album: the balance is corrected where it is outside their spread, and the loudness is
    /// theirs unless --lufs or --target is given
    #[arg(long, value_name = "FOLDER", conflicts_with = "reference")]
    pub like: Option<PathBuf>,
    /// How far --reference or --like is followed in everything but loudness, 0 to 1
    #[arg(long, value_name = "0-1", default_value = "1", value_parser = intensity)]
    pub amount: f64,
    /// Most that one band of the equaliser raises or lowers to follow --reference, 0 to 12 dB
    #[arg(long, value_name = "DB", default_value = "6", value_parser = limiting)]
    pub match_limit: f64,
}

#[derive(Args)]
pub struct MergeArgs {
    /// Local analysis (`balanced analyze --json` of one file), or a merged document; - for standard input
    pub local: PathBuf,
    /// Results of Cyanite as JSON: GraphQL's answer to libraryTrack, REST's to /models, or either with where it comes from
    pub results: Vec<PathBuf>,
    /// File to write instead of printing: JSON unless --jams or --mead is given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the merged document as JSON
    #[arg(long)]
    pub json: bool,
    /// Print JAMS: the annotations of both, each with its curator and tool
    #[arg(long, conflicts_with = "json")]
    pub jams: bool,
    /// Print DDEX MEAD 1.1 (XML): the descriptions of the recording, each with who asserts it
    #[arg(long, conflicts_with_all = ["json", "jams"])]
    pub mead: bool,
    /// Id of the MEAD message, which its sender never used; without it there is no message header
    #[arg(long, value_name = "ID", requires_all = ["mead", "mead_sender", "mead_recipient", "mead_created"])]
    pub mead_id: Option<String>,
    /// DDEX party identifier of the MEAD message's sender, PADPIDA and letters and digits
    #[arg(long, value_name = "DPID", requires = "mead_id")]
    pub mead_sender: Option<String>,
    /// DDEX party identifier of a recipient; may be repeated
    #[arg(long, value_name = "DPID", requires = "mead_id")]
    pub mead_recipient: Vec<String>,
    /// When the MEAD message is made, such as 2026-11-30T10:00:00Z
    #[arg(long, value_name = "TIME", requires = "mead_id")]
    pub mead_created: Option<String>,
    /// Mark the MEAD message as a test
    #[arg(long, requires = "mead_id")]
    pub mead_test: bool,
    /// Write an HTML report with both opinions
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
}

#[derive(Args)]
pub struct ShowArgs {
    /// `targets` (for --target), `platforms` (for --platforms), `deliveries` (for --deliveries), or the name of a profile (for --profile)
    pub what: String,
}

#[derive(Args)]
pub struct SchemaArgs {
    /// Result or file; `presets` lists the built-in chains
    #[arg(value_enum, default_value = "analysis")]
    pub kind: Schema,
    /// With `presets`: name of the built-in chain to print
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

impl Container {
    /// Returns the file format.
    pub fn file_format(self) -> FileFormat {
        match self {
            Self::Wav => FileFormat::Wav,
            Self::Aiff => FileFormat::Aiff,
            Self::Flac => FileFormat::Flac,
        }
    }
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

impl Bits {
    /// Returns the sample format.
    pub fn sample_format(self) -> SampleFormat {
        match self {
            Self::I16 => SampleFormat::I16,
            Self::I24 => SampleFormat::I24,
            Self::I32 => SampleFormat::I32,
            Self::F32 => SampleFormat::F32,
            Self::F64 => SampleFormat::F64,
        }
    }
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
    Merged,
    Roster,
    Wishes,
    Matches,
    Preview,
    Manifest,
    Reproduction,
    Album,
    AlbumAnalysis,
    AlbumResult,
    Comparison,
    Fingerprint,
    Repair,
    Head,
    Presets,
}

pub(crate) fn intensity(word: &str) -> Result<f64, String> {
    between(word, 0.0, 1.0)
}

pub(crate) fn limiting(word: &str) -> Result<f64, String> {
    between(word, 0.0, 12.0)
}

fn between(word: &str, least: f64, most: f64) -> Result<f64, String> {
    let number: f64 = word.parse().map_err(|_| format!("\"{word}\" is not a number"))?;
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{number} is out of range; give {least} to {most}"))
    }
}

fn track(word: &str) -> Result<Track, String> {
    let whole = |word: &str| word.parse().map_err(|_| format!("\"{word}\" is not a whole number; give 3 or 3/12"));
    match word.split_once('/') {
        None => Ok(Track { number: whole(word)?, total: None }),
        Some((number, total)) => Ok(Track { number: whole(number)?, total: Some(whole(total)?) }),
    }
}

fn parse_layout(text: &str) -> Result<ChannelLayout, String> {
    ChannelLayout::parse(text)
}
