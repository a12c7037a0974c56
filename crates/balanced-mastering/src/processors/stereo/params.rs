//! Settings of the stereo image.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;

use crate::SpecError;
use crate::processors::multiband::check_rising;
use crate::settings::settings;

/// Corners that may be set; one more is kept for mono bass.
const MAX_CORNERS: usize = MAX_CROSSOVER_BANDS - 2;

settings! {
    /// Settings of the stereo image.
    pub struct StereoSpec {
        /// Stereo width: 0 is mono, 100 leaves it, 200 doubles the side.
        width_percent: f64 in 0.0..=200.0 "%" = 100.0,
        /// Makes everything below this frequency mono; 0 is off.
        mono_below_hz: f64 in 0.0..=500.0 "Hz" = 0.0,
        /// Crossover frequencies between bands of their own width, rising; up to four.
        crossovers_hz: [f64] in log 20.0..=16_000.0 "Hz" each 1000.0 = Vec::new(),
        /// Width of every band, lowest first: one more than crossovers, or none.
        widths_percent: [f64] in 0.0..=200.0 "%" each 100.0 = Vec::new(),
        /// Level of the mid.
        mid_gain_db: f64 in -24.0..=12.0 "dB" = 0.0,
        /// Level of the side.
        side_gain_db: f64 in -24.0..=12.0 "dB" = 0.0,
        /// Balance: lowers the other channel; -100 leaves left, 100 leaves right.
        balance_percent: f64 in -100.0..=100.0 "%" = 0.0,
        /// Rotates the stereo image; positive to the right.
        rotation_degrees: f64 in -45.0..=45.0 "deg" = 0.0,
        /// Lowers the side where the correlation of left and right would fall below this; -1 is off.
        min_correlation: f64 in -1.0..=0.9 = -1.0,
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

pub(super) fn check(spec: &StereoSpec) -> Result<(), SpecError> {
    let (corners, widths) = (spec.crossovers_hz.len(), spec.widths_percent.len());
    if corners > MAX_CORNERS {
        return Err(SpecError::new("crossovers_hz", format!("has {corners} corners, {MAX_CORNERS} are the most")));
    }
    if widths != if corners == 0 { 0 } else { corners + 1 } {
        return Err(SpecError::new(
            "widths_percent",
            format!("has {widths} widths, {corners} corners take {}", if corners == 0 { 0 } else { corners + 1 }),
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
