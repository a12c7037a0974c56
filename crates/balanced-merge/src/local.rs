//! The local side: an analysis of this program, what people said, and what was merged before.

use balanced_model::{Analysis, Tag, Tags};
use serde::Deserialize;

use crate::assumptions::SAYS_NOTHING_UP_TO;
use crate::field::Kind;
use crate::value::{BALANCED, HUMAN};
use crate::vocabulary::KeyName;
use crate::{FieldName, FieldValue, HumanValue, MERGE_VERSION, Merged, NotAResult, ProviderResult, RankedLabel, Raw};

/// Most labels of a local ranking that lead.
const MOST_LEADING: usize = 4;

/// The local side of a merge.
#[derive(Clone, Debug)]
pub struct Local {
    /// The analysis as it came.
    pub(crate) raw: Raw,
    pub(crate) analysis: Analysis,
    pub(crate) human: Vec<HumanValue>,
    /// Answers that were merged before.
    pub(crate) results: Vec<ProviderResult>,
}

/// What people may add to an analysis.
#[derive(Deserialize)]
struct Additions {
    #[serde(default)]
    human: Vec<HumanValue>,
}

/// What tells a merged document.
#[derive(Deserialize)]
struct Mark {
    merge_version: Option<u32>,
}

impl Local {
    /// Reads an analysis as `balanced analyze --json` prints it, or a merged document, whose answers are merged again.
    ///
    /// Either may hold `human`, a list of [`HumanValue`].
    ///
    /// # Errors
    /// Returns what is wrong if `text` is neither, if a person's value does not fit its field, or if the document is of a
    /// newer version.
    pub fn from_json(text: &str) -> Result<Self, NotAResult> {
        let mark: Mark =
            serde_json::from_str(text).map_err(|error| NotAResult::new(format!("is no result ({error})")))?;
        let Some(version) = mark.merge_version else { return Self::of_analysis(text) };
        if version > MERGE_VERSION {
            let problem =
                format!("is a merged document of version {version}; this program reads up to {MERGE_VERSION}");
            return Err(NotAResult::new(problem));
        }
        let merged: Merged = serde_json::from_str(text)
            .map_err(|error| NotAResult::new(format!("is a damaged merged document ({error})")))?;
        Self::of_merged(merged)
    }

    /// Takes an analysis.
    #[must_use]
    pub fn from_analysis(analysis: &Analysis) -> Self {
        let raw = serde_json::to_string(analysis).ok().and_then(|text| Raw::new(text).ok()).unwrap_or_default();
        Self { raw, analysis: analysis.clone(), human: Vec::new(), results: Vec::new() }
    }

    /// Returns the local analysis.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// Returns the local side with a person's value beside the others.
    ///
    /// # Errors
    /// Returns what is wrong if the value does not fit its field.
    pub fn with_human(mut self, value: HumanValue) -> Result<Self, NotAResult> {
        check(&value)?;
        add(&mut self.human, value);
        Ok(self)
    }

    fn of_analysis(text: &str) -> Result<Self, NotAResult> {
        let no_analysis = |error| NotAResult::new(format!("is no analysis of this program ({error})"));
        let analysis: Analysis = serde_json::from_str(text).map_err(no_analysis)?;
        let additions: Additions = serde_json::from_str(text)
            .map_err(|error| NotAResult::new(format!("has something wrong under \"human\" ({error})")))?;
        let raw = Raw::new(text.trim()).map_err(no_analysis)?;
        let local = Self { raw, analysis, human: Vec::new(), results: Vec::new() };
        additions.human.into_iter().try_fold(local, Self::with_human)
    }

    fn of_merged(merged: Merged) -> Result<Self, NotAResult> {
        let mut local = Self::of_analysis(merged.local.text())?;
        local.results = merged.results;
        local.results.extend(merged.set_aside.into_iter().map(|aside| aside.result));
        merged.human.into_iter().try_fold(local, Self::with_human)
    }

    /// Every local value of a field, people's last.
    pub(crate) fn values(&self, field: FieldName) -> Vec<FieldValue> {
        let mut values: Vec<_> = self.measured(field).into_iter().collect();
        values.extend(self.tags(field).and_then(by_people));
        values.extend(self.human.iter().filter(|human| human.field == field).map(human_value));
        values.retain(FieldValue::says_something);
        values
    }

