//! From traces to the result.

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::loudness::{
    INTEGRATED_RELATIVE_GATE_LU, loudness_range, mean_above_gates, power_to_lufs, relative_gate,
};
use balanced_model::{Loudness, LoudnessCurve, PlatformRule, finite};

use super::cells::CELL_S;
use super::histogram::histogram;
use super::peaks::Peaks;
use super::psr::{min_psr, psr_curve};
use super::rounded;
use super::windows::WindowTrace;

/// Reference level of ReplayGain 2.0.
pub(super) const REPLAY_GAIN_LUFS: f64 = -18.0;

pub(super) fn summarise(windows: &WindowTrace, peaks: &Peaks, rules: &[PlatformRule], sample_rate_hz: f64) -> Loudness {
    let blocks = windows.gating_blocks();
    let lufs = |power: f64| finite(power_to_lufs(power));
    let integrated_lufs = mean_above_gates(blocks, INTEGRATED_RELATIVE_GATE_LU).and_then(lufs);
    let highest = peaks.true_peaks.iter().flatten().copied();
    let highest = highest.reduce(|a, b| if b.amplitude > a.amplitude { b } else { a });
    let true_peak_dbtp = highest.and_then(|peak| finite(gain_to_db(peak.amplitude)));
    let sample_peak = peaks.sample_peaks.iter().copied().fold(0.0, f64::max);
    let curve = curve(windows, peaks);
    Loudness {
        integrated_lufs,
        relative_gate_lufs: relative_gate(blocks, INTEGRATED_RELATIVE_GATE_LU).and_then(lufs),
        range_lu: loudness_range(windows.range_blocks()),
        max_momentary_lufs: lufs(windows.max_momentary()),
        max_short_term_lufs: lufs(windows.max_short_term()),
        true_peak_dbtp,
        true_peak_at_s: highest.map(|peak| peak.at_frames / sample_rate_hz),
        true_peak_per_channel_dbtp: peaks.true_peaks.iter().map(|p| finite(gain_to_db((*p)?.amplitude))).collect(),
        true_peak_per_channel_at_s: peaks.true_peaks.iter().map(|p| Some((*p)?.at_frames / sample_rate_hz)).collect(),
        true_peak_overs: peaks.overs(),
        sample_peak_dbfs: finite(gain_to_db(sample_peak)),
        sample_peak_per_channel_dbfs: peaks.sample_peaks.iter().map(|peak| finite(gain_to_db(*peak))).collect(),
        clipped_run_count: peaks.clipped.0,
        clipped_runs: peaks.clipped.1.clone(),
        plr_db: true_peak_dbtp.zip(integrated_lufs).map(|(peak, lufs)| peak - lufs),
        min_psr_db: min_psr(windows, &curve.psr_db),
        platforms: rules.iter().map(|rule| rule.apply(integrated_lufs, true_peak_dbtp)).collect(),
        replay_gain_db: integrated_lufs.map(|lufs| REPLAY_GAIN_LUFS - lufs),
        curve,
        histogram: histogram(blocks, windows.range_blocks()),
    }
}

fn curve(windows: &WindowTrace, peaks: &Peaks) -> LoudnessCurve {
    let mut highest = peaks.highest();
    let lufs = |power: Option<f64>| rounded(power_to_lufs(power?));
    let momentary_lufs: Vec<_> = windows.momentary().map(lufs).collect();
    // Peaks found after the last grid line count for the last whole cell.
    let rest = highest.split_off(momentary_lufs.len().min(highest.len()));
    if let Some(last) = highest.last_mut() {
        *last = rest.into_iter().fold(*last, f64::max);
    }
    let psr_db = psr_curve(windows, &highest);
    LoudnessCurve {
        hop_s: CELL_S,
        short_term_lufs: windows.short_term().map(lufs).collect(),
        true_peak_dbtp: highest.iter().map(|peak| rounded(gain_to_db(*peak))).collect(),
        psr_db: psr_db.into_iter().map(|psr| rounded(psr?)).collect(),
        momentary_lufs,
    }
}
