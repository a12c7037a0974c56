//! Tempo and beats.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tempo, beats and metre.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tempo {
    /// Beats a minute; `null` when no beat is found.
    pub bpm: Option<f64>,
    /// Probability that `bpm` is what a listener would say, within 4 %; calibrated (see the rhythm module's README).
    pub confidence: f64,
    /// Probability that the beats lie on a pulse that listeners feel, be it at half, twice, a third or three times the
    /// tempo they would name; calibrated.
    #[serde(default)]
    pub pulse_confidence: f64,
    /// Other readings, such as half and double time, with weights that sum to one.
    pub candidates: Vec<TempoCandidate>,
    /// 1 when every beat interval is the same, falling as they spread.
    pub stability: Option<f64>,
    /// Beat times.
    pub beats_s: Vec<f64>,
    /// Tempo over time, for music that does not keep one; empty without beats.
    pub curve: TempoCurve,
    /// First beats of bars; empty when nothing tells where they begin.
    pub downbeats_s: Vec<f64>,
    /// Probability that bars begin at `downbeats_s`; calibrated. Also given where it is too small to say them.
    #[serde(default)]
    pub bar_confidence: f64,
    /// Such as `4/4`, `6/8`, `5/4`; `null` when nothing tells how beats are counted.
    pub time_signature: Option<String>,
    /// Note onsets a second.
    pub onset_rate_hz: Option<f64>,
}

/// Tempo at beats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TempoCurve {
    /// Times, those of the beats.
    pub times_s: Vec<f64>,
    /// Beats a minute there, over the four intervals around.
    pub bpm: Vec<f64>,
}

/// One reading of the tempo.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TempoCandidate {
    /// Beats a minute.
    pub bpm: f64,
    /// Share of the evidence.
    pub weight: f64,
}
