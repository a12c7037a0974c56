//! Properties of any answer: nothing is lost, nothing panics.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::samples::{GRAPHQL, REST, graphql, rest};
use super::*;
use crate::Raw;

fn track(answer: &Value) -> LibraryTrack {
    LibraryTrack::read(answer)
}

/// Whether a value has something called `unread` with content anywhere in it.
fn leaves_something_unread(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, value)| key == "unread" || leaves_something_unread(value)),
        Value::Array(items) => items.iter().any(leaves_something_unread),
        _ => false,
    }
}

#[test]
fn every_field_of_both_graphql_versions_has_a_place() {
    let read = track(&graphql());
    assert_eq!(read.analyses.iter().map(|a| a.version.as_str()).collect::<Vec<_>>(), ["V6", "V7"]);
    let typed = serde_json::to_value(&read).unwrap();
    assert!(!leaves_something_unread(&typed), "{typed}");
    for (place, version) in ["audioAnalysisV6", "audioAnalysisV7"].into_iter().enumerate() {
        let given = graphql()[version]["result"].as_object().unwrap().clone();
        let fields = given.values().filter(|value| !value.is_null()).count();
        let result = typed["analyses"][place]["result"].as_object().unwrap();
        assert_eq!(result.len(), fields, "each field is read once");
    }
}

#[test]
fn every_rest_model_has_a_place() {
    let read = ModelOutputs::read(&rest());
    let typed = serde_json::to_value(&read).unwrap();
    assert!(!leaves_something_unread(&typed), "{typed}");
    assert_eq!(typed.as_object().unwrap().len(), 23);
    assert_eq!(ModelOutputs::MODELS.len(), 23);
}

