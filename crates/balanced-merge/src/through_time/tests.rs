//! Values through time: positions, local values of stretches, agreement.

use balanced_model::{Key, KeySegment, Loudness, LoudnessCurve, Tempo};
use serde_json::{Value, json};

use super::*;
use crate::cyanite::samples::{graphql, rest};

/// Beats at 128, then at 64 a minute; F# minor, then A major; a minute in four steps of loudness.
fn local() -> Measurements {
    let mut beats_s: Vec<f64> = (0..64).map(|beat| f64::from(beat) * 60.0 / 128.0).collect();
    beats_s.extend((0..32).map(|beat| 30.0 + f64::from(beat) * 60.0 / 64.0));
    let key =
        |start_s, end_s, name: &str| KeySegment { start_s, end_s, name: name.to_owned(), ..KeySegment::default() };
    let steps = (0..600).map(|place| Some(-30.0 + 5.0 * f64::from(place / 150)));
    Measurements {
        tempo: Some(Tempo { beats_s, ..Tempo::default() }),
        key: Some(Key { segments: vec![key(0.0, 32.0, "F# minor"), key(32.0, 60.0, "A major")], ..Key::default() }),
        loudness: Some(Loudness {
            curve: LoudnessCurve { hop_s: 0.1, short_term_lufs: steps.collect(), ..LoudnessCurve::default() },
            ..Loudness::default()
        }),
        ..Measurements::default()
    }
}

fn answer(value: &Value) -> ProviderResult {
    ProviderResult::from_json(&value.to_string()).unwrap()
}

fn lines(value: &Value) -> Vec<TimeLine> {
    through_time(&local(), &[answer(value)])
}

fn of(lines: &[TimeLine], field: FieldName) -> &TimeLine {
    lines.iter().find(|line| line.field == field).unwrap()
}

fn word(text: &str) -> Option<TimeValue> {
    Some(TimeValue::Word(text.to_owned()))
}

#[test]
fn tempo_and_key_are_compared_position_by_position() {
    let lines = lines(&rest());
    let tempo = of(&lines, FieldName::Tempo);
    let at: Vec<f64> = tempo.points.iter().map(|point| point.at_s).collect();
    assert_eq!(at, [0.0, 15.0, 30.0, 45.0]);
    let relations: Vec<_> = tempo.points.iter().map(|point| point.relation).collect();
    // 128 and 128 BPM, then 64 and 128; around 30 s half of the beats are of each, and the median is one of the two.
    assert_eq!(
        [relations[0], relations[1], relations[3]],
        [Relation::Equal, Relation::Equal, Relation::Double].map(Some)
    );
    assert_eq!((tempo.compared, tempo.local_measure.as_deref()), (4, Some("tempo")));
    let key = of(&lines, FieldName::Key);
    assert_eq!((&key.points[0].local, &key.points[3].local), (&word("F# minor"), &word("A major")));
    assert_eq!(key.points[3].relation, Some(Relation::Relative));
    assert_eq!((key.compared, key.agree), (4, Some(3)), "of 22.5 to 37.5 s, most is F# minor");
}

#[test]
fn arousal_is_compared_by_order_with_the_loudness() {
    let with = |arousal: Value| {
        let mut value = graphql();
        value["audioAnalysisV7"]["result"]["segments"]["arousal"] = arousal;
        of(&lines(&value), FieldName::Arousal).clone()
    };
    let rising = with(json!([-0.5, -0.1, 0.0, 0.9]));
    assert_eq!((rising.rank_correlation, rising.compared, rising.agree), (Some(1.0), 4, None));
    assert_eq!(rising.points[0].local, Some(TimeValue::Number(-30.0)));
    assert_eq!(with(json!([0.9, 0.0, -0.1, -0.5])).rank_correlation, Some(-1.0));
    // Spearman with a tie: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4 have 0.9487 (by hand: 4.5 / sqrt(5 · 4.5)).
    assert_eq!(with(json!([0.1, 0.2, 0.2, 0.3])).rank_correlation, Some(0.949));
    assert_eq!(with(json!([0.2, 0.2, 0.2, 0.2])).rank_correlation, None, "it never changes");
    assert_eq!(with(json!([0.1, null, 0.2, 0.3])).rank_correlation, None, "three positions are too few");
}

#[test]
fn what_has_no_local_counterpart_stands_by_itself() {
    for (value, model) in [(graphql(), "AudioAnalysisV7"), (rest(), "MoodSimpleV2")] {
        let lines = lines(&value);
        let mood = of(&lines, FieldName::Mood);
        assert_eq!((mood.model.as_str(), &mood.points[0].cyanite), (model, &word("energetic")));
        assert_eq!((&mood.points[0].local, mood.compared, mood.agree), (&None, 0, None));
    }
}

/// Lists of different lengths, nulls, wrong kinds, no positions at all: whatever is not there is left out.
#[test]
fn half_of_an_answer_is_no_error() {
    let segments = |change: Value| {
        let mut value = graphql();
        value["audioAnalysisV7"]["result"]["segments"] = change;
        lines(&value)
    };
    assert_eq!(segments(Value::Null), []);
    assert_eq!(segments(json!({ "timestamps": null, "arousal": [0.1] })), []);
    let short =
        segments(json!({ "timestamps": [15, 0, null], "arousal": [0.1, null, 0.2, 0.3], "mood": { "calm": null } }));
    assert_eq!((short.len(), short[0].points.len(), short[0].points[0].at_s), (1, 1, 15.0));
    assert_eq!(through_time(&Measurements::default(), &[answer(&rest())]).len(), 5, "nothing local, all of theirs");
}
