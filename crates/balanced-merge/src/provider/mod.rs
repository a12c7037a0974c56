//! Values of an answer, field by field.

mod graphql;
mod rest;

use std::collections::BTreeMap;

use crate::cyanite::{PROVIDER, ProviderResult, Reading, Scores, Words};
use crate::vocabulary::{Category, KeyName, normalised};
use crate::{FieldName, FieldValue, RankedLabel};

/// Values of an answer, and what else is to be told of it.
#[derive(Default)]
pub(crate) struct Said {
    pub values: Vec<(FieldName, FieldValue)>,
    pub notes: Vec<String>,
}

/// Reads the answer at `place` of the document's results.
pub(crate) fn said(result: &ProviderResult, place: usize) -> Said {
    let writer = Writer { result, place, said: Said::default() };
    let mut said = match result.reading() {
        Reading::Graphql(track) => graphql::said(writer, &track),
        Reading::Rest(outputs) => rest::said(writer, &outputs),
        Reading::Unknown => {
            let note = format!(
                "{} {}: this version does not read that interface; the answer is kept",
                result.provider, result.api
            );
            Said { notes: vec![note], ..Said::default() }
        }
    };
    said.values.retain(|(_, value)| value.says_something());
    said
}

/// Collects values, each with where it comes from.
struct Writer<'a> {
    result: &'a ProviderResult,
    place: usize,
    said: Said,
}

impl Writer<'_> {
    fn note(&mut self, note: String) {
        self.said.notes.push(note);
    }

    /// A value without content yet.
    fn value(&self, model: &str) -> FieldValue {
        FieldValue {
            source: PROVIDER.to_owned(),
            api: Some(self.result.api.clone()),
            model: Some(model.to_owned()),
            at: self.result.fetched_at.clone(),
            result: Some(self.place),
            ..FieldValue::default()
        }
    }

    fn push(&mut self, field: FieldName, value: FieldValue) {
        self.said.values.push((field, value));
    }

    fn number(&mut self, field: FieldName, model: &str, number: Option<f64>, confidence: Option<f64>) {
        let value = self.value(model).with_number(number).with_confidence(confidence);
        self.push(field, value);
    }

    fn word(&mut self, field: FieldName, model: &str, category: Option<Category>, word: Option<&String>) {
        let normal = |word: &String| category.map_or_else(|| word.clone(), |category| normalised(category, word).label);
        let value = self.value(model).with_word(word.map(normal), word.map(String::as_str));
        self.push(field, value);
    }

    /// A key: a word that stays as it is where it is no name of a key.
    fn key(&mut self, model: &str, word: Option<&String>, confidence: Option<f64>) {
        let name = |word: &String| KeyName::parse(word).map_or_else(|| word.clone(), |key| key.to_string());
        let value = self.value(model).with_word(word.map(name), word.map(String::as_str));
        self.push(FieldName::Key, value.with_confidence(confidence));
    }

    fn ranking(&mut self, field: FieldName, model: &str, ranking: Vec<RankedLabel>) {
        let value = self.value(model).with_ranking(ranking);
        self.push(field, value);
    }

    /// Labels in their order, all of which apply.
    fn list(&mut self, field: FieldName, model: &str, labels: &[String]) {
        let ranked = |label: &String| RankedLabel { label: label.clone(), leads: true, ..RankedLabel::default() };
        self.ranking(field, model, labels.iter().map(ranked).collect());
    }
}

/// Labels by score, the highest first; those that lead but have no score come before the others.
fn by_score(category: Category, scores: Option<&Scores>, tags: Option<&Vec<String>>) -> Vec<(Category, RankedLabel)> {
    let tags = tags.map_or(&[][..], Vec::as_slice);
    let scored = scores.into_iter().flatten().filter_map(|(label, score)| Some((label, Some((*score)?))));
    let mut labels: BTreeMap<&String, Option<f64>> = scored.collect();
    tags.iter().for_each(|tag| {
        labels.entry(tag).or_default();
    });
    let ranked = |(given, score): (&String, Option<f64>)| {
        let normal = normalised(category, given);
        let as_given = (normal.label != *given).then(|| given.clone());
        let ranked = RankedLabel { label: normal.label, score, leads: tags.contains(given), as_given, presence: None };
        (normal.category, ranked)
    };
    let mut ranking: Vec<_> = labels.into_iter().map(ranked).collect();
    let key = |ranked: &RankedLabel| ranked.score.unwrap_or(if ranked.leads { f64::MAX } else { f64::MIN });
    ranking.sort_by(|(_, a), (_, b)| key(b).total_cmp(&key(a)).then_with(|| a.label.cmp(&b.label)));
    ranking
}

/// Labels of one category, by score.
fn scored(category: Category, scores: Option<&Scores>, tags: Option<&Vec<String>>) -> Vec<RankedLabel> {
    let of = |(found, ranked): (Category, RankedLabel)| (found == category).then_some(ranked);
    by_score(category, scores, tags).into_iter().filter_map(of).collect()
}

/// Instruments by how much of the track they play.
fn by_presence(presence: Option<&Words>, tags: Option<&Vec<String>>) -> Vec<RankedLabel> {
    let place = |ranked: &RankedLabel| {
        let words = Category::Presence.labels();
        ranked.presence.as_deref().and_then(|word| words.iter().position(|known| *known == word))
    };
    let mut ranking = scored(Category::Instrument, None, tags);
    for (given, word) in presence.into_iter().flatten() {
        let label = normalised(Category::Instrument, given).label;
        match ranking.iter_mut().find(|ranked| ranked.label == label) {
            Some(ranked) => ranked.presence.clone_from(word),
            None => {
                let as_given = (label != *given).then(|| given.clone());
                ranking.push(RankedLabel { label, presence: word.clone(), as_given, ..RankedLabel::default() });
            }
        }
    }
    ranking.sort_by(|a, b| {
        place(b).cmp(&place(a)).then_with(|| b.leads.cmp(&a.leads)).then_with(|| a.label.cmp(&b.label))
    });
    ranking
}
