//! Gain computer with ballistics: the part that multiband dynamics and dynamic equaliser share.

use balanced_dsp::dynamics::{Ballistics, Knee, Times, gains_of_db, level_db};
use balanced_dsp::{Ramp, decibel, vector_loop};

use crate::settings::choices;

/// How long a change of the static curve takes.
const GLIDE_MS: f64 = 20.0;

choices! {
    /// Direction of the gain change beyond the threshold.
    pub enum DynamicsMode {
        /// Lowers what is above the threshold.
        Compress = "compress",
        /// Lowers what is below the threshold.
        Expand = "expand",
        /// Raises what is below the threshold.
        UpwardCompress = "upward_compress",
        /// Raises what is above the threshold.
        UpwardExpand = "upward_expand",
    }
}

impl DynamicsMode {
    fn acts_above(self) -> bool {
        matches!(self, Self::Compress | Self::UpwardExpand)
    }

    fn sign(self) -> f64 {
        if matches!(self, Self::Compress | Self::Expand) { -1.0 } else { 1.0 }
    }

    /// Gain change per dB beyond the threshold.
    fn slope(self, ratio: f64) -> f64 {
        match self {
            Self::Compress | Self::UpwardCompress => 1.0 - 1.0 / ratio,
            Self::Expand | Self::UpwardExpand => ratio - 1.0,
        }
    }
}

/// Settings of one gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DynamicsSettings {
    pub(crate) mode: DynamicsMode,
    pub(crate) threshold_db: f64,
    pub(crate) ratio: f64,
    pub(crate) knee_db: f64,
    /// Gain change at most.
    pub(crate) range_db: f64,
    /// Time constant while the level rises.
    pub(crate) attack_ms: f64,
    /// Time constant while the level falls.
    pub(crate) release_ms: f64,
    pub(crate) auto_release: bool,
}

pub(crate) struct DynamicGain {
    mode: DynamicsMode,
    sign: Ramp,
    threshold_db: Ramp,
    slope: Ramp,
    knee_db: Ramp,
    range_db: Ramp,
    times: Times,
    ballistics: Ballistics,
    sample_rate_hz: f64,
    /// The curve where the ramps stand; recomputed while they move.
    point: Point,
    settled: bool,
}

/// The static curve at one frame.
#[derive(Clone, Copy, Default)]
struct Point {
    sign: f64,
    threshold_db: f64,
    slope: f64,
    knee: Knee,
    range_db: f64,
    /// Amplitude where the knee begins: below, a gain that acts above its threshold is at rest.
    start: f64,
}

