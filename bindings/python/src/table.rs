//! Arrow schema and record batches of a catalogue, exported by the PyCapsule interface.

use std::sync::Arc;

use balanced::merge::Merged;
use balanced::table;
use balanced::table::{ArrayRef, Field, FieldRef, StructArray};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use pyo3_arrow::ffi::{ArrayIterator, to_array_pycapsules, to_schema_pycapsule, to_stream_pycapsule};

use crate::analysis::json;
use crate::errors::Raise;
use crate::spec::parsed;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ArrowSchema>()?;
    module.add_class::<ArrowBatch>()?;
    module.add_function(wrap_pyfunction!(row_columns, module)?)?;
    module.add_function(wrap_pyfunction!(row_analysis, module)?)
}

/// Returns the names of the columns before the result tree.
#[pyfunction]
fn row_columns() -> Vec<&'static str> {
    table::ROW_COLUMNS.to_vec()
}

/// Returns the analysis that a row of JSON text holds, as JSON text; `None` for a failed one.
#[pyfunction]
fn row_analysis(py: Python<'_>, row: &str) -> PyResult<Option<String>> {
    Ok(py.detach(|| table::analysis(row)).raise(py)?.map(|analysis| json(&analysis)))
}

/// The fixed schema of rows of a catalogue, or of merged documents, for any library with the Arrow PyCapsule interface.
#[pyclass(module = "balanced_mastering", frozen)]
struct ArrowSchema {
    schema: table::SchemaRef,
}

#[pymethods]
impl ArrowSchema {
    #[new]
    #[pyo3(signature = (merged = false))]
    fn new(merged: bool) -> Self {
        Self { schema: if merged { table::merged_schema() } else { table::schema() } }
    }

    /// Names of the columns.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Exports the schema as an `ArrowSchema` PyCapsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.schema.as_ref())?)
    }

    fn __repr__(&self) -> String {
        self.schema.fields().iter().map(|field| format!("{}: {}\n", field.name(), field.data_type())).collect()
    }
}

/// Catalogue rows as one Arrow record batch, for any library with the Arrow PyCapsule interface.
#[pyclass(module = "balanced_mastering", frozen)]
struct ArrowBatch {
    batch: table::RecordBatch,
}

#[pymethods]
impl ArrowBatch {
    /// Creates a batch from rows of JSON text.
    #[new]
    fn new(py: Python<'_>, rows: Vec<String>) -> PyResult<Self> {
        let batch = py.detach(|| table::batch(&rows)).raise(py)?;
        Ok(Self { batch })
    }

    /// Creates a batch from merged documents as JSON text.
    #[staticmethod]
    fn of_merged(py: Python<'_>, documents: Vec<String>) -> PyResult<Self> {
        let parsed: PyResult<Vec<Merged>> = documents.iter().map(|text| parsed(py, "merged document", text)).collect();
        let parsed = parsed?;
        let batch = py.detach(|| table::merged_batch(&parsed)).raise(py)?;
        Ok(Self { batch })
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Exports the schema as an `ArrowSchema` PyCapsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        ArrowSchema { schema: self.batch.schema() }.__arrow_c_schema__(py)
    }

    /// Exports the batch as `ArrowSchema` and `ArrowArray` PyCapsules.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        Ok(to_array_pycapsules(py, self.row_field(), &self.array(), requested_schema)?)
    }

    /// Exports this one batch as an `ArrowArrayStream` PyCapsule.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batches = ArrayIterator::new([Ok(self.array())], self.row_field());
        Ok(to_stream_pycapsule(py, Box::new(batches), requested_schema)?)
    }
}

impl ArrowBatch {
    /// Returns the batch as one struct array, which is how it is exported.
    fn array(&self) -> ArrayRef {
        Arc::new(StructArray::from(self.batch.clone()))
    }

    /// Returns the struct field of a row.
    fn row_field(&self) -> FieldRef {
        Arc::new(Field::new_struct("", self.batch.schema().fields().clone(), false))
    }
}
