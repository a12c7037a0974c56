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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn each_source_has_its_annotation_with_curator_and_tool() {
        let document: Value = serde_json::from_str(&merged_jams(&cases::full(), &cases::merged())).unwrap();
        let of = |namespace: &str| -> Vec<Value> {
            let all = document["annotations"].as_array().unwrap().iter();
            all.filter(|annotation| annotation["namespace"] == namespace).cloned().collect()
        };
        let tools: Vec<_> = of("tempo").iter().map(|a| a["annotation_metadata"]["annotation_tools"].clone()).collect();
        assert_eq!(tools, ["balanced 0.1.0", "cyanite AudioAnalysisV7 (graphql)", "cyanite BpmV2 (rest-v1)"]);
        let curators: Vec<_> =
            of("key_mode").iter().map(|a| a["annotation_metadata"]["curator"]["name"].clone()).collect();
        assert_eq!(curators, ["", "Cyanite", "Cyanite"]);
        assert_eq!(of("key_mode")[1]["data"][0]["value"], "F#:minor");
        let tags = of("tag_open");
        let human =
            tags.iter().find(|annotation| annotation["annotation_metadata"]["data_source"] == "manual").unwrap();
        assert_eq!(human["annotation_metadata"]["annotator"]["name"], "Ada & Co");
        let genre = tags
            .iter()
            .find(|a| a["sandbox"]["category"] == "genre" && a["sandbox"]["sources"][0] == "cyanite")
            .unwrap();
        assert_eq!(genre["data"][0]["value"], "electronicDance");
        for annotation in document["annotations"].as_array().unwrap() {
            for observation in annotation["data"].as_array().unwrap() {
                assert!(
                    observation["value"].is_string()
                        || observation["value"].is_number()
                        || annotation["namespace"] == "beat"
                );
            }
        }
    }
}
