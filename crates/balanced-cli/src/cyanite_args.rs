//! Definition of `balanced cyanite`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{DamageArgs, LayoutArgs};
use crate::limits::LimitArgs;

#[derive(Args)]
pub struct CyaniteCommand {
    #[command(subcommand)]
    pub command: CyaniteVerb,
    #[command(flatten)]
    pub at: CyaniteArgs,
    /// Print JSON, one object per line
    #[arg(long, global = true)]
    pub json: bool,
}

/// How Cyanite is reached.
#[derive(Args)]
pub struct CyaniteArgs {
    /// API: graphql (token in CYANITE_TOKEN) or rest-v1 (key in CYANITE_API_KEY)
    #[arg(long, global = true, value_name = "NAME", default_value = "graphql")]
    pub api: String,
    /// Command whose output is the token, such as that of a keyring, instead of the environment
    #[arg(long, global = true, value_name = "COMMAND")]
    pub token_command: Option<String>,
    /// Base address instead of Cyanite's; by default that in CYANITE_URL
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// Certificates to trust instead of the usual ones
    #[arg(long, global = true, value_name = "FILE.pem")]
    pub ca: Option<PathBuf>,
    /// Host to which uploads may go, besides those under amazonaws.com; may be repeated
    #[arg(long, global = true, value_name = "HOST")]
    pub upload_host: Vec<String>,
    /// Folder that keeps what was sent, so that nothing is sent twice; by default that in BALANCED_CYANITE_JOURNAL
    #[arg(long, global = true, value_name = "DIR")]
    pub journal: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum CyaniteVerb {
    /// Send tracks for analysis, as MP3 without metadata; needs --consent
    Send(Box<SendArgs>),
    /// Tell how far the analyses of tracks are
    Status(TracksArgs),
    /// Print the results of tracks as JSON, one object per line
    Fetch(TracksArgs),
    /// Search the library by a text, which is sent to Cyanite, or by a track that sounds alike
    Search(SearchArgs),
    /// Delete tracks at Cyanite and print a receipt
    Delete(DeleteArgs),
}

#[derive(Args)]
pub struct SendArgs {
    /// Audio files
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// Print what would be sent, byte by byte, and send nothing
    #[arg(long, conflicts_with = "consent")]
    pub dry_run: bool,
    /// Consent to send what is printed; with a digest that --dry-run printed, only to that
    #[arg(long, value_name = "DIGEST", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub consent: Option<String>,
    /// Title to send (one input only); by default an opaque one
    #[arg(long)]
    pub title: Option<String>,
    /// External id to send (one input only); by default one that follows from the file and tells nothing
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// Most representative moment, around which a track longer than 15 minutes is cut; by default where it is loudest
    #[arg(long, value_name = "S")]
    pub around: Option<f64>,
    /// Send a track again of which the REST API never said whether it arrived; it may then be there twice
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub layout: LayoutArgs,
    #[command(flatten)]
    pub damage: DamageArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Args)]
pub struct TracksArgs {
    /// Ids of tracks, as `send` prints them
    #[arg(required = true)]
    pub tracks: Vec<String>,
    /// Wait for the results, at most so many seconds
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub wait: u32,
}

#[derive(Args)]
pub struct SearchArgs {
    /// What to search for
    #[arg(required_unless_present_any = ["like", "keyword"])]
    pub text: Option<String>,
    /// Track to which the others are to be similar; with rest-v1 up to ten
    #[arg(long, value_name = "TRACK", conflicts_with = "text")]
    pub like: Vec<String>,
    /// Keyword and its weight (graphql); may be repeated
    #[arg(long, value_name = "WORD=WEIGHT", conflicts_with_all = ["text", "like"])]
    pub keyword: Vec<String>,
    /// Where to search (graphql): library, spotify or crate:ID
    #[arg(long, value_name = "PLACE", default_value = "library")]
    pub target: String,
    /// Most tracks, 1 to 50
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u32,
    /// Cursor of the page, as the last one printed it (rest-v1)
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
}

#[derive(Args)]
pub struct DeleteArgs {
    /// Ids of tracks
    #[arg(required_unless_present_any = ["sha256", "external_id"])]
    pub tracks: Vec<String>,
    /// Delete the tracks whose uploaded MP3 has this SHA-256
    #[arg(long, value_name = "HEX", conflicts_with = "tracks")]
    pub sha256: Option<String>,
    /// Delete the tracks of this external id
    #[arg(long, value_name = "ID", conflicts_with_all = ["tracks", "sha256"])]
    pub external_id: Option<String>,
}
