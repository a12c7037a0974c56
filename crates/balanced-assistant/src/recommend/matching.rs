//! Leaning towards another track.

use balanced_model::{Analysis, Finding, Ltas, Observation, Severity};

use super::{Correction, fit};

/// Matched within this.
const RANGE_HZ: (f64, f64) = (32.0, 16_500.0);
/// Where the two spectra are aligned.
const ALIGN_HZ: (f64, f64) = (95.0, 10_500.0);
/// Share of the difference that is taken over: songs differ in arrangement, not only in tone.
const SHARE: f64 = 0.7;
/// The curve stays within this.
pub(super) const MAX_DB: f64 = 4.0;
/// A band this far under the loudest holds nothing that could be raised.
const ABSENT_DB: f64 = -60.0;
/// Fewer common bands than this say nothing.
const MIN_BANDS: usize = 15;

/// The equaliser that brings the tonal balance of `analysis` nearer to that of `reference`; `None` if there is nothing to
/// do, or no spectrum.
pub(super) fn equaliser(analysis: &Analysis, reference: &Analysis) -> Option<Correction> {
    let ltas = |analysis: &Analysis| analysis.measurements.spectrum.as_ref().map(|spectrum| spectrum.ltas.clone());
    let curve = difference(&ltas(analysis)?, &ltas(reference)?)?;
    let bands = fit::bands(&curve);
    if bands.is_empty() {
        return None;
    }
    let most_db = bands.iter().map(|band| band.gain_db.abs()).fold(0.0, f64::max);
    let name =
        reference.source.path.as_deref().and_then(|path| path.rsplit(['/', '\\']).next()).unwrap_or("the reference");
    let reason = format!(
        "The tonal balance is brought nearer to that of \"{name}\": {:.0} % of the smoothed difference, at most {most_db:.1} dB.",
        100.0 * SHARE
    );
    Some(Correction { kind: Observation::ReferenceTone.into(), bands, reason })
}

/// Gain at each frequency: reference less track, aligned, smoothed over an octave, scaled and bounded.
fn difference(track: &Ltas, reference: &Ltas) -> Option<Vec<(f64, f64)>> {
    let loudest_db = track.level_db.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let at = |hz: f64| -> Option<f64> {
        let index = reference.center_hz.iter().position(|center| (center / hz - 1.0).abs() < 0.02)?;
        reference.level_db[index]
    };
    let mut bands: Vec<(f64, f64, bool)> = track
        .center_hz
        .iter()
        .zip(&track.level_db)
        .filter(|(hz, _)| (RANGE_HZ.0..=RANGE_HZ.1).contains(*hz))
        .filter_map(|(hz, level)| Some((*hz, at(*hz)? - (*level)?, (*level)? - loudest_db < ABSENT_DB)))
        .collect();
    if bands.len() < MIN_BANDS {
        return None;
    }
    let mut aligned: Vec<f64> =
        bands.iter().filter(|(hz, ..)| (ALIGN_HZ.0..=ALIGN_HZ.1).contains(hz)).map(|(_, db, _)| *db).collect();
    aligned.sort_by(f64::total_cmp);
    let offset_db = *aligned.get(aligned.len() / 2)?;
    for (_, db, absent) in &mut bands {
        *db -= offset_db;
        // What is not there cannot be raised.
        *db = if *absent { db.min(0.0) } else { *db };
    }
    Some(smoothed(&bands))
}

/// Triangular over five third octaves.
fn smoothed(bands: &[(f64, f64, bool)]) -> Vec<(f64, f64)> {
    const WEIGHTS: [f64; 5] = [1.0, 2.0, 3.0, 2.0, 1.0];
    let mean = |index: usize| {
        let around = WEIGHTS.iter().enumerate().filter_map(|(step, weight)| {
            let neighbour = (index + step).checked_sub(2)?;
            bands.get(neighbour).map(|(_, db, _)| (weight, weight * db))
        });
        let (weight, sum) = around.fold((0.0, 0.0), |(weights, sum), (weight, db)| (weights + weight, sum + db));
        (SHARE * sum / weight).clamp(-MAX_DB, MAX_DB)
    };
    (0..bands.len()).map(|index| (bands[index].0, mean(index))).collect()
}

/// How level, dynamics and width compare; only differences that matter.
pub(super) fn hints(analysis: &Analysis, reference: &Analysis) -> Vec<Finding> {
    let pair = |value: fn(&Analysis) -> Option<f64>| Some((value(analysis)?, value(reference)?));
    let mut hints = Vec::new();
    if let Some((track, other)) = pair(|a| a.measurements.loudness.as_ref()?.integrated_lufs) {
        hints.extend(loudness_hint(track, other));
    }
    if let Some((track, other)) = pair(|a| a.measurements.loudness.as_ref()?.plr_db) {
        hints.extend(dynamics_hint(track, other));
    }
    if let Some((track, other)) = pair(|a| a.measurements.stereo.as_ref()?.side_to_mid_db) {
        hints.extend(width_hint(track, other));
    }
    hints
}

