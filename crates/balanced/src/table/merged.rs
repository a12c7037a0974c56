//! Rows of merged documents: an analysis, then what Cyanite says and how that agrees.

use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use super::{DataType, Field, RecordBatch, Schema, SchemaRef, batch_of, schema};
use crate::Error;
use crate::merge::{self, FieldName, FieldValue, Holds, Merged};

/// Fields without anything to compare them with.
const NOT_COMPARED: [FieldName; 4] =
    [FieldName::Era, FieldName::FreeGenre, FieldName::MusicFor, FieldName::Description];

/// Returns the schema of batches of merged documents: the columns of [`schema`], then those of Cyanite.
///
/// For every field, `cyanite_FIELD` holds the value of the newest answer (of rankings the labels that lead), and
/// `cyanite_FIELD_agreement` and `cyanite_FIELD_relation` how it compares with the local one. `cyanite_disagreements` holds
/// the sentences about all of them, `cyanite_tracks` the provider's names of the track.
#[must_use]
pub fn merged_schema() -> SchemaRef {
    static SCHEMA: OnceLock<SchemaRef> = OnceLock::new();
    SCHEMA.get_or_init(derive).clone()
}

/// Converts merged documents to a record batch of [`merged_schema`].
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the local part of a document is no analysis.
pub fn merged_batch(documents: &[Merged]) -> Result<RecordBatch, Error> {
    let rows: Vec<String> = documents.iter().map(|merged| Value::Object(row(merged)).to_string()).collect();
    batch_of(merged_schema(), &rows)
}

fn derive() -> SchemaRef {
    let texts = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let mut fields: Vec<Field> = schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    for name in FieldName::ALL {
        let kind = match name.holds() {
            Holds::Number => DataType::Float64,
            Holds::Labels => texts.clone(),
            _ => DataType::Utf8,
        };
        fields.push(Field::new(column(name), kind, true));
        if !NOT_COMPARED.contains(&name) {
            let words = ["agreement", "relation"].map(|word| format!("{}_{word}", column(name)));
            fields.extend(words.map(|word| Field::new(word, DataType::Utf8, true)));
        }
    }
    fields.extend(["cyanite_disagreements", "cyanite_tracks"].map(|name| Field::new(name, texts.clone(), true)));
    Arc::new(Schema::new(fields))
}

fn column(name: FieldName) -> String {
    format!("cyanite_{}", name.name())
}

fn row(merged: &Merged) -> Map<String, Value> {
    let local = merged.local.value();
    let text = |pointer: &str| local.pointer(pointer).cloned().unwrap_or_default();
    let mut row = Map::from_iter([
        ("path".to_owned(), json!(merged.source.path)),
        ("sha256".to_owned(), json!(merged.source.sha256)),
        ("config_hash".to_owned(), text("/provenance/config_hash")),
        ("balanced_version".to_owned(), text("/provenance/balanced_version")),
    ]);
    row.extend(local.as_object().cloned().unwrap_or_default());
    merged.fields.iter().for_each(|field| add(&mut row, field));
    let told: Vec<_> =
        merged.disagreements.iter().map(|told| format!("{}: {}", told.field.name(), told.message)).collect();
    let tracks: Vec<_> = merged.results.iter().filter_map(|result| result.track_id.as_ref()).collect();
    row.insert("cyanite_disagreements".to_owned(), json!(told));
    row.insert("cyanite_tracks".to_owned(), json!(tracks));
    row
}

fn add(row: &mut Map<String, Value>, field: &merge::Field) {
    let newest = |(place, value): &(usize, &FieldValue)| (value.at.clone(), *place);
    let theirs = field.values.iter().enumerate().filter(|(_, value)| value.result.is_some()).max_by_key(newest);
    let Some((place, value)) = theirs else { return };
    let labels: Vec<_> = value.leading().map(|ranked| ranked.label.as_str()).collect();
    let content = match field.name.holds() {
        Holds::Number => json!(value.number),
        Holds::Labels => json!(labels),
        _ => json!(value.word),
    };
    row.insert(column(field.name), content);
    let local = field.values.iter().position(FieldValue::is_local);
    let pair = local.map(|local| [local.min(place), local.max(place)]);
    if let Some(told) = field.comparisons.iter().find(|comparison| Some(comparison.between) == pair) {
        row.insert(format!("{}_agreement", column(field.name)), json!(told.agreement));
        row.insert(format!("{}_relation", column(field.name)), json!(told.relation));
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;

    use super::*;
    use crate::merge::{Local, ProviderResult};

    #[test]
    fn a_merged_row_has_the_analysis_and_both_opinions() {
        let analysis = crate::analyze_bytes(crate::DEMO_FLAC.to_vec(), &crate::AnalyzeOptions::default()).unwrap();
        let bpm = analysis.measurements.tempo.as_ref().unwrap().bpm.unwrap();
        let answer =
            json!({ "id": "7", "audioAnalysisV7": { "result": { "bpm": 2.0 * bpm, "genreTags": ["rock", "metal"] } } });
        let result = ProviderResult::from_json(&answer.to_string()).unwrap();
        let merged = merge::merge(&Local::from_analysis(&analysis), &[result]);
        let bare = merge::merge(&Local::from_analysis(&analysis), &[]);
        let batch = merged_batch(&[merged, bare]).unwrap();
        assert_eq!(batch.schema(), merged_schema());
        assert!(batch.schema().fields().starts_with(schema().fields()));
        let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        let tempo = batch.column_by_name("cyanite_tempo").unwrap().as_primitive::<Float64Type>();
        assert_eq!((tempo.value(0), tempo.is_null(1)), (2.0 * bpm, true));
        assert_eq!(
            (text("cyanite_tempo_agreement").value(0), text("cyanite_tempo_relation").value(0)),
            ("partly", "double")
        );
        let genre = batch.column_by_name("cyanite_genre").unwrap().as_list::<i32>().value(0);
        assert_eq!(genre.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["metal", "rock"]);
        assert_eq!(text("sha256").value(0), analysis.source.sha256.unwrap());
        let loudness = batch.column_by_name("loudness").unwrap().as_struct();
        let integrated = loudness.column_by_name("integrated_lufs").unwrap().as_primitive::<Float64Type>();
        assert_eq!(Some(integrated.value(1)), analysis.measurements.loudness.unwrap().integrated_lufs);
    }
}
