//! Loudness of a render from its gating blocks, which the search for the drive compares.

use balanced_dsp::loudness::{
    INTEGRATED_RELATIVE_GATE_LU, LoudnessWindows, lufs_to_power, mean_above_gates, power_to_lufs,
};
use balanced_dsp::{Block, StreamFormat};

/// Percentile of the loudness loss that counts as the amount of limiting: the loudest 5 % may be limited harder.
const LIMITING_PERCENTILE: f64 = 0.95;

/// Meter that collects the gating blocks of a stream.
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
    /// Creates levels from the mean squares of the gating blocks.
    pub(crate) fn from_powers(powers: Vec<f64>) -> Self {
        Self { powers }
    }

    /// Returns the levels of several renders as one, each raised by a gain in dB.
    pub(crate) fn together<'a>(parts: impl Iterator<Item = (&'a Self, f64)>) -> Self {
        let raised = parts.flat_map(|(part, gain_db)| {
            let power = 10f64.powf(gain_db / 10.0);
            part.powers.iter().map(move |block| power * block)
        });
        Self { powers: raised.collect() }
    }

    /// Returns the integrated loudness in LUFS; `None` if nothing passes the gates.
    pub(crate) fn integrated_lufs(&self) -> Option<f64> {
        mean_above_gates(&self.powers, INTEGRATED_RELATIVE_GATE_LU).map(power_to_lufs)
    }

    /// Returns how much loudness the limiter took from the loud moments, in dB.
    ///
    /// It is the 95th percentile of the difference between the level that `drive_db` alone would give and the level in
    /// `limited`.
    pub(crate) fn limiting_db(&self, limited: &Self, drive_db: f64) -> f64 {
        let Some(integrated_lufs) = self.integrated_lufs() else { return 0.0 };
        // Moments that do not count for the loudness do not count for its limiting either.
        let gate = lufs_to_power(integrated_lufs + INTEGRATED_RELATIVE_GATE_LU);
        let moments =
            self.powers.iter().zip(&limited.powers).filter(|(before, after)| **before > gate && **after > 0.0);
        let mut losses: Vec<f64> = moments.map(|(before, after)| drive_db + 10.0 * (before / after).log10()).collect();
        losses.sort_by(f64::total_cmp);
        let index = ((losses.len() as f64 * LIMITING_PERCENTILE) as usize).min(losses.len().saturating_sub(1));
        losses.get(index).copied().unwrap_or(0.0)
    }
}
