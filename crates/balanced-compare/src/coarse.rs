//! Where each piece of B lies in A, to an eighth of a second, by fingerprints.

use std::collections::HashMap;

use crate::fingerprint::{ITEM_S, bit_error_rate};

/// Items in a piece: 3 s.
const PIECE: usize = 24;
/// Items from piece to piece: 1 s.
const STEP: usize = 8;
/// Largest bit error rate of a piece that may be the same; whether it is, the waveform tells.
const LIKELY: f64 = 0.34;
/// How much worse the offset of the piece before may be, and is kept: music repeats itself.
const LOYALTY: f64 = 0.08;
/// Pieces around an offset that is common to many: those take it rather than one of their own.
const COMMON: usize = 4;

/// A piece of B and its likely place in A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    /// Middle of the piece in B.
    pub b_s: f64,
    /// Time in A minus time in B.
    pub lag_s: f64,
}

/// Returns the likely place of each piece of `b` in `a`; pieces that are nowhere in `a` are left out.
pub(crate) fn pieces(a: &[u32], b: &[u32]) -> Vec<Piece> {
    let starts: Vec<usize> = (0..(b.len() + 1).saturating_sub(PIECE)).step_by(STEP).collect();
    let found: Vec<Option<(i64, f64)>> = starts.iter().map(|start| best(a, b, *start)).collect();
    let common = common(&found);
    let mut kept: Option<i64> = common.first().copied();
    let mut pieces = Vec::new();
    for (start, found) in starts.iter().zip(&found) {
        let Some((own, own_rate)) = found else { continue };
        let near = kept.into_iter().chain(common.iter().copied());
        let loyal = near.flat_map(|offset| [offset, offset - 1, offset + 1]).find(|offset| {
            rate_at(a, b, *start, *offset).is_some_and(|rate| rate <= own_rate + LOYALTY && rate < LIKELY + LOYALTY)
        });
        let Some(offset) = loyal.or((*own_rate < LIKELY).then_some(*own)) else { continue };
        kept = Some(offset);
        let b_s = (*start as f64 + PIECE as f64 / 2.0) * ITEM_S + WINDOW_S / 2.0;
        pieces.push(Piece { b_s, lag_s: offset as f64 * ITEM_S });
    }
    pieces
}

/// Length of audio that one item tells of: a filter of 16 items over frames of 4096 samples at 11025 Hz.
const WINDOW_S: f64 = 2.3;

fn rate_at(a: &[u32], b: &[u32], start: usize, offset: i64) -> Option<f64> {
    let from = usize::try_from(start as i64 + offset).ok()?;
    Some(bit_error_rate(a.get(from..from + PIECE)?, &b[start..start + PIECE]))
}

/// Returns the offset at which the piece of `b` at `start` is most like `a`, with the bit error rate.
fn best(a: &[u32], b: &[u32], start: usize) -> Option<(i64, f64)> {
    let piece = &b[start..start + PIECE];
    let rates = a.windows(PIECE).enumerate().map(|(from, window)| (from, bit_error_rate(window, piece)));
    let (from, rate) = rates.min_by(|x, y| x.1.total_cmp(&y.1))?;
    Some((from as i64 - start as i64, rate))
}

/// Returns the offsets that many pieces share, the most common first.
fn common(found: &[Option<(i64, f64)>]) -> Vec<i64> {
    let mut votes: HashMap<i64, usize> = HashMap::new();
    for (offset, _) in found.iter().flatten().filter(|(_, rate)| *rate < LIKELY) {
        *votes.entry(*offset).or_default() += 1;
    }
    let mut votes: Vec<_> = votes.into_iter().filter(|(_, count)| *count >= COMMON).collect();
    votes.sort_by_key(|(offset, count)| (std::cmp::Reverse(*count), *offset));
    votes.into_iter().map(|(offset, _)| offset).collect()
}
