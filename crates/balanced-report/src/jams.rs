//! JAMS 0.3 (Humphrey et al., "JAMS: A JSON Annotated Music Specification for Reproducible MIR Research", ISMIR 2014):
//! namespaces `tempo`, `beat`, `key_mode`, `tag_open`.

mod merged;

use balanced_model::{Analysis, HeadTags, Key, Tag, Tempo};
use serde_json::{Value, json};

pub use merged::merged_jams;

use crate::facts;

/// Version of the schema that is written.
const JAMS_VERSION: &str = "0.3.4";

/// Formats tempo, beats, key and tags as a JAMS document; what was not measured or found is absent.
#[must_use]
pub fn jams(analysis: &Analysis) -> String {
    document(analysis, annotations(analysis))
}

fn annotations(analysis: &Analysis) -> Vec<Value> {
    let measured = &analysis.measurements;
    let writer = Writer { analysis };
    let mut annotations = Vec::new();
    if let Some(tempo) = &measured.tempo {
        annotations.extend(writer.tempo(tempo));
        annotations.extend(writer.beats(tempo));
    }
    annotations.extend(measured.key.as_ref().and_then(|key| writer.key(key)));
    for (category, tags) in measured.tags.as_ref().map(facts::tag_groups).unwrap_or_default() {
        annotations.push(writer.tags(category, tags));
    }
    for head in measured.tags.iter().flat_map(|tags| &tags.heads) {
        annotations.push(writer.head(head));
    }
    annotations
}

fn document(analysis: &Analysis, annotations: Vec<Value>) -> String {
    let document = json!({
        "annotations": annotations,
        "file_metadata": {
            "title": facts::name(&analysis.source),
            "artist": "",
            "release": "",
            "duration": analysis.source.duration_s,
            "identifiers": analysis.source.sha256.as_ref().map_or_else(|| json!({}), |hash| json!({ "sha256": hash })),
            "jams_version": JAMS_VERSION,
        },
        "sandbox": {},
    });
    document.to_string()
}

struct Writer<'a> {
    analysis: &'a Analysis,
}

impl Writer<'_> {
    fn annotation(&self, namespace: &str, data: &[Value], sandbox: Value) -> Value {
        json!({
            "namespace": namespace,
            "data": data,
            "time": 0.0,
            "duration": self.analysis.source.duration_s,
            "sandbox": sandbox,
            "annotation_metadata": {
                "annotation_tools": format!("balanced {}", self.analysis.provenance.balanced_version),
                "annotation_rules": "",
                "annotator": {},
                "corpus": "",
                "curator": { "name": "", "email": "" },
                "data_source": "program",
                "validation": "",
                "version": "",
            },
        })
    }

    /// An observation of the whole track.
    fn whole(&self, value: impl Into<Value>, confidence: f64) -> Value {
        json!({
            "time": 0.0,
            "duration": self.analysis.source.duration_s,
            "value": value.into(),
            "confidence": confidence.clamp(0.0, 1.0),
        })
    }

    fn tempo(&self, tempo: &Tempo) -> Option<Value> {
        let data = [self.whole(tempo.bpm?, tempo.confidence)];
        let candidates: Vec<_> =
            tempo.candidates.iter().map(|other| json!({ "bpm": other.bpm, "weight": other.weight })).collect();
        Some(self.annotation("tempo", &data, json!({ "candidates": candidates })))
    }

    /// Beats with their position in the bar, where downbeats are known.
    fn beats(&self, tempo: &Tempo) -> Option<Value> {
        let mut position = None::<u32>;
        let mut data = Vec::with_capacity(tempo.beats_s.len());
        for beat_s in &tempo.beats_s {
            let down = tempo.downbeats_s.iter().any(|down_s| (down_s - beat_s).abs() < 0.02);
            position = if down { Some(1) } else { position.map(|position| position + 1) };
            data.push(json!({ "time": beat_s.max(0.0), "duration": 0.0, "value": position, "confidence": null }));
        }
        (!data.is_empty()).then(|| self.annotation("beat", &data, json!({})))
    }

    fn key(&self, key: &Key) -> Option<Value> {
        let mode = key.mode?.name();
        let value = format!("{}:{mode}", key.tonic.as_ref()?);
        Some(self.annotation("key_mode", &[self.whole(value, key.confidence)], json!({})))
    }

    fn head(&self, head: &HeadTags) -> Value {
        let data: Vec<_> = head.labels.iter().map(|tag| self.whole(tag.label.clone(), tag.probability)).collect();
        self.annotation("tag_open", &data, json!({ "head": head.name, "sources": ["balanced"] }))
    }

    fn tags(&self, category: &str, tags: &[Tag]) -> Value {
        let data: Vec<_> = tags.iter().map(|tag| self.whole(tag.label.clone(), tag.score)).collect();
        let mut sources: Vec<_> = tags.iter().map(|tag| tag.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        self.annotation("tag_open", &data, json!({ "category": category.to_lowercase(), "sources": sources }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn parsed(analysis: &Analysis) -> Value {
        serde_json::from_str(&jams(analysis)).unwrap()
    }

    #[test]
    fn namespaces_and_values_of_a_full_analysis() {
        let document = parsed(&cases::full());
        let namespaces: Vec<_> =
            document["annotations"].as_array().unwrap().iter().map(|a| a["namespace"].as_str().unwrap()).collect();
        assert_eq!(namespaces, ["tempo", "beat", "key_mode", "tag_open", "tag_open", "tag_open", "tag_open"]);
        let head = &document["annotations"][5];
        assert_eq!((&head["sandbox"]["head"], &head["data"][0]["confidence"]), (&json!("house style"), &json!(0.7)));
        assert_eq!(document["annotations"][0]["data"][0]["value"], 120.0);
        assert_eq!(document["annotations"][2]["data"][0]["value"], "C#:minor");
        let positions: Vec<_> = document["annotations"][1]["data"].as_array().unwrap()[..6]
            .iter()
            .map(|beat| beat["value"].clone())
            .collect();
        assert_eq!(positions, [json!(null), json!(1), json!(2), json!(3), json!(4), json!(1)]);
    }

    /// The members that `jams_schema.json` 0.3 requires.
    #[test]
    fn what_the_schema_requires_is_there() {
        for annotation in parsed(&cases::full())["annotations"].as_array().unwrap() {
            for member in ["annotation_metadata", "data", "namespace"] {
                assert!(annotation.get(member).is_some(), "{member}");
            }
            for observation in annotation["data"].as_array().unwrap() {
                for member in ["value", "time", "duration", "confidence"] {
                    assert!(observation.get(member).is_some(), "{member}");
                }
            }
        }
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let document = parsed(&cases::with(|analysis| analysis.measurements = Default::default()));
        assert_eq!(document["annotations"], json!([]));
        assert_eq!(document["file_metadata"]["duration"], 180.0);
    }
}
