//! Loudness and peak meters for arrays.

use balanced::MeterReading;
use pyo3::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::arrays::AudioArray;
use crate::errors::Raise;
use crate::source::layout;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<StreamingMeter>()?;
    module.add_function(wrap_pyfunction!(loudness, module)?)?;
    module.add_function(wrap_pyfunction!(true_peak, module)?)
}

/// Returns the integrated loudness of a contiguous array in LUFS.
#[pyfunction]
fn loudness(
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    layout_name: Option<&str>,
) -> PyResult<Option<f64>> {
    let held = AudioArray::new(array, sample_rate, channel_axis, layout_name)?;
    let audio = held.view(array.py())?;
    Ok(array.py().detach(|| balanced::loudness(&audio)))
}

/// Returns the true peak of a contiguous array in dBTP.
#[pyfunction]
fn true_peak(array: &Bound<'_, PyAny>, sample_rate: f64, channel_axis: usize) -> PyResult<Option<f64>> {
    let held = AudioArray::new(array, sample_rate, channel_axis, None)?;
    let audio = held.view(array.py())?;
    Ok(array.py().detach(|| balanced::true_peak(&audio)))
}

/// A loudness and true-peak meter for streams.
#[pyclass(module = "balanced_mastering._native", frozen)]
struct StreamingMeter {
    sample_rate_hz: f64,
    meter: Mutex<balanced::StreamingMeter>,
}

#[pymethods]
impl StreamingMeter {
    #[new]
    fn new(py: Python<'_>, sample_rate: f64, channels: usize, layout_name: Option<&str>) -> PyResult<Self> {
        let layout = layout(py, layout_name)?;
        let meter = balanced::StreamingMeter::new(sample_rate, channels, layout.as_ref()).raise(py)?;
        Ok(Self { sample_rate_hz: sample_rate, meter: Mutex::new(meter) })
    }

    /// Measures the next block.
    fn push(&self, array: &Bound<'_, PyAny>, channel_axis: usize) -> PyResult<()> {
        let py = array.py();
        let held = AudioArray::new(array, self.sample_rate_hz, channel_axis, None)?;
        let audio = held.view(py)?;
        py.detach(|| self.lock().push(&audio)).raise(py)
    }

    /// Returns momentary, short-term, integrated, range, maximum momentary and short-term, true peak and sample peak.
    #[allow(clippy::type_complexity, reason = "a row of numbers")]
    fn reading(&self, py: Python<'_>, is_final: bool) -> [Option<f64>; 8] {
        let reading = py.detach(|| {
            let meter = self.lock();
            if is_final { meter.final_reading() } else { meter.reading() }
        });
        row(reading)
    }

    fn reset(&self, py: Python<'_>) {
        py.detach(|| self.lock().reset());
    }
}

impl StreamingMeter {
    /// Locks the meter; for threads that are detached from the interpreter, so that the holder never waits for it.
    fn lock(&self) -> MutexGuard<'_, balanced::StreamingMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn row(reading: MeterReading) -> [Option<f64>; 8] {
    [
        reading.momentary_lufs,
        reading.short_term_lufs,
        reading.integrated_lufs,
        reading.range_lu,
        reading.max_momentary_lufs,
        reading.max_short_term_lufs,
        reading.true_peak_dbtp,
        reading.sample_peak_dbfs,
    ]
}
