//! Validation by the parameter tables.

use crate::{Field, Param, Parameters, Scale, SpecError};

/// Checks every number of `settings` against the range of its parameter.
pub(crate) fn validate<S: Parameters>(settings: &S) -> Result<(), SpecError> {
    // Switches and choices are checked by their types.
    let numbers = S::FIELDS.iter().filter(|field| !matches!(field.param.scale, Scale::Toggle | Scale::Choice(_)));
    for Field { param, count, get, .. } in numbers {
        for item in 0..count(settings) {
            let Some(number) = get(settings, item) else { continue };
            check(param, number).map_err(|problem| SpecError::new(path(param.id, item), problem))?;
        }
    }
    Ok(())
}

fn check(param: &Param, number: f64) -> Result<(), String> {
    if !number.is_finite() {
        return Err(format!("is not a number, and must lie in {}", param.range_text()));
    }
    if param.contains(number) { Ok(()) } else { Err(format!("{number} is outside {}", param.range_text())) }
}

/// The place of the parameter `id` in item number `item`: `bands[1].gain_db`.
fn path(id: &str, item: usize) -> String {
    id.replacen("[]", &format!("[{item}]"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::settings;

    settings! {
        /// Sets nothing.
        pub struct Example {
            /// Says how loud.
            level_db: f64 in -6.0..=6.0 "dB" = 1.5,
            /// Splits.
            corners_hz: [f64] in log 20.0..=200.0 "Hz" each 50.0 = vec![30.0, 40.0],
            /// Holds.
            bands: [Band] = vec![Band::default(); 2],
        }

        /// Sets nothing either.
        pub struct Band in bands {
            /// Tunes.
            frequency_hz: f64 in log 10.0..=30_000.0 "Hz" = 1000.0,
        }
    }

    #[test]
    fn the_culprit_is_named_by_its_path() {
        let mut example = Example { level_db: 6.0, ..Example::default() };
        assert_eq!(validate(&example), Ok(()));
        example.bands[1].frequency_hz = 0.0;
        assert_eq!(validate(&example).unwrap_err().to_string(), "bands[1].frequency_hz: 0 is outside 10..30000 Hz");
        example.level_db = f64::NAN;
        let error = validate(&example).unwrap_err();
        assert_eq!(error.to_string(), "level_db: is not a number, and must lie in -6..6 dB");
        let corners = Example { corners_hz: vec![30.0, 300.0], ..Example::default() };
        assert_eq!(validate(&corners).unwrap_err().to_string(), "corners_hz[1]: 300 is outside 20..200 Hz");
    }
}
