//! Conversion between values and text.

use balanced_mastering::{Param as Row, Scale};

/// Returns the unit as it is printed after a value.
#[must_use]
pub fn unit(row: &Row) -> &'static str {
    match row.unit {
        "dB" => " dB",
        "dBTP" => " dBTP",
        "dBFS" => " dBFS",
        "dB/oct" => " dB/oct",
        "Hz" => " Hz",
        "ms" => " ms",
        "%" => " %",
        ":1" => ":1",
        "deg" => "°",
        "bit" => " bit",
        _ => "",
    }
}

/// Formats `value` without its unit.
#[must_use]
pub fn write(row: &Row, value: f64) -> String {
    match row.scale {
        Scale::Toggle => if value >= 0.5 { "On" } else { "Off" }.to_owned(),
        Scale::Choice(names) => capital(names[(value as usize).min(names.len() - 1)]),
        Scale::Integer => format!("{value:.0}"),
        _ => {
            let text = format!("{value:.*}", decimals(row, value));
            // "-0.00" is zero.
            if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) {
                text.trim_start_matches('-').to_owned()
            } else {
                text
            }
        }
    }
}

/// Returns the number of decimals that are shown.
fn decimals(row: &Row, value: f64) -> usize {
    match (row.unit, value.abs()) {
        ("dB" | "dBTP" | "dBFS" | ":1", _) => 2,
        ("%" | "deg", _) => 1,
        ("Hz" | "ms", size) if size >= 1000.0 => 0,
        ("Hz" | "ms", size) if size >= 100.0 => 1,
        ("Hz" | "ms", _) => 2,
        _ => 3,
    }
}

/// Reads a value: a number with or without its unit (`1.2k` is 1200), a name, on or off; numbers are clamped to the range.
#[must_use]
pub fn read(row: &Row, words: &str) -> Option<f64> {
    let words = words.trim();
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    match row.scale {
        Scale::Toggle => match plain(words).as_str() {
            "on" | "true" | "yes" | "1" => Some(1.0),
            "off" | "false" | "no" | "0" => Some(0.0),
            _ => None,
        },
        Scale::Choice(names) => {
            let at = names.iter().position(|name| plain(name) == plain(words));
            at.map(|at| at as f64).or_else(|| words.parse().ok().filter(|at| row.contains(*at)))
        }
        _ => number(words).map(|value| value.clamp(row.min, row.max)),
    }
}

/// Reads the number that `words` begin with; a `k` after it means thousands.
fn number(words: &str) -> Option<f64> {
    let words = words.replace(',', ".").replace('\u{2212}', "-");
    let end = words.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(words.len());
    let value: f64 = words[..end].parse().ok()?;
    let thousands = words[end..].trim_start().starts_with(['k', 'K']);
    Some(if thousands { 1000.0 * value } else { value })
}

/// Returns a name as it is shown: `low_shelf` as `Low shelf`.
#[must_use]
pub fn capital(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns the shown name of a row's field: `frequency_hz` is `Frequency`.
#[must_use]
pub fn field_name(id: &str) -> String {
    let field = id.rsplit('.').next().unwrap_or(id).trim_end_matches("[]");
    let units = ["_db_per_octave", "_db", "_dbtp", "_dbfs", "_hz", "_ms", "_percent", "_degrees"];
    capital(units.iter().find_map(|unit| field.strip_suffix(unit)).unwrap_or(field))
}
