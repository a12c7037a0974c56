//! Local and Cyanite's values through time, side by side on Cyanite's positions.
//!
//! Tempo and key are compared position by position, by the measures of the whole track. What the arousal rises and falls with is
//! compared by order only, with the local loudness: there is no common scale. Valence and mood have no local counterpart and stand by
//! themselves.

use balanced_model::{Measurements, thousandths};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assumptions::{LEAST_BEATS, LEAST_POSITIONS};
use crate::compare::{Agreement, Relation, relate};
use crate::cyanite::{ModelOutputs, ProviderResult, Reading, ScoresOverTime, TaxonomySegments};
use crate::vocabulary::{Category, KeyName, normalised};
use crate::{FieldName, FieldValue};

/// A field through time, as one model of Cyanite says it, with the local values at the same positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeLine {
    /// Which field.
    pub field: FieldName,
    /// Model that says it.
    pub model: String,
    /// Place in `results` of the answer.
    pub result: usize,
    /// Local measure in `local`: `tempo` in beats a minute, `key`, `short_term_lufs`; `null` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_measure: Option<String>,
    /// Values at each position, in the order of time.
    pub points: Vec<TimePoint>,
    /// Positions at which both can be compared.
    pub compared: usize,
    /// Positions at which they agree, of those compared by a verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agree: Option<usize>,
    /// Spearman's rank correlation of the two, -1 to 1, where only their order can be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank_correlation: Option<f64>,
}

/// Values at one position.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimePoint {
    /// Position in seconds, as Cyanite gives it; whether it is the start or the centre of a stretch is documented differently in
    /// different places.
    pub at_s: f64,
    /// Local value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<TimeValue>,
    /// Cyanite's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cyanite: Option<TimeValue>,
    /// Whether they agree, where that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Agreement>,
    /// How Cyanite's relates to the local one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

/// A value at a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TimeValue {
    /// A number.
    Number(f64),
    /// A word: a key, or the label that leads.
    Word(String),
}

impl TimeValue {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(_) => None,
        }
    }
}

/// A series of Cyanite's: positions, and a value at each.
struct Series {
    field: FieldName,
    model: String,
    positions_s: Vec<Option<f64>>,
    values: Vec<Option<TimeValue>>,
}

/// Returns everything that the answers say through time, beside the local values.
pub(crate) fn through_time(local: &Measurements, results: &[ProviderResult]) -> Vec<TimeLine> {
    let mut lines = Vec::new();
    for (place, result) in results.iter().enumerate() {
        let series = match result.reading() {
            Reading::Graphql(track) => track.newest_result().map(|(version, found)| {
                let segments = found.segments.clone().unwrap_or_default();
                graphql(&format!("AudioAnalysis{version}"), segments)
            }),
            Reading::Rest(outputs) => Some(rest(&outputs)),
            Reading::Unknown => None,
        };
        let series = series.unwrap_or_default().into_iter();
        lines.extend(series.filter_map(|series| line(local, place, series)));
    }
    lines
}

fn graphql(model: &str, segments: crate::cyanite::Segments) -> Vec<Series> {
    let positions = segments.timestamps.unwrap_or_default();
    let series = |field, values| Series { field, model: model.to_owned(), positions_s: positions.clone(), values };
    vec![
        series(FieldName::Arousal, numbers(segments.arousal.as_deref())),
        series(FieldName::Valence, numbers(segments.valence.as_deref())),
        series(FieldName::Mood, leading(segments.mood.as_ref(), positions.len())),
    ]
}

