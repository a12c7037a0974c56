//! Peak to short-term loudness ratio (Shepherd, Grimm, Tapper, Kahsnitz, Kerr: AES Convention 143, e-Brief 373, 2017).

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::{ABSOLUTE_GATE_LUFS, RANGE_RELATIVE_GATE_LU, lufs_to_power, power_to_lufs, relative_gate};

use super::windows::{SHORT_TERM_CELLS, WindowTrace};

/// True peak of the 3 s that end with each cell less their loudness; `None` before 3 s and in silence.
pub(super) fn psr_curve(windows: &WindowTrace, peaks: &[f64]) -> Vec<Option<f64>> {
    let psr = |(cell, power): (usize, Option<f64>)| {
        let window = &peaks[(cell + 1).saturating_sub(SHORT_TERM_CELLS)..=cell];
        let peak = window.iter().copied().fold(0.0, f64::max);
        Some(gain_to_db(peak) - power_to_lufs(power?)).filter(|psr| psr.is_finite())
    };
    windows.short_term().enumerate().map(psr).collect()
}

/// The lowest value where the window passes the gates of loudness range.
pub(super) fn min_psr(windows: &WindowTrace, curve: &[Option<f64>]) -> Option<f64> {
    let gate = relative_gate(windows.range_blocks(), RANGE_RELATIVE_GATE_LU)?.max(lufs_to_power(ABSOLUTE_GATE_LUFS));
    let heard = windows.short_term().zip(curve).filter(|(power, _)| power.is_some_and(|power| power >= gate));
    heard.filter_map(|(_, psr)| *psr).min_by(f64::total_cmp)
}
