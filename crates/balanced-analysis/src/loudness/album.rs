//! Loudness of several tracks as one programme.

use balanced_dsp::loudness::{
    INTEGRATED_RELATIVE_GATE_LU, loudness_range, lufs_to_power, mean_above_gates, power_to_lufs,
};
use balanced_model::{AlbumLoudness, Loudness, finite};

use super::summary::REPLAY_GAIN_LUFS;

/// Returns the loudness of `tracks` taken as one programme, each with its duration in seconds.
///
/// The gating blocks of all tracks pass the gates of BS.1770-5 and Tech 3342 together, so that the value is that of the
/// concatenated tracks without the few blocks that would straddle their borders. The blocks are the points of the loudness
/// curves, which are rounded to 0.001 LU.
#[must_use]
pub fn album_loudness(tracks: &[(&Loudness, f64)]) -> AlbumLoudness {
    let all = |curve: fn(&Loudness) -> &[Option<f64>]| -> Vec<f64> {
        tracks.iter().flat_map(|(loudness, _)| curve(loudness)).flatten().map(|lufs| lufs_to_power(*lufs)).collect()
    };
    let momentary = all(|loudness| &loudness.curve.momentary_lufs);
    let short_term = all(|loudness| &loudness.curve.short_term_lufs);
    let highest = |value: fn(&Loudness) -> Option<f64>| {
        tracks.iter().filter_map(|(loudness, _)| value(loudness)).reduce(f64::max)
    };
    let loudest = tracks
        .iter()
        .enumerate()
        .filter_map(|(index, (loudness, _))| loudness.integrated_lufs.map(|lufs| (index + 1, lufs)));
    // The first of equals: a later one must be louder.
    let loudest = loudest.reduce(|best, next| if next.1 > best.1 { next } else { best });
    let gated = mean_above_gates(&momentary, INTEGRATED_RELATIVE_GATE_LU);
    let integrated_lufs = gated.and_then(|power| finite(power_to_lufs(power)));
    AlbumLoudness {
        integrated_lufs,
        range_lu: loudness_range(&short_term),
        max_momentary_lufs: highest(|loudness| loudness.max_momentary_lufs),
        max_short_term_lufs: highest(|loudness| loudness.max_short_term_lufs),
        true_peak_dbtp: highest(|loudness| loudness.true_peak_dbtp),
        loudest_track: loudest.map(|(number, _)| number),
        loudest_track_lufs: loudest.map(|(_, lufs)| lufs),
        replay_gain_db: integrated_lufs.map(|lufs| REPLAY_GAIN_LUFS - lufs),
        duration_s: tracks.iter().map(|(_, duration_s)| duration_s).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::LoudnessCurve;

    fn steady(lufs: f64, points: usize) -> Loudness {
        let curve = LoudnessCurve {
            momentary_lufs: vec![Some(lufs); points],
            short_term_lufs: vec![Some(lufs); points],
            ..LoudnessCurve::default()
        };
        Loudness { integrated_lufs: Some(lufs), true_peak_dbtp: Some(lufs + 10.0), curve, ..Loudness::default() }
    }

    #[test]
    fn quiet_tracks_fall_under_the_gate_of_the_album() {
        let (loud, soft, near) = (steady(-10.0, 100), steady(-30.0, 100), steady(-12.0, 100));
        // The absolute-gated mean is -12.97 LUFS, so the gate is at -22.97 and the soft track counts for nothing.
        let album = album_loudness(&[(&soft, 10.0), (&loud, 10.0)]);
        assert!((album.integrated_lufs.unwrap() - -10.0).abs() < 1e-9, "{album:?}");
        assert_eq!((album.loudest_track, album.true_peak_dbtp, album.duration_s), (Some(2), Some(0.0), 20.0));
        assert!((album.replay_gain_db.unwrap() - -8.0).abs() < 1e-9);
        // Two tracks over the gate: the mean of their powers.
        let album = album_loudness(&[(&near, 10.0), (&loud, 10.0)]);
        let mean = 10.0 * ((10f64.powf(-1.2) + 0.1) / 2.0).log10();
        assert!((album.integrated_lufs.unwrap() - mean).abs() < 1e-9, "{album:?}");
    }

    #[test]
    fn silence_has_no_loudness() {
        let album = album_loudness(&[(&Loudness::default(), 3.0)]);
        assert_eq!((album.integrated_lufs, album.loudest_track, album.range_lu), (None, None, None));
    }
}
