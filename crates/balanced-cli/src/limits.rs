//! Options that limit what an input may be and what a command may use.

use balanced::Limits;
use clap::Args;

/// Limits; an option that is not given keeps the library's default.
#[derive(Args)]
#[command(next_help_heading = "Limits (`none` lifts one)")]
pub struct LimitArgs {
    /// Longest audio, in seconds [default: 43200]
    #[arg(long, value_name = "S", value_parser = number)]
    pub max_duration: Option<Most<f64>>,
    /// Largest number of channels [default: 64]
    #[arg(long, value_name = "N", value_parser = count)]
    pub max_channels: Option<Most<usize>>,
    /// Highest sample rate of an input [default: 768000]
    #[arg(long, value_name = "HZ", value_parser = number)]
    pub max_rate: Option<Most<f64>>,
    /// Largest input file, as in 500M or 2G [default: 64G]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_bytes: Option<Most<u64>>,
    /// Longest time for each file, in seconds [default: 7200]
    #[arg(long, value_name = "S", value_parser = number)]
    pub max_wall: Option<Most<f64>>,
    /// Largest size of the temporary files for each file [default: 32G]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_temp: Option<Most<u64>>,
    /// Most memory that a file may need by its channels and sample rate [default: 8G]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_memory: Option<Most<u64>>,
}

/// A limit; `None` is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Most<T>(Option<T>);

impl LimitArgs {
    /// Returns the limits: the defaults, with those that were given.
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            max_duration_s: self.max_duration.map_or(usual.max_duration_s, |most| most.0),
            max_channels: self.max_channels.map_or(usual.max_channels, |most| most.0),
            max_sample_rate_hz: self.max_rate.map_or(usual.max_sample_rate_hz, |most| most.0),
            max_file_bytes: self.max_bytes.map_or(usual.max_file_bytes, |most| most.0),
            max_wall_s: self.max_wall.map_or(usual.max_wall_s, |most| most.0),
            max_temp_bytes: self.max_temp.map_or(usual.max_temp_bytes, |most| most.0),
            max_memory_bytes: self.max_memory.map_or(usual.max_memory_bytes, |most| most.0),
        }
    }
}

fn number(word: &str) -> Result<Most<f64>, String> {
    if word == "none" {
        return Ok(Most(None));
    }
    let number = word.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.map(|number| Most(Some(number))).ok_or_else(|| "give a number above 0, or none".to_owned())
}

fn count(word: &str) -> Result<Most<usize>, String> {
    if word == "none" {
        return Ok(Most(None));
    }
    let number = word.parse().ok().filter(|number: &usize| *number > 0);
    number.map(|number| Most(Some(number))).ok_or_else(|| "give a whole number above 0, or none".to_owned())
}

/// Parses a number of bytes with a unit of 1024: `500M`, `2G`, `1.5GiB`, or none.
fn size(word: &str) -> Result<Most<u64>, String> {
    if word == "none" {
        return Ok(Most(None));
    }
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match word[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1.0,
        "K" | "KB" | "KIB" => 1024.0,
        "M" | "MB" | "MIB" => 1024f64.powi(2),
        "G" | "GB" | "GIB" => 1024f64.powi(3),
        "T" | "TB" | "TIB" => 1024f64.powi(4),
        _ => f64::NAN,
    };
    let bytes = digits.parse().map_or(f64::NAN, |number: f64| number * unit);
    if bytes >= 1.0 && bytes.is_finite() {
        return Ok(Most(Some(bytes as u64)));
    }
    Err("give a size above 0, as in 500M or 2G, or none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_nonsense_is_refused() {
        for (word, bytes) in [("100", 100), ("1k", 1024), ("1.5M", 3 << 19), ("2G", 2 << 30), ("2GiB", 2 << 30)] {
            assert_eq!(size(word).unwrap(), Most(Some(bytes)), "{word}");
        }
        assert_eq!(size("none").unwrap(), Most(None));
        for word in ["", "G", "0", "-1G", "2X", "nan", "1e400"] {
            assert!(size(word).is_err(), "{word}");
        }
        assert!(number("inf").is_err() && number("-2").is_err() && number("1.5").is_ok() && count("1.5").is_err());
    }

    #[test]
    fn the_help_tells_the_defaults_of_the_library() {
        let usual = Limits::default();
        assert_eq!((usual.max_duration_s, usual.max_channels), (Some(43_200.0), Some(64)));
        assert_eq!((usual.max_sample_rate_hz, usual.max_wall_s), (Some(768_000.0), Some(7200.0)));
        assert_eq!((usual.max_file_bytes, usual.max_temp_bytes), (Some(64 << 30), Some(32 << 30)));
        assert_eq!(usual.max_memory_bytes, Some(8 << 30));
    }
}
