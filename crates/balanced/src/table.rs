//! Results as Arrow record batches with a fixed schema that is known before anything runs.
//!
//! A row has the text columns of [`ROW_COLUMNS`], then the result tree of `analyze` as nested columns, one per family.
//! The schema is derived from the JSON Schema of [`Analysis`], so that it holds every field. Wall time
//! (`provenance.elapsed_s`) is left out, so that the same file and settings give the same row.
//!
//! Rows of merged documents have columns called `cyanite_…` after these ([`merged_schema`]).

mod merged;

use std::sync::{Arc, OnceLock};

pub use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_json::ReaderBuilder;
pub use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use serde_json::Value;

use crate::{Analysis, Error};

pub use merged::{merged_batch, merged_schema};

/// Names of the text columns before the result tree: origin of the row, version and settings of the measurement, and
/// the error, if the file could not be measured (the result columns are null then).
pub const ROW_COLUMNS: [&str; 7] =
    ["path", "sha256", "config_hash", "balanced_version", "error_kind", "error", "error_remedy"];

/// Fields that differ between runs over the same file.
const VOLATILE: &str = "elapsed_s";

/// Returns the schema of every batch.
#[must_use]
pub fn schema() -> SchemaRef {
    static SCHEMA: OnceLock<SchemaRef> = OnceLock::new();
    SCHEMA.get_or_init(derive).clone()
}

/// Converts rows to a record batch; each row is a JSON object with the column names of [`schema`].
///
/// Missing columns become null; names that the schema does not have are ignored.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a row is not a JSON object or a value has another
/// type than its column.
pub fn batch<T: AsRef<str>>(rows: &[T]) -> Result<RecordBatch, Error> {
    batch_of(schema(), rows)
}