fn rest(outputs: &ModelOutputs) -> Vec<Series> {
    let mut all = Vec::new();
    let mut push = |field, model: &str, positions: &Option<Vec<Option<f64>>>, values| {
        let positions_s = positions.clone().unwrap_or_default();
        all.push(Series { field, model: model.to_owned(), positions_s, values });
    };
    if let Some(segments) = outputs.bpm.as_ref().and_then(|bpm| bpm.segments.as_ref()) {
        // A tempo of zero or below is none.
        let values = numbers(segments.values.as_deref()).into_iter().map(|value| value.filter(is_positive)).collect();
        push(FieldName::Tempo, "BpmV2", &segments.timestamps_s, values);
    }
    if let Some(segments) = outputs.key.as_ref().and_then(|key| key.segments.as_ref()) {
        let name = |word: &String| KeyName::parse(word).map_or_else(|| word.clone(), |key| key.to_string());
        let words = segments.values.iter().flatten();
        let values = words.map(|word| word.as_ref().map(|word| TimeValue::Word(name(word)))).collect();
        push(FieldName::Key, "KeyV2", &segments.timestamps_s, values);
    }
    if let Some(segments) = outputs.valence_arousal.as_ref().and_then(|model| model.segments.as_ref()) {
        for (field, name) in [(FieldName::Arousal, "arousal"), (FieldName::Valence, "valence")] {
            push(field, "ValenceArousalV2", &segments.timestamps_s, numbers(scores(segments, name)));
        }
    }
    if let Some(segments) = outputs.mood.as_ref().and_then(|model| model.segments.as_ref()) {
        let count = segments.timestamps_s.as_ref().map_or(0, Vec::len);
        push(FieldName::Mood, "MoodSimpleV2", &segments.timestamps_s, leading(segments.values.as_ref(), count));
    }
    all
}

fn is_positive(value: &TimeValue) -> bool {
    value.number().is_some_and(|number| number > 0.0)
}

fn scores<'a>(segments: &'a TaxonomySegments, label: &str) -> Option<&'a [Option<f64>]> {
    segments.values.as_ref()?.get(label)?.as_deref()
}

fn numbers(values: Option<&[Option<f64>]>) -> Vec<Option<TimeValue>> {
    values.unwrap_or_default().iter().map(|value| value.map(TimeValue::Number)).collect()
}

/// The mood with the highest score at each position; the first by name where several have it.
fn leading(moods: Option<&ScoresOverTime>, count: usize) -> Vec<Option<TimeValue>> {
    let at = |place: usize| {
        let score = |scores: &Option<Vec<Option<f64>>>| scores.as_ref()?.get(place).copied().flatten();
        let scored = moods.into_iter().flatten().filter_map(|(label, scores)| Some((label, score(scores)?)));
        let (label, _) = scored.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some(TimeValue::Word(normalised(Category::Mood, label).label))
    };
    (0..count).map(at).collect()
}

/// The line of a series; `None` where it says nothing.
fn line(local: &Measurements, result: usize, series: Series) -> Option<TimeLine> {
    let Series { field, model, positions_s, values } = series;
    let mut points: Vec<TimePoint> = positions_s
        .iter()
        .zip(values)
        .filter_map(|(at_s, value)| Some(TimePoint { at_s: (*at_s)?, cyanite: Some(value?), ..TimePoint::default() }))
        .filter(|point| point.at_s.is_finite())
        .collect();
    points.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    if points.is_empty() {
        return None;
    }
    let stretches = stretches(&points);
    for (point, stretch) in points.iter_mut().zip(stretches) {
        point.local = at(local, field, stretch);
        if let (Some(ours), Some(theirs)) = (&point.local, &point.cyanite) {
            let related = relate(field, &value(ours, None), &value(theirs, Some(&model)));
            (point.agreement, point.relation) = related.unzip();
        }
    }
    let has_both = |point: &&TimePoint| point.local.is_some() && point.cyanite.is_some();
    let compared = points.iter().filter(has_both).count();
    let is_judged = points.iter().any(|point| point.agreement.is_some());
    let agree = points.iter().filter(|point| point.agreement == Some(Agreement::Agree)).count();
    Some(TimeLine {
        field,
        model,
        result,
        local_measure: measure(field).filter(|_| compared > 0).map(str::to_owned),
        compared,
        agree: is_judged.then_some(agree),
        rank_correlation: if is_judged { None } else { rank_correlation(&points) },
        points,
    })
}

fn measure(field: FieldName) -> Option<&'static str> {
    match field {
        FieldName::Tempo => Some("tempo"),
        FieldName::Key => Some("key"),
        FieldName::Arousal => Some("short_term_lufs"),
        _ => None,
    }
}

