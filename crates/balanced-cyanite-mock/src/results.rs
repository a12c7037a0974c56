//! Synthetic results, written from the documented schemas. No output of Cyanite's is in them.

use serde_json::{Map, Value, json};

const KEYS: [&str; 4] = ["cMajor", "aMinor", "fsMinor", "ebMajor"];
const GENRES: [&str; 4] = ["ambient", "electronicDance", "jazz", "rock"];
const MOODS: [&str; 4] = ["calm", "dark", "energetic", "happy"];

fn scores(labels: &[&str], first: usize) -> Value {
    let score = |at: usize| if at == first { 0.8 } else { 0.05 };
    let pairs = labels.iter().enumerate().map(|(at, label)| ((*label).to_owned(), json!(score(at))));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Returns a result of V6 or V7 for the track of a number.
pub(crate) fn graphql_result(number: u64, is_v7: bool) -> Value {
    let at = (number % 4) as usize;
    let series: Vec<f64> = (0..4).map(|segment| 0.2 * f64::from(segment)).collect();
    let mut result = json!({
        "genre": scores(&GENRES, at), "genreTags": [GENRES[at]], "mood": scores(&MOODS, at), "moodTags": [MOODS[at]],
        "moodMaxTimes": [{ "mood": MOODS[at], "start": 15.0, "end": 30.0 }], "voice": scores(&["female", "instrumental", "male"], 1),
        "voiceTags": ["instrumental"], "voicePresenceProfile": "none", "predominantVoiceGender": "none", "voiceoverExists": false,
        "voiceoverDegree": 0.01, "instruments": { "percussion": 0.6 }, "instrumentPresence": { "percussion": "throughout", "piano": "absent" },
        "instrumentTags": ["percussion"], "bpm": 60.0 + (number % 120) as f64, "bpmPrediction": { "value": 60.0 + (number % 120) as f64, "confidence": 0.9 },
        "bpmRangeAdjusted": 60.0 + (number % 120) as f64, "key": KEYS[at], "keyPrediction": { "value": KEYS[at], "confidence": 0.7 },
        "timeSignature": "4/4", "valence": 0.3, "arousal": 0.6, "energyLevel": "medium", "energyDynamics": "low",
        "emotionalProfile": "balanced", "emotionalDynamics": "low", "musicalEraTag": "contemporary", "movement": { "bouncy": 0.4 },
        "movementTags": ["bouncy"], "character": { "bold": 0.3 }, "characterTags": ["bold"], "subgenreEdm": null,
        "transformerCaption": "A synthetic track.", "freeGenreTags": "ambient, drone",
        "segments": { "representativeSegmentIndex": 1, "timestamps": [0.0, 15.0, 30.0, 45.0], "valence": series, "arousal": series, "subgenreEdm": null },
    });
    if is_v7 {
        result["advancedGenre"] = scores(&GENRES, at);
        result["advancedGenreTags"] = json!([GENRES[at]]);
        result["advancedInstrumentTagsExtended"] = json!([null, "taiko"]);
    }
    result
}

/// Returns the answer of a model of REST for the track of a number.
pub(crate) fn rest_model(model: &str, number: u64, bytes: u64) -> Value {
    let at = (number % 4) as usize;
    let mut answer = match model {
        "BpmV2" => {
            json!({ "tag": 60 + number % 120, "confidence": { "modelCertainty": 0.9, "predictionStability": 0.95, "confidence": 0.9 } })
        }
        "KeyV2" => {
            json!({ "tag": "cMajor", "confidence": { "modelCertainty": 0.7, "predictionStability": 0.8, "confidence": 0.7 } })
        }
        "MainGenreV2" => json!({ "scores": scores(&["ambient", "electronic", "jazz", "rock"], at), "tags": ["jazz"] }),
        "MoodSimpleV2" => json!({ "scores": scores(&MOODS, at), "tags": [MOODS[at]] }),
        "SubgenreV2" => json!({ "scores": null, "tags": null, "segments": null }),
        "ValenceArousalV2" => {
            json!({ "scores": { "valence": -0.2, "arousal": 0.4 }, "energyLevel": "varying", "emotionProfile": "neutral" })
        }
        "AudioFileInfoV1" => json!({ "duration": 180.0, "fileSizeB": bytes, "bitrate": 320, "samplerate": 44100 }),
        "AutoDescriptionV2" => json!({ "description": "A synthetic track." }),
        "FreeGenreV3" => json!({ "tags": ["ambient", "drone"] }),
        "AiMusicDetectionV1" => json!({ "isAiMusic": false, "score": 0.02 }),
        _ => json!({ "tags": [] }),
    };
    answer["version"] = json!(model);
    answer
}

/// Returns a result with every value null, but its version.
pub(crate) fn nulled(value: &Value) -> Value {
    let Value::Object(object) = value else { return Value::Null };
    let keep = |name: &str, value: &Value| if name == "version" { value.clone() } else { Value::Null };
    Value::Object(object.iter().map(|(name, value)| (name.clone(), keep(name, value))).collect())
}
