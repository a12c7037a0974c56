//! Long calls: progress callbacks, Ctrl-C, and cancellation from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use balanced::{Error, Progress};
use pyo3::prelude::*;

use crate::errors::Raise;

/// Interval at which the interpreter is asked for signals and told the progress.
const INTERVAL: Duration = Duration::from_millis(20);

/// A token that cancels the calls it was passed to, from any thread.
#[pyclass(module = "balanced_mastering", frozen)]
#[derive(Default)]
pub struct CancelToken {
    flag: Arc<AtomicBool>,
}

#[pymethods]
impl CancelToken {
    /// Creates a token that is not cancelled.
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Cancels every call that holds this token; the call raises `CancelledError`.
    fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[getter]
    fn cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Progress callback, cancel token and signal check of one call.
pub struct Watch {
    callback: Option<Py<PyAny>>,
    cancel: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Time of the last visit to the interpreter.
    last: Option<Instant>,
    told: bool,
    raised: Option<PyErr>,
}

impl Watch {
    /// Creates a watch that calls `callback(stage, fraction)` and stops the call by `token`.
    pub fn new(callback: Option<Py<PyAny>>, token: Option<&Bound<'_, CancelToken>>) -> Self {
        let cancel = token.map_or_else(Arc::default, |token| token.get().flag.clone());
        Self { callback, cancel, state: Mutex::default() }
    }

    /// Returns the cancel flag for the façade.
    pub fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Runs `work` without the interpreter's lock; an exception of a callback or signal takes precedence over its
    /// result.
    pub fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
        let result = py.detach(work);
        match self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).raised.take() {
            Some(raised) => Err(raised),
            None => result.raise(py),
        }
    }

    /// Checks signals for work that reports no progress of its own, and fails if the call was cancelled.
    pub fn breathe(&self) -> Result<(), Error> {
        self.look(|_| Ok(()));
        if self.cancel.load(Ordering::Relaxed) { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Receives progress from the façade, without the interpreter's lock.
    pub fn at(&self, progress: Progress) {
        self.look(|py| match &self.callback {
            Some(callback) => callback.call1(py, (progress.stage.name(), progress.fraction)).map(drop),
            None => Ok(()),
        });
    }

    /// Takes the interpreter's lock if the interval has passed, checks signals, and calls `tell`.
    fn look(&self, tell: impl FnOnce(Python<'_>) -> PyResult<()>) {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let started = *state.last.get_or_insert_with(Instant::now);
        let is_first = !std::mem::replace(&mut state.told, true);
        if state.raised.is_some() || (started.elapsed() < INTERVAL && !(is_first && self.callback.is_some())) {
            return;
        }
        let told = Python::attach(|py| {
            py.check_signals()?;
            tell(py)
        });
        if let Err(raised) = told {
            state.raised = Some(raised);
            self.cancel.store(true, Ordering::Relaxed);
        }
        state.last = Some(Instant::now());
    }
}
