//! Tempo: equal, a power of the beat apart, or neither.

use super::{Agreement, Relation, Verdict};
use crate::FieldValue;
use crate::assumptions::REST_TEMPO_RANGE_BPM;

/// Two tempi are equal if they differ by at most this share of the slower: the tolerance of `mir_eval.tempo.detection`, from
/// MIREX's tempo task (McKinney et al., "Evaluation of Audio Beat Tracking and Music Tempo Extraction Algorithms", 2007).
///
/// mir_eval measures it from the reference; here neither is one, and the slower gives the stricter answer.
pub const TEMPO_TOLERANCE: f64 = 0.08;

pub(super) fn verdict(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let (a, b) = (first.number?, second.number?);
    let (agreement, relation) = relation(a, b);
    let verdict = Verdict::new(agreement, relation).measured("ratio of the tempi", b / a);
    let cannot_say = agreement == Agreement::Partly && (is_beyond(first, b) || is_beyond(second, a));
    Some(if cannot_say { verdict.remark("BpmV2 says no tempo outside 60 to 200 BPM") } else { verdict })
}

/// How `b` relates to `a`.
fn relation(a: f64, b: f64) -> (Agreement, Relation) {
    let (slow, fast) = (a.min(b), a.max(b));
    let is_times = |factor: f64| (fast - factor * slow).abs() <= TEMPO_TOLERANCE * factor * slow;
    let found = [(1.0, Relation::Equal), (2.0, Relation::Double), (3.0, Relation::Triple)]
        .into_iter()
        .find(|(factor, _)| is_times(*factor));
    match found {
        None => (Agreement::Disagree, Relation::Other),
        Some((_, Relation::Equal)) => (Agreement::Agree, Relation::Equal),
        Some((_, relation)) => (Agreement::Partly, if b >= a { relation } else { relation.reversed() }),
    }
}

/// Whether the model behind `value` has no way to say `bpm`.
fn is_beyond(value: &FieldValue, bpm: f64) -> bool {
    let [least, most] = REST_TEMPO_RANGE_BPM;
    value.model.as_deref() == Some("BpmV2") && !(least..=most).contains(&bpm)
}
