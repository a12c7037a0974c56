//! Tonal balance: the average of popular recordings, and how far a track is from it.
//!
//! The reference is the shape that Pestana, Ma, Reiss, Barbosa and Black report for 772 commercially successful
//! recordings of 1950-2010 ("Spectral Characteristics of Popular Commercial Recordings 1950-2010", AES 135th Convention,
//! 2013, paper 8960): a power density that falls by about 5 dB per octave from 100 Hz to 4 kHz, more steeply above, with
//! a steep low cut below 60 Hz. Third-octave bands widen by 3 dB per octave, so that their levels fall by about 2 dB per
//! octave. The steeper slopes above 4 kHz (4, then 6 dB per octave in third octaves) and below 60 Hz (12) put numbers on
//! "more steeply", guided by the mean spectrum in Elowsson and Friberg ("Long-term Average Spectrum in Popular Music and
//! its Relation to the Level of the Percussion", AES 142nd Convention, 2017, paper 9762).
//!
//! Recordings differ: the second paper finds that music with little percussion has less bass *and* less treble. So the
//! tolerance is wide, wider at both ends, and lack of treble counts for less where bass is lacking too.

use balanced_model::Ltas;

/// Where track and reference are aligned: the range that both papers describe best.
const ALIGN_HZ: (f64, f64) = (90.0, 5200.0);
/// Bands of that range that must have a level.
const MIN_BANDS: usize = 12;
/// If one band holds this share of all power, it is a test tone, not music.
const TONE_SHARE: f64 = 0.8;

/// Returns the reference level in the third octave around `frequency_hz`, relative to the band at 100 Hz.
#[must_use]
pub fn reference_db(frequency_hz: f64) -> f64 {
    const CORNERS: [(f64, f64); 4] = [(100.0, -2.0), (4000.0, -4.0), (10_000.0, -6.0), (f64::INFINITY, 0.0)];
    if frequency_hz < 60.0 {
        return -12.0 * (60.0 / frequency_hz.max(1.0)).log2();
    }
    let mut level_db = 0.0;
    for pair in CORNERS.windows(2) {
        let ((from_hz, slope_db), (to_hz, _)) = (pair[0], pair[1]);
        if frequency_hz > from_hz {
            level_db += slope_db * (frequency_hz.min(to_hz) / from_hz).log2();
        }
    }
    level_db
}

/// Returns the tolerance around the reference in a third octave: dB below and dB above, both positive.
///
/// House values: about one and a half standard deviations of real recordings around the reference.
#[must_use]
pub fn tolerance_db(frequency_hz: f64) -> (f64, f64) {
    /// Frequency, dB below, dB above; straight in between on a logarithmic axis.
    const POINTS: [(f64, f64, f64); 6] = [
        (20.0, 26.0, 12.0),
        (50.0, 16.0, 8.0),
        (100.0, 7.0, 6.0),
        (4000.0, 6.0, 6.0),
        (9000.0, 9.5, 7.5),
        (18_000.0, 18.0, 10.0),
    ];
    let place = frequency_hz.clamp(POINTS[0].0, POINTS[POINTS.len() - 1].0);
    let index = POINTS.iter().skip(1).position(|(hz, ..)| *hz >= place).unwrap_or(POINTS.len() - 2);
    let ((from_hz, from_below, from_above), (to_hz, to_below, to_above)) = (POINTS[index], POINTS[index + 1]);
    let share = (place / from_hz).ln() / (to_hz / from_hz).ln();
    (from_below + share * (to_below - from_below), from_above + share * (to_above - from_above))
}

/// Deviation of a track's long-term spectrum from the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct TonalBalance {
    /// Level of the reference's 0 dB when it is aligned with the track.
    pub offset_db: f64,
    /// Centre frequency and deviation (track minus reference) of each band that has a level.
    pub deviation: Vec<(f64, f64)>,
}

