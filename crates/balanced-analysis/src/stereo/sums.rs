//! Energies of left, right, mid and side over a stretch of samples.

use std::ops::{Add, AddAssign};

use balanced_dsp::vector_loop;

const LANES: usize = 8;
/// Samples summed in `f32` before the sums move to `f64`.
const SECTION: usize = 512;
/// Ratios are kept within this many decibels: what cancels completely is lost by "at least 100 dB".
const LIMIT_DB: f64 = 100.0;

/// Sums of squares of `L`, `R`, `(L+R)/2` and `(L-R)/2`.
///
/// Mid and side are summed on their own, not derived: the side of a nearly mono file would drown in rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub left: f64,
    pub right: f64,
    pub mid: f64,
    pub side: f64,
    pub samples: f64,
}

impl Sums {
    /// Sums over two slices of one length.
    pub fn of(left: &[f32], right: &[f32]) -> Self {
        let mut total = Self { samples: left.len() as f64, ..Self::default() };
        add_sections(&mut total, left, right);
        total
    }

    /// From band powers of left and right and the real cross-power.
    pub fn from_cross(left: f64, right: f64, cross: f64) -> Self {
        let (mid, side) = (0.25 * (left + right + 2.0 * cross), 0.25 * (left + right - 2.0 * cross));
        Self { left, right, mid: mid.max(0.0), side: side.max(0.0), samples: 1.0 }
    }

    /// Whether the mean power of the two channels is under `power` (mean square).
    pub fn is_below(&self, power: f64) -> bool {
        self.left + self.right <= 2.0 * power * self.samples
    }

    /// Correlation coefficient (not centred: audio has no mean); `None` if a channel is empty.
    pub fn correlation(&self) -> Option<f64> {
        let norm = (self.left * self.right).sqrt();
        (norm > 0.0).then(|| ((self.mid - self.side) / norm).clamp(-1.0, 1.0))
    }

    /// Side share of the power.
    pub fn width(&self) -> Option<f64> {
        let total = self.mid + self.side;
        (total > 0.0).then(|| self.side / total)
    }

    /// Power lost in a mono fold.
    pub fn mono_loss_db(&self) -> Option<f64> {
        ratio_db(0.5 * (self.left + self.right), self.mid).map(|db| db.max(0.0))
    }

    /// Right over left.
    pub fn balance_db(&self) -> Option<f64> {
        ratio_db(self.right, self.left)
    }

    /// Side over mid.
    pub fn side_to_mid_db(&self) -> Option<f64> {
        ratio_db(self.side, self.mid)
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.left += other.left;
        self.right += other.right;
        self.mid += other.mid;
        self.side += other.side;
        self.samples += other.samples;
    }
}

impl Add for Sums {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

/// Ratio of two powers within ±100 dB; `None` if both are zero.
fn ratio_db(numerator: f64, denominator: f64) -> Option<f64> {
    if numerator + denominator <= 0.0 {
        return None;
    }
    Some((10.0 * (numerator / denominator).log10()).clamp(-LIMIT_DB, LIMIT_DB))
}

vector_loop! {
    fn add_sections<'a>(total: &'a mut Sums, left: &'a [f32], right: &'a [f32]) {
        for (l, r) in left.chunks(SECTION).zip(right.chunks(SECTION)) {
            let [left, right, mid, side] = section(l, r);
            total.left += left;
            total.right += right;
            total.mid += 0.25 * mid;
            total.side += 0.25 * side;
        }
    }
}

#[inline(always)]
fn section(left: &[f32], right: &[f32]) -> [f64; 4] {
    let mut lanes = [[0f32; LANES]; 4];
    let (left, left_tail) = left.as_chunks::<LANES>();
    let (right, right_tail) = right.as_chunks::<LANES>();
    for (l, r) in left.iter().zip(right) {
        add(&mut lanes, l, r);
    }
    let (mut l, mut r) = ([0f32; LANES], [0f32; LANES]);
    l[..left_tail.len()].copy_from_slice(left_tail);
    r[..right_tail.len()].copy_from_slice(right_tail);
    add(&mut lanes, &l, &r);
    lanes.map(|lane| f64::from(lane.iter().sum::<f32>()))
}

#[inline(always)]
fn add(lanes: &mut [[f32; LANES]; 4], l: &[f32; LANES], r: &[f32; LANES]) {
    for i in 0..LANES {
        let (mid, side) = (l[i] + r[i], l[i] - r[i]);
        lanes[0][i] += l[i] * l[i];
        lanes[1][i] += r[i] * r[i];
        lanes[2][i] += mid * mid;
        lanes[3][i] += side * side;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_pairs() {
        let a: Vec<f32> = (0..1001).map(|i| (i as f32 * 0.1).sin()).collect();
        let b: Vec<f32> = a.iter().map(|s| -0.5 * s).collect();
        let same = Sums::of(&a, &a);
        assert_eq!((same.correlation(), same.width(), same.mono_loss_db()), (Some(1.0), Some(0.0), Some(0.0)));
        assert_eq!(same.side_to_mid_db(), Some(-100.0));
        let opposed = Sums::of(&a, &b);
        assert!((opposed.correlation().unwrap() + 1.0).abs() < 1e-6);
        assert!((opposed.balance_db().unwrap() + 6.0206).abs() < 1e-3);
        let alone = Sums::of(&a, &vec![0.0; 1001]);
        assert!((alone.mono_loss_db().unwrap() - 3.0103).abs() < 1e-3);
        assert_eq!((alone.correlation(), alone.balance_db()), (None, Some(-100.0)));
        assert_eq!(Sums::default().side_to_mid_db(), None);
    }
}
