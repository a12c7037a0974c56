//! The knee and the ballistics (attack and release) of dynamics processors, all in dB.
//!
//! After Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design: A Tutorial and Analysis", JAES 60, 2012:
//! feed-forward, the gain computed from the level in dB and smoothed in dB (their log-domain arrangement), which makes
//! time constants independent of how far the level jumps.

use crate::{OnePole, VectorLoop, elementary, vectorize};

/// The level below which a detector hears silence.
pub const DETECTOR_FLOOR_DB: f64 = -200.0;

/// Returns the level in dB of an amplitude, not below [`DETECTOR_FLOOR_DB`].
#[inline(always)]
#[must_use]
pub fn level_db(amplitude: f64) -> f64 {
    let floored = if amplitude > 1e-10 { amplitude } else { 1e-10 };
    20.0 / std::f64::consts::LN_10 * elementary::ln(floored)
}

/// Returns the linear gain of `gain_db`, exactly 1 for 0 dB.
#[inline(always)]
#[must_use]
pub fn gain_of_db(gain_db: f64) -> f64 {
    elementary::exp(gain_db * (std::f64::consts::LN_10 / 20.0))
}

crate::vector_loop! {
    /// Replaces amplitudes by `scale` times their [`level_db`].
    pub fn levels_db<'a>(values: &'a mut [f64], scale: f64) {
        values.iter_mut().for_each(|value| *value = scale * level_db(*value));
    }
}

crate::vector_loop! {
    /// Replaces values by the linear gain of `sign` times as many dB.
    pub fn gains_of_db<'a>(values: &'a mut [f64], sign: f64) {
        values.iter_mut().for_each(|value| *value = gain_of_db(sign * *value));
    }
}

/// The soft knee of a static curve: a smooth transition around the threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Knee {
    width_db: f64,
    /// Half the reciprocal of the width.
    bend: f64,
}

impl Knee {
    /// Creates a knee of `width_db`; 0 is a hard knee.
    #[inline]
    #[must_use]
    pub fn new(width_db: f64) -> Self {
        Self { width_db, bend: if width_db > 0.0 { 0.5 / width_db } else { 0.0 } }
    }

    /// Returns how far a level that is `over_db` over the threshold counts as over it, with the knee.
    ///
    /// 0 below the knee, `over_db` above it, a parabola within (equation 4 of the paper without its slope).
    #[inline(always)]
    #[must_use]
    pub fn soften(&self, over_db: f64) -> f64 {
        let into_knee_db = over_db + 0.5 * self.width_db;
        let bent_db = into_knee_db * into_knee_db * self.bend;
        let beyond_db = if 2.0 * over_db < self.width_db { bent_db } else { over_db };
        if 2.0 * over_db <= -self.width_db { 0.0 } else { beyond_db }
    }
}

/// Attack and release coefficients of [`Ballistics`] at one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    attack: f64,
    release: f64,
    slow: Option<(f64, f64)>,
}

/// With automatic release, the slow stage builds up and falls in these multiples of the release time.
const SLOW_RISE: f64 = 4.0;
const SLOW_FALL: f64 = 8.0;

impl Times {
    /// Creates coefficients from time constants (63 % of a step in dB) in ms.
    ///
    /// With `auto_release`, sustained gain reduction is released up to eight times slower than a short one.
    #[must_use]
    pub fn new(attack_ms: f64, release_ms: f64, auto_release: bool, sample_rate_hz: f64) -> Self {
        let coefficient = |ms: f64| OnePole::coefficient_for_time(1e-3 * ms, sample_rate_hz);
        let slow = (coefficient(SLOW_RISE * release_ms), coefficient(SLOW_FALL * release_ms));
        Self { attack: coefficient(attack_ms), release: coefficient(release_ms), slow: auto_release.then_some(slow) }
    }
}

/// Smooths gain reduction in dB: it rises by the attack time and falls by the release time.
///
/// The amount is 0 dB or more, whatever the direction of the gain.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ballistics {
    amount_db: f64,
    slow_db: f64,
}

/// An amount below this is none.
const NOTHING_DB: f64 = 1e-7;

impl Ballistics {
    /// Replaces the targets of each of `rows`, all of one length, by smoothed amounts.
    ///
    /// Each amount waits for the one before it, so several rows at once take hardly longer than one.
    pub fn run<const N: usize>(states: [&mut Self; N], times: [Times; N], rows: [&mut [f64]; N]) {
        vectorize(Rows { states, times, rows });
    }

    /// Returns the next amount on the way to `target_db`.
    #[inline(always)]
    pub fn next(&mut self, target_db: f64, times: &Times) -> f64 {
        let mut target_db = target_db;
        if let Some((rise, fall)) = times.slow {
            self.slow_db += (target_db - self.slow_db) * if target_db > self.slow_db { rise } else { fall };
            if self.slow_db < NOTHING_DB {
                self.slow_db = 0.0;
            }
            target_db = target_db.max(self.slow_db);
        }
        let coefficient = if target_db > self.amount_db { times.attack } else { times.release };
        self.amount_db += coefficient * (target_db - self.amount_db);
        if target_db == 0.0 && self.amount_db < NOTHING_DB {
            self.amount_db = 0.0;
        }
        self.amount_db
    }

