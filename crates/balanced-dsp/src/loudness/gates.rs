//! The gates of BS.1770-5 and Tech 3342 over block powers, exact.

use super::{ABSOLUTE_GATE_LUFS, RANGE_PERCENTILES, RANGE_RELATIVE_GATE_LU, lufs_to_power, power_to_lufs};

/// Returns the relative gate as a power, `relative_gate_lu` below the mean of the blocks above -70 LUFS; `None` if there are none.
#[must_use]
pub fn relative_gate(blocks: &[f64], relative_gate_lu: f64) -> Option<f64> {
    Some(mean_above(blocks, lufs_to_power(ABSOLUTE_GATE_LUFS))? * 10f64.powf(relative_gate_lu / 10.0))
}

/// Returns the mean power of the gating `blocks` strictly above both gates of BS.1770-5; `None` if there are none.
///
/// `blocks` are K-weighted, channel-weighted mean squares of 400 ms; `relative_gate_lu` is -10 for integrated loudness.
#[must_use]
pub fn mean_above_gates(blocks: &[f64], relative_gate_lu: f64) -> Option<f64> {
    let gate = relative_gate(blocks, relative_gate_lu)?;
    // A relative gate below the absolute one does not lower it.
    mean_above(blocks, gate.max(lufs_to_power(ABSOLUTE_GATE_LUFS)))
}

/// Returns the loudness range in LU by EBU Tech 3342, from the mean squares of 3 s blocks; `None` if nothing passes the gates.
#[must_use]
pub fn loudness_range(blocks: &[f64]) -> Option<f64> {
    let gate = relative_gate(blocks, RANGE_RELATIVE_GATE_LU)?.max(lufs_to_power(ABSOLUTE_GATE_LUFS));
    let mut kept: Vec<f64> = blocks.iter().copied().filter(|power| *power >= gate).collect();
    kept.sort_by(f64::total_cmp);
    let last = kept.len().checked_sub(1)? as f64;
    let [low, high] = RANGE_PERCENTILES.map(|p| power_to_lufs(kept[(last * p).round() as usize]));
    Some(high - low)
}

fn mean_above(blocks: &[f64], gate: f64) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u64);
    for power in blocks.iter().filter(|power| **power > gate) {
        sum += power;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_strict_and_relative_to_the_gated_mean() {
        let at = lufs_to_power;
        assert_eq!(mean_above_gates(&[at(-70.0), at(-80.0), 0.0], -10.0), None);
        // Mean of -20 and -20 is -20, so -30.01 is out and -29.9 is in.
        let loud = vec![at(-20.0); 1000];
        let with = |lufs: f64| power_to_lufs(mean_above_gates(&[&loud[..], &[at(lufs); 10]].concat(), -10.0).unwrap());
        assert!((with(-30.2) - -20.0).abs() < 1e-9);
        assert!((with(-29.8) - -20.0).abs() > 1e-3);
    }

    #[test]
    fn range_lies_between_the_percentiles_and_ignores_repetition() {
        let blocks: Vec<f64> = (0..101).map(|i| lufs_to_power(-30.0 + 0.1 * f64::from(i))).collect();
        let range = loudness_range(&blocks).unwrap();
        assert!((range - 8.5).abs() < 1e-9, "{range}");
        assert!((loudness_range(&blocks.repeat(3)).unwrap() - range).abs() < 0.11);
        assert_eq!(loudness_range(&[]), None);
    }
}
