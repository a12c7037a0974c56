//! Coherence of an album: how far each track's tone, width and dynamics are from the others', and moves for outliers.
//!
//! A track is an outlier in a measure where its distance from the median (or the anchor) is over 2.5 robust standard
//! deviations of the album (1.4826 times the median absolute deviation, Rousseeuw and Croux 1993) and over 2 dB. Only
//! outliers are moved, only back to that limit, and by 3 dB at most.

use balanced_mastering::{EqBand, EqBandKind, EqSpec, ProcessorSpec, Step, StereoSpec};
use balanced_model::{AlbumDeviation, Measurements};

/// Robust standard deviations beyond which a track is an outlier.
const OUTLIER_DEVIATIONS: f64 = 2.5;
/// Median absolute deviation to standard deviation, for a normal distribution.
const MAD_TO_DEVIATION: f64 = 1.4826;
/// Distance up to which no track is an outlier.
const LEAST_LIMIT_DB: f64 = 2.0;
/// Largest move.
const MOST_DB: f64 = 3.0;
/// A smaller move is not worth a step.
const LEAST_MOVE_DB: f64 = 0.3;
/// Tracks that an album needs for a spread.
const LEAST_TRACKS: usize = 3;

/// One measure of a track.
struct Measure {
    id: &'static str,
    name: &'static str,
    value_db: fn(&Measurements) -> Option<f64>,
    step: Option<fn(f64) -> ProcessorSpec>,
}

const MEASURES: [Measure; 7] = [
    Measure {
        id: "bass",
        name: "bass (20 to 200 Hz)",
        value_db: |track| sum_db(&[bands(track)?.sub, bands(track)?.low]),
        step: Some(|db| bell(EqBandKind::LowShelf, 200.0, 0.707, db)),
    },
    Measure {
        id: "low_mids",
        name: "low mids (200 to 500 Hz)",
        value_db: |track| bands(track)?.low_mid,
        step: Some(|db| bell(EqBandKind::Bell, 316.0, 0.8, db)),
    },
    Measure {
        id: "mids",
        name: "mids (500 Hz to 2 kHz)",
        value_db: |track| bands(track)?.mid,
        step: Some(|db| bell(EqBandKind::Bell, 1000.0, 0.6, db)),
    },
    Measure {
        id: "high_mids",
        name: "high mids (2 to 5 kHz)",
        value_db: |track| bands(track)?.high_mid,
        step: Some(|db| bell(EqBandKind::Bell, 3160.0, 0.8, db)),
    },
    Measure {
        id: "treble",
        name: "treble (5 to 20 kHz)",
        value_db: |track| sum_db(&[bands(track)?.high, bands(track)?.air]),
        step: Some(|db| bell(EqBandKind::HighShelf, 5000.0, 0.707, db)),
    },
    Measure {
        id: "width",
        name: "sides against the middle",
        value_db: |track| track.stereo.as_ref()?.side_to_mid_db,
        step: Some(|db| ProcessorSpec::Stereo(StereoSpec { side_gain_db: db, ..StereoSpec::default() })),
    },
    Measure {
        id: "dynamics",
        name: "peak to loudness ratio",
        value_db: |track| track.loudness.as_ref()?.plr_db,
        step: None,
    },
];

fn bands(track: &Measurements) -> Option<&balanced_model::Bands> {
    Some(&track.spectrum.as_ref()?.bands)
}

/// Level of several regions together.
fn sum_db(levels: &[Option<f64>]) -> Option<f64> {
    let power: f64 = levels.iter().flatten().map(|db| 10f64.powf(db / 10.0)).sum();
    (power > 0.0).then(|| 10.0 * power.log10())
}

fn bell(kind: EqBandKind, frequency_hz: f64, q: f64, gain_db: f64) -> ProcessorSpec {
    let band = EqBand { kind, frequency_hz, q, gain_db, ..EqBand::default() };
    ProcessorSpec::Eq(EqSpec { bands: vec![band], ..EqSpec::default() })
}

/// Compares every track with the album's median, or with the track at index `anchor`.
///
/// Each track gets its deviations, outliers with a proposed move; an album of fewer than three tracks has no median, and an
/// anchor needs one other track. Measures that a track lacks are left out.
#[must_use]
pub fn album_coherence(tracks: &[&Measurements], anchor: Option<usize>) -> Vec<Vec<AlbumDeviation>> {
    let mut found = vec![Vec::new(); tracks.len()];
    if anchor.is_none() && tracks.len() < LEAST_TRACKS {
        return found;
    }
    for measure in &MEASURES {
        let values: Vec<Option<f64>> = tracks.iter().map(|track| (measure.value_db)(track)).collect();
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        let reference = match anchor {
            Some(anchor) => values.get(anchor).copied().flatten(),
            None if known.len() >= LEAST_TRACKS => median(&known),
            None => None,
        };
        let Some(reference_db) = reference else { continue };
        let limit_db = limit_db(&known);
        for (index, value_db) in values.iter().enumerate() {
            if let Some(value_db) = value_db.filter(|_| anchor != Some(index)) {
                found[index].push(deviation(measure, value_db, reference_db, limit_db, anchor));
            }
        }
    }
    found
}

/// Returns the steps of the moves in `deviations`.
#[must_use]
pub fn coherence_steps(deviations: &[AlbumDeviation]) -> Vec<Step> {
    let moves = deviations.iter().filter_map(|deviation| Some((deviation.measure.as_str(), deviation.move_db?)));
    let steps = moves.filter_map(|(id, move_db)| {
        let measure = MEASURES.iter().find(|measure| measure.id == id)?;
        Some(Step::new((measure.step?)(move_db)))
    });
    steps.collect()
}

