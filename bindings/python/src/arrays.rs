//! Conversion of numpy arrays to audio and back.

use balanced::{Arrangement, AudioView, Samples};
use numpy::{Element, IntoPyArray, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;

use crate::errors::{Raise, settings};
use crate::source::layout;

/// A borrowed array of single or double precision.
pub enum Held<'py> {
    F32(PyReadonlyArrayDyn<'py, f32>),
    F64(PyReadonlyArrayDyn<'py, f64>),
}

/// An array and the meaning of its axes.
pub struct AudioArray<'py> {
    held: Held<'py>,
    channels: usize,
    arrangement: Arrangement,
    sample_rate_hz: f64,
    layout: Option<balanced::ChannelLayout>,
    pub shape: Shape,
}

/// Shape and element type of an array, so that the output matches the input.
#[derive(Clone, Copy)]
pub struct Shape {
    is_single: bool,
    channels: usize,
    /// `None` for one axis, otherwise the index of the channel axis.
    channel_axis: Option<usize>,
}

impl<'py> AudioArray<'py> {
    /// Borrows `array`, which must be contiguous, of native `float32` or `float64`, with one axis or two.
    pub fn new(
        array: &Bound<'py, PyAny>,
        sample_rate_hz: f64,
        channel_axis: usize,
        layout_name: Option<&str>,
    ) -> PyResult<Self> {
        let py = array.py();
        let held = if let Ok(array) = array.cast::<PyArrayDyn<f32>>() {
            Held::F32(array.try_readonly().map_err(|_| in_use(py))?)
        } else if let Ok(array) = array.cast::<PyArrayDyn<f64>>() {
            Held::F64(array.try_readonly().map_err(|_| in_use(py))?)
        } else {
            return Err(settings(py, "audio arrays hold float32 or float64 samples", "convert it with astype"));
        };
        let (dimensions, is_c, is_single) = match &held {
            Held::F32(array) => (array.shape().to_vec(), array.is_c_contiguous(), true),
            Held::F64(array) => (array.shape().to_vec(), array.is_c_contiguous(), false),
        };
        let (channels, axis) = match dimensions[..] {
            [_] => (1, None),
            [first, second] => (if channel_axis == 0 { first } else { second }, Some(channel_axis)),
            _ => return Err(settings(py, "audio arrays have one axis or two", "give (channels, frames)")),
        };
        let planar = axis.is_none() || (channel_axis == 0) == is_c;
        let arrangement = if planar { Arrangement::Planar } else { Arrangement::Interleaved };
        let shape = Shape { is_single, channels, channel_axis: axis };
        Ok(Self { held, channels, arrangement, sample_rate_hz, layout: layout(py, layout_name)?, shape })
    }

    /// Returns a view of the samples without copying them.
    pub fn view(&self, py: Python<'_>) -> PyResult<AudioView<'_>> {
        let scattered = |_| settings(py, "the array is not contiguous", "copy it with numpy.ascontiguousarray");
        let samples = match &self.held {
            Held::F32(array) => Samples::F32(array.as_slice().map_err(scattered)?),
            Held::F64(array) => Samples::F64(array.as_slice().map_err(scattered)?),
        };
        AudioView::new(samples, self.channels, self.arrangement, self.sample_rate_hz, self.layout.as_ref()).raise(py)
    }
}

fn in_use(py: Python<'_>) -> PyErr {
    settings(py, "the array is being written to by another call", "wait for that call to end")
}

/// Collects processed blocks into an array of the input's shape and type.
pub enum Collector {
    F32(Vec<f32>, Shape),
    F64(Vec<f64>, Shape),
}

impl Collector {
    /// Reserves memory for about `frames` frames.
    pub fn new(shape: Shape, frames: usize) -> Self {
        let room = frames * shape.channels;
        if shape.is_single {
            Self::F32(Vec::with_capacity(room), shape)
        } else {
            Self::F64(Vec::with_capacity(room), shape)
        }
    }

    /// Appends frames, interleaved.
    pub fn push(&mut self, channels: &[&[f64]]) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        let samples = (0..frames).flat_map(|frame| channels.iter().map(move |channel| channel[frame]));
        match self {
            Self::F32(out, _) => out.extend(samples.map(|sample| sample as f32)),
            Self::F64(out, _) => out.extend(samples),
        }
    }

    /// Returns the array with the axes of the input.
    pub fn finish(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::F32(samples, shape) => shaped(py, samples, shape),
            Self::F64(samples, shape) => shaped(py, samples, shape),
        }
    }
}

fn shaped<T: Element>(py: Python<'_>, samples: Vec<T>, shape: Shape) -> PyResult<Bound<'_, PyAny>> {
    let frames = samples.len() / shape.channels.max(1);
    let array = samples.into_pyarray(py);
    match shape.channel_axis {
        None => Ok(array.into_any()),
        Some(axis) => {
            let interleaved = array.reshape([frames, shape.channels])?;
            if axis == 1 { Ok(interleaved.into_any()) } else { interleaved.as_any().getattr("T") }
        }
    }
}
