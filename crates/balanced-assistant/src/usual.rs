//! Level of a track whose highest peaks are a few absurd samples: that of all its other moments.

use balanced_dsp::loudness::{INTEGRATED_RELATIVE_GATE_LU, lufs_to_power, mean_above_gates, power_to_lufs};
use balanced_model::Loudness;

/// No mix reaches this: samples are in the scale of integers, or a few of them are broken.
pub(crate) const ABSURD_DBTP: f64 = 24.0;
/// Largest share of moments with absurd samples for which these are single broken samples in a track of a usual level.
const LONE_SHARE: f64 = 0.05;
/// Length of a momentary window.
const WINDOW_S: f64 = 0.4;

/// Loudness and peak of the moments without absurd samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    pub integrated_lufs: f64,
    pub true_peak_dbtp: f64,
}

/// Level of the other moments, if a few absurd samples stand alone.
pub(crate) fn beside_lone_samples(loudness: &Loudness) -> Option<Usual> {
    let curve = &loudness.curve;
    let is_absurd = |peak: &Option<f64>| peak.is_some_and(|peak| peak > ABSURD_DBTP);
    let absurd = curve.true_peak_dbtp.iter().filter(|peak| is_absurd(peak)).count();
    if absurd == 0 || absurd as f64 > LONE_SHARE * curve.true_peak_dbtp.len() as f64 {
        return None;
    }
    let reach = (WINDOW_S / curve.hop_s.max(1e-3)).ceil() as usize + 1;
    let is_beside = |at: usize| {
        let end = (at + reach).min(curve.true_peak_dbtp.len());
        curve.true_peak_dbtp[at.saturating_sub(reach).min(end)..end].iter().any(is_absurd)
    };
    let moments = curve.momentary_lufs.iter().enumerate().filter(|(at, _)| !is_beside(*at));
    let powers: Vec<f64> = moments.filter_map(|(_, lufs)| lufs.map(lufs_to_power)).collect();
    let integrated_lufs = power_to_lufs(mean_above_gates(&powers, INTEGRATED_RELATIVE_GATE_LU)?);
    let peaks = curve.true_peak_dbtp.iter().filter(|peak| !is_absurd(peak));
    let true_peak_dbtp = peaks.filter_map(|peak| *peak).fold(f64::NEG_INFINITY, f64::max);
    true_peak_dbtp.is_finite().then_some(Usual { integrated_lufs, true_peak_dbtp })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(absurd: usize) -> Loudness {
        let mut loudness = Loudness { true_peak_dbtp: Some(60.0), ..Loudness::default() };
        loudness.curve.hop_s = 0.1;
        loudness.curve.momentary_lufs = (0..300).map(|n| Some(if n < 100 { -40.0 } else { -20.0 })).collect();
        loudness.curve.true_peak_dbtp = vec![Some(-3.0); 300];
        for at in 150..150 + absurd {
            loudness.curve.true_peak_dbtp[at] = Some(60.0);
            loudness.curve.momentary_lufs[at..at + 4].fill(Some(17.0));
        }
        loudness
    }

    #[test]
    fn the_rest_tells_the_level_of_a_track_with_a_lone_absurd_sample() {
        let usual = beside_lone_samples(&curve(1)).unwrap();
        assert!((usual.integrated_lufs + 20.0).abs() < 1e-9 && usual.true_peak_dbtp == -3.0, "{usual:?}");
        assert_eq!(beside_lone_samples(&curve(0)), None);
        assert_eq!(beside_lone_samples(&curve(120)), None);
    }
}
