//! Long calls: progress, Ctrl-C, and stopping from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use balanced::{Error, Progress};
use pyo3::prelude::*;

use crate::errors::Raise;

/// How often the interpreter is asked for signals and told of progress.
const INTERVAL: Duration = Duration::from_millis(20);

/// A switch that stops the calls it was given to, from any thread.
#[pyclass(module = "balanced_mastering", frozen)]
#[derive(Default)]
pub struct CancelToken {
    flag: Arc<AtomicBool>,
}

#[pymethods]
impl CancelToken {
    /// A switch that is not thrown yet.
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Stop every call that holds this token; it raises `CancelledError`.
    fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[getter]
    fn cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// What watches over one call.
pub struct Watch {
    callback: Option<Py<PyAny>>,
    cancel: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the interpreter was last looked after.
    last: Option<Instant>,
    told: bool,
    raised: Option<PyErr>,
}

impl Watch {
    /// `callback(stage, fraction)` is told of progress; `token` stops the call.
    pub fn new(callback: Option<Py<PyAny>>, token: Option<&Bound<'_, CancelToken>>) -> Self {
        let cancel = token.map_or_else(Arc::default, |token| token.get().flag.clone());
        Self { callback, cancel, state: Mutex::default() }
    }

    /// The flag that the façade looks at.
    pub fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Do `work` without the interpreter's lock; what a callback or a signal raised goes before what the work answers.
    pub fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
        let result = py.detach(work);
        match self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).raised.take() {
            Some(raised) => Err(raised),
            None => result.raise(py),
        }
    }

    /// For work that reports no progress of its own: look for signals, and fail if the call is to stop.
    pub fn breathe(&self) -> Result<(), Error> {
        self.look(|_| Ok(()));
        if self.cancel.load(Ordering::Relaxed) { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Told by the façade, without the interpreter's lock.
    pub fn at(&self, progress: Progress) {
        self.look(|py| match &self.callback {
            Some(callback) => callback.call1(py, (progress.stage.name(), progress.fraction)).map(drop),
            None => Ok(()),
        });
    }

    /// Take the interpreter's lock if it is time to, let signals raise, and `tell`.
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
