#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod check;
mod coherence;
mod delivery;
mod diagnose;
mod matching;
mod platforms;
mod proof;
mod recommend;
mod roster;
pub mod tonal_balance;
mod tone;
mod usual;

pub use check::{CheckResult, Level, Profile, Rule, RuleResult, check};
pub use coherence::{album_coherence, coherence_steps, coherence_value_db};
pub use delivery::{
    CoverRule, DeliveryFormat, DeliveryPlan, DeliveryRule, deliveries, deliveries_from_toml, deliveries_toml,
};
pub use diagnose::{diagnose, misleads_tone};
pub use matching::{Feedback, Reference, prove_match, reference_fault};
pub use platforms::{platforms_from_toml, platforms_toml};
pub use proof::{prove, regrets};
pub use recommend::{
    Intent, Recommendation, recommend, recommend_families, recommend_with, reference_match, reference_match_with,
};
pub use roster::{
    Date, Engineer, EngineerMatch, EngineerMatches, ExcludedEngineer, MatchCondition, MatchExplanation,
    MatchExplanations, MatchPart, MatchReason, MatchWeights, Offer, OfferOutcome, PartKind, Portfolio,
    PortfolioBuilder, PortfolioEmbedding, PortfolioMeasure, Ranking, Roster, WishedSound, Wishes, match_engineers,
};
