//! The merged document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Agreement, compare};
use crate::consensus::consensus;
use crate::through_time::through_time;
use crate::{
    Comparison, Consensus, FieldName, FieldValue, HumanValue, Local, ProviderResult, Raw, TimeLine, describe, provider,
};

/// Version of the merged document; raised when a name or a meaning changes.
pub const MERGE_VERSION: u32 = 1;

/// Local and Cyanite's values of one track side by side, how they agree, and everything they were taken from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merged {
    /// Version of this document.
    pub merge_version: u32,
    /// Version of the program that merged.
    pub balanced_version: String,
    /// The track, as the local analysis names it.
    pub source: MergedSource,
    /// Fields of which there is any value, in a fixed order.
    pub fields: Vec<Field>,
    /// What people should look at.
    pub disagreements: Vec<Disagreement>,
    /// Values through time: Cyanite's values and the local ones at the same positions.
    #[serde(default)]
    pub through_time: Vec<TimeLine>,
    /// What else is to be known: answers that are not finished, that could not be checked, that are not read.
    pub notes: Vec<String>,
    /// What people said.
    pub human: Vec<HumanValue>,
    /// Cyanite's answers, untouched, in the order that `result` counts.
    pub results: Vec<ProviderResult>,
    /// Answers about another file, which no field holds.
    pub set_aside: Vec<SetAside>,
    /// The local analysis, untouched.
    pub local: Raw,
}

/// The track.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MergedSource {
    /// Path as the user gave it to the analysis.
    pub path: Option<String>,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: Option<String>,
    /// Length in seconds.
    pub duration_s: f64,
}

/// A field with every value there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Which field.
    pub name: FieldName,
    /// The values: the local one, people's, then Cyanite's.
    pub values: Vec<FieldValue>,
    /// How each pair of values relates.
    pub comparisons: Vec<Comparison>,
    /// The value to use; `null` where none is sound.
    pub consensus: Option<Consensus>,
}

/// Values that do not agree, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Disagreement {
    /// Which field.
    pub field: FieldName,
    /// Places in the field's `values` of the two, or of the first two where several models say what one of them says.
    pub between: [usize; 2],
    /// Whether they are related or contradict each other.
    pub agreement: Agreement,
    /// What each says.
    pub message: String,
}

/// An answer about another file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetAside {
    /// Why it was not merged.
    pub reason: String,
    /// The answer, untouched.
    pub result: ProviderResult,
}

impl Merged {
    /// Returns a field, or `None` if nobody has a value of it.
    #[must_use]
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Puts the answers beside the local values and measures how they agree.
///
/// The order of `results` makes no difference, nor whether one of them is given twice. An answer about another file than the
/// local one, by its hash, is set aside.
#[must_use]
pub fn merge(local: &Local, results: &[ProviderResult]) -> Merged {
    let source = &local.analysis.source;
    let mut notes = Vec::new();
    let (results, set_aside) = sorted(local, results, &mut notes);
    let mut values: Vec<(FieldName, FieldValue)> = Vec::new();
    for field in FieldName::ALL {
        values.extend(local.values(field).into_iter().map(|value| (field, value)));
    }
    for (place, result) in results.iter().enumerate() {
        let said = provider::said(result, place);
        values.extend(said.values);
        notes.extend(said.notes);
    }
    let fields: Vec<_> = FieldName::ALL.into_iter().filter_map(|name| field(name, &values)).collect();
    Merged {
        merge_version: MERGE_VERSION,
        balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
        source: MergedSource {
            path: source.path.clone(),
            sha256: source.sha256.clone(),
            duration_s: source.duration_s,
        },
        disagreements: fields.iter().flat_map(disagreements).collect(),
        through_time: through_time(&local.analysis.measurements, &results),
        fields,
        notes,
        human: local.human.clone(),
        results,
        set_aside,
        local: local.raw.clone(),
    }
}

fn field(name: FieldName, values: &[(FieldName, FieldValue)]) -> Option<Field> {
    let values: Vec<_> = values.iter().filter(|(field, _)| *field == name).map(|(_, value)| value.clone()).collect();
    let comparisons = compare(name, &values);
    let consensus = consensus(name, &values, &comparisons);
    (!values.is_empty()).then_some(Field { name, values, comparisons, consensus })
}

/// What people should look at: contradictions, and related values of which none is settled. Values that several models share
/// are told once.
fn disagreements(field: &Field) -> Vec<Disagreement> {
    let is_open = |comparison: &&Comparison| match comparison.agreement {
        Agreement::Disagree => true,
        Agreement::Partly => field.consensus.is_none(),
        _ => false,
    };
    let mut groups: Vec<Vec<&Comparison>> = Vec::new();
    for comparison in field.comparisons.iter().filter(is_open) {
        let says = |other: &Comparison| other.between.map(|place| describe::what(field, &field.values[place]));
        let with = |group: &&mut Vec<&Comparison>| {
            says(group[0]) == says(comparison) && group[0].relation == comparison.relation
        };
        match groups.iter_mut().find(with) {
            Some(group) => group.push(comparison),
            None => groups.push(vec![comparison]),
        }
    }
    let told = |group: Vec<&Comparison>| Disagreement {
        field: field.name,
        between: group[0].between,
        agreement: group[0].agreement,
        message: describe::disagreement(field, &group),
    };
    groups.into_iter().map(told).collect()
}

/// Every answer once, in an order of its own, and those about another file apart.
fn sorted(local: &Local, given: &[ProviderResult], notes: &mut Vec<String>) -> (Vec<ProviderResult>, Vec<SetAside>) {
    let mut all: Vec<&ProviderResult> = local.results.iter().chain(given).collect();
    let key = |result: &ProviderResult| {
        (
            result.provider.clone(),
            result.api.clone(),
            result.fetched_at.clone(),
            result.track_id.clone(),
            result.raw.text().to_owned(),
        )
    };
    all.sort_by_cached_key(|result| (key(result), result.external_id.clone(), result.source_sha256.clone()));
    all.dedup();
    let (mut results, mut set_aside) = (Vec::new(), Vec::new());
    for result in all {
        match other_file(local, result) {
            Some(reason) => set_aside.push(SetAside { reason, result: result.clone() }),
            None => results.push(result.clone()),
        }
    }
    notes.extend(results.iter().filter_map(|result| unchecked(local, result)));
    notes.extend(set_aside.iter().map(|aside| aside.reason.clone()));
    (results, set_aside)
}

fn other_file(local: &Local, result: &ProviderResult) -> Option<String> {
    let (own, theirs) = (local.analysis.source.sha256.as_ref()?, result.source_sha256.as_ref()?);
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    (!own.eq_ignore_ascii_case(theirs)).then(|| {
        format!(
            "{} {}{}: is about another file (SHA-256 {} …, the local analysis {} …) and was set aside",
            result.provider,
            result.api,
            result.track_id.as_ref().map_or_else(String::new, |id| format!(" track {id}")),
            short(theirs),
            short(own)
        )
    })
}

fn unchecked(local: &Local, result: &ProviderResult) -> Option<String> {
    let whose = match (&local.analysis.source.sha256, &result.source_sha256) {
        (Some(_), Some(_)) => return None,
        (None, _) => "the local analysis has no SHA-256",
        (_, None) => "the answer does not say which file it is about",
    };
    Some(format!("{} {}: not checked to be about the file of the analysis: {whose}", result.provider, result.api))
}