    fn measured(&self, field: FieldName) -> Option<FieldValue> {
        let measured = &self.analysis.measurements;
        let base = FieldValue {
            source: BALANCED.to_owned(),
            version: Some(self.analysis.provenance.balanced_version.clone()),
            ..FieldValue::default()
        };
        let value = match field {
            FieldName::Tempo => {
                let tempo = measured.tempo.as_ref()?;
                base.with_number(Some(tempo.bpm?)).with_confidence(Some(tempo.confidence))
            }
            FieldName::Key => {
                let key = measured.key.as_ref()?;
                base.with_word(Some(key.name.clone()?), None).with_confidence(Some(key.confidence))
            }
            FieldName::TimeSignature => {
                let tempo = measured.tempo.as_ref()?;
                base.with_word(Some(tempo.time_signature.clone()?), None).with_confidence(Some(tempo.bar_confidence))
            }
            FieldName::Energy => base.with_number(measured.tags.as_ref()?.measures.energy),
            FieldName::Arousal => base.with_number(measured.tags.as_ref()?.measures.arousal_proxy),
            _ => {
                let tags: Vec<_> = self.tags(field)?.iter().filter(|tag| tag.source != HUMAN).collect();
                let model = tags.first().and_then(|tag| tag.model.clone());
                FieldValue { model, ..base.with_ranking(ranked(&tags)) }
            }
        };
        Some(value)
    }

    fn tags(&self, field: FieldName) -> Option<&[Tag]> {
        let tags: &Tags = self.analysis.measurements.tags.as_ref()?;
        match field {
            FieldName::Genre => Some(&tags.genre),
            FieldName::Subgenre => Some(&tags.subgenre),
            FieldName::Mood => Some(&tags.mood),
            FieldName::Instrument => Some(&tags.instrument),
            FieldName::Voice => Some(&tags.voice),
            _ => None,
        }
    }
}

fn ranked(tags: &[&Tag]) -> Vec<RankedLabel> {
    let ranked = |(place, tag): (usize, &&Tag)| RankedLabel {
        label: tag.label.clone(),
        score: Some(tag.score),
        leads: place < MOST_LEADING && tag.score > SAYS_NOTHING_UP_TO,
        ..RankedLabel::default()
    };
    tags.iter().enumerate().map(ranked).collect()
}

/// Tags that a person put into the analysis.
fn by_people(tags: &[Tag]) -> Option<FieldValue> {
    let labels: Vec<_> = tags.iter().filter(|tag| tag.source == HUMAN).map(|tag| tag.label.clone()).collect();
    (!labels.is_empty())
        .then(|| FieldValue { source: HUMAN.to_owned(), ..FieldValue::default() }.with_ranking(said(&labels)))
}

fn human_value(human: &HumanValue) -> FieldValue {
    let value = FieldValue {
        source: HUMAN.to_owned(),
        by: human.by.clone(),
        at: human.at.clone(),
        ranking: said(&human.labels),
        ..FieldValue::default()
    };
    let given = human.word.as_deref();
    let word = match human.field.kind() {
        Kind::Key => given.and_then(KeyName::parse).map(|key| key.to_string()),
        _ => human.word.clone(),
    };
    value.with_number(human.number).with_word(word, given)
}

fn said(labels: &[String]) -> Vec<RankedLabel> {
    labels.iter().map(|label| RankedLabel { label: label.clone(), leads: true, ..RankedLabel::default() }).collect()
}

fn add(values: &mut Vec<HumanValue>, value: HumanValue) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Fails where a person's value is not of its field's kind.
fn check(human: &HumanValue) -> Result<(), NotAResult> {
    let name = human.field.name();
    let number = human.number.is_some_and(f64::is_finite);
    let is_right = match human.field.kind() {
        Kind::Tempo => human.number.is_some_and(|bpm| bpm.is_finite() && bpm > 0.0),
        Kind::Key => human.word.as_deref().and_then(KeyName::parse).is_some(),
        Kind::Word => human.word.is_some(),
        Kind::Energy => number || human.word.is_some(),
        Kind::Axis => number,
        Kind::Ranking(_) | Kind::Voice => !human.labels.is_empty(),
        Kind::Open => human.word.is_some() || !human.labels.is_empty(),
    };
    let wanted = match human.field.kind() {
        Kind::Tempo => "\"number\", beats a minute",
        Kind::Key => "\"word\", such as \"F# minor\"",
        Kind::Word => "\"word\"",
        Kind::Energy => "\"number\" from 0 to 1, or \"word\"",
        Kind::Axis => "\"number\"",
        Kind::Ranking(_) | Kind::Voice => "\"labels\", best first",
        Kind::Open => "\"word\" or \"labels\"",
    };
    let problem = || NotAResult::new(format!("a person's value of {name} does not fit; it needs {wanted}"));
    is_right.then_some(()).ok_or_else(problem)
}