fn value(given: &TimeValue, model: Option<&String>) -> FieldValue {
    let base = FieldValue { model: model.cloned(), ..FieldValue::default() };
    match given {
        TimeValue::Number(number) => base.with_number(Some(*number)),
        TimeValue::Word(word) => base.with_word(Some(word.clone()), None),
    }
}

/// The stretch around each position, up to the middle of the way to its neighbours.
fn stretches(points: &[TimePoint]) -> Vec<[f64; 2]> {
    let at = |place: usize| points[place].at_s;
    let half = |a: usize, b: usize| (at(b) - at(a)) / 2.0;
    let last = points.len() - 1;
    let of = |place: usize| {
        let before = if place > 0 { half(place - 1, place) } else { half(0, last.min(1)) };
        let after = if place < last { half(place, place + 1) } else { half(last.saturating_sub(1), last) };
        [at(place) - before, at(place) + after]
    };
    (0..points.len()).map(of).collect()
}

/// The local value of a stretch.
fn at(local: &Measurements, field: FieldName, stretch: [f64; 2]) -> Option<TimeValue> {
    match field {
        FieldName::Tempo => tempo(&local.tempo.as_ref()?.beats_s, stretch).map(TimeValue::Number),
        FieldName::Key => {
            let overlap = |start_s: f64, end_s: f64| end_s.min(stretch[1]) - start_s.max(stretch[0]);
            let segments = local.key.as_ref()?.segments.iter();
            let inside = segments.map(|segment| (overlap(segment.start_s, segment.end_s), &segment.name));
            let longest = inside.filter(|(overlap, _)| *overlap > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))?;
            Some(TimeValue::Word(longest.1.clone()))
        }
        FieldName::Arousal => {
            let curve = &local.loudness.as_ref()?.curve;
            let windows = curve.short_term_lufs.iter().enumerate();
            let inside = windows.filter(|(place, _)| {
                let end_s = (*place as f64 + 1.0) * curve.hop_s;
                end_s > stretch[0] && end_s <= stretch[1]
            });
            loudness(inside.filter_map(|(_, lufs)| *lufs)).map(TimeValue::Number)
        }
        _ => None,
    }
}

/// The tempo of the beats in a stretch: that of their median interval.
fn tempo(beats_s: &[f64], stretch: [f64; 2]) -> Option<f64> {
    let inside: Vec<f64> = beats_s.iter().copied().filter(|at| (stretch[0]..stretch[1]).contains(at)).collect();
    if inside.len() < LEAST_BEATS {
        return None;
    }
    let mut intervals: Vec<f64> = inside.windows(2).map(|pair| pair[1] - pair[0]).collect();
    intervals.sort_by(f64::total_cmp);
    let middle = intervals.len() / 2;
    let median =
        if intervals.len() % 2 == 1 { intervals[middle] } else { (intervals[middle - 1] + intervals[middle]) / 2.0 };
    (median > 0.0).then(|| thousandths(60.0 / median))
}

/// The level whose energy is the mean of all.
fn loudness(levels: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for lufs in levels {
        sum += 10.0_f64.powf(lufs / 10.0);
        count += 1;
    }
    (count > 0).then(|| thousandths(10.0 * (sum / f64::from(count)).log10()))
}

/// Spearman's rank correlation with mean ranks for ties; `None` for too few positions, or where one side never changes.
fn rank_correlation(points: &[TimePoint]) -> Option<f64> {
    let both = |point: &TimePoint| Some((point.local.as_ref()?.number()?, point.cyanite.as_ref()?.number()?));
    let (ours, theirs): (Vec<f64>, Vec<f64>) = points.iter().filter_map(both).unzip();
    if ours.len() < LEAST_POSITIONS {
        return None;
    }
    let (a, b) = (ranks(&ours), ranks(&theirs));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let (both, of_a, of_b) = (sum(&a, &b), sum(&a, &a), sum(&b, &b));
    (of_a > 0.0 && of_b > 0.0).then(|| thousandths(both / (of_a * of_b).sqrt()))
}

/// The rank of each value from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        below + (equal + 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests;
