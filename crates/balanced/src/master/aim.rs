//! What a recommended chain aims at, and what renders teach about it.

use balanced_assistant::{Feedback, Intent, Recommendation, Reference};
use balanced_model::{Analysis, Finding, Target};

use super::MasterOptions;
use crate::matching::target_of;

/// Rounds after which whatever still harms is dropped at once.
const MAX_ROUNDS: usize = 4;
/// Renders towards a reference: the first, and two that make up for what the one before did to the balance.
const MAX_MATCHES: usize = 3;

/// Target, strength and reference of a recommended chain.
pub(crate) struct Aim {
    pub(crate) target: Target,
    pub(crate) intent: Intent,
    pub(crate) reference: Option<Reference>,
    pub(crate) feedback: Feedback,
    matches: usize,
}

impl Aim {
    pub(crate) fn new(reference: Option<Reference>, options: &MasterOptions<'_>) -> Self {
        let target = target_of(options.target.as_ref(), reference.as_ref(), &options.matching);
        let intent = Intent::new(options.intensity);
        Self { target, intent, reference, feedback: Feedback::default(), matches: 1 }
    }

    /// Learns from a master. False if there is nothing to do better: it may stand.
    pub(crate) fn learn(
        &mut self,
        round: usize,
        recommendation: Option<&Recommendation>,
        before: &Analysis,
        after: &Analysis,
    ) -> bool {
        let Some(recommendation) = recommendation else { return false };
        let nearer = self.compare(before, after);
        self.ease(round, recommendation, before, after) || nearer
    }

    /// Learns what the render did to the balance. True if another one would come nearer to the reference.
    fn compare(&mut self, before: &Analysis, after: &Analysis) -> bool {
        let Some(reference) = self.reference.as_ref().filter(|_| self.matches < MAX_MATCHES) else { return false };
        let feedback = self.feedback.next(before, after, reference, &self.intent);
        let differs = feedback.differs_from(&self.feedback);
        if differs {
            self.feedback = feedback;
            self.matches += 1;
        }
        differs
    }

    /// Eases the moves that did too little or harm. False if there are none.
    fn ease(&mut self, round: usize, recommendation: &Recommendation, before: &Analysis, after: &Analysis) -> bool {
        let Recommendation { findings, target, .. } = recommendation;
        let mut eased = false;
        for kind in balanced_assistant::regrets(findings, before, after, target) {
            while self.intent.ease(kind) {
                eased = true;
                if round < MAX_ROUNDS {
                    break;
                }
            }
        }
        eased
    }

    /// Measures every finding again on the master that stands.
    pub(crate) fn prove(&self, findings: &mut [Finding], before: &Analysis, after: &Analysis, target: &Target) {
        balanced_assistant::prove(findings, before, after, target, &self.intent);
        if let Some(reference) = &self.reference {
            balanced_assistant::prove_match(findings, before, after, reference);
        }
    }
}
