//! Settings of the stereo image and their table.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::processors::multiband::check_rising;
use crate::{Param, SpecError};

/// Corners that may be set; one more is kept for mono bass.
const MAX_CORNERS: usize = MAX_CROSSOVER_BANDS - 2;

/// Settings of the stereo image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StereoSpec {
    /// Width of the whole: 0 is mono, 100 as it was, 200 twice the side.
    pub width_percent: f64,
    /// Everything below is mono, in Hz; 0 leaves the bass as it was.
    pub mono_below_hz: f64,
    /// Corners between bands of their own width in Hz, rising; up to four.
    pub crossovers_hz: Vec<f64>,
    /// Width of every band, lowest first: one more than corners, or none.
    pub widths_percent: Vec<f64>,
    /// Level of the mid in dB.
    pub mid_gain_db: f64,
    /// Level of the side in dB.
    pub side_gain_db: f64,
    /// Takes the other channel down: -100 leaves left, 100 leaves right.
    pub balance_percent: f64,
    /// Turns the image, in degrees; positive to the right.
    pub rotation_degrees: f64,
    /// Takes the side down where the correlation of left and right would fall below this; -1 is off.
    pub min_correlation: f64,
}

impl Default for StereoSpec {
    fn default() -> Self {
        Self {
            width_percent: 100.0,
            mono_below_hz: 0.0,
            crossovers_hz: Vec::new(),
            widths_percent: Vec::new(),
            mid_gain_db: 0.0,
            side_gain_db: 0.0,
            balance_percent: 0.0,
            rotation_degrees: 0.0,
            min_correlation: -1.0,
        }
    }
}

impl StereoSpec {
    /// All corners, mono bass first, how many there are, and the linear width of every band.
    pub(super) fn split(&self) -> ([f64; MAX_CROSSOVER_BANDS], usize, [f64; MAX_CROSSOVER_BANDS]) {
        let (mut corners_hz, mut widths, mut count) = ([0.0; MAX_CROSSOVER_BANDS], [1.0; MAX_CROSSOVER_BANDS], 0);
        if self.mono_below_hz > 0.0 {
            (corners_hz[0], widths[0], count) = (self.mono_below_hz, 0.0, 1);
        }
        for (slot, width) in widths[count..].iter_mut().zip(&self.widths_percent) {
            *slot = width / 100.0;
        }
        for corner_hz in self.crossovers_hz.iter().take(MAX_CORNERS) {
            corners_hz[count] = *corner_hz;
            count += 1;
        }
        (corners_hz, count, widths)
    }
}

pub(super) const ROWS: &[Param] = &[
    Param::linear("width_percent", "%", (0.0, 200.0), 100.0, "Width of the whole; 0 is mono."),
    Param::linear("mono_below_hz", "Hz", (0.0, 500.0), 0.0, "Everything below is mono; 0 is off."),
    Param::logarithmic("crossovers_hz[]", "Hz", (20.0, 16_000.0), 1000.0, "Corners between bands of their own width."),
    Param::linear("widths_percent[]", "%", (0.0, 200.0), 100.0, "Width of every band."),
    Param::linear("mid_gain_db", "dB", (-24.0, 12.0), 0.0, "Level of the mid."),
    Param::linear("side_gain_db", "dB", (-24.0, 12.0), 0.0, "Level of the side."),
    Param::linear("balance_percent", "%", (-100.0, 100.0), 0.0, "Takes the other channel down; 100 leaves right."),
    Param::linear("rotation_degrees", "deg", (-45.0, 45.0), 0.0, "Turns the image; positive to the right."),
    Param::linear("min_correlation", "", (-1.0, 0.9), -1.0, "Lowest correlation of left and right; -1 is off."),
];

pub(super) fn check(spec: &StereoSpec) -> Result<(), SpecError> {
    let (corners, widths) = (spec.crossovers_hz.len(), spec.widths_percent.len());
    if corners > MAX_CORNERS {
        return Err(SpecError::new("crossovers_hz", format!("has {corners} corners; {MAX_CORNERS} are the most")));
    }
    if widths != if corners == 0 { 0 } else { corners + 1 } {
        return Err(SpecError::new(
            "widths_percent",
            format!("has {widths} widths; {corners} corners take {}", if corners == 0 { 0 } else { corners + 1 }),
        ));
    }
    if spec.crossovers_hz.first().is_some_and(|first| *first <= spec.mono_below_hz) {
        return Err(SpecError::new("crossovers_hz[0]", "is not above mono_below_hz"));
    }
    check_rising(&spec.crossovers_hz)
}

pub(super) fn examples() -> Vec<StereoSpec> {
    let plain = StereoSpec { width_percent: 130.0, mid_gain_db: -0.5, ..StereoSpec::default() };
    let banded = StereoSpec {
        mono_below_hz: 120.0,
        crossovers_hz: vec![400.0, 2_000.0],
        widths_percent: vec![90.0, 110.0, 140.0],
        ..StereoSpec::default()
    };
    let turned = StereoSpec {
        mono_below_hz: 90.0,
        crossovers_hz: vec![500.0, 1_800.0],
        widths_percent: vec![80.0, 100.0, 120.0],
        side_gain_db: 1.0,
        balance_percent: 10.0,
        rotation_degrees: -5.0,
        ..StereoSpec::default()
    };
    let guarded = StereoSpec { min_correlation: 0.2, ..banded.clone() };
    let barely = StereoSpec { min_correlation: -0.2, width_percent: 160.0, ..StereoSpec::default() };
    vec![StereoSpec::default(), plain, banded, turned, guarded, barely]
}
