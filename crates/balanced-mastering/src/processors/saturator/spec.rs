//! Settings of the saturator.

use super::curve::SaturationCurve;
use crate::SpecError;
use crate::settings::settings;

settings! {
    /// Settings of the saturator and exciter, which adds harmonics by a smooth curve, to everything or to one band.
    pub struct SaturatorSpec {
        /// Character of the saturation.
        curve: SaturationCurve = SaturationCurve::Tube,
        /// Gain into the curve, taken back behind it.
        drive_db: f64 in 0.0..=36.0 "dB" = 6.0,
        /// Even harmonics by an offset of the curve, beside those it has of its own.
        even_percent: f64 in 0.0..=100.0 "%" = 0.0,
        /// Share of the saturated signal.
        wet_percent: f64 in 0.0..=100.0 "%" = 100.0,
        /// Saturates only above this frequency; 20 Hz saturates everything.
        low_hz: f64 in log 20.0..=16_000.0 "Hz" = WHOLE_BAND_HZ.0,
        /// Saturates only below this frequency; 20 kHz saturates everything.
        high_hz: f64 in log 40.0..=20_000.0 "Hz" = WHOLE_BAND_HZ.1,
        /// Keeps the level of ordinary programme (Gaussian, -18 dBFS RMS) whatever the drive.
        level_compensation: bool = true,
        /// Output level.
        output_db: f64 in -24.0..=24.0 "dB" = 0.0,
    }
}

/// Ends of the band's range, which mean no filter at all.
pub(super) const WHOLE_BAND_HZ: (f64, f64) = (20.0, 20_000.0);

impl SaturatorSpec {
    /// The band must have a width.
    pub(super) fn check_band(&self) -> Result<(), SpecError> {
        if self.low_hz * 1.5 > self.high_hz {
            let problem = format!("{} Hz leaves no band above low_hz", self.high_hz);
            return Err(SpecError::new("high_hz", problem).with_remedy("set it at least half as high again"));
        }
        Ok(())
    }
}
