//! One move: a step of the chain, why it is there, and what it does to the level.

use balanced_mastering::{EqBand, Step};
use balanced_model::FindingKind;

/// A step that answers findings.
pub(crate) struct Move {
    pub step: Step,
    pub reason: String,
    pub answers: Vec<FindingKind>,
    pub effect: Effect,
}

/// What a step does to level and image, as far as a forecast needs it; the default does nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Effect {
    pub gain_db: f64,
    pub bands: Vec<EqBand>,
    /// Corner of a DC filter.
    pub high_pass_hz: Option<f64>,
    /// Linear gain of the side.
    pub side: f64,
    /// Level taken from the louder channel.
    pub louder_channel_db: f64,
}

impl Default for Effect {
    fn default() -> Self {
        Self { gain_db: 0.0, bands: Vec::new(), high_pass_hz: None, side: 1.0, louder_channel_db: 0.0 }
    }
}

impl Effect {
    /// Both, one after the other.
    pub fn and(mut self, other: &Self) -> Self {
        self.gain_db += other.gain_db;
        self.bands.extend(other.bands.iter().cloned());
        self.high_pass_hz = self.high_pass_hz.or(other.high_pass_hz);
        self.side *= other.side;
        self.louder_channel_db += other.louder_channel_db;
        self
    }
}

impl Move {
    pub fn new(step: impl Into<Step>, reason: impl Into<String>, answers: impl Into<Vec<FindingKind>>) -> Self {
        Self { step: step.into(), reason: reason.into(), answers: answers.into(), effect: Effect::default() }
    }

    pub fn with(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}
