//! JSON Schemas of all results and files.

use schemars::schema_for;

use crate::compare::{Fingerprint, TrackComparison};
use crate::deliver::{DeliveryManifest, Reproduction};
use crate::merge::Merged;
use crate::roster::{EngineerMatches, Roster, Wishes};
use crate::{
    AlbumAnalysis, AlbumResult, AlbumSpec, Analysis, AnalysisConfig, AudioInfo, ChainSpec, CheckResult, MasterResult,
    PreviewResult, Profile, Recommendation, RepairResult, TagHead,
};

/// Results and files that have a JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaKind {
    /// The result of `analyze`.
    Analysis,
    /// A chain file.
    Chain,
    /// The result of `recommend`.
    Recommendation,
    /// The result of `master`.
    Master,
    /// The result of `check`.
    Check,
    /// A profile file.
    Profile,
    /// The configuration of `analyze`.
    Config,
    /// The result of `probe`.
    Info,
    /// The result of `merge`.
    Merged,
    /// A roster file.
    Roster,
    /// A file of wishes.
    Wishes,
    /// The result of `match`.
    Matches,
    /// The result of `preview`.
    Preview,
    /// The manifest of `deliver`, and of `master --manifest`.
    Manifest,
    /// The result of `reproduce`.
    Reproduction,
    /// An album file.
    Album,
    /// The result of `analyze --album`.
    AlbumAnalysis,
    /// The result of `album`.
    AlbumResult,
    /// The result of `compare`.
    Comparison,
    /// A fingerprint.
    Fingerprint,
    /// The result of `repair`.
    Repair,
    /// A head file.
    Head,
}

impl SchemaKind {
    /// All kinds, each with the name that users type.
    pub const ALL: [(&'static str, Self); 22] = [
        ("analysis", Self::Analysis),
        ("chain", Self::Chain),
        ("recommendation", Self::Recommendation),
        ("master", Self::Master),
        ("check", Self::Check),
        ("profile", Self::Profile),
        ("config", Self::Config),
        ("info", Self::Info),
        ("merged", Self::Merged),
        ("roster", Self::Roster),
        ("wishes", Self::Wishes),
        ("matches", Self::Matches),
        ("preview", Self::Preview),
        ("manifest", Self::Manifest),
        ("reproduction", Self::Reproduction),
        ("album", Self::Album),
        ("album-analysis", Self::AlbumAnalysis),
        ("album-result", Self::AlbumResult),
        ("comparison", Self::Comparison),
        ("fingerprint", Self::Fingerprint),
        ("repair", Self::Repair),
        ("head", Self::Head),
    ];
}

/// Returns the JSON Schema (draft 2020-12) of `kind`.
#[must_use]
pub fn schema(kind: SchemaKind) -> serde_json::Value {
    match kind {
        SchemaKind::Analysis => schema_for!(Analysis),
        SchemaKind::Chain => schema_for!(ChainSpec),
        SchemaKind::Recommendation => schema_for!(Recommendation),
        SchemaKind::Master => schema_for!(MasterResult),
        SchemaKind::Check => schema_for!(CheckResult),
        SchemaKind::Profile => schema_for!(Profile),
        SchemaKind::Info => schema_for!(AudioInfo),
        SchemaKind::Config => schema_for!(AnalysisConfig),
        SchemaKind::Merged => schema_for!(Merged),
        SchemaKind::Roster => schema_for!(Roster),
        SchemaKind::Wishes => schema_for!(Wishes),
        SchemaKind::Matches => schema_for!(EngineerMatches),
        SchemaKind::Preview => schema_for!(PreviewResult),
        SchemaKind::Manifest => schema_for!(DeliveryManifest),
        SchemaKind::Reproduction => schema_for!(Reproduction),
        SchemaKind::Album => schema_for!(AlbumSpec),
        SchemaKind::AlbumAnalysis => schema_for!(AlbumAnalysis),
        SchemaKind::AlbumResult => schema_for!(AlbumResult),
        SchemaKind::Comparison => schema_for!(TrackComparison),
        SchemaKind::Fingerprint => schema_for!(Fingerprint),
        SchemaKind::Repair => schema_for!(RepairResult),
        SchemaKind::Head => schema_for!(TagHead),
    }
    .into()
}
