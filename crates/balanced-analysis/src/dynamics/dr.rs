//! "DR" of the TT meter, after the description by Algorithmix (v1.3, 2009).

use crate::loudness::{CELL_S, Levels};

/// Seconds of a block.
const BLOCK_S: f64 = 3.0;
/// Share of the loudest blocks whose RMS counts.
const LOUDEST: f64 = 0.2;

/// DR of one channel, not rounded: the second-highest block peak over the RMS of the loudest fifth of the blocks. The RMS
/// is that of a sine of the same peak, that is 3.01 dB up. Blocks are whole; what the description leaves open is decided
/// as: a fifth is rounded down but at least one block, and fewer than two blocks or silence have no DR.
pub(super) fn dr(levels: &Levels, channel: usize) -> Option<f64> {
    let cells_per_block = (BLOCK_S / CELL_S).round() as usize;
    let blocks = levels.channels[channel].len() / cells_per_block;
    if blocks < 2 {
        return None;
    }
    let (mut powers, mut peaks) = (Vec::with_capacity(blocks), Vec::with_capacity(blocks));
    for block in 0..blocks {
        let range = block * cells_per_block..(block + 1) * cells_per_block;
        let total = levels.total(channel, range.clone());
        powers.push(2.0 * total.energy / levels.frames_of(range));
        peaks.push(total.peak);
    }
    powers.sort_by(|a, b| b.total_cmp(a));
    peaks.sort_by(|a, b| b.total_cmp(a));
    let loudest = ((LOUDEST * blocks as f64) as usize).max(1);
    let power = powers[..loudest].iter().sum::<f64>() / loudest as f64;
    balanced_model::finite(20.0 * peaks[1].log10() - 10.0 * power.log10())
}
