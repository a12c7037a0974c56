//! One annotation a field and source: the local program's, Cyanite's, people's.

use balanced_merge::vocabulary::KeyName;
use balanced_merge::{Field, FieldName, FieldValue, Merged, describe};
use balanced_model::Analysis;
use serde_json::{Value, json};

use super::{annotations, document};

/// Formats a merged document as JAMS: the annotations of [`jams`](crate::jams), then those of Cyanite and of people, each with
/// its curator and tool.
///
/// `analysis` is the local analysis of the document.
#[must_use]
pub fn merged_jams(analysis: &Analysis, merged: &Merged) -> String {
    let mut all = annotations(analysis);
    for field in &merged.fields {
        let others = field.values.iter().filter(|value| !value.is_local());
        all.extend(others.filter_map(|value| annotation(analysis.source.duration_s, field, value)));
    }
    document(analysis, all)
}

fn annotation(duration_s: f64, field: &Field, value: &FieldValue) -> Option<Value> {
    let whole = |value: Value, confidence: Option<f64>| json!({ "time": 0.0, "duration": duration_s, "value": value, "confidence": confidence.map(|c| c.clamp(0.0, 1.0)) });
    let (namespace, data) = match field.name {
        // The namespace wants the relative strength of a tempo, which is 1 for the only one.
        FieldName::Tempo => ("tempo", vec![whole(json!(value.number?), Some(value.confidence.unwrap_or(1.0)))]),
        FieldName::Key => {
            let key = KeyName::parse(value.word.as_deref()?)?;
            ("key_mode", vec![whole(json!(format!("{}:{}", key.tonic(), key.mode.name())), value.confidence)])
        }
        _ if !value.ranking.is_empty() => {
            let labels = value.ranking.iter().map(|ranked| whole(json!(ranked.label), ranked.score));
            ("tag_open", labels.collect())
        }
        _ => ("tag_open", vec![whole(json!(value.word.as_ref()?), value.confidence)]),
    };
    Some(json!({
        "namespace": namespace,
        "data": data,
        "time": 0.0,
        "duration": duration_s,
        "sandbox": { "category": field.name.name(), "sources": [value.source], "fetched_at": value.at },
        "annotation_metadata": metadata(value),
    }))
}

fn metadata(value: &FieldValue) -> Value {
    let person = value.is_human();
    let curator = if person { "" } else { "Cyanite" };
    let tool = match &value.api {
        Some(api) => format!("{} ({api})", describe::who(value)),
        None => String::new(),
    };
    let annotator = value.by.as_ref().filter(|_| person).map_or_else(|| json!({}), |name| json!({ "name": name }));
    json!({
        "annotation_tools": tool,
        "annotation_rules": "",
        "annotator": annotator,
        "corpus": "",
        "curator": { "name": curator, "email": "" },
        "data_source": if person { "manual" } else { "program" },
        "validation": "",
        "version": value.model.clone().unwrap_or_default(),
    })
}
