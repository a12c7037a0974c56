//! Saturation curves: analytic, so that their harmonics fall exponentially and oversampling alone keeps aliases away.
//!
//! All are of the family `x / (1 + |x/s|^p)^q` with even powers (inverse square roots, which vectorise). The nearest
//! singularity lies at a distance `s` from the real axis or 0.7 of it: that distance decides how fast harmonics fall.
//! Every curve has slope 1 at rest: quiet signals pass unchanged in level. `bias` moves the resting point off the centre,
//! which adds even harmonics, as a valve's or a magnetised head's does.

use balanced_dsp::elementary::inverse_root;
use balanced_dsp::{VectorLoop, vectorize};

use crate::settings::choices;

choices! {
    /// Character of the saturation.
    #[non_exhaustive]
    pub enum SaturationCurve {
        /// Rounds from the start, around a bias of its own: even and odd harmonics.
        Tube = "tube",
        /// Rounds later, after treble pre-emphasis that is undone behind: the top saturates first.
        Tape = "tape",
        /// Grows as a square root and never flattens, after bass pre-emphasis that is undone behind: the bottom saturates
        /// first.
        Transformer = "transformer",
        /// Stays straight for longer, then bends firmly: the least change below the bend.
        SoftClip = "soft_clip",
    }
}

impl SaturationCurve {
    /// Resting point of the curve itself, before the user's bias.
    pub(super) fn own_bias(self) -> f64 {
        match self {
            Self::Tube => 0.3,
            _ => 0.0,
        }
    }

    #[inline]
    fn plain(self, x: f64) -> f64 {
        match self {
            Self::Tube => sigmoid(x, 1.0),
            Self::Tape => sigmoid(x, TAPE_SCALE),
            Self::Transformer => root(x),
            Self::SoftClip => bend(x),
        }
    }

    fn slope(self, x: f64) -> f64 {
        let square = x * x;
        match self {
            Self::Tube => (1.0 + square).powf(-1.5),
            Self::Tape => (1.0 + square / (TAPE_SCALE * TAPE_SCALE)).powf(-1.5),
            Self::Transformer => (1.0 + 0.5 * square) * (1.0 + square).powf(-1.25),
            Self::SoftClip => (1.0 + square * square).powf(-1.25),
        }
    }

    /// The curve around `bias`, through the origin with slope 1.
    pub(super) fn at(self, bias: f64) -> BiasedCurve {
        BiasedCurve { curve: self, bias, rest: self.plain(bias), scale: 1.0 / self.slope(bias) }
    }
}

/// Level at which tape saturates.
const TAPE_SCALE: f64 = 1.6;

#[inline(always)]
fn sigmoid(x: f64, scale: f64) -> f64 {
    let y = x * (1.0 / scale);
    x * inverse_root(1.0 + y * y)
}

#[inline(always)]
fn root(x: f64) -> f64 {
    x * inverse_fourth_root(1.0 + x * x)
}

#[inline(always)]
fn bend(x: f64) -> f64 {
    let square = x * x;
    x * inverse_fourth_root(1.0 + square * square)
}

#[inline(always)]
fn inverse_fourth_root(x: f64) -> f64 {
    inverse_root(x * inverse_root(x))
}

/// A curve with its resting point worked out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BiasedCurve {
    curve: SaturationCurve,
    bias: f64,
    rest: f64,
    scale: f64,
}

impl BiasedCurve {
    pub fn value(&self, x: f64) -> f64 {
        (self.curve.plain(x + self.bias) - self.rest) * self.scale
    }

    /// Replace samples by what the curve, driven by `drive` and scaled back by `gain / drive`, adds to them.
    pub fn residual(&self, samples: &mut [f64], drive: f64, gain: f64) {
        match self.curve {
            SaturationCurve::Tube => self.each(samples, drive, gain, |x| sigmoid(x, 1.0)),
            SaturationCurve::Tape => self.each(samples, drive, gain, |x| sigmoid(x, TAPE_SCALE)),
            SaturationCurve::Transformer => self.each(samples, drive, gain, root),
            SaturationCurve::SoftClip => self.each(samples, drive, gain, bend),
        }
    }

    /// One loop a curve, free of branches.
    fn each(&self, samples: &mut [f64], drive: f64, gain: f64, plain: impl Fn(f64) -> f64) {
        let Self { bias, rest, .. } = *self;
        vectorize(Residual { samples, drive, bias, rest, scale: self.scale * gain / drive, plain });
    }

    /// Gain that brings Gaussian programme of −18 dBFS RMS, driven by `drive`, back to its level.
    ///
    /// The mean square under the bell by the midpoint rule, which converges exponentially for a bell.
    pub fn compensation(&self, drive: f64) -> f64 {
        const RMS: f64 = 0.125_892_541_179_416_73;
        let (mut power, mut mean, mut weights) = (0.0, 0.0, 0.0);
        for i in -80..=80 {
            let z = f64::from(i) * 0.075;
            let weight = (-0.5 * z * z).exp();
            let y = self.value(drive * RMS * z) / drive;
            power += weight * y * y;
            mean += weight * y;
            weights += weight;
        }
        let (power, mean) = (power / weights, mean / weights);
        RMS / (power - mean * mean).sqrt()
    }
}

/// Computes the difference that a curve makes, in place of the samples.
struct Residual<'a, F> {
    samples: &'a mut [f64],
    drive: f64,
    bias: f64,
    rest: f64,
    scale: f64,
    plain: F,
}

impl<F: Fn(f64) -> f64> VectorLoop for Residual<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { samples, drive, bias, rest, scale, plain } = self;
        for x in samples {
            *x = scale * (plain(drive * *x + bias) - rest) - *x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [SaturationCurve; 4] =
        [SaturationCurve::Tube, SaturationCurve::Tape, SaturationCurve::Transformer, SaturationCurve::SoftClip];

    #[test]
    fn every_curve_rests_at_zero_with_slope_one_and_rises() {
        for curve in ALL {
            for bias in [0.0, 0.3, 0.8] {
                let biased = curve.at(bias);
                let step = 1e-6;
                assert_eq!(biased.value(0.0), 0.0);
                let slope = (biased.value(step) - biased.value(-step)) / (2.0 * step);
                assert!((slope - 1.0).abs() < 1e-8, "{curve:?} {bias}: {slope}");
                assert!(
                    (-90..90).all(|i| biased.value(f64::from(i) * 0.05 + 0.05) > biased.value(f64::from(i) * 0.05))
                );
            }
        }
    }

    #[test]
    fn compensation_is_one_at_rest_and_grows_with_drive() {
        for curve in ALL {
            let biased = curve.at(curve.own_bias());
            assert!((biased.compensation(1e-3) - 1.0).abs() < 1e-4);
            assert!(biased.compensation(8.0) > biased.compensation(2.0) && biased.compensation(2.0) > 1.0, "{curve:?}");
        }
    }
}