fn hint(kind: Observation, names: [&str; 2], values: [f64; 2]) -> Finding {
    Finding::new(kind, Severity::Info, 0.9).evidence([(names[0], values[0]), (names[1], values[1])])
}

fn loudness_hint(track_lufs: f64, reference_lufs: f64) -> Option<Finding> {
    let difference_lu = reference_lufs - track_lufs;
    let word = if difference_lu > 0.0 { "louder" } else { "softer" };
    (difference_lu.abs() >= 1.0).then(|| {
        hint(Observation::ReferenceLoudness, ["integrated_lufs", "reference_lufs"], [track_lufs, reference_lufs]).says(
            format!(
                "The reference measures {reference_lufs:.1} LUFS, {:.1} LU {word} than the track.",
                difference_lu.abs()
            ),
            format!(
                "To sit beside it, choose {reference_lufs:.1} LUFS as target; else compare both at the same loudness."
            ),
        )
    })
}

fn dynamics_hint(track_db: f64, reference_db: f64) -> Option<Finding> {
    let difference_db = reference_db - track_db;
    let advice = if difference_db < 0.0 {
        "Limiting will bring it nearer; how far is a matter of taste."
    } else {
        "Compress and limit less in the mix to come nearer."
    };
    (difference_db.abs() >= 3.0).then(|| {
        hint(Observation::ReferenceDynamics, ["plr_db", "reference_plr_db"], [track_db, reference_db]).says(
            format!("Peaks stand {track_db:.1} dB above the loudness; in the reference it is {reference_db:.1} dB."),
            advice,
        )
    })
}

fn width_hint(track_db: f64, reference_db: f64) -> Option<Finding> {
    let difference_db = reference_db - track_db;
    let word = if difference_db > 0.0 { "wider" } else { "narrower" };
    (difference_db.abs() >= 4.0 && track_db > -40.0 && reference_db > -40.0).then(|| {
        hint(Observation::ReferenceWidth, ["side_to_mid_db", "reference_side_to_mid_db"], [track_db, reference_db])
            .says(
                format!(
                    "The reference is {word}: its sides lie {:.1} dB under its centre, here {:.1} dB.",
                    -reference_db, -track_db
                ),
                "Pan and widen single tracks in the mix; the equaliser does not change width.",
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::cases;
    use crate::tonal_balance::reference_db;
    use balanced_mastering::processors::eq;

    /// The residual after matching is smaller than before, everywhere that matters, by about the share asked for.
    #[test]
    fn the_equaliser_closes_the_share_of_a_smooth_difference() {
        let tilt = |hz: f64| -(hz / 1000.0).log2();
        let track = cases::with(|a| a.measurements.spectrum = Some(cases::spectrum(|hz| reference_db(hz) - 30.0)));
        let other =
            cases::with(|a| a.measurements.spectrum = Some(cases::spectrum(|hz| reference_db(hz) + tilt(hz) - 22.0)));
        let bands = equaliser(&track, &other).unwrap().bands;
        for hz in [80.0, 160.0, 315.0, 630.0, 1250.0, 2500.0, 5000.0, 10_000.0] {
            let wanted_db = (SHARE * tilt(hz)).clamp(-MAX_DB, MAX_DB);
            let done_db = eq::level_db(&bands, hz) - eq::level_db(&bands, 1000.0);
            assert!((done_db - wanted_db).abs() < 0.7, "{hz} Hz: {done_db:.2} dB, wanted {wanted_db:.2} dB");
        }
    }

    #[test]
    fn equal_tracks_need_no_equaliser_and_give_no_hints() {
        let track = cases::neutral();
        assert!(equaliser(&track, &track).is_none());
        assert_eq!(hints(&track, &track), []);
    }

    #[test]
    fn what_is_absent_is_not_raised() {
        let cut_off = cases::with(|a| {
            a.measurements.spectrum =
                Some(cases::spectrum(|hz| reference_db(hz) - if hz > 9000.0 { 110.0 } else { 30.0 }));
        });
        let curve = difference(&cut_off.measurements.spectrum.unwrap().ltas, &cases::ltas(reference_db)).unwrap();
        assert!(curve.iter().filter(|(hz, _)| *hz > 12_000.0).all(|(_, db)| *db <= 0.0), "{curve:?}");
    }

    #[test]
    fn hints_name_both_numbers() {
        let other = cases::with(|analysis| {
            let loudness = analysis.measurements.loudness.as_mut().unwrap();
            (loudness.integrated_lufs, loudness.plr_db) = (Some(-9.0), Some(8.0));
            analysis.measurements.stereo.as_mut().unwrap().side_to_mid_db = Some(-4.0);
        });
        let hints = hints(&cases::neutral(), &other);
        assert_eq!(hints.len(), 3);
        assert_eq!(hints[0].message, "The reference measures -9.0 LUFS, 9.0 LU louder than the track.");
        assert!(hints[1].message.contains("14.8 dB") && hints[1].message.contains("8.0 dB"));
        assert!(hints[2].message.contains("wider"), "{}", hints[2].message);
    }
}