impl TonalBalance {
    /// Aligns `ltas` (third octaves) with the reference; `None` if too few bands have a level, or if it is a tone.
    #[must_use]
    pub fn of(ltas: &Ltas) -> Option<Self> {
        let bands: Vec<(f64, f64)> =
            ltas.center_hz.iter().zip(&ltas.level_db).filter_map(|(hz, db)| Some((*hz, (*db)?))).collect();
        let power = |db: f64| 10f64.powf(db / 10.0);
        let total: f64 = bands.iter().map(|band| power(band.1)).sum();
        let loudest = bands.iter().map(|band| power(band.1)).fold(0.0, f64::max);
        let mut difference: Vec<f64> = bands
            .iter()
            .filter(|(hz, _)| (ALIGN_HZ.0..=ALIGN_HZ.1).contains(hz))
            .map(|(hz, db)| db - reference_db(*hz))
            .collect();
        if difference.len() < MIN_BANDS || loudest > TONE_SHARE * total {
            return None;
        }
        difference.sort_by(f64::total_cmp);
        let offset_db = difference[difference.len() / 2];
        let deviation = bands.iter().map(|(hz, db)| (*hz, db - reference_db(*hz) - offset_db)).collect();
        Some(Self { offset_db, deviation })
    }

    /// Returns the mean deviation of the bands whose centre is in the range; `None` if there is none.
    #[must_use]
    pub fn region_db(&self, (from_hz, to_hz): (f64, f64)) -> Option<f64> {
        let inside = self.deviation.iter().filter(|(hz, _)| (from_hz..=to_hz).contains(hz));
        let (count, sum) = inside.fold((0, 0.0), |(count, sum), (_, db)| (count + 1, sum + db));
        (count > 0).then(|| sum / f64::from(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::cases;

    /// The slopes of Pestana et al., plus 3 dB per octave for the width of a third octave.
    #[test]
    fn the_reference_has_the_published_slopes() {
        let per_octave = |hz: f64| reference_db(2.0 * hz) - reference_db(hz);
        assert!((per_octave(150.0) + 2.0).abs() < 1e-9 && (per_octave(2000.0) + 2.0).abs() < 1e-9);
        assert!(per_octave(5000.0) < -3.9 && per_octave(10_000.0) < -5.9);
        assert!((per_octave(25.0) - 12.0).abs() < 1e-9);
        for pair in cases::third_octaves().windows(2) {
            assert!((reference_db(pair[1]) - reference_db(pair[0])).abs() <= 4.0 + 1e-9, "{pair:?} is a step");
        }
    }

    #[test]
    fn the_tolerance_is_widest_at_the_ends_and_meets_its_points() {
        assert_eq!(tolerance_db(20.0), (26.0, 12.0));
        assert_eq!(tolerance_db(4000.0), (6.0, 6.0));
        assert_eq!(tolerance_db(30_000.0), (18.0, 10.0));
        assert_eq!(tolerance_db(f64::from(5)), (26.0, 12.0));
        let (below_db, above_db) = tolerance_db(200.0);
        assert!(below_db > 6.0 && below_db < 7.0 && above_db == 6.0);
    }

    #[test]
    fn a_track_like_the_reference_deviates_by_nothing_whatever_its_level() {
        let ltas = cases::ltas(|hz| reference_db(hz) - 31.0);
        let balance = TonalBalance::of(&ltas).unwrap();
        assert!((balance.offset_db + 31.0).abs() < 1e-9);
        assert!(balance.deviation.iter().all(|(_, db)| db.abs() < 1e-9));
    }

    #[test]
    fn a_tone_and_a_gap_toothed_spectrum_have_no_balance() {
        assert_eq!(TonalBalance::of(&cases::ltas(|hz| if (hz - 1000.0).abs() < 50.0 { 0.0 } else { -90.0 })), None);
        let mut ltas = cases::ltas(reference_db);
        for level in ltas.level_db.iter_mut().skip(5).step_by(2) {
            *level = None;
        }
        assert_eq!(TonalBalance::of(&ltas), None);
    }
}
