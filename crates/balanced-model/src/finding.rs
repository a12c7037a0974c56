//! Findings of the assistant.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DefectKind, Severity, thousandths};

/// One finding about a track, with regard to a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Finding {
    /// Kind of finding.
    pub kind: FindingKind,
    /// Severity.
    pub severity: Severity,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Measured values behind it, by unit-suffixed name.
    pub evidence: BTreeMap<String, f64>,
    /// Explanation in one sentence, for a musician.
    pub message: String,
    /// Start and end of the affected range in seconds; `null` for the whole track.
    pub range_s: Option<[f64; 2]>,
    /// Advice: what to do about it in the mix.
    pub advice: String,
    /// What the recommended chain does about it; absent where it does nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_here: Option<String>,
    /// What the written master measures; absent before there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// What became of a finding in the master.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// How far it was put right.
    pub status: Status,
    /// Name of the measurement that shows it, with its unit, such as `balance_db`; `null` where none shows it.
    pub measure: Option<String>,
    /// That measurement in the mix.
    pub before: Option<f64>,
    /// That measurement in the master; `null` where the fault is no longer found and has no value then.
    pub after: Option<f64>,
    /// Remark, such as why nothing was done; `null` where there is none.
    pub note: Option<String>,
}

/// How far a finding was put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// The master no longer has it.
    Cured,
    /// The master has less of it.
    Improved,
    /// The master has it as the mix had.
    Left,
    /// A correction was tried and taken back, because it did too little or harmed something else.
    Refused,
}

impl Status {
    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cured => "cured",
            Self::Improved => "improved",
            Self::Left => "left",
            Self::Refused => "refused",
        }
    }
}

/// Kind of finding: an observation of the assistant, or a fault that the analysis found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FindingKind {
    /// Observation of the assistant.
    Observation(Observation),
    /// Fault found by the analysis.
    Defect(DefectKind),
}

/// Observation of the assistant in the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Observation {
    /// No loudness: the track is silent or too short.
    NoLoudness,
    /// Loudness below the target.
    BelowTarget,
    /// Loudness above the target.
    AboveTarget,
    /// True peaks over full scale or over the target's ceiling.
    PeaksOverCeiling,
    /// The target needs audible limiting.
    HeavyLimiting,
    /// Limited or clipped before the analysis.
    OverLimited,
    /// Loud and soft passages are far apart.
    WideDynamics,
    /// Rumble below the music.
    SubRumble,
    /// Too much bass.
    HeavyBass,
    /// Too little bass.
    Thin,
    /// Too much around 250 Hz.
    Mud,
    /// Too much around 1 kHz.
    Honk,
    /// Too much around 3.5 kHz.
    Harshness,
    /// Too much above 7 kHz.
    Brightness,
    /// Too little above 6 kHz.
    Dullness,
    /// Left and right work against each other.
    OutOfPhase,
    /// Left and right work against each other for a moment.
    OutOfPhaseMoment,
    /// More side than mid.
    TooWide,
    /// Hardly any side.
    Narrow,
    /// Bass in the side channel: unrelated left and right.
    WideBass,
    /// Bass that is upside down in one channel.
    AntiphaseBass,
    /// One side is louder.
    Imbalance,
    /// Level lost in mono.
    MonoLoss,
    /// One channel: two loudspeakers play it louder than it measures.
    OneChannel,
    /// Samples far beyond full scale: a float file in the scale of integers, or a lone absurd sample.
    AbsurdLevel,
    /// The reference track has another tonal balance.
    ReferenceTone,
    /// The reference track has another level.
    ReferenceLoudness,
    /// The reference track has another peak-to-loudness ratio.
    ReferenceDynamics,
    /// The reference track is wider or narrower.
    ReferenceWidth,
}

impl From<Observation> for FindingKind {
    fn from(observation: Observation) -> Self {
        Self::Observation(observation)
    }
}

impl From<DefectKind> for FindingKind {
    fn from(defect: DefectKind) -> Self {
        Self::Defect(defect)
    }
}

impl FindingKind {
    /// Returns the name in JSON, such as `sub_rumble`.
    #[must_use]
    pub fn name(self) -> String {
        let debug = match self {
            Self::Observation(observation) => format!("{observation:?}"),
            Self::Defect(defect) => format!("{defect:?}"),
        };
        let mut name = String::with_capacity(debug.len() + 4);
        for letter in debug.chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

impl Finding {
    /// Makes a finding about the whole track; `confidence` is clamped to 0 to 1.
    #[must_use]
    pub fn new(kind: impl Into<FindingKind>, severity: Severity, confidence: f64) -> Self {
        Self {
            kind: kind.into(),
            severity,
            confidence: confidence.clamp(0.0, 1.0),
            evidence: BTreeMap::new(),
            message: String::new(),
            range_s: None,
            advice: String::new(),
            done_here: None,
            outcome: None,
        }
    }

    /// Replaces the evidence by `numbers`, rounded to three decimals.
    #[must_use]
    pub fn evidence<const N: usize>(mut self, numbers: [(&str, f64); N]) -> Self {
        self.evidence = numbers.into_iter().map(|(name, value)| (name.to_owned(), thousandths(value))).collect();
        self
    }

    /// Sets the message and the advice.
    #[must_use]
    pub fn says(mut self, message: impl Into<String>, advice: impl Into<String>) -> Self {
        self.message = message.into();
        self.advice = advice.into();
        self
    }

    /// Sorts `findings`, most important first: by severity, then by confidence, then in the order of the kinds.
    pub fn rank(findings: &mut [Self]) {
        findings.sort_by(|a, b| {
            let by_weight = b.severity.cmp(&a.severity).then(b.confidence.total_cmp(&a.confidence));
            by_weight.then(a.kind.cmp(&b.kind))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_names_of_the_json() {
        for kind in [Observation::SubRumble.into(), FindingKind::Defect(DefectKind::MonoAsStereo)] {
            assert_eq!(serde_json::to_value(kind).unwrap(), serde_json::Value::String(kind.name()));
            assert_eq!(serde_json::from_value::<FindingKind>(kind.name().into()).unwrap(), kind);
        }
    }

    #[test]
    fn ranked_by_severity_then_confidence_then_kind() {
        let mut findings = vec![
            Finding::new(Observation::Mud, Severity::Minor, 0.6),
            Finding::new(Observation::Narrow, Severity::Info, 1.0),
            Finding::new(Observation::HeavyBass, Severity::Minor, 0.6),
            Finding::new(Observation::OutOfPhase, Severity::Critical, 0.5),
            Finding::new(Observation::Dullness, Severity::Minor, 0.7),
        ];
        Finding::rank(&mut findings);
        let order: Vec<_> = findings.iter().map(|finding| finding.kind.name()).collect();
        assert_eq!(order, ["out_of_phase", "dullness", "heavy_bass", "mud", "narrow"]);
    }
}
