//! Conversion of the façade's errors to Python exceptions, one class per kind.

use balanced::{Error, ErrorKind, InputFault};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// Returns the name of the exception class in `balanced_mastering._errors`.
fn class_name(error: &Error) -> &'static str {
    match (error.kind(), error.input_fault()) {
        (ErrorKind::Input, Some(InputFault::Open)) => "AudioFileNotFoundError",
        (ErrorKind::Input, Some(InputFault::NotAudio)) => "NotAudioError",
        (ErrorKind::Input, Some(InputFault::Unsupported)) => "UnsupportedFormatError",
        (ErrorKind::Input, Some(InputFault::Damaged)) => "DamagedFileError",
        (ErrorKind::Input, Some(InputFault::Read)) => "ReadError",
        (ErrorKind::Input, Some(InputFault::Changed)) => "ChangedFileError",
        (ErrorKind::Input, _) => "InputError",
        (ErrorKind::Output, _) => "OutputError",
        (ErrorKind::Settings, _) => "SettingsError",
        (ErrorKind::Plugin, _) => "PluginError",
        (ErrorKind::Limit, _) => "LimitError",
        (ErrorKind::Cancelled, _) => "CancelledError",
        (ErrorKind::Internal, _) => "InternalError",
        _ => "BalancedError",
    }
}

fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || py.import("balanced_mastering._errors").map(Bound::unbind))?;
    Ok(module.bind(py))
}

/// Converts `error` to its Python exception.
pub fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    let made = || {
        let details = PyDict::new(py);
        details.set_item("file", error.path().map(|path| path.display().to_string()))?;
        details.set_item("problem", error.problem())?;
        details.set_item("remedy", error.remedy())?;
        module(py)?.getattr(class_name(error))?.call((error.to_string(),), Some(&details))
    };
    made().map_or_else(|failure| failure, PyErr::from_value)
}

/// Creates a `SettingsError` with `problem` and `remedy`.
pub fn settings(py: Python<'_>, problem: &str, remedy: &str) -> PyErr {
    let made = || {
        let details = PyDict::new(py);
        details.set_item("problem", problem)?;
        details.set_item("remedy", remedy)?;
        module(py)?.getattr("SettingsError")?.call((format!("{problem}; {remedy}"),), Some(&details))
    };
    made().map_or_else(|failure| failure, PyErr::from_value)
}

/// Converts an error of Cyanite's client to `CyaniteError`.
pub fn cyanite_error(py: Python<'_>, error: &balanced::cyanite::Error) -> PyErr {
    let made = || {
        let details = PyDict::new(py);
        details.set_item("file", error.subject())?;
        details.set_item("problem", error.problem())?;
        details.set_item("remedy", error.remedy())?;
        details.set_item("reason", error.kind().name())?;
        details.set_item("code", error.code())?;
        details.set_item("retry_after_s", error.retry_after().map(|wait| wait.as_secs_f64()))?;
        module(py)?.getattr("CyaniteError")?.call((error.to_string(),), Some(&details))
    };
    made().map_or_else(|failure| failure, PyErr::from_value)
}

/// Results whose error converts to a Python exception.
pub trait Raise<T> {
    /// Returns the value, or raises the exception.
    fn raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raise<T> for Result<T, Error> {
    fn raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| to_python(py, &error))
    }
}
