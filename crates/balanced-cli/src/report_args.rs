//! Arguments of reports.

use std::path::PathBuf;

use clap::Args;

use crate::args::DamageArgs;
use crate::limits::LimitArgs;

#[derive(Args)]
pub struct PageArgs {
    /// Write an HTML report with charts: of one input, of before and after, or of B with the comparison
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Put the audio into the report too, to listen to, equally loud: as Opus at 96 kbit/s unless another codec or flac is named
    #[arg(long, value_name = "CODEC", num_args = 0..=1, require_equals = true, default_missing_value = "opus96", requires = "report")]
    pub with_audio: Option<String>,
}

#[derive(Args)]
pub struct ReportArgs {
    /// JSON that `analyze`, `master` or `album` printed for one result, or - for standard input
    pub result: PathBuf,
    /// File to write
    #[arg(short, long, value_name = "FILE.html")]
    pub output: PathBuf,
    /// Put the audio into the report too, to listen to, equally loud: as Opus at 96 kbit/s unless another codec or flac is named
    #[arg(long, value_name = "CODEC", num_args = 0..=1, require_equals = true, default_missing_value = "opus96")]
    pub with_audio: Option<String>,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}
