//! Bit rate, sample rate and part of what is sent.

use crate::assumptions::{MAX_DURATION_S, MAX_FILE_BYTES, MIN_BITRATE_KBPS};

/// Bit rates of MPEG-1 Layer III that are used, best first.
const BITRATES_KBPS: [u32; 6] = [320, 256, 224, 192, 160, MIN_BITRATE_KBPS];

/// Room for the frames that begin and end an MP3.
const PADDING_BYTES: f64 = 16_384.0;

/// Returns the highest bit rate in kbit/s at which so many seconds fit the limits of Cyanite.
#[must_use]
pub fn bitrate_kbps(duration_s: f64) -> u32 {
    let fits = |rate: &u32| duration_s * f64::from(*rate) * 125.0 + PADDING_BYTES <= MAX_FILE_BYTES as f64;
    BITRATES_KBPS.into_iter().find(fits).unwrap_or(MIN_BITRATE_KBPS)
}

/// Returns the sample rate in Hz of the MP3: that of the source where MPEG-1 has it, else the higher rate of its family.
#[must_use]
pub fn output_rate_hz(source_hz: f64) -> u32 {
    const RATES_HZ: [u32; 3] = [32_000, 44_100, 48_000];
    if let Some(rate) = RATES_HZ.into_iter().find(|rate| f64::from(*rate) == source_hz) {
        return rate;
    }
    let is_of_48k = (source_hz / 8_000.0).fract() == 0.0;
    if is_of_48k { 48_000 } else { 44_100 }
}

/// The part of a track that is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Start in seconds.
    pub start_s: f64,
    /// End in seconds.
    pub end_s: f64,
    /// Whether the caller named its centre.
    pub is_named: bool,
}

impl Window {
    /// Returns the part to send of a track that is too long: around `centre_s`, else the loudest by energy. `energies` are those
    /// of each second. `None` if all of the track can be sent.
    #[must_use]
    pub fn choose(duration_s: f64, energies: &[f64], centre_s: Option<f64>) -> Option<Self> {
        if duration_s <= MAX_DURATION_S {
            return None;
        }
        let latest = duration_s - MAX_DURATION_S;
        let named = centre_s.filter(|centre| centre.is_finite()).map(|centre| centre - MAX_DURATION_S / 2.0);
        let start_s = named.unwrap_or_else(|| loudest(energies, MAX_DURATION_S as usize)).clamp(0.0, latest);
        Some(Self { start_s, end_s: start_s + MAX_DURATION_S, is_named: named.is_some() })
    }
}

/// Returns the start of the window of most energy; the first, where several are equal.
fn loudest(energies: &[f64], seconds: usize) -> f64 {
    let mut sums = vec![0.0; energies.len() + 1];
    for (at, energy) in energies.iter().enumerate() {
        sums[at + 1] = sums[at] + energy;
    }
    let starts = 0..=energies.len().saturating_sub(seconds);
    let sum = |start: usize| sums[(start + seconds).min(energies.len())] - sums[start];
    let best = starts.fold(0, |best, start| if sum(start) > sum(best) { start } else { best });
    best as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arithmetic of 20 · 10⁶ bytes: 8.3 min at 320, 10.4 at 256, 13.9 at 192 kbit/s.
    #[test]
    fn the_bit_rate_follows_from_the_duration() {
        for (minutes, rate) in [(4.0, 320), (8.2, 320), (8.5, 256), (10.3, 256), (11.0, 224), (13.8, 192), (14.9, 160)]
        {
            assert_eq!(bitrate_kbps(minutes * 60.0), rate, "{minutes} min");
        }
        let longest = MAX_DURATION_S * f64::from(bitrate_kbps(MAX_DURATION_S)) * 125.0;
        assert!(longest < MAX_FILE_BYTES as f64);
    }

    #[test]
    fn sample_rates_stay_or_go_to_their_family() {
        let cases =
            [(44_100.0, 44_100), (48_000.0, 48_000), (32_000.0, 32_000), (96_000.0, 48_000), (88_200.0, 44_100)];
        for (from, to) in cases {
            assert_eq!(output_rate_hz(from), to);
        }
        assert_eq!(output_rate_hz(8_000.0), 48_000);
        assert_eq!(output_rate_hz(22_050.0), 44_100);
    }

    #[test]
    fn a_long_track_is_sent_where_it_is_loudest_or_where_the_caller_says() {
        let mut energies = vec![1.0; 3600];
        energies[1800..2699].fill(2.0);
        let window = Window::choose(3600.0, &energies, None).unwrap();
        assert_eq!((window.start_s, window.is_named), (1800.0, false));
        assert_eq!(window.end_s - window.start_s, MAX_DURATION_S);
        let named = Window::choose(3600.0, &energies, Some(1000.0)).unwrap();
        assert_eq!((named.start_s, named.is_named), (1000.0 - MAX_DURATION_S / 2.0, true));
        assert_eq!(Window::choose(3600.0, &energies, Some(0.0)).unwrap().start_s, 0.0);
        assert_eq!(Window::choose(3600.0, &energies, Some(1e9)).unwrap().end_s, 3600.0);
        assert_eq!(Window::choose(MAX_DURATION_S, &energies, Some(1.0)), None);
    }
}
