//! Charts as inline SVG. Colours come from the page's style sheet by class, so that they follow its theme.

mod bars;
mod comparison;
mod curves;
mod equaliser;
mod goniometer;
mod histogram;
mod music;
mod plot;
mod png;
mod reduction;
mod spectrogram;
mod spectrum;
mod stereo;
mod timeline;
mod waveform;

pub(crate) use bars::album_loudness;
pub(crate) use comparison::{residual_bands, residual_over_time};
pub(crate) use curves::{correlation_over_time, loudness_over_time, psr_over_time, true_peak_over_time};
pub(crate) use equaliser::equaliser;
pub(crate) use goniometer::goniometer;
pub(crate) use histogram::loudness_histogram;
pub(crate) use music::{key_over_time, tempo_over_time};
pub(crate) use reduction::gain_reduction;
pub(crate) use spectrogram::spectrogram;
pub(crate) use spectrum::{long_term_spectrum, outside_names};
pub(crate) use stereo::width_by_region;
pub(crate) use timeline::{beats, faults};
pub(crate) use waveform::waveform;

use balanced_model::Analysis;

/// One track of a chart: the only one, or the mix and its master.
#[derive(Clone, Copy)]
pub(crate) struct Track<'a> {
    /// `after` (also the only one) or `before`: the style class.
    pub class: &'static str,
    /// Legend.
    pub label: &'static str,
    pub analysis: &'a Analysis,
    /// Time of the track's start on the axis: where a master was cut from its mix.
    pub start_s: f64,
}

impl<'a> Track<'a> {
    /// The only track of a page.
    pub fn alone(analysis: &'a Analysis) -> Self {
        Self { class: "after", label: "Track", analysis, start_s: 0.0 }
    }
}

/// A chart with the table that says the same to those who cannot see it.
pub(crate) struct Figure {
    pub title: &'static str,
    pub caption: String,
    pub svg: String,
    pub legend: Vec<(String, &'static str)>,
    pub table: Table,
}

/// Column names and rows.
#[derive(Default)]
pub(crate) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}
