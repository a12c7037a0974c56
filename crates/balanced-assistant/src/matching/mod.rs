//! Leaning towards other tracks: references that are followed, or a catalogue that a track is to fit into.
//!
//! A reference is followed in loudness, in the balance of the middle and of the sides (third octaves, by at most twelve bells each), in
//! width, and within limits in the dynamics of four regions. A catalogue says how far its own tracks are apart; only what lies outside is
//! corrected. `docs/matching.md` has the method, its limits and its figures.

mod bells;
mod catalogue;
mod changes;
mod dynamics;
mod feedback;
mod findings;
mod outcome;
mod reference;
mod steps;
#[cfg(test)]
mod tests;
mod thirds;

use balanced_model::{Analysis, FindingKind, Observation};

use crate::Intent;
use changes::Changes;
pub use feedback::Feedback;
pub(crate) use findings::{add as add_findings, is_answered_by_reference};
pub use outcome::prove_match;
pub use reference::{Reference, reference_fault};
pub(crate) use steps::steps;

/// Findings about a reference.
const KINDS: [Observation; 4] = [
    Observation::ReferenceTone,
    Observation::ReferenceLoudness,
    Observation::ReferenceDynamics,
    Observation::ReferenceWidth,
];

/// Whether a finding compares with a reference.
pub(crate) fn is_about_reference(kind: FindingKind) -> bool {
    KINDS.iter().any(|observation| kind == (*observation).into())
}

/// Changes of tone and width, as strong as the intent says.
pub(crate) fn changes(analysis: &Analysis, reference: &Reference, feedback: &Feedback, intent: &Intent) -> Changes {
    Changes::of(analysis, reference, feedback, intent.strength(Observation::ReferenceTone.into()))
}
