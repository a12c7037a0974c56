//! Middle and side of a pair of channels.

use balanced_dsp::BlockMut;

/// Left and right become mid `(l + r) / 2` and side `(l - r) / 2`, in the pair's own channels.
pub(crate) fn encode_mid_side(block: &mut BlockMut<'_>, pair: (usize, usize)) {
    for_each_of_pair(block, pair, |left, right| (0.5 * (left + right), 0.5 * (left - right)));
}

/// The way back from [`encode_mid_side`].
pub(crate) fn decode_mid_side(block: &mut BlockMut<'_>, pair: (usize, usize)) {
    for_each_of_pair(block, pair, |mid, side| (mid + side, mid - side));
}

fn for_each_of_pair(block: &mut BlockMut<'_>, (left, right): (usize, usize), convert: impl Fn(f64, f64) -> (f64, f64)) {
    let swapped = left > right;
    let (a, b) = block.pair_mut(left.min(right), left.max(right));
    let (first, second) = if swapped { (b, a) } else { (a, b) };
    for (x, y) in first.iter_mut().zip(second) {
        (*x, *y) = convert(*x, *y);
    }
}
