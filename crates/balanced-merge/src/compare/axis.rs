//! Valence and arousal, laid over one range.

use super::{Agreement, Relation, Verdict};
use crate::FieldValue;
use crate::assumptions::{AXIS_AGREES_WITHIN, AXIS_NEAR_WITHIN, AXIS_RANGE, PROXY_RANGE};

pub(super) fn verdict(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let distance = (unit(first)? - unit(second)?).abs();
    let has_proxy = first.is_local() || second.is_local();
    let verdict = by_distance(distance);
    Some(if has_proxy {
        verdict.remark("the local value is a proxy, made of activity and brightness")
    } else {
        verdict
    })
}

/// The verdict on values from 0 to 1 that are `distance` apart.
pub(super) fn by_distance(distance: f64) -> Verdict {
    let (agreement, relation) = match distance {
        distance if distance <= AXIS_AGREES_WITHIN => (Agreement::Agree, Relation::Equal),
        distance if distance <= AXIS_NEAR_WITHIN => (Agreement::Partly, Relation::Near),
        _ => (Agreement::Disagree, Relation::Other),
    };
    Verdict::new(agreement, relation).measured("distance on a range of 0 to 1", distance)
}

/// The value on a range of 0 to 1.
fn unit(value: &FieldValue) -> Option<f64> {
    let [least, most] = if value.is_local() { PROXY_RANGE } else { AXIS_RANGE };
    value.number.map(|number| (number - least) / (most - least))
}