    /// Tells whether nothing is left to release.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.amount_db == 0.0 && self.slow_db == 0.0
    }

    /// Returns the present amount.
    #[must_use]
    pub fn amount_db(&self) -> f64 {
        self.amount_db
    }
}

struct Rows<'a, const N: usize> {
    states: [&'a mut Ballistics; N],
    times: [Times; N],
    rows: [&'a mut [f64]; N],
}

impl<const N: usize> VectorLoop for Rows<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { states, times, mut rows } = self;
        let mut at_work: [Ballistics; N] = std::array::from_fn(|row| *states[row]);
        let frames = rows.iter().map(|row| row.len()).min().unwrap_or(0);
        for frame in 0..frames {
            for ((row, state), times) in rows.iter_mut().zip(&mut at_work).zip(&times) {
                row[frame] = state.next(row[frame], times);
            }
        }
        for (state, done) in states.into_iter().zip(at_work) {
            *state = done;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_side_by_side_are_rows_alone() {
        let times = [Times::new(1.0, 50.0, false, 48_000.0), Times::new(20.0, 300.0, true, 48_000.0)];
        let target = |row: usize| (0..5000).map(move |i| f64::from((i * (row as u32 + 7)) % 1301 % 13));
        let mut rows: Vec<Vec<f64>> = (0..2).map(|row| target(row).collect()).collect();
        let mut states = [Ballistics::default(); 2];
        let [first, second] = rows.as_mut_slice() else { unreachable!() };
        Ballistics::run(states.each_mut(), times, [first, second]);
        for (row, values) in rows.iter().enumerate() {
            let mut alone = Ballistics::default();
            assert!(target(row).zip(values).all(|(target, value)| alone.next(target, &times[row]) == *value));
            assert_eq!(alone, states[row]);
        }
    }

    #[test]
    fn the_knee_joins_its_ends_smoothly() {
        let (knee, corner) = (Knee::new(6.0), Knee::new(0.0));
        assert_eq!(knee.soften(-3.0), 0.0);
        assert_eq!(knee.soften(3.0), 3.0);
        assert!((knee.soften(0.0) - 0.75).abs() < 1e-12);
        assert_eq!((corner.soften(-1e-9), corner.soften(2.0)), (0.0, 2.0));
        let slope = |at: f64| (knee.soften(at + 1e-6) - knee.soften(at - 1e-6)) / 2e-6;
        assert!(slope(-3.0).abs() < 1e-5 && (slope(3.0) - 1.0).abs() < 1e-5 && (slope(0.0) - 0.5).abs() < 1e-5);
    }

    /// Frames until `done`.
    fn frames(mut step: impl FnMut() -> f64, done: impl Fn(f64) -> bool) -> f64 {
        (1..).find(|_| done(step())).unwrap() as f64
    }

    #[test]
    fn attack_and_release_take_their_time_at_any_rate() {
        let rest = (-1f64).exp();
        for sample_rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
            let times = Times::new(20.0, 150.0, false, sample_rate_hz);
            let mut state = Ballistics::default();
            let attack_s = frames(|| state.next(10.0, &times), |db| db >= 10.0 * (1.0 - rest)) / sample_rate_hz;
            (0..sample_rate_hz as usize).for_each(|_| _ = state.next(10.0, &times));
            let release_s = frames(|| state.next(0.0, &times), |db| db <= 10.0 * rest) / sample_rate_hz;
            assert!((attack_s / 0.02 - 1.0).abs() < 0.01, "attack {attack_s} s at {sample_rate_hz}");
            assert!((release_s / 0.15 - 1.0).abs() < 0.01, "release {release_s} s at {sample_rate_hz}");
        }
    }

    #[test]
    fn automatic_release_is_slow_after_sustained_reduction_only() {
        let times = Times::new(1.0, 100.0, true, 48_000.0);
        let release_s = |held_frames: usize| {
            let mut state = Ballistics::default();
            (0..held_frames).for_each(|_| _ = state.next(10.0, &times));
            let from = state.amount_db();
            frames(|| state.next(0.0, &times), |db| db <= from * (-1f64).exp()) / 48_000.0
        };
        let (short, long) = (release_s(480), release_s(5 * 48_000));
        assert!(short < 0.115 && long > 0.7, "{short} s, {long} s");
    }

    #[test]
    fn no_target_ends_in_exactly_no_change() {
        let times = Times::new(1.0, 50.0, true, 48_000.0);
        let mut state = Ballistics::default();
        (0..4800).for_each(|_| _ = state.next(6.0, &times));
        (0..20 * 48_000).for_each(|_| _ = state.next(0.0, &times));
        assert_eq!(state, Ballistics::default());
    }
}
