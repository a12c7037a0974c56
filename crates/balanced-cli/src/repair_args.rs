//! Arguments of `balanced repair`.

use std::path::PathBuf;

use balanced::repair::{RepairBits, RepairRate};
use clap::{Args, ValueEnum};

use crate::args::{Bits, Container, DamageArgs, LayoutArgs};
use crate::limits::LimitArgs;
use crate::vault_args::VaultArgs;

#[derive(Args)]
pub struct RepairArgs {
    /// Audio file, - for standard input, or vault:PROJECT/FILE
    pub input: PathBuf,
    /// File to write, or a new folder with --split-at-silence; without it nothing is written, and what could be repaired is
    /// listed
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Remove the silence before and after the audio, or around every piece
    #[arg(long)]
    pub trim_silence: bool,
    /// Cut the audio into one file for each piece between silences; without --trim-silence the files together hold every sample
    #[arg(long)]
    pub split_at_silence: bool,
    /// Level under which audio is silence, -120 to -20 dBFS
    #[arg(long, value_name = "DBFS", default_value_t = -60.0, allow_negative_numbers = true)]
    pub silence: f64,
    /// Shortest silence at which pieces are parted, in seconds
    #[arg(long, value_name = "S", default_value_t = 2.0)]
    pub gap: f64,
    /// Shortest piece, in seconds; what is shorter stays with the nearer neighbour
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    pub shortest: f64,
    /// Silence that is kept in front of the audio, in seconds
    #[arg(long, value_name = "S", default_value_t = 0.1)]
    pub lead: f64,
    /// Silence that is kept after the audio, in seconds
    #[arg(long, value_name = "S", default_value_t = 0.5)]
    pub tail: f64,
    /// Sample rate in Hz, or `original`: the rate that the file was converted from, if its spectrum shows one
    #[arg(long, value_name = "HZ", value_parser = rate)]
    pub sample_rate: Option<RepairRate>,
    /// Bit depth: 16, 24, 32, 32f, 64f, or `effective`: the least that holds every bit that carries sound
    #[arg(long, value_parser = bits)]
    pub bits: Option<RepairBits>,
    /// Write one channel if both carry the same or only one sounds; an error if the channels differ
    #[arg(long)]
    pub mono: bool,
    /// Name of the pieces after their number; by default the title of the recording, or the name of its file
    #[arg(long, value_name = "TEXT", requires = "split_at_silence")]
    pub name: Option<String>,
    /// File format; by default that of the suffix, and WAV in a folder
    #[arg(long, value_enum)]
    pub format: Option<Container>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for the temporary copy of standard input; by default that of the output
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub vault: VaultArgs,
}

fn rate(word: &str) -> Result<RepairRate, String> {
    match (word, word.parse::<u32>()) {
        ("original", _) => Ok(RepairRate::Original),
        (_, Ok(rate_hz)) if (1000..=768_000).contains(&rate_hz) => Ok(RepairRate::Hz(f64::from(rate_hz))),
        _ => Err(format!("\"{word}\" is no sample rate; give 1000 to 768000 Hz, or original")),
    }
}

fn bits(word: &str) -> Result<RepairBits, String> {
    if word == "effective" {
        return Ok(RepairBits::Effective);
    }
    let named = Bits::from_str(word, false);
    let format = named.map_err(|_| format!("\"{word}\" is no bit depth; give 16, 24, 32, 32f, 64f or effective"))?;
    Ok(RepairBits::Format(format.sample_format()))
}
