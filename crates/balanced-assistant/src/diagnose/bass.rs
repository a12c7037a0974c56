//! Bass in the stereo image: upside down in one channel, or unrelated left and right.
//!
//! The two sound alike to a meter of width and want opposite cures. Bass that is upside down is turned over; unrelated bass is folded
//! to the middle at its level. A low cut on the sides, the usual recipe, throws the first away altogether.

use balanced_model::{Analysis, Finding, Observation, Severity, Stereo};

use super::{confidence, nature};

/// Correlation of the bass (20 to 120 Hz) below which it counts as opposed, and below which as unrelated.
const OPPOSED: f64 = -0.4;
const UNRELATED: f64 = 0.4;
/// Correlation of the bass under that of the rest by this is the bass's own.
const APART: f64 = 0.3;
/// Regions of the spectrum that are the rest.
const REST: std::ops::Range<usize> = 2..6;
/// Below this it is treated where drums play; between the two a wide bass may be meant.
const PLAINLY_UNRELATED: f64 = 0.15;
/// Opposed in this share of the range or less is a note, not the bass.
const LOWEST_CORNER_HZ: f64 = 55.0;
/// Opposed up to here or further is a whole channel.
const HIGHEST_CORNER_HZ: f64 = 450.0;
/// Bass softer than this (of the whole) does not matter.
const AUDIBLE_DB: f64 = -20.0;
/// Bass that one channel has this much more of is panned, not wide.
const ONE_SIDED_DB: f64 = 9.0;

/// Correlation from 500 Hz to 2 kHz below which more than the bass is upside down.
const UPRIGHT: f64 = -0.05;
/// Place of that region among the seven of the spectrum.
const MIDDLE: usize = 3;

/// The remark about bass that applies, if one does.
pub(super) fn find(analysis: &Analysis, stereo: &Stereo) -> Option<Finding> {
    if !is_audible(analysis) || stereo.polarity_inverted == Some(true) {
        return None;
    }
    let correlation = stereo.bass_correlation?;
    let upright = stereo.correlation_per_band.get(MIDDLE).copied().flatten().is_none_or(|middle| middle > UPRIGHT);
    match stereo.bass_inverted_below_hz {
        Some(corner_hz)
            if upright && correlation < OPPOSED && (LOWEST_CORNER_HZ..HIGHEST_CORNER_HZ).contains(&corner_hz) =>
        {
            Some(opposed(corner_hz, correlation))
        }
        Some(corner_hz) if !upright || corner_hz >= HIGHEST_CORNER_HZ => None,
        _ if correlation < UNRELATED && !is_one_sided(stereo) => Some(unrelated(analysis, stereo, correlation)),
        _ => None,
    }
}

fn is_audible(analysis: &Analysis) -> bool {
    let bands = analysis.measurements.spectrum.as_ref().map(|spectrum| &spectrum.bands);
    bands.is_some_and(|bands| [bands.sub, bands.low].into_iter().flatten().any(|db| db > AUDIBLE_DB))
}

/// Whether the track as a whole leans so far that its bass does too.
fn is_one_sided(stereo: &Stereo) -> bool {
    stereo.balance_db.is_some_and(|db| db.abs() > ONE_SIDED_DB)
}

fn opposed(corner_hz: f64, correlation: f64) -> Finding {
    let finding = Finding::new(Observation::AntiphaseBass, Severity::Major, 0.95);
    finding.evidence([("corner_hz", corner_hz), ("bass_correlation", correlation)]).says(
        format!(
            "Below about {corner_hz:.0} Hz the bass of one channel is the other's upside down (correlation {correlation:.2}): it cancels on a mono \
             speaker and on a subwoofer."
        ),
        "Look for a bass track, a widener or a stereo plug-in that turns the polarity of one side, and turn it back.",
    )
}

fn unrelated(analysis: &Analysis, stereo: &Stereo, correlation: f64) -> Finding {
    // A hall or an orchestra has its bass all around, and a wide mix is wide at all frequencies: then the bass is as it was meant.
    let rest = mean_above_the_bass(stereo);
    let is_apart = rest.is_none_or(|rest| correlation < rest - APART);
    let plain = nature::is_percussive(analysis) && correlation < PLAINLY_UNRELATED && is_apart;
    let severity = if plain { Severity::Minor } else { Severity::Info };
    let side_to_mid_db = stereo.low_side_to_mid_db.unwrap_or(0.0);
    let finding = Finding::new(Observation::WideBass, severity, 0.9 * confidence(UNRELATED - correlation, 0.6));
    finding.evidence([("bass_correlation", correlation), ("low_side_to_mid_db", side_to_mid_db)]).says(
        format!(
            "Left and right play different bass below 120 Hz (correlation {correlation:.2}): it loses weight on a mono speaker and is hard to cut to \
             vinyl."
        ),
        "Keep bass and kick in the centre of the mix; leave it if the recording is a hall or an orchestra, where it belongs.",
    )
}

/// Correlation of the regions from 200 Hz to 10 kHz, lowest first.
pub(super) fn above(stereo: &Stereo) -> impl Iterator<Item = Option<f64>> {
    stereo.correlation_per_band.get(REST).unwrap_or_default().iter().copied()
}

/// Mean correlation of the regions from 200 Hz to 10 kHz.
pub(crate) fn mean_above_the_bass(stereo: &Stereo) -> Option<f64> {
    let regions: Vec<f64> = above(stereo).flatten().collect();
    (!regions.is_empty()).then(|| regions.iter().sum::<f64>() / regions.len() as f64)
}
