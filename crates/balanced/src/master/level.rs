//! Loudness of a render, by its gating blocks: what the search compares.

use balanced_analysis::mean_above_gates;
use balanced_dsp::loudness::{LoudnessWindows, lufs_to_power, power_to_lufs};
use balanced_dsp::{Block, StreamFormat};

/// The share of moments whose limiting is judged: the loudest twentieth may be limited harder.
const LIMITING_PERCENTILE: f64 = 0.95;
/// Moments quieter than this below the whole do not count for integrated loudness (BS.1770-5), nor for its limiting.
const RELATIVE_GATE_LU: f64 = -10.0;

/// Collects gating blocks while audio streams by.
pub(crate) struct LevelMeter {
    windows: LoudnessWindows,
    levels: Levels,
}

/// Powers of the 400 ms gating blocks of a render, every 100 ms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    powers: Vec<f64>,
}

impl LevelMeter {
    pub(crate) fn new(format: &StreamFormat) -> Self {
        Self { windows: LoudnessWindows::new(format), levels: Levels::default() }
    }

    pub(crate) fn push(&mut self, block: Block<'_>) {
        let powers = &mut self.levels.powers;
        self.windows.process(block, |window| {
            if window.momentary_is_full() && window.is_on_gating_grid() {
                powers.push(window.momentary);
            }
        });
    }

    pub(crate) fn finish(self) -> Levels {
        self.levels
    }
}

impl Levels {
    /// From the mean squares of the gating blocks.
    pub(crate) fn from_powers(powers: Vec<f64>) -> Self {
        Self { powers }
    }

    /// Integrated loudness; `None` if nothing passes the gates.
    pub(crate) fn integrated_lufs(&self) -> Option<f64> {
        mean_above_gates(&self.powers, RELATIVE_GATE_LU).map(power_to_lufs)
    }

    /// How much loudness a limiter took from the loudest moments: the 95th percentile of what `drive_db` alone would have
    /// given less what came out as `limited`.
    pub(crate) fn limiting_db(&self, limited: &Self, drive_db: f64) -> f64 {
        let Some(integrated_lufs) = self.integrated_lufs() else { return 0.0 };
        let gate = lufs_to_power(integrated_lufs + RELATIVE_GATE_LU);
        let moments =
            self.powers.iter().zip(&limited.powers).filter(|(before, after)| **before > gate && **after > 0.0);
        let mut losses: Vec<f64> = moments.map(|(before, after)| drive_db + 10.0 * (before / after).log10()).collect();
        losses.sort_by(f64::total_cmp);
        let index = ((losses.len() as f64 * LIMITING_PERCENTILE) as usize).min(losses.len().saturating_sub(1));
        losses.get(index).copied().unwrap_or(0.0)
    }
}
