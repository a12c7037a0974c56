//! Sections of steady loudness: binary segmentation of the momentary loudness, a point a second.

use std::ops::Range;

use balanced_dsp::loudness::{
    ABSOLUTE_GATE_LUFS, INTEGRATED_RELATIVE_GATE_LU, RANGE_RELATIVE_GATE_LU, lufs_to_power, mean_above_gates,
    power_to_lufs,
};
use balanced_model::{LoudnessSection, finite};

use crate::loudness::{CELL_S, Levels, WindowTrace};

/// Cells in one point.
const POINT_CELLS: usize = 10;
/// Shortest section, in points (seconds).
const SHORTEST: usize = 8;
/// Neighbouring sections differ by at least this.
const STEP_LU: f64 = 2.0;
/// Sections further below the integrated loudness are fades and pauses and count as this far.
const DEPTH_LU: f64 = 30.0;

/// Sections over the whole programme, in order; empty where there is nothing to hear.
pub(super) fn sections(levels: &Levels, windows: &WindowTrace) -> Vec<LoudnessSection> {
    let powers: Vec<f64> = windows.momentary().map(|power| power.unwrap_or(0.0)).collect();
    let Some(integrated) = mean_above_gates(windows.gating_blocks(), INTEGRATED_RELATIVE_GATE_LU) else {
        return Vec::new();
    };
    let floor_lufs = power_to_lufs(integrated) - DEPTH_LU;
    let point = |cells: &[f64]| power_to_lufs(mean(cells)).max(floor_lufs);
    let points: Vec<f64> = powers.chunks(POINT_CELLS).map(point).collect();
    let mut borders = vec![0];
    split(&points, 0..points.len(), &mut borders);
    borders.push(points.len());
    borders.sort_unstable();
    let cells = |border: usize| (border * POINT_CELLS).min(powers.len());
    borders.windows(2).map(|pair| section(levels, &powers, cells(pair[0])..cells(pair[1]))).collect()
}

/// Loudest less quietest section among those that loudness range would not gate out.
pub(super) fn macro_dynamics_lu(sections: &[LoudnessSection], windows: &WindowTrace) -> Option<f64> {
    let mean = power_to_lufs(mean_above_gates(windows.gating_blocks(), INTEGRATED_RELATIVE_GATE_LU)?);
    let gate_lufs = (mean + RANGE_RELATIVE_GATE_LU).max(ABSOLUTE_GATE_LUFS);
    let heard: Vec<f64> =
        sections.iter().filter_map(|section| section.loudness_lufs).filter(|lufs| *lufs > gate_lufs).collect();
    let loudest = heard.iter().copied().reduce(f64::max)?;
    (heard.len() > 1).then(|| loudest - heard.iter().copied().fold(loudest, f64::min))
}

fn section(levels: &Levels, powers: &[f64], cells: Range<usize>) -> LoudnessSection {
    let channels = levels.channels.len();
    let cells = cells.start..cells.end.min(levels.channels.first().map_or(0, Vec::len));
    let totals: Vec<_> = (0..channels).map(|channel| levels.total(channel, cells.clone())).collect();
    let power = totals.iter().map(|t| t.energy).sum::<f64>() / (channels as f64 * levels.frames_of(cells.clone()));
    let peak = totals.iter().map(|t| t.peak).fold(0.0, f64::max);
    LoudnessSection {
        start_s: cells.start as f64 * CELL_S,
        end_s: cells.end as f64 * CELL_S,
        loudness_lufs: Some(mean(&powers[cells])).filter(|p| *p > lufs_to_power(ABSOLUTE_GATE_LUFS)).map(power_to_lufs),
        crest_db: finite(20.0 * peak.log10() - 10.0 * power.log10()),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Cut `range` where the two sides differ most (least squares), if by enough, and go on within both.
fn split(points: &[f64], range: Range<usize>, borders: &mut Vec<usize>) {
    let total: f64 = points[range.clone()].iter().sum();
    let (mut left, mut best) = (0.0, (0.0, 0, 0.0));
    for cut in range.start + 1..range.end {
        left += points[cut - 1];
        let (before, after) = ((cut - range.start) as f64, (range.end - cut) as f64);
        let difference = left / before - (total - left) / after;
        let gain = before * after / (before + after) * difference * difference;
        if cut - range.start >= SHORTEST && range.end - cut >= SHORTEST && gain > best.0 {
            best = (gain, cut, difference.abs());
        }
    }
    let (_, cut, difference) = best;
    if difference >= STEP_LU {
        borders.push(cut);
        split(points, range.start..cut, borders);
        split(points, cut..range.end, borders);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_the_level_steps() {
        let points = [vec![-20.0; 20], vec![-12.0; 30], vec![-18.0; 15]].concat();
        let mut borders = Vec::new();
        split(&points, 0..points.len(), &mut borders);
        borders.sort_unstable();
        assert_eq!(borders, [20, 50]);
        borders.clear();
        split(&[-20.0; 40], 0..40, &mut borders);
        assert!(borders.is_empty());
    }
}