/// Returns the value of a measure by its id, for a track measured again.
#[must_use]
pub fn coherence_value_db(measure: &str, track: &Measurements) -> Option<f64> {
    MEASURES.iter().find(|known| known.id == measure).and_then(|known| (known.value_db)(track))
}

fn limit_db(values: &[f64]) -> f64 {
    let Some(middle) = median(values) else { return LEAST_LIMIT_DB };
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let spread_db = MAD_TO_DEVIATION * median(&distances).unwrap_or(0.0);
    (OUTLIER_DEVIATIONS * spread_db).max(LEAST_LIMIT_DB)
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    Some(if sorted.len() % 2 == 1 { upper } else { 0.5 * (upper + sorted[sorted.len() / 2 - 1]) })
}

fn deviation(
    measure: &Measure,
    value_db: f64,
    reference_db: f64,
    limit_db: f64,
    anchor: Option<usize>,
) -> AlbumDeviation {
    let distance_db = value_db - reference_db;
    let excess_db = distance_db.abs() - limit_db;
    let mut found = AlbumDeviation {
        measure: measure.id.to_owned(),
        value_db,
        reference_db,
        limit_db,
        is_outlier: excess_db > 0.0,
        ..AlbumDeviation::default()
    };
    if !found.is_outlier {
        return found;
    }
    let whose = anchor.map_or("the album's median".to_owned(), |anchor| format!("track {}", anchor + 1));
    let told = format!("the {} is {distance_db:+.1} dB from {whose}, and the limit is {limit_db:.1} dB", measure.name);
    let move_db = -distance_db.signum() * excess_db.min(MOST_DB);
    let move_db = (move_db * 10.0).round() / 10.0;
    found.reason = if measure.step.is_none() {
        format!("{told}; dynamics are told only, because a mix decides them")
    } else if move_db.abs() < LEAST_MOVE_DB {
        format!("{told}; so little is left alone")
    } else {
        found.move_db = Some(move_db);
        let capped = if excess_db > MOST_DB { ", the most that is done" } else { "" };
        format!("{told}; moved by {move_db:+.1} dB{capped}")
    };
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::{Bands, Loudness, Spectrum, Stereo};

    fn track(bass_db: f64, side_db: f64, plr_db: f64) -> Measurements {
        let bands = Bands { low: Some(bass_db), mid: Some(-6.0), ..Bands::default() };
        Measurements {
            spectrum: Some(Spectrum { bands, ..Spectrum::default() }),
            stereo: Some(Stereo { side_to_mid_db: Some(side_db), ..Stereo::default() }),
            loudness: Some(Loudness { plr_db: Some(plr_db), ..Loudness::default() }),
            ..Measurements::default()
        }
    }

    fn found<'a>(deviations: &'a [AlbumDeviation], measure: &str) -> &'a AlbumDeviation {
        deviations.iter().find(|deviation| deviation.measure == measure).unwrap()
    }

    #[test]
    fn only_outliers_are_moved_and_only_to_the_limit() {
        let tracks =
            [track(-6.0, -12.0, 10.0), track(-6.2, -12.5, 10.0), track(-5.8, -11.5, 10.0), track(-2.0, -12.0, 18.0)];
        let deviations = album_coherence(&tracks.iter().collect::<Vec<_>>(), None);
        assert!(deviations[..3].iter().flatten().all(|deviation| !deviation.is_outlier));
        let bass = found(&deviations[3], "bass");
        // The median is -5.9 and the limit 2 dB: 3.9 dB away is 1.9 dB too far.
        assert!(bass.is_outlier && (bass.move_db.unwrap() - -1.9).abs() < 0.06, "{bass:?}");
        assert!(bass.reason.contains("+3.9 dB from the album's median"), "{}", bass.reason);
        let dynamics = found(&deviations[3], "dynamics");
        assert!(dynamics.is_outlier && dynamics.move_db.is_none() && dynamics.reason.contains("told only"));
        let steps = coherence_steps(&deviations[3]);
        assert_eq!(steps.len(), 1);
        assert!(
            matches!(steps[0].processor(), Some(ProcessorSpec::Eq(eq)) if eq.bands[0].kind == EqBandKind::LowShelf)
        );
    }

    #[test]
    fn an_album_that_differs_everywhere_has_no_outliers() {
        let tracks =
            [track(-12.0, -20.0, 10.0), track(-6.0, -12.0, 12.0), track(-2.0, -6.0, 15.0), track(-9.0, -3.0, 9.0)];
        let deviations = album_coherence(&tracks.iter().collect::<Vec<_>>(), None);
        assert!(deviations.iter().flatten().all(|deviation| !deviation.is_outlier), "{deviations:?}");
    }

    #[test]
    fn an_anchor_is_never_touched_and_moves_are_limited() {
        let tracks = [track(-6.0, -12.0, 10.0), track(-6.0, -12.0, 10.0), track(-6.0, -25.0, 10.0)];
        let deviations = album_coherence(&tracks.iter().collect::<Vec<_>>(), Some(0));
        assert!(deviations[0].is_empty());
        let width = found(&deviations[2], "width");
        assert_eq!(width.move_db, Some(3.0));
        assert!(width.reason.contains("track 1") && width.reason.contains("the most that is done"), "{}", width.reason);
        assert!(album_coherence(&[&tracks[0], &tracks[2]], None).iter().all(Vec::is_empty));
    }
}
