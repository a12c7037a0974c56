//! The ranked list and its explanations.

use balanced_model::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Date;

/// Engineers for a track, the best first, with the reasons.
///
/// The whole is for the platform. What may be shown to a client or to an engineer is in `explanation` of each match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EngineerMatches {
    /// The track.
    pub source: Source,
    /// Day on which the work is to start, to which availabilities were compared; `null` where none was compared.
    pub start: Option<Date>,
    /// Currency of the prices.
    pub currency: Option<String>,
    /// Seed of the draws.
    pub seed: u64,
    /// Share of lists in which a newcomer gets the last place.
    pub exploration: f64,
    /// Penalty of being like an engineer further up, in units of the score.
    pub diversity: f64,
    /// Number of engineers who meet every condition.
    pub eligible: usize,
    /// The engineers to propose, best first.
    pub matches: Vec<EngineerMatch>,
    /// Engineers who do not meet a condition, in order of their identifiers.
    pub excluded: Vec<ExcludedEngineer>,
}

/// Engineer proposed for a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EngineerMatch {
    /// Place in the list, from 1.
    pub rank: usize,
    /// Identifier in the roster.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Score, 0 to 1: the sum of the contributions of `parts`.
    pub score: f64,
    /// What the likeness to engineers further up took off when the place was given; not part of `score`.
    pub diversity_penalty: f64,
    /// Whether few offers were accepted so far.
    pub is_newcomer: bool,
    /// Whether the place was given by the share for newcomers rather than by the score.
    pub is_explored: bool,
    /// Exposure that the place gives, 1 / log2(1 + rank); to be added to the engineer's `exposure` when the list is shown.
    pub exposure: f64,
    /// The parts of the score.
    pub parts: Vec<MatchPart>,
    /// Explanations that may be shown.
    pub explanation: MatchExplanations,
}

/// Part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchPart {
    /// Kind of part.
    pub part: PartKind,
    /// Share of the whole score that the part can give; the shares of all parts sum to 1.
    pub weight: f64,
    /// Fit, 0 to 1; `null` where it is not known, which counts as a quarter.
    pub value: Option<f64>,
    /// Share of the score that it gives.
    pub contribution: f64,
    /// The reason in words and numbers.
    pub text: String,
}

/// Kind of part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartKind {
    /// Genre, stated and in the portfolio.
    Genre,
    /// Similar music in the portfolio.
    SimilarMusic,
    /// Loudness of the masters.
    Loudness,
    /// Dynamics of the masters.
    Dynamics,
    /// Tonal balance of the masters.
    Tone,
    /// Stereo width of the masters.
    Width,
    /// Price.
    Price,
    /// Turnaround.
    Turnaround,
    /// Earlier offers.
    History,
    /// Free places.
    Load,
    /// Exposure so far.
    Exposure,
}

impl PartKind {
    /// All kinds, in the order of the result.
    pub const ALL: [Self; 11] = [
        Self::Genre,
        Self::SimilarMusic,
        Self::Loudness,
        Self::Dynamics,
        Self::Tone,
        Self::Width,
        Self::Price,
        Self::Turnaround,
        Self::History,
        Self::Load,
        Self::Exposure,
    ];

    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Genre => "genre",
            Self::SimilarMusic => "similar_music",
            Self::Loudness => "loudness",
            Self::Dynamics => "dynamics",
            Self::Tone => "tone",
            Self::Width => "width",
            Self::Price => "price",
            Self::Turnaround => "turnaround",
            Self::History => "history",
            Self::Load => "load",
            Self::Exposure => "exposure",
        }
    }
}

/// Explanations of a match, one for each side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchExplanations {
    /// For the client: nothing of other clients; history, load and exposure are one sum.
    pub client: MatchExplanation,
    /// For the engineer: nothing of the client's identity, budget and dates; price and turnaround are one sum, and so are history, load
    /// and exposure.
    pub engineer: MatchExplanation,
}

/// Explanation of a match for one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchExplanation {
    /// The reasons in one sentence.
    pub summary: String,
    /// Score, as in the match.
    pub score: f64,
    /// Reasons whose contributions sum to the score.
    pub reasons: Vec<MatchReason>,
}

/// Reason that is shown to one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchReason {
    /// Name of the part, or `terms` (price and turnaround) or `platform` (history, load and exposure) for a sum of parts.
    pub reason: String,
    /// Share of the score that it gives.
    pub contribution: f64,
    /// The reason in words.
    pub text: String,
}

/// Engineer who does not meet a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExcludedEngineer {
    /// Identifier in the roster.
    pub id: String,
    /// The conditions that are not met.
    pub conditions: Vec<MatchCondition>,
}

/// Condition of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MatchCondition {
    /// The engineer is available from the start to the master.
    Availability,
    /// The engineer has a free place.
    Capacity,
    /// The price is within the budget.
    Budget,
    /// The master comes in time.
    Turnaround,
    /// The engineer speaks one of the languages.
    Language,
    /// The client does not exclude the engineer.
    ClientExcludes,
    /// The engineer does not exclude the client.
    EngineerExcludes,
}

impl MatchCondition {
    /// Returns why an engineer is left out by it, in words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Availability => "not available in that time",
            Self::Capacity => "without a free place",
            Self::Budget => "over the budget",
            Self::Turnaround => "not ready in time",
            Self::Language => "without a common language",
            Self::ClientExcludes => "not wanted by the client",
            Self::EngineerExcludes => "not working for the client",
        }
    }
}
