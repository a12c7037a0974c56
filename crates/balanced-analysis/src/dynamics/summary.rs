//! From levels to the result.

use balanced_dsp::decibel::{gain_to_db, power_to_db};
use balanced_model::{Dynamics, finite};

use super::band_crest::{BandCrest, EDGES_HZ};
use super::dr::dr;
use super::peak_trials::PeakTrials;
use super::sections::{macro_dynamics_lu, sections};
use crate::loudness::{Levels, WindowTrace};

/// Quietest share of the cells that are not digital silence, whose loudest is the noise floor.
const QUIETEST: f64 = 0.01;
/// Cells below this hold no programme and no noise of any converter: 24-bit digital silence.
const DIGITAL_SILENCE_DBFS: f64 = -140.0;

pub(crate) fn summarise(levels: &Levels, windows: &WindowTrace, bands: &BandCrest, trials: &PeakTrials) -> Dynamics {
    let channels = levels.totals.len();
    let frames = levels.frames as f64;
    let dr_per_channel: Vec<_> = (0..channels).map(|channel| dr(levels, channel)).collect();
    let heard: Vec<f64> = dr_per_channel.iter().flatten().copied().collect();
    let power = levels.totals.iter().map(|total| total.energy).sum::<f64>() / (frames * channels as f64);
    let peak = levels.totals.iter().map(|total| total.peak).fold(0.0, f64::max);
    let crest = |peak: f64, power: f64| finite(gain_to_db(peak) - power_to_db(power));
    let sections = sections(levels, windows);
    Dynamics {
        dr: (!heard.is_empty()).then(|| heard.iter().sum::<f64>() / heard.len() as f64),
        dr_per_channel,
        crest_db: crest(peak, power),
        crest_per_channel_db: levels.totals.iter().map(|t| crest(t.peak, t.energy / frames)).collect(),
        rms_dbfs: finite(power_to_db(power)),
        rms_per_channel_dbfs: levels.totals.iter().map(|t| finite(power_to_db(t.energy / frames))).collect(),
        band_edges_hz: EDGES_HZ.to_vec(),
        band_crest_db: bands.crest_db(),
        noise_floor_dbfs: noise_floor_dbfs(levels),
        macro_dynamics_lu: macro_dynamics_lu(&sections, windows),
        sections,
        peak_trials: trials.finish(),
    }
}

fn noise_floor_dbfs(levels: &Levels) -> Option<f64> {
    let cells = levels.channels.first().map_or(0, Vec::len);
    let level = |cell: usize| {
        let energy: f64 = levels.channels.iter().map(|channel| channel[cell].energy).sum();
        power_to_db(energy / (levels.frames_of(cell..cell + 1) * levels.channels.len() as f64))
    };
    let mut heard: Vec<f64> = (0..cells).map(level).filter(|level| *level > DIGITAL_SILENCE_DBFS).collect();
    heard.sort_by(f64::total_cmp);
    heard.get((QUIETEST * heard.len() as f64) as usize).copied()
}
