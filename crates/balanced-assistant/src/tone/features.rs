//! What a broad equaliser leaves as it is.

use balanced_model::{Analysis, Dynamics, Ltas, Spectrum, Stereo};

use super::numbers::{FEATURE_MEAN, FEATURE_SPREAD, FEATURES, MOST_Z};

/// Bands of spectral contrast; the seventh reaches into what codecs cut off.
const CONTRASTS: usize = 6;
const SIDES: usize = 7;
const CRESTS: usize = 4;
/// Octaves from 20 Hz whose fine structure is read.
const OCTAVES: usize = 8;
const PER_OCTAVE: usize = 12;
/// Twelfth octaves from 20 Hz to 20 kHz.
const TWELFTHS: usize = 120;
/// Twelfth octaves either side that the fine structure is compared with.
const REACH: usize = 4;
/// Fine structure stays within this.
const MOST_DETAIL_DB: f64 = 15.0;
/// Level of a twelfth octave that is silent.
const SILENT_DB: f64 = -180.0;

/// Features in standard deviations from the mean of music; zero where one was not measured.
pub(super) type Given = [f64; FEATURES];

/// Features of a track; `None` without a spectrum.
pub(super) fn of(analysis: &Analysis) -> Option<Given> {
    let measurements = &analysis.measurements;
    let spectrum = measurements.spectrum.as_ref()?;
    let mut raw = Vec::with_capacity(FEATURES);
    raw.extend(contrasts(spectrum));
    raw.extend(sides(measurements.stereo.as_ref()));
    raw.extend(crests(measurements.dynamics.as_ref()));
    raw.extend(fine_structure(&spectrum.ltas_twelfth));
    raw.push(measurements.loudness.as_ref().and_then(|loudness| loudness.range_lu));
    Some(standard(&raw))
}

/// To standard deviations from the mean.
pub(super) fn standard(raw: &[Option<f64>]) -> Given {
    std::array::from_fn(|index| {
        let value = raw.get(index).copied().flatten().filter(|value| value.is_finite());
        let z = value.map(|value| (value - FEATURE_MEAN[index]) / FEATURE_SPREAD[index]);
        z.unwrap_or(0.0).clamp(-MOST_Z, MOST_Z)
    })
}

fn contrasts(spectrum: &Spectrum) -> [Option<f64>; CONTRASTS] {
    std::array::from_fn(|band| spectrum.contrast_db.get(band).copied())
}

/// Side over mid by region; mono is the least.
fn sides(stereo: Option<&Stereo>) -> [Option<f64>; SIDES] {
    let share = |band: usize| stereo?.width_per_band.get(band).copied().flatten();
    std::array::from_fn(|band| {
        let share = share(band).unwrap_or(0.0);
        Some((10.0 * ((share + 1e-6) / (1.0 - share + 1e-6)).log10()).clamp(-40.0, 10.0))
    })
}

fn crests(dynamics: Option<&Dynamics>) -> [Option<f64>; CRESTS] {
    std::array::from_fn(|band| dynamics?.band_crest_db.get(band).copied().flatten())
}

/// Standard deviation of the twelfth octaves around their moving mean, by octave.
fn fine_structure(twelfths: &Ltas) -> [Option<f64>; OCTAVES] {
    let mut levels: Vec<f64> = twelfths.level_db.iter().map(|level| level.unwrap_or(SILENT_DB)).collect();
    let Some(last) = levels.last().copied() else { return [None; OCTAVES] };
    levels.resize(TWELFTHS, last);
    let at = |place: isize| levels[place.clamp(0, TWELFTHS as isize - 1) as usize];
    let detail = |place: usize| {
        let around = (-(REACH as isize)..=REACH as isize).map(|step| at(place as isize + step));
        let smooth = around.sum::<f64>() / (2 * REACH + 1) as f64;
        (levels[place] - smooth).clamp(-MOST_DETAIL_DB, MOST_DETAIL_DB)
    };
    std::array::from_fn(|octave| {
        let inside: Vec<f64> = (octave * PER_OCTAVE..(octave + 1) * PER_OCTAVE).map(detail).collect();
        let mean = inside.iter().sum::<f64>() / PER_OCTAVE as f64;
        let variance = inside.iter().map(|detail| (detail - mean).powi(2)).sum::<f64>() / PER_OCTAVE as f64;
        Some(variance.sqrt())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_spectrum_has_no_fine_structure_and_a_comb_has() {
        let level = |comb_db: f64| Ltas {
            center_hz: vec![0.0; TWELFTHS],
            level_db: (0..TWELFTHS).map(|i| Some(if i % 2 == 0 { comb_db } else { 0.0 })).collect(),
        };
        assert_eq!(fine_structure(&level(0.0)), [Some(0.0); OCTAVES]);
        // A comb of 8 dB lies 4 dB either side of its mean, nearly, as nine places hold an odd number of teeth.
        assert!(fine_structure(&level(8.0)).iter().all(|db| (3.5..4.6).contains(&db.unwrap())));
        assert_eq!(fine_structure(&Ltas::default()), [None; OCTAVES]);
    }

    #[test]
    fn what_was_not_measured_says_nothing() {
        assert_eq!(standard(&[None; FEATURES]), [0.0; FEATURES]);
        assert_eq!(standard(&[]), [0.0; FEATURES]);
        assert_eq!(standard(&[Some(f64::NAN)]), [0.0; FEATURES]);
        assert_eq!(standard(&[Some(1e9)])[0], MOST_Z);
    }
}
