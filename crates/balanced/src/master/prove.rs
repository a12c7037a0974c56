//! Whether the moves of a recommended chain were worth making, judged on the written master.

use balanced_assistant::{Intent, Recommendation};
use balanced_model::Analysis;

/// Rounds after which whatever still harms is dropped at once.
const MAX_ROUNDS: usize = 4;

/// Eases the moves that did too little or harm. False if there are none: the master may stand.
pub(crate) fn ease(
    intent: &mut Intent,
    round: usize,
    recommendation: Option<&Recommendation>,
    before: &Analysis,
    after: &Analysis,
) -> bool {
    let Some(recommendation) = recommendation else { return false };
    let Recommendation { findings, target, .. } = recommendation;
    let mut eased = false;
    for kind in balanced_assistant::regrets(findings, before, after, target) {
        while intent.ease(kind) {
            eased = true;
            if round < MAX_ROUNDS {
                break;
            }
        }
    }
    eased
}
