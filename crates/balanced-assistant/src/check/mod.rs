//! Pass or fail: rules over measurements, read from a profile file.
//!
//! A [`Profile`] is TOML data with a version; the built-in ones lie in `profiles/` and are written as users would write
//! theirs. [`check`] applies one to an [`Analysis`] and gives a machine-readable reason for every rule.

mod measure;
mod profile;
mod rule;

use balanced_model::{Analysis, Family};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use profile::Profile;
pub use rule::{Level, Rule, RuleResult};

/// Result of checking one file against a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckResult {
    /// The file, as the user named it; `null` for audio from memory.
    pub input: Option<String>,
    /// Name of the profile.
    pub profile: String,
    /// Whether every rule of level `fail` is kept.
    pub passed: bool,
    /// Result of every rule, in the profile's order.
    pub results: Vec<RuleResult>,
}

/// Applies `profile` to `analysis`, which must include the families of [`Profile::families`].
#[must_use]
pub fn check(analysis: &Analysis, profile: &Profile) -> CheckResult {
    let tree = serde_json::to_value(analysis).expect("an analysis is plain data");
    let results: Vec<RuleResult> = profile.rules.iter().map(|rule| rule.apply(&tree)).collect();
    CheckResult {
        input: analysis.source.path.clone(),
        profile: profile.name.clone(),
        passed: results.iter().all(|result| result.passed || result.level == Level::Warn),
        results,
    }
}

impl Profile {
    /// Returns the families of measurements that the rules read.
    #[must_use]
    pub fn families(&self) -> Vec<Family> {
        let named = |rule: &Rule| {
            let path = rule.measure.as_deref().unwrap_or("defects");
            path.split('.').next().and_then(|word| word.parse().ok())
        };
        let mut families: Vec<Family> = self.rules.iter().filter_map(named).collect();
        if self.rules.iter().any(|rule| rule.measure.as_deref() == Some("source.effective_bit_depth")) {
            families.push(Family::Defects);
        }
        families.sort();
        families.dedup();
        families
    }
}