impl DynamicGain {
    pub(crate) fn new(settings: &DynamicsSettings, sample_rate_hz: f64) -> Self {
        let ramp = |value| Ramp::new(value, (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize);
        Self {
            mode: settings.mode,
            sign: ramp(settings.mode.sign()),
            threshold_db: ramp(settings.threshold_db),
            slope: ramp(settings.mode.slope(settings.ratio)),
            knee_db: ramp(settings.knee_db),
            range_db: ramp(settings.range_db),
            times: times(settings, sample_rate_hz),
            ballistics: Ballistics::default(),
            sample_rate_hz,
            point: Point::default(),
            settled: false,
        }
    }

    pub(crate) fn glide_to(&mut self, settings: &DynamicsSettings) {
        self.settled = false;
        self.mode = settings.mode;
        self.sign.glide_to(settings.mode.sign());
        self.threshold_db.glide_to(settings.threshold_db);
        self.slope.glide_to(settings.mode.slope(settings.ratio));
        self.knee_db.glide_to(settings.knee_db);
        self.range_db.glide_to(settings.range_db);
        self.times = times(settings, self.sample_rate_hz);
    }

    pub(crate) fn reset(&mut self) {
        let Self { sign, threshold_db, slope, knee_db, range_db, .. } = self;
        [sign, threshold_db, slope, knee_db, range_db].into_iter().for_each(Ramp::jump);
        self.ballistics = Ballistics::default();
        self.settled = false;
    }

    /// Move the ramps on by a frame.
    fn advance(&mut self) {
        let Self { sign, threshold_db, slope, knee_db, range_db, .. } = self;
        self.point = Point {
            sign: sign.next(),
            threshold_db: threshold_db.next(),
            slope: slope.next(),
            knee: Knee::new(knee_db.next()),
            range_db: range_db.next(),
            start: decibel::db_to_gain(threshold_db.value() - 0.5 * knee_db.value()),
        };
        self.settled = [sign, threshold_db, slope, knee_db, range_db].iter().all(|ramp| ramp.is_settled());
    }

    /// Turn magnitudes of successive samples into the linear gains after hearing each.
    pub(crate) fn process(&mut self, values: &mut [f64]) {
        let mut rest = values;
        while !self.settled && !rest.is_empty() {
            self.advance();
            let (now, later) = rest.split_at_mut(1);
            Self::at_points([self], [now]);
            rest = later;
        }
        Self::at_points([self], [rest]);
    }

    /// [`process`](Self::process) for several gains, each with `frames` values of its own: they wait for one another's results
    /// less than for their own.
    pub(crate) fn process_all<const M: usize>(gains: &mut [Self], values: &mut [[f64; M]], frames: usize) {
        match (gains, values) {
            ([a, b, c, d, gains @ ..], [va, vb, vc, vd, values @ ..])
                if a.settled && b.settled && c.settled && d.settled =>
            {
                Self::at_points([a, b, c, d], [va, vb, vc, vd].map(|row| &mut row[..frames]));
                Self::process_all(gains, values, frames);
            }
            ([first, gains @ ..], [row, values @ ..]) => {
                first.process(&mut row[..frames]);
                Self::process_all(gains, values, frames);
            }
            _ => {}
        }
    }

    /// [`process`](Self::process) with the curve where it stands.
    fn at_points<const N: usize>(gains: [&mut Self; N], mut values: [&mut [f64]; N]) {
        if gains.iter().zip(&values).all(|(gain, values)| gain.is_at_rest(values)) {
            values.into_iter().for_each(|values| values.fill(1.0));
            return;
        }
        for (gain, values) in gains.iter().zip(&mut values) {
            targets_db(values, gain.point, gain.mode.acts_above());
        }
        let (points, times) = (gains.each_ref().map(|gain| gain.point), gains.each_ref().map(|gain| gain.times));
        Ballistics::run(gains.map(|gain| &mut gain.ballistics), times, values.each_mut().map(|row| &mut **row));
        for (values, point) in values.into_iter().zip(points) {
            gains_of_db(values, point.sign);
        }
    }

    /// Whether nothing is asked for and nothing left to let go.
    fn is_at_rest(&self, values: &[f64]) -> bool {
        let above = self.mode.acts_above();
        above && self.ballistics.is_idle() && values.iter().all(|amplitude| *amplitude <= self.point.start)
    }

    /// Gain change of late, dB ≥ 0 whatever its direction.
    pub(crate) fn amount_db(&self) -> f64 {
        self.ballistics.amount_db()
    }
}

vector_loop! {
    /// Replace magnitudes by the changes that they ask for.
    fn targets_db<'a>(values: &'a mut [f64], point: Point, above: bool) {
        values.iter_mut().for_each(|value| *value = point.target_db(*value, above));
    }
}

impl Point {
    /// Change asked for by a sample of magnitude `amplitude`, dB ≥ 0.
    #[inline(always)]
    fn target_db(&self, amplitude: f64, above: bool) -> f64 {
        let above_db = level_db(amplitude) - self.threshold_db;
        let over_db = if above { above_db } else { -above_db };
        let change_db = self.slope * self.knee.soften(over_db);
        let held_db = if change_db < self.range_db { change_db } else { self.range_db };
        if above && amplitude <= self.start { 0.0 } else { held_db }
    }
}

/// A gain that acts below its threshold changes more while the level falls: there attack and release change places.
fn times(settings: &DynamicsSettings, sample_rate_hz: f64) -> Times {
    let (attack_ms, release_ms) = (settings.attack_ms, settings.release_ms);
    if settings.mode.acts_above() {
        Times::new(attack_ms, release_ms, settings.auto_release, sample_rate_hz)
    } else {
        Times::new(release_ms, attack_ms, false, sample_rate_hz)
    }
}

/// Linear gain of a level in dB, exactly 1 for 0 dB.
pub(crate) fn output_gain(gain_db: f64, audible: bool) -> f64 {
    if audible { decibel::db_to_gain(gain_db) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output level for a steady input level of -30 and -10 dB around a threshold of -20 dB, ratio 2.
    #[test]
    fn every_mode_bends_its_side_of_the_threshold() {
        for (mode, quiet_db, loud_db) in [
            (DynamicsMode::Compress, -30.0, -15.0),
            (DynamicsMode::Expand, -40.0, -10.0),
            (DynamicsMode::UpwardCompress, -25.0, -10.0),
            (DynamicsMode::UpwardExpand, -30.0, 0.0),
        ] {
            let settings = DynamicsSettings {
                mode,
                threshold_db: -20.0,
                ratio: 2.0,
                knee_db: 0.0,
                range_db: 40.0,
                attack_ms: 1.0,
                release_ms: 5.0,
                auto_release: false,
            };
            for (level_db, expected_db) in [(-30.0, quiet_db), (-10.0, loud_db)] {
                let amplitude = decibel::db_to_gain(level_db);
                let mut gains = vec![amplitude; 48_000];
                DynamicGain::new(&settings, 48_000.0).process(&mut gains);
                let output_db = decibel::gain_to_db(amplitude * gains[47_999]);
                assert!((output_db - expected_db).abs() < 1e-6, "{mode:?} at {level_db}: {output_db}");
            }
        }
    }
}
