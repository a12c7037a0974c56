//! Shares of time by loudness.

use balanced_dsp::loudness::{ABSOLUTE_GATE_LUFS, power_to_lufs};

use balanced_model::LoudnessHistogram;

/// Histogram of block powers in steps of 1 LU over the occupied range.
pub(super) fn histogram(momentary: &[f64], short_term: &[f64]) -> LoudnessHistogram {
    let steps = |powers: &[f64]| -> Vec<i64> {
        let lufs = powers.iter().map(|power| power_to_lufs(*power));
        lufs.filter(|lufs| *lufs > ABSOLUTE_GATE_LUFS).map(|lufs| lufs.floor() as i64).collect()
    };
    let (momentary, short_term) = (steps(momentary), steps(short_term));
    let both = || momentary.iter().chain(&short_term).copied();
    let (Some(first), Some(last)) = (both().min(), both().max()) else { return LoudnessHistogram::default() };
    let share = |steps: &[i64]| {
        let mut shares = vec![0.0; (last - first + 1) as usize];
        for step in steps {
            shares[(step - first) as usize] += 1.0 / steps.len() as f64;
        }
        shares
    };
    LoudnessHistogram {
        from_lufs: Some(first as f64),
        momentary_share: share(&momentary),
        short_term_share: share(&short_term),
    }
}
