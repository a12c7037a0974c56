//! Arguments of `balanced compare` and `balanced fingerprint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::{DamageArgs, intensity};
use crate::limits::LimitArgs;
use crate::report_args::PageArgs;
use crate::vault_args::VaultArgs;

#[derive(Args)]
pub struct CompareArgs {
    /// Recording A, such as the mix: an audio file, - for standard input, or vault:PROJECT/FILE
    pub a: PathBuf,
    /// Recording B, such as the master: an audio file, - for standard input, or vault:PROJECT/FILE
    pub b: PathBuf,
    /// Print the result as JSON (`balanced schema comparison`)
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub page: PageArgs,
    /// Exit with code 1 unless B is what is expected: the same audio, or made from A
    #[arg(long, value_enum)]
    pub expect: Option<Expected>,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub vault: VaultArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Expected {
    Same,
    MadeFrom,
}

#[derive(Args)]
pub struct FingerprintArgs {
    /// Audio files, folders that are searched for audio files, - for standard input, or vault:PROJECT/FILE
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Print JSON, one object per line
    #[arg(long)]
    pub json: bool,
    /// Print the pairs of files that hold one recording instead
    #[arg(long)]
    pub duplicates: bool,
    /// Least similarity of such a pair, 0 to 1
    #[arg(long, value_name = "0-1", default_value_t = balanced::compare::DUPLICATE_SIMILARITY, value_parser = intensity)]
    pub similarity: f64,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub vault: VaultArgs,
}
