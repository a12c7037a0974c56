//! Reading of a track by a head.

use balanced_model::{HeadTag, HeadTags, TagHead};

use super::fit::probabilities;
use crate::scores::rounded;

/// Reads an embedding with a head; `None` if the two do not fit (see [`check`](super::check)).
#[must_use]
pub fn read(head: &TagHead, embedding: &[f32]) -> Option<HeadTags> {
    let fits = |label: &balanced_model::HeadLabel| label.weights.len() == embedding.len();
    if head.labels.is_empty() || !head.labels.iter().all(fits) {
        return None;
    }
    let logit = |label: &balanced_model::HeadLabel| {
        let sum: f64 = label.weights.iter().zip(embedding).map(|(weight, value)| weight * f64::from(*value)).sum();
        label.slope * (sum + label.bias) + label.offset
    };
    let mut values: Vec<f64> = head.labels.iter().map(logit).collect();
    probabilities(head.kind, &mut values);
    if values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let tag = |(label, value): (&balanced_model::HeadLabel, f64)| HeadTag {
        label: label.label.clone(),
        probability: rounded(value),
    };
    let mut labels: Vec<HeadTag> = head.labels.iter().zip(values).map(tag).collect();
    labels.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    Some(HeadTags { name: head.name.clone(), kind: head.kind, labels })
}
