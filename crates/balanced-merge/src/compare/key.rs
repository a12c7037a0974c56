//! Keys: the relations and scores of MIREX's key task, as in `mir_eval.key.weighted_score`. Fifths below count as fifths above,
//! as MIREX has it since 2017 (mir_eval after 0.8.2: `allow_descending_fifths`), so that it does not matter which key is the
//! reference.

use super::{Agreement, Relation, Verdict};
use crate::FieldValue;
use crate::vocabulary::KeyName;

pub(super) const MEASURE: &str = "weighted key score of MIREX since 2017";

pub(super) fn verdict(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let name = |value: &FieldValue| value.word.as_deref().map(KeyName::parse);
    let (Some(a), Some(b)) = (name(first)?, name(second)?) else {
        return Some(Verdict::new(Agreement::NotComparable, Relation::Unreadable));
    };
    let (relation, score) = relation(a, b);
    let agreement = match relation {
        Relation::Equal => Agreement::Agree,
        Relation::Other => Agreement::Disagree,
        _ => Agreement::Partly,
    };
    Some(Verdict::new(agreement, relation).measured(MEASURE, score))
}

/// How `b` relates to `a`, and the score for it.
fn relation(a: KeyName, b: KeyName) -> (Relation, f64) {
    let up = (b.pitch_class + 12 - a.pitch_class) % 12;
    // From a major key, its relative minor lies nine semitones up, from a minor key its relative major three.
    let to_relative = if a.mode == balanced_model::KeyMode::Major { 9 } else { 3 };
    match (a.mode == b.mode, up) {
        (true, 0) => (Relation::Equal, 1.0),
        (true, 7) => (Relation::FifthAbove, 0.5),
        (true, 5) => (Relation::FifthBelow, 0.5),
        (false, 0) => (Relation::Parallel, 0.2),
        (false, up) if up == to_relative => (Relation::Relative, 0.3),
        _ => (Relation::Other, 0.0),
    }
}