fn batch_of<T: AsRef<str>>(schema: SchemaRef, rows: &[T]) -> Result<RecordBatch, Error> {
    let failed = |problem: String| {
        let remedy = "give rows as `analyze` writes them";
        Error::settings(format!("these rows do not fit the schema: {problem}"), remedy)
    };
    let builder = ReaderBuilder::new(schema.clone()).with_batch_size(rows.len().max(1));
    let mut decoder = builder.build_decoder().map_err(|error| failed(error.to_string()))?;
    for row in rows {
        let mut left = row.as_ref().as_bytes();
        while !left.is_empty() {
            let taken = decoder.decode(left).map_err(|error| failed(error.to_string()))?;
            if taken == 0 {
                return Err(failed("a row holds more than one object".to_owned()));
            }
            left = &left[taken..];
        }
    }
    let batch = decoder.flush().map_err(|error| failed(error.to_string()))?;
    Ok(batch.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// Returns the analysis that a row holds, from a JSON object with the column names of [`schema`]; `None` for a failed one.
///
/// Columns may be null where `analyze` leaves a value out, as they are in a table, and the columns before the result tree
/// are ignored. Elapsed time is not in rows: it is zero.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the text is not such a row.
pub fn analysis(row: &str) -> Result<Option<Analysis>, Error> {
    let failed = |problem: String| {
        let remedy = "give rows that `analyze` measured, with all their columns";
        Error::settings(format!("this row does not fit the schema: {problem}"), remedy)
    };
    let mut tree: Value = serde_json::from_str(row).map_err(|error| failed(error.to_string()))?;
    let columns = tree.as_object_mut().ok_or_else(|| failed("it is not a JSON object".to_owned()))?;
    columns.retain(|_, value| !value.is_null());
    if !columns.contains_key("source") {
        return Ok(None);
    }
    if let Some(provenance) = columns.get_mut("provenance").and_then(Value::as_object_mut) {
        provenance.entry(VOLATILE).or_insert_with(|| Value::from(0.0));
    }
    serde_json::from_value(tree).map(Some).map_err(|error| failed(error.to_string()))
}

fn derive() -> SchemaRef {
    let tree = Value::from(schemars::schema_for!(Analysis));
    let definitions = &tree["$defs"];
    let mut fields: Vec<Field> = ROW_COLUMNS.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    fields.extend(properties(&tree, definitions).iter().map(|field| field.as_ref().clone()));
    Arc::new(Schema::new(fields))
}

fn properties(tree: &Value, definitions: &Value) -> Fields {
    let properties = tree["properties"].as_object().expect("an object lists its properties");
    let kept = properties.iter().filter(|(name, _)| *name != VOLATILE);
    kept.map(|(name, property)| Field::new(name, data_type(property, definitions), true)).collect()
}

/// Returns the column type of a JSON Schema that schemars wrote for plain serde data.
fn data_type(tree: &Value, definitions: &Value) -> DataType {
    if let Some(reference) = tree["$ref"].as_str() {
        return data_type(&definitions[reference.rsplit('/').next().unwrap_or_default()], definitions);
    }
    let not_null = |kind: &&Value| kind["type"] != "null";
    if let Some(kind) = tree["anyOf"].as_array().and_then(|kinds| kinds.iter().find(not_null)) {
        return data_type(kind, definitions);
    }
    let kind = match &tree["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("number") => DataType::Float64,
        Some("integer") => DataType::Int64,
        Some("boolean") => DataType::Boolean,
        Some("array") => DataType::List(Arc::new(Field::new("item", data_type(&tree["items"], definitions), true))),
        Some("object") if tree["properties"].is_object() => DataType::Struct(properties(tree, definitions)),
        Some("object") => {
            let value = data_type(&tree["additionalProperties"], definitions);
            let entry = [Field::new("key", DataType::Utf8, false), Field::new("value", value, true)];
            let entries = Field::new("entries", DataType::Struct(entry.into_iter().collect()), false);
            DataType::Map(Arc::new(entries), false)
        }
        // Enum names and plain text.
        _ => DataType::Utf8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;

    #[test]
    fn a_real_result_fills_its_row_and_a_failed_one_is_null() {
        let analysis = crate::analyze_bytes(crate::DEMO_FLAC.to_vec(), &crate::AnalyzeOptions::default()).unwrap();
        let ok = serde_json::to_string(&analysis).unwrap();
        let failed = r#"{"path": "x.wav", "error_kind": "not_audio", "error": "is text"}"#.to_owned();
        let batch = batch(&[ok, failed]).unwrap();
        assert_eq!(batch.schema(), schema());
        let loudness = batch.column_by_name("loudness").unwrap().as_struct();
        let integrated = loudness.column_by_name("integrated_lufs").unwrap().as_primitive::<Float64Type>();
        assert_eq!(Some(integrated.value(0)), analysis.measurements.loudness.unwrap().integrated_lufs);
        assert!(integrated.is_null(1));
        assert_eq!(batch.column_by_name("error").unwrap().as_string::<i32>().value(1), "is text");
        let beats = batch.column_by_name("tempo").unwrap().as_struct().column_by_name("beats_s").unwrap();
        assert_eq!(beats.as_list::<i32>().value(0).len(), analysis.measurements.tempo.unwrap().beats_s.len());
    }

    #[test]
    fn every_family_is_a_column_and_wall_time_is_not() {
        let schema = schema();
        for family in crate::Family::ALL {
            assert!(schema.field_with_name(family.name()).is_ok(), "{family}");
        }
        let DataType::Struct(provenance) = schema.field_with_name("provenance").unwrap().data_type() else { panic!() };
        assert!(provenance.find("config_hash").is_some() && provenance.find(VOLATILE).is_none());
        assert_eq!(batch::<&str>(&[]).unwrap().num_rows(), 0);
        assert!(batch(&["[1]"]).is_err() && batch(&["{\"path\": 1} {}"]).is_err());
    }

    #[test]
    fn a_row_becomes_the_analysis_again() {
        let mut measured = crate::analyze_bytes(crate::DEMO_FLAC.to_vec(), &crate::AnalyzeOptions::default()).unwrap();
        measured.provenance.elapsed_s = 0.0;
        let mut row = serde_json::to_value(&measured).unwrap();
        row["provenance"].as_object_mut().unwrap().remove(VOLATILE);
        row["path"] = "mix.wav".into();
        row["error"] = Value::Null;
        let again = analysis(&row.to_string()).unwrap().unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&measured).unwrap());
        assert_eq!(analysis(r#"{"path": "x.wav", "error": "is text", "source": null}"#).unwrap(), None);
        assert!(analysis("[1]").is_err() && analysis(r#"{"source": {}}"#).is_err());
    }
}
