//! Processing of arrays by chains.

use std::ffi::OsString;
use std::sync::{Mutex, MutexGuard, PoisonError};

use balanced::{AllowPlugins, AudioView, ChainStream, Error, PluginHost};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::arrays::{AudioArray, Collector};
use crate::errors::Raise;
use crate::source::layout;
use crate::spec::chain_spec;
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Engine>()?;
    module.add_function(wrap_pyfunction!(serve_plugin, module)?)
}

/// The command line of the program that hosts a chain's CLAP effects, and the plugins that it may load: none, all that are
/// installed (`True`), or those of a list.
#[derive(FromPyObject)]
pub struct Host(Vec<OsString>, Allow);

#[derive(FromPyObject)]
enum Allow {
    Installed(bool),
    Only(Vec<String>),
}

/// Returns the program that hosts a chain's CLAP effects; `None` if there is none to start.
pub fn plugin_host(Host(command, allow): Host) -> Option<PluginHost> {
    let mut words = command.into_iter();
    let program = words.next()?.into();
    let allow = match allow {
        Allow::Installed(false) => AllowPlugins::None,
        Allow::Installed(true) => AllowPlugins::Installed,
        Allow::Only(entries) => AllowPlugins::Only(entries),
    };
    Some(PluginHost { program, arguments: words.collect(), allow })
}

/// Hosts one plugin for the process that started this one; returns the exit code.
#[pyfunction]
fn serve_plugin(py: Python<'_>) -> i32 {
    py.detach(balanced::serve_plugin)
}

/// A running chain for one sample rate and number of channels.
#[pyclass(module = "balanced_mastering._native", frozen)]
struct Engine {
    sample_rate_hz: f64,
    layout: Option<String>,
    stream: Mutex<ChainStream>,
}

/// Ways to process audio.
#[derive(Clone, Copy)]
enum Mode {
    /// A whole programme, with latency compensation.
    Render,
    /// The next part of a stream.
    Continue,
}

#[pymethods]
impl Engine {
    #[new]
    fn new(
        py: Python<'_>,
        chain_json: &str,
        sample_rate: f64,
        channels: usize,
        layout_name: Option<String>,
        host: Host,
    ) -> PyResult<Self> {
        let (spec, layout) = (chain_spec(py, chain_json)?, layout(py, layout_name.as_deref())?);
        let host = plugin_host(host);
        let build = || ChainStream::new(&spec, sample_rate, channels, layout.as_ref(), host.as_ref());
        let stream = py.detach(build).raise(py)?;
        Ok(Self { sample_rate_hz: sample_rate, layout: layout_name, stream: Mutex::new(stream) })
    }

    /// Processes a whole array from a fresh start; the output has the same length and no latency.
    fn render<'py>(
        &self,
        array: &Bound<'py, PyAny>,
        channel_axis: usize,
        token: Option<&Bound<'py, CancelToken>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.run(array, channel_axis, Mode::Render, token)
    }

    /// Processes the next part of a stream; the output has the same length, delayed by the latency.
    fn process<'py>(
        &self,
        array: &Bound<'py, PyAny>,
        channel_axis: usize,
        token: Option<&Bound<'py, CancelToken>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.run(array, channel_axis, Mode::Continue, token)
    }

    /// Returns the delayed rest of a stream as an array of the type of `like`, and clears the history.
    fn flush<'py>(&self, like: &Bound<'py, PyAny>, channel_axis: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = like.py();
        let held = AudioArray::new(like, self.sample_rate_hz, channel_axis, self.layout.as_deref())?;
        let mut out = Collector::new(held.shape, self.latency_frames(py));
        py.detach(|| self.lock().flush(|block| collect(&mut out, block))).raise(py)?;
        out.finish(py)
    }

    fn reset(&self, py: Python<'_>) {
        self.lock_attached(py).reset();
    }

    /// Changes the settings; returns whether they glide (otherwise the history is lost).
    fn update(&self, py: Python<'_>, chain_json: &str) -> PyResult<bool> {
        let spec = chain_spec(py, chain_json)?;
        py.detach(|| self.lock().update(&spec)).raise(py)
    }

    #[getter]
    fn latency_frames(&self, py: Python<'_>) -> usize {
        self.lock_attached(py).latency_frames()
    }

    #[getter]
    fn gain_reductions_db(&self, py: Python<'_>) -> Vec<f64> {
        self.lock_attached(py).gain_reductions_db()
    }
}

impl Engine {
    /// Locks the stream; for threads that are detached from the interpreter.
    fn lock(&self) -> MutexGuard<'_, ChainStream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the stream; for threads attached to the interpreter, for which the holder of the lock may be waiting to
    /// check signals.
    fn lock_attached(&self, py: Python<'_>) -> MutexGuard<'_, ChainStream> {
        self.stream.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner)
    }

    fn run<'py>(
        &self,
        array: &Bound<'py, PyAny>,
        channel_axis: usize,
        mode: Mode,
        token: Option<&Bound<'py, CancelToken>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = array.py();
        let held = AudioArray::new(array, self.sample_rate_hz, channel_axis, self.layout.as_deref())?;
        let audio = held.view(py)?;
        let mut out = Collector::new(held.shape, audio.frames());
        let watch = Watch::new(None, token);
        watch.run(py, || self.drive(&audio, mode, &watch, &mut out))?;
        out.finish(py)
    }

    fn drive(&self, audio: &AudioView<'_>, mode: Mode, watch: &Watch, out: &mut Collector) -> Result<(), Error> {
        let mut stream = self.lock();
        let each = |block: balanced::Block<'_>| {
            watch.breathe()?;
            collect(out, block)
        };
        let done = match mode {
            Mode::Render => stream.render(audio, each),
            Mode::Continue => stream.process(audio, each),
        };
        if done.is_err() {
            stream.reset();
        }
        done
    }
}

fn collect(out: &mut Collector, block: balanced::Block<'_>) -> Result<(), Error> {
    let channels: Vec<&[f64]> = (0..block.channels()).map(|channel| block.channel(channel)).collect();
    out.push(&channels);
    Ok(())
}
