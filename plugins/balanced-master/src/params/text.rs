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
        Scale::Integer => format!("{:.0}", in_steps(row, value)),
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

/// Reads a value: a number with or without its unit (`1.2k` is 1200 Hz, `1 s` is 1000 ms, `50 %` of a mix is 0.5), a name, on or
/// off; numbers are clamped to the range.
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
        _ => number(row, words).map(|value| in_steps(row, value).clamp(row.min, row.max)),
    }
}

/// Steps of a filter's slope: what lies between two runs as the nearer one, and is shown as that.
const SLOPE_STEP: f64 = 6.0;

fn in_steps(row: &Row, value: f64) -> f64 {
    if row.unit == "dB/oct" { SLOPE_STEP * (value / SLOPE_STEP).round() } else { value }
}

/// Reads a number with or without a unit; another unit than the row's is converted, one that cannot be is refused.
fn number(row: &Row, words: &str) -> Option<f64> {
    let words = words.replace(',', ".").replace('\u{2212}', "-");
    let end = words.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(words.len());
    let value: f64 = words[..end].parse().ok()?;
    factor(row, &words[end..].trim().to_lowercase()).map(|factor| factor * value)
}

/// Returns by what a number with the unit `typed` is multiplied for the row's unit.
fn factor(row: &Row, typed: &str) -> Option<f64> {
    Some(match (row.unit, typed) {
        (_, "") => 1.0,
        (unit, typed) if unit.to_lowercase() == typed => 1.0,
        ("dB" | "dBTP" | "dBFS", "db" | "dbtp" | "dbfs") | ("dB/oct", "db") | ("deg", "\u{b0}") | ("bit", "bits") => {
            1.0
        }
        ("ms", "s" | "sec") => 1e3,
        ("ms", "us" | "\u{b5}s" | "\u{3bc}s") => 1e-3,
        ("Hz", "k" | "khz") => 1e3,
        ("", "%") if row.max <= 1.0 => 1e-2,
        _ => return None,
    })
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
