//! Markers as chapter comments (`CHAPTER001=HH:MM:SS.mmm`, `CHAPTER001NAME=…`), to the millisecond.

use balanced_model::{Marker, Metadata};

/// Largest number of chapters that three digits count.
pub(crate) const MAX_CHAPTERS: usize = 999;

/// Returns the position of a marker in whole milliseconds.
pub(crate) fn milliseconds(position_frames: u64, sample_rate_hz: f64) -> u64 {
    (position_frames as f64 / sample_rate_hz * 1000.0).round() as u64
}

/// Returns the frame at a position in milliseconds.
pub(crate) fn frames(milliseconds: u64, sample_rate_hz: f64) -> u64 {
    (milliseconds as f64 * sample_rate_hz / 1000.0).round() as u64
}

/// Returns the comments for markers.
pub(crate) fn listed(markers: &[Marker], sample_rate_hz: f64) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for (number, marker) in (1..).zip(markers) {
        let time_ms = milliseconds(marker.position_frames, sample_rate_hz);
        let (seconds, rest_ms) = (time_ms / 1000, time_ms % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        list.push((format!("CHAPTER{number:03}"), format!("{hours:02}:{minutes:02}:{seconds:02}.{rest_ms:03}")));
        if !marker.label.is_empty() {
            list.push((format!("CHAPTER{number:03}NAME"), marker.label.clone()));
        }
    }
    list
}

/// Turns chapter comments to markers, if the file has no other.
pub(crate) fn gather(metadata: &mut Metadata, sample_rate_hz: f64) {
    if !metadata.markers.is_empty() || !sample_rate_hz.is_finite() || sample_rate_hz <= 0.0 {
        return;
    }
    let mut markers = Vec::new();
    for number in 1..=MAX_CHAPTERS {
        let name = format!("CHAPTER{number:03}");
        let Some(time_ms) = metadata.other.get(&name).and_then(|values| time_ms(values.first()?)) else { continue };
        metadata.other.remove(&name);
        let label = metadata.other.remove(&format!("{name}NAME"));
        markers.push(Marker {
            position_frames: frames(time_ms, sample_rate_hz),
            label: label.and_then(|values| values.into_iter().next()).unwrap_or_default(),
            ..Marker::default()
        });
    }
    markers.sort_by_key(|marker| marker.position_frames);
    metadata.markers = markers;
}

/// Reads `HH:MM:SS.mmm`.
fn time_ms(text: &str) -> Option<u64> {
    let mut parts = text.trim().split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let whole = |text: &str| text.parse::<u64>().ok().filter(|value| *value < 1_000_000);
    let fraction_ms = format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?;
    Some(((whole(hours)? * 60 + whole(minutes)?) * 60 + whole(seconds)?) * 1000 + fraction_ms)
}
