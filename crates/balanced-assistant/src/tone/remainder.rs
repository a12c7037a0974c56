//! Balance less what the features lead to expect, in the bands that can be read.

use balanced_model::{Analysis, Ltas};

use super::features::Given;
use super::numbers::{BALANCE_MEAN_DB, BANDS, CENTER_HZ, SLOPE_DB};
use crate::tonal_balance::TonalBalance;

/// Fewer readable bands than this say nothing about balance.
const MIN_BANDS: usize = 18;
/// A band whose centre is not this far under the file's low-pass holds the low-pass, not the music.
const UNDER_LIMIT: f64 = 1.15;
/// A band this far under what is expected of it, the rest taken as it is, is missing and not weak.
const MISSING_DB: f64 = -35.0;

/// Level of each readable band less its expectation.
pub(super) struct Remainder {
    /// Which bands of the model could be read.
    pub bands: Vec<usize>,
    /// Their levels less the expectation, up to a common level.
    pub levels_db: Vec<f64>,
}

impl Remainder {
    /// `None` where the spectrum is not that of music, or too much of it is missing.
    pub fn of(analysis: &Analysis, given: &Given) -> Option<Self> {
        let spectrum = analysis.measurements.spectrum.as_ref()?;
        TonalBalance::of(&spectrum.ltas)?;
        let limit_hz = spectrum.bandwidth_limit_hz.unwrap_or(f64::INFINITY);
        let level_db = |band: usize| {
            let level_db = third_octave_db(&spectrum.ltas, band)?;
            (CENTER_HZ[band] * UNDER_LIMIT <= limit_hz).then_some(level_db)
        };
        let mut levels: Vec<(usize, f64)> = (0..BANDS).filter_map(|band| Some((band, level_db(band)?))).collect();
        let usual_db = median(levels.iter().map(|(band, db)| db - expected_db(*band, given)))?;
        levels.retain(|(band, db)| db - expected_db(*band, given) - usual_db > MISSING_DB);
        (levels.len() >= MIN_BANDS).then(|| Self::from(&levels, given))
    }

    /// From levels by band.
    pub fn from(levels: &[(usize, f64)], given: &Given) -> Self {
        let bands = levels.iter().map(|(band, _)| *band).collect();
        // The common level is free, but taken off here it keeps the numbers small.
        let mean_db = levels.iter().map(|(_, db)| db).sum::<f64>() / levels.len() as f64;
        let levels_db = levels.iter().map(|(band, db)| db - mean_db - expected_db(*band, given)).collect();
        Self { bands, levels_db }
    }

    /// The part of a shape that lies in the bands that could be read.
    pub fn shape(&self, shape: &[f64; BANDS]) -> Vec<f64> {
        self.bands.iter().map(|band| shape[*band]).collect()
    }

    /// Values of the bands that could be read in their places, less their mean; 0 elsewhere.
    pub fn spread_out(&self, values: &[f64]) -> [f64; BANDS] {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let mut all = [0.0; BANDS];
        for (band, value) in self.bands.iter().zip(values) {
            all[*band] = value - mean;
        }
        all
    }
}

/// Level of a band of the model; `None` where the spectrum does not have it.
pub(super) fn third_octave_db(ltas: &Ltas, band: usize) -> Option<f64> {
    let place = ltas.center_hz.iter().position(|hz| (hz / CENTER_HZ[band] - 1.0).abs() < 0.02)?;
    ltas.level_db.get(place).copied().flatten()
}

/// Level that music with these features has in a band.
pub(super) fn expected_db(band: usize, given: &Given) -> f64 {
    BALANCE_MEAN_DB[band] + given.iter().zip(&SLOPE_DB).map(|(z, slope_db)| z * slope_db[band]).sum::<f64>()
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
