//! Saturation curves: analytic, so that their harmonics fall exponentially and oversampling alone keeps aliases away.
//!
//! Every curve has slope 1 at rest: quiet signals pass unchanged in level. `bias` moves the resting point off the centre,
//! which adds even harmonics, as a valve's or a magnetised head's does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Character of the saturation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaturationCurve {
    /// Hyperbolic tangent around a bias: rounds early, with even harmonics.
    #[default]
    Tube,
    /// Langevin's magnetisation curve after treble pre-emphasis, undone behind: the top saturates first.
    Tape,
    /// Inverse hyperbolic sine after bass emphasis, undone behind: the bottom saturates first and never quite flattens.
    Transformer,
    /// Straight for longer, then a firm bend: the least change below the bend.
    SoftClip,
}

impl SaturationCurve {
    /// The names in files, in order.
    pub(super) const NAMES: &'static [&'static str] = &["tube", "tape", "transformer", "soft_clip"];

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
            Self::Tube => x.tanh(),
            Self::Tape => 2.0 * langevin(1.5 * x),
            Self::Transformer => x.asinh(),
            Self::SoftClip => x / (1.0 + (x * x) * (x * x)).sqrt().sqrt(),
        }
    }

    fn slope(self, x: f64) -> f64 {
        match self {
            Self::Tube => 1.0 - x.tanh().powi(2),
            Self::Tape => 3.0 * langevin_slope(1.5 * x),
            Self::Transformer => (1.0 + x * x).powf(-0.5),
            Self::SoftClip => (1.0 + x.powi(4)).powf(-1.25),
        }
    }

    /// The curve around `bias`, through the origin with slope 1.
    pub(super) fn at(self, bias: f64) -> BiasedCurve {
        BiasedCurve { curve: self, bias, rest: self.plain(bias), scale: 1.0 / self.slope(bias) }
    }
}

/// `coth x − 1/x`, the anhysteretic magnetisation of D. Jiles and D. Atherton, "Theory of ferromagnetic hysteresis" (1986).
#[inline]
fn langevin(x: f64) -> f64 {
    let square = x * x;
    if square < 0.01 {
        x * (1.0 / 3.0 - square * (1.0 / 45.0 - square * (2.0 / 945.0 - square / 4725.0)))
    } else {
        1.0 / x.tanh() - 1.0 / x
    }
}

fn langevin_slope(x: f64) -> f64 {
    let square = x * x;
    if square < 0.01 {
        1.0 / 3.0 - square * (1.0 / 15.0 - square * (2.0 / 189.0 - square / 675.0))
    } else {
        1.0 / square - x.sinh().powi(-2)
    }
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
    #[inline]
    pub fn value(&self, x: f64) -> f64 {
        (self.curve.plain(x + self.bias) - self.rest) * self.scale
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
