//! Correlation guard: takes the side down where left and right would contradict each other too much.

use balanced_dsp::{BlockMut, OnePole, Ramp};

/// Time constant of the means behind the correlation: that of a correlation meter.
const MEAN_MS: f64 = 150.0;
/// Time constant of the gain that follows.
const GAIN_MS: f64 = 20.0;
/// Share of the way from the floor to 1 that is aimed at above it: the means lag and fluctuate.
const AIM: f64 = 0.06;
/// Powers below this (-140 dBFS) are silence, which correlates with nothing.
const SILENCE: f64 = 1e-14;

/// Keeps the correlation of a pair at or above a floor.
///
/// With `m` and `s` the mid and the side, the correlation after a gain `g` of the side is
/// `(M - qS) / sqrt((M + qS)² - 4qX²)` with `q = g²` and the means `M` of `m²`, `S` of `s²`, `X` of `ms`. The largest `q` up
/// to 1 that keeps it is the root of a quadratic.
pub(super) struct CorrelationGuard {
    floor: Ramp,
    mid: OnePole,
    side: OnePole,
    cross: OnePole,
    gain: OnePole,
    mean: f64,
    smoothing: f64,
}

impl CorrelationGuard {
    /// For a floor of -1 (off) to below 1.
    pub(super) fn new(floor: f64, sample_rate_hz: f64, glide_frames: usize) -> Self {
        let coefficient = |ms: f64| OnePole::coefficient_for_time(1e-3 * ms, sample_rate_hz);
        Self {
            floor: Ramp::new(floor, glide_frames),
            mid: OnePole::default(),
            side: OnePole::default(),
            cross: OnePole::default(),
            gain: OnePole::at(1.0),
            mean: coefficient(MEAN_MS),
            smoothing: coefficient(GAIN_MS),
        }
    }

    pub(super) fn glide_to(&mut self, floor: f64) {
        self.floor.glide_to(floor);
    }

    pub(super) fn reset(&mut self) {
        self.floor.jump();
        [self.mid, self.side, self.cross] = [OnePole::default(); 3];
        self.gain = OnePole::at(1.0);
    }

    pub(super) fn process(&mut self, block: &mut BlockMut<'_>, (left, right): (usize, usize)) {
        if self.floor.is_settled() && self.floor.value() <= -1.0 && self.gain.value() == 1.0 {
            return;
        }
        for frame in 0..block.frames() {
            let (l, r) = (block.channel(left)[frame], block.channel(right)[frame]);
            let (mid, side) = (0.5 * (l + r), 0.5 * (l - r));
            let floor = self.floor.next();
            let wanted = if floor <= -1.0 { 1.0 } else { self.wanted(floor, mid, side) };
            let gain = self.gain.next(wanted, self.smoothing);
            // The last millionth is gone at once, so that an idle guard leaves every bit.
            if wanted == 1.0 && gain > 1.0 - 1e-6 {
                self.gain = OnePole::at(1.0);
            } else {
                let change = (gain - 1.0) * side;
                block.channel_mut(left)[frame] += change;
                block.channel_mut(right)[frame] -= change;
            }
        }
    }

    /// Gain for the means with one frame more.
    fn wanted(&mut self, floor: f64, mid: f64, side: f64) -> f64 {
        let Self { mid: mids, side: sides, cross, mean, .. } = self;
        let aim = floor + AIM * (1.0 - floor);
        side_gain(aim, mids.next(mid * mid, *mean), sides.next(side * side, *mean), cross.next(mid * side, *mean))
    }
}

/// The largest gain of the side up to 1 that keeps the correlation at `floor`.
fn side_gain(floor: f64, mid: f64, side: f64, cross: f64) -> f64 {
    if side < SILENCE {
        return 1.0;
    }
    let square = floor * floor;
    let a = (1.0 - square) * side * side;
    let b = 2.0 * mid * side * (1.0 + square) - 4.0 * square * cross * cross;
    let c = (1.0 - square) * mid * mid;
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    let power = (b - root.copysign(floor)) / (2.0 * a);
    power.clamp(0.0, 1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gain_is_the_root_it_claims() {
        for (floor, mid, side, cross) in
            [(0.2, 1.0, 3.0, 0.4), (0.0, 1.0, 2.0, 0.9), (-0.3, 1.0, 4.0, 0.0), (-0.4, 0.5, 4.0, 0.6)]
        {
            let q = side_gain(floor, mid, side, cross).powi(2);
            let correlation = |q: f64| (mid - q * side) / ((mid + q * side).powi(2) - 4.0 * q * cross * cross).sqrt();
            assert!(correlation(1.0) < floor, "the example needs the guard");
            assert!((correlation(q) - floor).abs() < 1e-9, "{floor}: {}", correlation(q));
        }
        assert_eq!(side_gain(0.0, 2.0, 1.0, 0.0), 1.0);
        assert_eq!(side_gain(0.3, 0.0, 0.0, 0.0), 1.0);
    }
}
