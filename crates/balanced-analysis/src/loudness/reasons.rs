//! Why values of `loudness` are `null`.

use balanced_model::Loudness;

use crate::programme::Reasons;

/// Windows of momentary and of short-term loudness: a shorter programme fills none.
const MOMENTARY_S: f64 = 0.4;
const SHORT_TERM_S: f64 = 3.0;

pub(super) fn explain(loudness: &Loudness, reasons: &mut Reasons<'_>) {
    let l = loudness;
    let gated = "nothing is louder than the absolute gate, -70 LUFS";
    let silent = "no window holds any sound";
    let unknown_gain = l.platforms.iter().any(|platform| platform.gain_db.is_none());
    for (path, is_missing, shortest_s, otherwise) in [
        ("integrated_lufs", l.integrated_lufs.is_none(), MOMENTARY_S, gated),
        ("relative_gate_lufs", l.relative_gate_lufs.is_none(), MOMENTARY_S, gated),
        ("replay_gain_db", l.replay_gain_db.is_none(), MOMENTARY_S, gated),
        ("plr_db", l.plr_db.is_none(), MOMENTARY_S, gated),
        ("platforms", unknown_gain, MOMENTARY_S, gated),
        ("range_lu", l.range_lu.is_none(), SHORT_TERM_S, gated),
        ("min_psr_db", l.min_psr_db.is_none(), SHORT_TERM_S, gated),
        ("max_momentary_lufs", l.max_momentary_lufs.is_none(), MOMENTARY_S, silent),
        ("max_short_term_lufs", l.max_short_term_lufs.is_none(), SHORT_TERM_S, silent),
        ("true_peak_dbtp", l.true_peak_dbtp.is_none(), 0.0, silent),
        ("sample_peak_dbfs", l.sample_peak_dbfs.is_none(), 0.0, silent),
    ] {
        reasons.explain(&format!("loudness.{path}"), is_missing, shortest_s, otherwise);
    }
}
