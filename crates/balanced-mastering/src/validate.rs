//! Validation by the parameter tables.

use crate::{Field, Param, Parameters, Scale, SpecError};

/// Checks every number of `settings` against the range of its parameter.
pub(crate) fn validate<S: Parameters>(settings: &S) -> Result<(), SpecError> {
    // Switches and choices are checked by their types.
    let numbers = S::FIELDS.iter().filter(|field| !matches!(field.param.scale, Scale::Toggle | Scale::Choice(_)));
    for Field { param, count, get, .. } in numbers {
        for item in 0..count(settings) {
            let Some(number) = get(settings, item) else { continue };
            check(param, number).map_err(|message| SpecError::new(path(param.id, item), message))?;
        }
    }
    Ok(())
}

fn check(param: &Param, number: f64) -> Result<(), String> {
    if !number.is_finite() {
        return Err(format!("is not a number; it must lie in {}", param.range_text()));
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
    use crate::settings::{choices, settings};

    choices! {
        /// Colour.
        pub enum Colour {
            /// Red.
            Red = "red",
            /// Dark blue.
            DarkBlue = "dark_blue",
        }
    }

    settings! {
        /// Sets nothing.
        pub struct Example {
            /// Says
            /// how loud.
            level_db: f64 in -6.0..=6.0 "dB" = 1.5,
            /// Colours.
            colour: Colour = Colour::DarkBlue,
            /// Counts.
            bits: u32 in 8..=24 = 16,
            /// Switches.
            on: bool = true,
            /// Splits.
            corners_hz: [f64] in log 20.0..=200.0 "Hz" each 50.0 = vec![30.0, 40.0],
            /// Holds.
            bands: [Band] = vec![Band::default(); 2],
            /// Names.
            name: (String) = String::new(),
        }

        /// Sets nothing either.
        pub struct Band in bands {
            /// Tunes.
            frequency_hz: f64 in log 10.0..=30_000.0 "Hz" = 1000.0,
        }
    }

    #[test]
    fn a_row_is_a_field_a_default_and_a_parameter() {
        let ids: Vec<&str> = Example::PARAMS.iter().map(|param| param.id).collect();
        assert_eq!(ids, ["level_db", "colour", "bits", "on", "corners_hz[]", "bands[].frequency_hz"]);
        assert_eq!(Example::PARAMS[0], Param::linear("level_db", "dB", (-6.0, 6.0), 1.5, "Says how loud."));
        assert_eq!(Example::PARAMS[1], Param::choice("colour", &["red", "dark_blue"], 1, "Colours."));
        assert_eq!(Example::PARAMS[2], Param::integer("bits", "", (8.0, 24.0), 16.0, "Counts."));
        assert_eq!(Example::PARAMS[4], Param::logarithmic("corners_hz[]", "Hz", (20.0, 200.0), 50.0, "Splits."));
        let text = serde_json::to_string(&Example::default()).unwrap();
        let expected = r#"{"level_db":1.5,"colour":"dark_blue","bits":16,"on":true,"corners_hz":[30.0,40.0],"#;
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn every_value_is_read_and_written_by_number() {
        let mut example = Example::default();
        for (field, value) in Example::FIELDS.iter().zip([-2.0, 0.0, 20.0, 0.0, 60.0, 440.0]) {
            for item in 0..(field.count)(&example) {
                assert!((field.set)(&mut example, item, value), "{}", field.param.id);
                assert_eq!((field.get)(&example, item), Some(value), "{}", field.param.id);
            }
        }
        let bands = vec![Band { frequency_hz: 440.0 }; 2];
        let expected = Example {
            level_db: -2.0,
            colour: Colour::Red,
            bits: 20,
            on: false,
            corners_hz: vec![60.0; 2],
            bands,
            name: String::new(),
        };
        assert_eq!(example, expected);
        let last = Example::FIELDS.last().unwrap();
        assert_eq!(((last.get)(&example, 2), (last.set)(&mut example, 2, 1.0)), (None, false));
        let mut copy = Example::default();
        copy.clone_from(&example);
        assert_eq!(copy, example);
    }

    #[test]
    fn the_culprit_is_named_by_its_path() {
        let mut example = Example { level_db: 6.0, ..Example::default() };
        assert_eq!(validate(&example), Ok(()));
        example.bands[1].frequency_hz = 0.0;
        assert_eq!(validate(&example).unwrap_err().to_string(), "bands[1].frequency_hz: 0 is outside 10..30000 Hz");
        example.level_db = f64::NAN;
        let error = validate(&example).unwrap_err();
        assert_eq!(error.to_string(), "level_db: is not a number; it must lie in -6..6 dB");
        let corners = Example { corners_hz: vec![30.0, 300.0], ..Example::default() };
        assert_eq!(validate(&corners).unwrap_err().to_string(), "corners_hz[1]: 300 is outside 20..200 Hz");
    }
}
