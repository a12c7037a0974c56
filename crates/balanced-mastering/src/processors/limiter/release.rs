//! How fast the gain comes back: two stages, one for transients, one for what is loud for long.
//!
//! All in nepers of attenuation (1 Np = 8.686 dB), 0 is no limiting. The fast stage jumps to what is needed and falls
//! back within tens of milliseconds, but only to a floor that the slow stage carries: a one-pole mean of the attenuation
//! itself. A lone peak leaves the floor where it was, so the gain recovers at once; dense limiting raises the floor,
//! so the gain stays nearly constant between peaks and does not modulate the programme. The output is never less than
//! what is needed.

/// Below this (−120 dB of change) attenuation is none, so that the gain becomes exactly 1 again.
const SNAP_NP: f64 = 1e-6;

/// Time constants and shares.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReleaseShape {
    /// Time constant of the fast stage.
    pub fast_s: f64,
    /// Time constant with which the floor follows sustained limiting.
    pub settle_s: f64,
    /// Time constant with which the floor falls without limiting.
    pub recover_s: f64,
    /// Share of the slow stage that is kept as floor, 0 to 1.
    pub floor_share: f64,
}

/// Release state of every lane, with the floors linked.
#[derive(Clone, Debug)]
pub(super) struct Release {
    fast: Vec<f64>,
    slow: Vec<f64>,
    fast_keep: f64,
    /// What `fast_keep` leaves of 1.
    fast_fall: f64,
    settle: f64,
    /// Share of the slow release that remains after a step of settling and one of recovering.
    slow_keep: f64,
    floor_share: f64,
    /// 0: every lane its own floor; 1: all lanes the highest floor.
    link: f64,
}

impl Release {
    pub fn new(lanes: usize, shape: ReleaseShape, link: f64, sample_rate_hz: f64) -> Self {
        let mut release = Self {
            fast: vec![0.0; lanes],
            slow: vec![0.0; lanes],
            fast_keep: 0.0,
            fast_fall: 0.0,
            settle: 0.0,
            slow_keep: 0.0,
            floor_share: 0.0,
            link,
        };
        release.set(shape, link, sample_rate_hz);
        release
    }

    /// Change times and link; the state goes on.
    pub fn set(&mut self, shape: ReleaseShape, link: f64, sample_rate_hz: f64) {
        let keep = |time_s: f64| (-1.0 / (time_s * sample_rate_hz)).exp();
        self.fast_keep = keep(shape.fast_s);
        self.fast_fall = 1.0 - self.fast_keep;
        self.settle = 1.0 - keep(shape.settle_s);
        self.slow_keep = keep(shape.settle_s) + keep(shape.recover_s) - 1.0;
        self.floor_share = shape.floor_share;
        self.link = link;
    }

    /// Advance the first `needed.len()` lanes one frame, replacing what is needed by what is applied.
    #[inline]
    pub fn step(&mut self, needed: &mut [f64]) {
        let highest = self.slow[..needed.len()].iter().copied().fold(0.0, f64::max);
        for (lane, need) in needed.iter_mut().enumerate() {
            let (fast, slow) = (&mut self.fast[lane], &mut self.slow[lane]);
            let floor = self.floor_share * (*slow + self.link * (highest - *slow));
            let released = *fast * self.fast_keep + floor * self.fast_fall;
            *fast = need.max(if released < SNAP_NP { 0.0 } else { released });
            *slow = *slow * self.slow_keep + *fast * self.settle;
            if *slow < SNAP_NP {
                *slow = if *fast > 0.0 { *slow } else { 0.0 };
            }
            *need = *fast;
        }
    }

    /// [`step`](Self::step) for the first lane alone through many frames.
    pub fn run(&mut self, needed: &mut [f64]) {
        let Self { fast_keep, fast_fall, settle, slow_keep, floor_share, .. } = *self;
        let (mut fast, mut slow) = (self.fast[0], self.slow[0]);
        for need in needed {
            let released = fast * fast_keep + floor_share * slow * fast_fall;
            let released = if released < SNAP_NP { 0.0 } else { released };
            fast = if *need > released { *need } else { released };
            slow = slow * slow_keep + fast * settle;
            slow = if slow < SNAP_NP && fast <= 0.0 { 0.0 } else { slow };
            *need = fast;
        }
        (self.fast[0], self.slow[0]) = (fast, slow);
    }

    pub fn is_idle(&self) -> bool {
        self.fast.iter().chain(&self.slow).all(|&x| x == 0.0)
    }

    /// Give every lane the state of the first.
    pub fn spread_first(&mut self) {
        let (fast, slow) = (self.fast[0], self.slow[0]);
        self.fast.fill(fast);
        self.slow.fill(slow);
    }

    /// Give the first lane the highest state of all.
    pub fn gather_first(&mut self) {
        self.fast[0] = self.fast.iter().copied().fold(0.0, f64::max);
        self.slow[0] = self.slow.iter().copied().fold(0.0, f64::max);
    }

    pub fn reset(&mut self) {
        self.fast.fill(0.0);
        self.slow.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ReleaseShape = ReleaseShape { fast_s: 0.05, settle_s: 0.2, recover_s: 1.0, floor_share: 0.8 };

    fn run(release: &mut Release, need: f64, frames: usize) -> f64 {
        let mut lane = [0.0];
        for _ in 0..frames {
            lane = [need];
            release.step(&mut lane);
            assert!(lane[0] >= need);
        }
        lane[0]
    }

    #[test]
    fn a_run_of_one_lane_is_step_by_step() {
        let mut steps = Release::new(1, SHAPE, 0.7, 48_000.0);
        let mut runs = steps.clone();
        let mut needed: Vec<f64> =
            (0..4_000).map(|i| if i % 700 < 30 { f64::from(i % 7) * 0.3 } else { 0.0 }).collect();
        needed.extend(vec![0.0; 1_000_000]);
        let expected = needed.clone().into_iter().map(|need| {
            let mut lane = [need];
            steps.step(&mut lane);
            lane[0]
        });
        let expected: Vec<f64> = expected.collect();
        needed.chunks_mut(333).for_each(|part| runs.run(part));
        assert_eq!(needed, expected);
        assert!(runs.is_idle() && steps.is_idle());
    }

    #[test]
    fn a_lone_peak_recovers_fast_and_a_long_one_slowly() {
        let mut release = Release::new(1, SHAPE, 1.0, 48_000.0);
        run(&mut release, 1.0, 48);
        let after_peak = run(&mut release, 0.0, 7_200);
        release.reset();
        run(&mut release, 1.0, 96_000);
        let after_sustain = run(&mut release, 0.0, 7_200);
        assert!(after_peak < 0.2, "{after_peak}");
        assert!(after_sustain > 0.4, "{after_sustain}");
    }

    #[test]
    fn it_ends_at_exactly_nothing() {
        let mut release = Release::new(1, SHAPE, 1.0, 48_000.0);
        run(&mut release, 1.0, 96_000);
        assert_eq!(run(&mut release, 0.0, 20 * 48_000), 0.0);
        assert!(release.is_idle());
    }

    #[test]
    fn the_fast_time_constant_is_what_was_asked() {
        for rate in [44_100.0, 192_000.0] {
            let mut release = Release::new(1, ReleaseShape { floor_share: 0.0, ..SHAPE }, 1.0, rate);
            run(&mut release, 1.0, 1);
            let level = run(&mut release, 0.0, (SHAPE.fast_s * rate) as usize);
            assert!((level - (-1f64).exp()).abs() < 0.002, "{level}");
        }
    }
}
