//! JSON Schemas of everything that is written or read.

use schemars::schema_for;

use crate::{Analysis, ChainSpec, MasterResult, Recommendation};

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    /// The result of `analyze`.
    Analysis,
    /// A chain file.
    Chain,
    /// The result of `recommend`.
    Recommendation,
    /// The result of `master`.
    Master,
}

impl SchemaKind {
    /// Every kind with the name users type.
    pub const ALL: [(&'static str, Self); 4] = [
        ("analysis", Self::Analysis),
        ("chain", Self::Chain),
        ("recommendation", Self::Recommendation),
        ("master", Self::Master),
    ];
}

/// The JSON Schema (draft 2020-12) of `kind`.
#[must_use]
pub fn schema(kind: SchemaKind) -> serde_json::Value {
    match kind {
        SchemaKind::Analysis => schema_for!(Analysis),
        SchemaKind::Chain => schema_for!(ChainSpec),
        SchemaKind::Recommendation => schema_for!(Recommendation),
        SchemaKind::Master => schema_for!(MasterResult),
    }
    .into()
}
