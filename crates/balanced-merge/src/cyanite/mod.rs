//! Cyanite's answers, typed: GraphQL (V6, V7) and REST v1.
//!
//! Every field may be missing or null, and nothing is an error: labels are text, unknown states, models and fields are
//! kept as they came, in `unread` of where they stood. Fields have this project's names and units.

mod envelope;
mod graphql;
mod models;
mod read;
mod rest;
mod result;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use envelope::{PROVIDER, ProviderResult, Reading};

pub use crate::NotAResult;
pub use graphql::{AnalysisState, LibraryTrack, VersionedAnalysis};
pub use models::{
    AiMusicDetection, AudioFileInfo, Confidence, Description, Instruments, Keywords, Labels, MusicalEra, NumberModel,
    NumberSegments, RepresentativeSegment, Taxonomy, TaxonomySegments, TempoWord, ValenceArousal, Vocals, Voiceover,
    WordModel, WordSegments,
};
pub use rest::ModelOutputs;
pub use result::{
    AnalysisResult, MoodMaxTime, NumberPrediction, Scores, ScoresOverTime, Segments, WordPrediction, Words,
};
