//! Tonal balance against popular recordings (see [`crate::tonal_balance`]).

use balanced_model::{Analysis, Finding, Observation, Severity};

use super::{confidence, graded};
use crate::tonal_balance::TonalBalance;

/// A long-term spectrum of anything shorter is not long-term.
const MIN_DURATION_S: f64 = 10.0;
/// Bands that carry bass.
const BASS_HZ: (f64, f64) = (50.0, 130.0);
/// Bands that carry treble.
const TREBLE_HZ: (f64, f64) = (4900.0, 10_500.0);
/// Treble this far under the reference is dull, if bass is there.
const DULL_DB: f64 = 9.0;
/// Dull by more than this is no taste any more.
const DULL_MAJOR_DB: f64 = 18.0;

/// A region that may hold too much.
struct Region {
    kind: Observation,
    range_hz: (f64, f64),
    /// Deviation that is worth a word, in dB over the reference.
    over_db: f64,
    name: &'static str,
    effect: &'static str,
    advice: &'static str,
}

const REGIONS: [Region; 6] = [
    Region {
        kind: Observation::HeavySub,
        range_hz: (30.0, 52.0),
        over_db: 12.0,
        name: "around 40 Hz",
        effect: "the low end can boom and eat the loudness",
        advice: "Lower kick or bass fundamentals in the mix, or a low shelf below 60 Hz by 2 to 3 dB.",
    },
    Region {
        kind: Observation::HeavyBass,
        range_hz: (60.0, 130.0),
        over_db: 7.5,
        name: "between 60 and 130 Hz",
        effect: "the bass covers the rest",
        advice: "Lower bass or kick by 1 to 3 dB in the mix, or with a low shelf below 130 Hz.",
    },
    Region {
        kind: Observation::Mud,
        range_hz: (199.0, 510.0),
        over_db: 6.0,
        name: "between 200 and 500 Hz",
        effect: "the mix can sound muddy or boxy",
        advice: "Clear guitars, keys and room sound there, or a broad cut of 1 to 3 dB around 300 Hz.",
    },
    Region {
        kind: Observation::Honk,
        range_hz: (600.0, 1700.0),
        over_db: 6.5,
        name: "between 600 Hz and 1.7 kHz",
        effect: "the mix can sound nasal",
        advice: "Make room between voices and guitars, or a broad cut of 1 to 3 dB around 1 kHz.",
    },
    Region {
        kind: Observation::Harshness,
        range_hz: (1900.0, 5200.0),
        over_db: 7.0,
        name: "between 2 and 5 kHz",
        effect: "the ear is most sensitive there and tires",
        advice: "Soften distorted guitars, cymbals and voices there, or a broad cut of 1 to 3 dB around 3.2 kHz.",
    },
    Region {
        kind: Observation::Brightness,
        range_hz: (6000.0, 12_700.0),
        over_db: 8.0,
        name: "between 6 and 12 kHz",
        effect: "the mix can sound sharp",
        advice: "Lower cymbals and voice air, or a high shelf above 7 kHz by 1 to 3 dB.",
    },
];

pub(super) fn find(analysis: &Analysis, findings: &mut Vec<Finding>) {
    let Some(spectrum) = &analysis.measurements.spectrum else { return };
    if analysis.source.duration_s < MIN_DURATION_S {
        return;
    }
    let Some(balance) = TonalBalance::of(&spectrum.ltas) else { return };
    findings.extend(REGIONS.iter().filter_map(|region| too_much(&balance, region)));
    findings.extend(dull(&balance, spectrum.bandwidth_limit_hz));
}

fn too_much(balance: &TonalBalance, region: &Region) -> Option<Finding> {
    let deviation_db = balance.region_db(region.range_hz)?;
    let excess_db = deviation_db - region.over_db;
    if excess_db < 0.0 {
        return None;
    }
    let finding = Finding::new(region.kind, graded(excess_db, 5.0), confidence(excess_db, 6.0));
    Some(finding.evidence(evidence(deviation_db, region.range_hz)).says(
        format!(
            "There is {deviation_db:.1} dB more {} than popular recordings have on average: {}.",
            region.name, region.effect
        ),
        region.advice,
    ))
}

fn evidence(deviation_db: f64, (from_hz, to_hz): (f64, f64)) -> [(&'static str, f64); 3] {
    [("deviation_db", deviation_db), ("from_hz", from_hz), ("to_hz", to_hz)]
}

/// Music without percussion lacks both ends (Elowsson and Friberg 2017): half of what bass lacks is granted to treble.
fn dull(balance: &TonalBalance, bandwidth_limit_hz: Option<f64>) -> Option<Finding> {
    let treble_db = balance.region_db(TREBLE_HZ)?;
    let missing_bass_db = balance.region_db(BASS_HZ).map_or(0.0, |bass_db| (-bass_db).max(0.0));
    let excess_db = -treble_db - DULL_DB - 0.5 * missing_bass_db;
    // What the file's bandwidth cuts off cannot be called dull playing: the analysis reports that itself.
    if excess_db < 0.0 || bandwidth_limit_hz.is_some_and(|limit| limit < TREBLE_HZ.1) {
        return None;
    }
    let severity = if -treble_db > DULL_MAJOR_DB { Severity::Major } else { Severity::Minor };
    let under_db = -treble_db;
    Some(
        Finding::new(Observation::Dullness, severity, confidence(excess_db, 8.0))
            .evidence(evidence(treble_db, TREBLE_HZ))
            .says(
                format!(
                    "There is {under_db:.1} dB less between 5 and 10 kHz than popular recordings have on average: the mix can sound dull."
                ),
                "Open cymbals, voices and guitars in the mix; a high shelf of 1 to 3 dB above 5 kHz helps a little.",
            ),
    )
}
