//! Settings of the saturator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::curve::SaturationCurve;
use crate::{Param, SpecError};

/// Saturator and exciter: harmonics by a smooth curve, on everything or on a band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SaturatorSpec {
    /// Character.
    pub curve: SaturationCurve,
    /// Gain into the curve, taken back behind it, dB (0 to 36).
    pub drive_db: f64,
    /// Even harmonics by an offset of the curve, % (0 to 100), beside what the curve has of its own.
    pub even_percent: f64,
    /// Share of what the curve changes, % (0 to 100).
    pub wet_percent: f64,
    /// Saturate only above this, Hz (20: everything, to 16000).
    pub low_hz: f64,
    /// Saturate only below this, Hz (40 to 20000: everything).
    pub high_hz: f64,
    /// Keep the level of ordinary programme (Gaussian, −18 dBFS RMS) whatever the drive.
    pub level_compensation: bool,
    /// Level behind, dB (−24 to 24).
    pub output_db: f64,
}

/// Ends of the band's range, which mean no filter at all.
pub(super) const WHOLE_BAND_HZ: (f64, f64) = (20.0, 20_000.0);

impl Default for SaturatorSpec {
    fn default() -> Self {
        Self {
            curve: SaturationCurve::Tube,
            drive_db: 6.0,
            even_percent: 0.0,
            wet_percent: 100.0,
            low_hz: WHOLE_BAND_HZ.0,
            high_hz: WHOLE_BAND_HZ.1,
            level_compensation: true,
            output_db: 0.0,
        }
    }
}

pub(super) const PARAMS: &[Param] = &[
    Param::choice("curve", SaturationCurve::NAMES, 0, "Character of the saturation."),
    Param::linear("drive_db", "dB", (0.0, 36.0), 6.0, "Gain into the curve, taken back behind it."),
    Param::linear("even_percent", "%", (0.0, 100.0), 0.0, "Even harmonics by an offset of the curve."),
    Param::linear("wet_percent", "%", (0.0, 100.0), 100.0, "Share of what the curve changes."),
    Param::logarithmic("low_hz", "Hz", (20.0, 16_000.0), 20.0, "Saturate only above this; 20 Hz for everything."),
    Param::logarithmic("high_hz", "Hz", (40.0, 20_000.0), 20_000.0, "Saturate only below this; 20 kHz for everything."),
    Param::toggle("level_compensation", true, "Keep the level of ordinary programme whatever the drive."),
    Param::linear("output_db", "dB", (-24.0, 24.0), 0.0, "Level behind the saturator."),
];

impl SaturatorSpec {
    /// The band must have a width.
    pub(super) fn check_band(&self) -> Result<(), SpecError> {
        if self.low_hz * 1.5 > self.high_hz {
            let message =
                format!("{} Hz leaves no band above low_hz; it must be at least half as high again", self.high_hz);
            return Err(SpecError::new("high_hz", message));
        }
        Ok(())
    }
}
