//! Faults of tone, as the tone model fits them (see [`crate::tone`]).

use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation, Severity};

use crate::tone::{self, Estimate, ToneFault};

/// A long-term spectrum of anything shorter is not long-term.
pub(super) const MIN_DURATION_S: f64 = 10.0;
/// A fault is major where even one standard error less would be this much.
const MAJOR_DB: f64 = 6.0;

/// Wording of a finding about tone.
struct Words {
    range_hz: (f64, f64),
    /// Where, and whether there is more or less.
    place: &'static str,
    direction: &'static str,
    effect: &'static str,
    advice: &'static str,
}

/// Faults that change what the tone model reads of a track to know what is usual for it (crest, contrast, width), or its spectrum itself.
/// A channel that is low by less than 6 dB is none: it moves the fitted amounts by 0.7 to 1.8 dB rms, a third of their errors.
const DEFECTS_BEFORE: [DefectKind; 9] = [
    DefectKind::ChannelImbalance,
    DefectKind::Clipping,
    DefectKind::DcOffset,
    DefectKind::DeadChannel,
    DefectKind::Hum,
    DefectKind::MonoAsStereo,
    DefectKind::NoiseFloor,
    DefectKind::OverLimiting,
    DefectKind::PhaseInversion,
];
const OBSERVATIONS_BEFORE: [Observation; 7] = [
    Observation::AbsurdLevel,
    Observation::AntiphaseBass,
    Observation::MonoLoss,
    Observation::OutOfPhase,
    Observation::OverLimited,
    Observation::SubRumble,
    Observation::WideDynamics,
];

/// Adds the fault of tone that stands out most, if any is certain enough. Beside a fault that misleads the tone model nothing is said
/// of tone: that is judged once the fault is out.
pub(super) fn find(analysis: &Analysis, findings: &mut Vec<Finding>) {
    if analysis.source.duration_s >= MIN_DURATION_S && !findings.iter().any(misleads) {
        findings.extend(tone::likeliest(analysis).map(finding));
    }
}

/// Returns whether a finding keeps tone from being judged.
#[must_use]
pub fn misleads(finding: &Finding) -> bool {
    match finding.kind {
        FindingKind::Defect(kind) => finding.severity > Severity::Info && DEFECTS_BEFORE.contains(&kind),
        FindingKind::Observation(kind) => OBSERVATIONS_BEFORE.contains(&kind),
        _ => false,
    }
}

fn finding(estimate: Estimate) -> Finding {
    let Words { range_hz, place, direction, effect, advice } = words(estimate.fault);
    let Estimate { amount_db, error_db, .. } = estimate;
    let severity = if amount_db - error_db >= MAJOR_DB { Severity::Major } else { Severity::Minor };
    let message = format!(
        "{place} is about {amount_db:.0} dB (± {error_db:.0}) {direction} than usual in music like this: it can sound {effect}."
    );
    let evidence = [
        ("deviation_db", estimate.deviation_db()),
        ("standard_error_db", error_db),
        ("from_hz", range_hz.0),
        ("to_hz", range_hz.1),
    ];
    Finding::new(estimate.fault.observation(), severity, estimate.probability())
        .evidence(evidence)
        .says(message, advice)
}

fn words(fault: ToneFault) -> Words {
    match fault {
        ToneFault::Mud => Words {
            range_hz: (160.0, 400.0),
            place: "The region around 250 Hz",
            direction: "stronger",
            effect: "muddy",
            advice: "Lower guitars, keys and room sound there in the mix, or make a broad cut around 250 Hz; judge by ear.",
        },
        ToneFault::Nose => Words {
            range_hz: (630.0, 1600.0),
            place: "The region around 1 kHz",
            direction: "stronger",
            effect: "nasal",
            advice: "Lower voices, guitars or brass there in the mix, or make a broad cut around 1 kHz; judge by ear.",
        },
        ToneFault::Harsh => Words {
            range_hz: (2200.0, 5600.0),
            place: "The region around 3.5 kHz",
            direction: "stronger",
            effect: "harsh",
            advice: "Soften distorted guitars, cymbals and voices there, or make a broad cut around 3.5 kHz; judge by ear.",
        },
        ToneFault::Bright => Words {
            range_hz: (7000.0, 12_500.0),
            place: "The treble above 7 kHz",
            direction: "stronger",
            effect: "sharp",
            advice: "Lower cymbals and the air of the voices in the mix, or lower a high shelf at 7 kHz; judge by ear.",
        },
        ToneFault::Dull => Words {
            range_hz: (6000.0, 12_500.0),
            place: "The treble above 6 kHz",
            direction: "weaker",
            effect: "dull",
            advice: "Raise the treble of cymbals, voices and guitars in the mix, or raise a high shelf at 6 kHz; judge by ear.",
        },
        ToneFault::Boom => Words {
            range_hz: (40.0, 100.0),
            place: "The bass around 60 Hz",
            direction: "stronger",
            effect: "boomy",
            advice: "Lower kick drum or bass in the mix, or make a broad cut around 60 Hz; judge by ear.",
        },
        ToneFault::Thin => Words {
            range_hz: (40.0, 150.0),
            place: "The bass below 150 Hz",
            direction: "weaker",
            effect: "thin",
            advice: "Raise bass or kick drum in the mix, or raise a low shelf at 150 Hz; judge by ear.",
        },
    }
}
