//! Conversion between decibels and linear amplitudes and powers.

/// Converts a level in dB to a linear amplitude; 0 dB is 1.
#[inline]
#[must_use]
pub fn db_to_gain(level_db: f64) -> f64 {
    10f64.powf(level_db / 20.0)
}

/// Converts a linear amplitude to a level in dB; silence gives `-inf`.
#[inline]
#[must_use]
pub fn gain_to_db(gain: f64) -> f64 {
    20.0 * gain.log10()
}

/// Converts a power (mean square) to a level in dB; silence gives `-inf`.
#[inline]
#[must_use]
pub fn power_to_db(power: f64) -> f64 {
    10.0 * power.log10()
}

/// Converts a level in dB to a power (mean square).
#[inline]
#[must_use]
pub fn db_to_power(level_db: f64) -> f64 {
    10f64.powf(level_db / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_round_trip() {
        for level_db in [-120.0, -6.0, 0.0, 3.5] {
            assert!((gain_to_db(db_to_gain(level_db)) - level_db).abs() < 1e-12);
            assert!((power_to_db(db_to_power(level_db)) - level_db).abs() < 1e-12);
        }
        assert_eq!(gain_to_db(0.0), f64::NEG_INFINITY);
    }
}