#[test]
fn a_typed_reading_reads_back() {
    let read = track(&graphql());
    assert_eq!(serde_json::from_str::<LibraryTrack>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
    let read = ModelOutputs::read(&rest());
    assert_eq!(serde_json::from_str::<ModelOutputs>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
}

#[test]
fn states_are_told_by_the_names_of_the_union() {
    let states = [
        ("AudioAnalysisV6NotStarted", AnalysisState::NotStarted),
        ("AudioAnalysisV6Enqueued", AnalysisState::Enqueued),
        ("AudioAnalysisV7Processing", AnalysisState::Processing),
        ("AudioAnalysisV7Finished", AnalysisState::Finished),
        ("AudioAnalysisV7Failed", AnalysisState::Failed),
        ("AudioAnalysisV12NotAuthorized", AnalysisState::NotAuthorized),
        ("AudioAnalysisV7Paused", AnalysisState::Unknown),
        ("", AnalysisState::Unknown),
    ];
    for (name, state) in states {
        let answer = json!({ "id": "1", "audioAnalysisV7": { "__typename": name } });
        let analysis = &track(&answer).analyses[0];
        assert_eq!((analysis.state, analysis.typename.as_deref()), (state, Some(name)));
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
    }
    let failed =
        json!({ "audioAnalysisV7": { "__typename": "AudioAnalysisV7Failed", "error": { "message": "broken file" } } });
    assert_eq!(track(&failed).analyses[0].error.as_deref(), Some("broken file"));
    let odd = json!({ "audioAnalysisV7": { "__typename": "AudioAnalysisV7Failed", "error": { "message": 7 } } });
    assert_eq!(track(&odd).analyses[0].unread["error"]["message"], 7);
    let missing = json!({ "__typename": "LibraryTrackNotFoundError", "message": "no such track" });
    assert_eq!(track(&missing).message.as_deref(), Some("no such track"));
}

#[test]
fn without_names_the_content_tells_the_state() {
    let of = |analysis: Value| track(&json!({ "audioAnalysisV8": analysis })).analyses[0].state;
    assert_eq!(of(json!({ "result": {} })), AnalysisState::Finished);
    assert_eq!(of(json!({ "error": { "message": "x" } })), AnalysisState::Failed);
    assert_eq!(of(json!({})), AnalysisState::Unknown);
}

#[test]
fn the_newest_finished_version_is_the_result() {
    let mut answer = graphql();
    assert_eq!(track(&answer).newest_result().unwrap().0, "V7");
    answer["audioAnalysisV7"] = json!({ "__typename": "AudioAnalysisV7Processing" });
    assert_eq!(track(&answer).newest_result().unwrap().0, "V6");
    answer["audioAnalysisV10"] = json!({ "__typename": "AudioAnalysisV10Finished", "result": { "bpm": 90 } });
    assert_eq!(track(&answer).newest_result().unwrap().0, "V10");
}

#[test]
fn a_tempo_of_zero_is_none() {
    for (answer, expected) in [
        (json!({ "bpm": 0, "bpmPrediction": { "value": 0, "confidence": 0.1 } }), None),
        (json!({ "bpm": -3.5 }), None),
        (json!({ "bpm": 90, "bpmPrediction": { "value": 0 } }), Some(90.0)),
        (json!({ "bpm": 90, "bpmPrediction": { "value": 91.5 } }), Some(91.5)),
        (json!({ "bpm": "90" }), None),
    ] {
        let track = track(&json!({ "audioAnalysisV6": { "result": answer } }));
        assert_eq!(track.newest_result().unwrap().1.tempo_bpm(), expected);
    }
    assert_eq!(ModelOutputs::read(&json!({ "items": [{ "version": "BpmV2", "tag": 0 }] })).tempo_bpm(), None);
}

#[test]
fn what_is_unknown_or_odd_is_kept_beside() {
    let answer = json!({ "audioAnalysisV7": { "result": {
        "tempoFeel": "laid back", "bpm": "fast", "genreTags": ["polka", null, 7], "genre": { "polka": 0.9, "pop": "high" } } } });
    let track = track(&answer);
    let result = track.newest_result().unwrap().1;
    assert_eq!((result.unread["tempoFeel"].as_str(), result.unread["bpm"].as_str()), (Some("laid back"), Some("fast")));
    assert_eq!(result.genre_tags.as_deref(), Some(&["polka".to_owned()][..]));
    assert_eq!(result.unread["genreTags"], json!(["polka", null, 7]));
    assert_eq!((result.genre.as_ref().unwrap()["polka"], result.genre.as_ref().unwrap()["pop"]), (Some(0.9), None));
    let items = json!({ "items": [{ "version": "BpmV3", "tag": "x" }, 7, { "version": "KeyV2" }, { "version": "KeyV2", "tag": "b" }] });
    let outputs = ModelOutputs::read(&items);
    assert_eq!(
        outputs.unread,
        [json!({ "version": "BpmV3", "tag": "x" }), json!(7), json!({ "version": "KeyV2", "tag": "b" })]
    );
}

#[test]
fn bare_answers_and_provider_results_are_told_apart() {
    let of = |text: &str| ProviderResult::from_json(text);
    let whole = format!("{{\"data\": {{\"libraryTrack\": {}}}}}", GRAPHQL.trim());
    for text in [GRAPHQL, &whole] {
        let result = of(text).unwrap();
        assert_eq!((result.api.as_str(), result.raw.text()), ("graphql", GRAPHQL.trim()));
        assert_eq!(
            (result.track_id.as_deref(), result.external_id.as_deref()),
            (Some("10000001"), Some("balanced-test"))
        );
    }
    let bare = of(REST).unwrap();
    assert_eq!((bare.api.as_str(), bare.raw.text(), bare.track_id.as_deref()), ("rest-v1", REST.trim(), None));
    let kept =
        serde_json::to_string(&ProviderResult { fetched_at: Some("2026-11-30T18:00:00Z".to_owned()), ..bare }).unwrap();
    let back = of(&kept).unwrap();
    assert_eq!((back.raw.text(), back.fetched_at.as_deref()), (REST.trim(), Some("2026-11-30T18:00:00Z")));
    for (text, word) in [
        ("nonsense", "not JSON"),
        ("[1]", "no JSON object"),
        ("{}", "no answer of Cyanite"),
        ("{\"items\": 3}", "no answer of Cyanite"),
        ("{\"raw\": {}}", "no provider result"),
        ("{\"data\": {\"libraryTrack\": null}}", "no answer of Cyanite"),
    ] {
        assert!(of(text).unwrap_err().to_string().contains(word), "{text}");
    }
    assert_eq!(of("{\"__typename\": \"LibraryTrackNotFoundError\"}").unwrap().api, "graphql");
}

/// Any JSON, small enough to be made often.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z:/ ]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z_]{1,10}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Replaces the value at the `at`-th place of a walk through `value`.
fn replace(value: &mut Value, at: &mut usize, with: &Value) {
    if *at == 0 {
        *value = with.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| replace(value, at, with)),
        Value::Array(items) => items.iter_mut().for_each(|value| replace(value, at, with)),
        _ => {}
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(object) => object.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A marker put anywhere is found again in the typed reading: in a field, or unread. The raw text never changes.
    #[test]
    fn no_mutation_is_lost(places in prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..6),
                           marker in any::<prop::sample::Index>(), use_rest in any::<bool>()) {
        let mut answer = if use_rest { rest() } else { graphql() };
        for (place, value) in &places {
            let mut at = place.index(count(&answer));
            replace(&mut answer, &mut at, value);
        }
        let mut at = marker.index(count(&answer));
        let is_root = at == 0;
        let mark = json!({ "found-again": [7] });
        replace(&mut answer, &mut at, &mark);
        let text = answer.to_string();
        let result = ProviderResult {
            provider: PROVIDER.to_owned(),
            api: if use_rest { "rest-v1" } else { "graphql" }.to_owned(),
            raw: Raw::new(text.clone()).unwrap(),
            ..ProviderResult::default()
        };
        let typed = match result.reading() {
            Reading::Graphql(track) => serde_json::to_string(&track).unwrap(),
            Reading::Rest(outputs) => serde_json::to_string(&outputs).unwrap(),
            Reading::Unknown => String::new(),
        };
        let kept = serde_json::to_string(&result).unwrap();
        let back = ProviderResult::from_json(&kept).unwrap();
        prop_assert_eq!(back.raw.text(), &text);
        // What is no object, or no list of outputs, is kept as text alone.
        let is_read = answer.is_object() && (!use_rest || answer["items"].is_array());
        prop_assert!(is_root || !is_read || typed.contains("found-again"), "{}", text);
    }

    #[test]
    fn any_json_is_read(value in any_json()) {
        let _ = (LibraryTrack::read(&value), ModelOutputs::read(&value), ProviderResult::from_json(&value.to_string()));
        let _ = LibraryTrack::read(&json!({ "audioAnalysisV7": { "result": value } }));
    }
}
