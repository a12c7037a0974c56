//! Faults that the analysis found, one finding a kind.

use std::collections::BTreeMap;

use balanced_model::{Analysis, Defect, DefectKind, Finding, FindingKind, Severity, thousandths};

use super::level::clock;

pub(super) fn find(analysis: &Analysis, findings: &mut Vec<Finding>) {
    let mut kinds: BTreeMap<DefectKind, Vec<&Defect>> = BTreeMap::new();
    for defect in analysis.measurements.defects.iter().flatten() {
        kinds.entry(defect.kind).or_default().push(defect);
    }
    // Noise that is there all the time is heard before and after the music too: that is one fault.
    if kinds.contains_key(&DefectKind::NoiseFloor) {
        kinds.remove(&DefectKind::NoisyIntro);
        kinds.remove(&DefectKind::NoisyEnd);
    }
    let is_squeezed = kinds.contains_key(&DefectKind::OverLimiting);
    findings.extend(kinds.into_iter().map(|(kind, defects)| {
        let mut finding = one(kind, &defects);
        // What squeezes a mix cuts its tops too: the squeezing is what has to be undone.
        if is_squeezed && kind == DefectKind::Clipping {
            finding.severity = finding.severity.min(Severity::Major);
        }
        finding
    }));
}

/// The worst of a kind speaks for all; the others are counted.
fn one(kind: DefectKind, defects: &[&Defect]) -> Finding {
    let worst = defects.iter().rev().max_by_key(|defect| defect.severity).expect("a kind has at least one");
    let count = defects.len();
    let affected_s: f64 = defects.iter().map(|defect| (defect.end_s - defect.start_s).max(0.0)).sum();
    let mut finding = Finding::new(FindingKind::Defect(kind), worst.severity, confidence(kind));
    finding.evidence = worst.evidence.clone();
    finding.evidence.insert("count".to_owned(), count as f64);
    finding.evidence.insert("affected_s".to_owned(), thousandths(affected_s));
    finding.range_s = Some([worst.start_s, worst.end_s]);
    let others = match count {
        1 => String::new(),
        2 => " One more place like this.".to_owned(),
        _ => format!(" {} more places like this, the last at {}.", count - 1, clock(last_start_s(defects))),
    };
    finding.says(format!("{}{others}", worst.message), advice(kind))
}

/// Detectors are nearly certain; but what a file went through before, and what any master puts right, come after what can be done
/// something about.
fn confidence(kind: DefectKind) -> f64 {
    match kind {
        DefectKind::LossyTranscode | DefectKind::Upsampled | DefectKind::PaddedBitDepth => 0.5,
        DefectKind::InterSampleOvers => 0.6,
        DefectKind::OverLimiting => 0.95,
        DefectKind::Clipping | DefectKind::DcOffset => 0.88,
        DefectKind::MonoAsStereo => 0.85,
        // One track of thirty that rings was meant to.
        DefectKind::Resonance => 0.8,
        _ => 0.9,
    }
}

fn last_start_s(defects: &[&Defect]) -> f64 {
    defects.iter().map(|defect| defect.start_s).fold(0.0, f64::max)
}

fn advice(kind: DefectKind) -> &'static str {
    match kind {
        DefectKind::Clipping => {
            "Lower the channel or bus that clips and export again; what mastering puts back is only an estimate."
        }
        DefectKind::InterSampleOvers => {
            "Export with 1 to 3 dB more headroom; the mastering limiter removes what is left."
        }
        DefectKind::DcOffset => "A high-pass at 10 to 20 Hz removes it.",
        DefectKind::Clicks => "Look for bad edits or buffer dropouts at these places and export again.",
        DefectKind::Dropout | DefectKind::DigitalSilence => {
            "Check the export: if the gap is not meant, render the mix again."
        }
        DefectKind::Hum => {
            "Find the source (ground loop, guitar amplifier) or put narrow notches on the track that hums."
        }
        DefectKind::CutStart => "Export with a little more time before the first note.",
        DefectKind::CutEnd => "Export until the last sound has died away, or fade it out.",
        DefectKind::LeadingSilence | DefectKind::TrailingSilence => "Trim it to what the release asks for.",
        DefectKind::PhaseInversion => "Invert the polarity of one channel.",
        DefectKind::ChannelImbalance => "If it is not meant, balance the channels before mastering.",
        DefectKind::DeadChannel => {
            "Check the export, the cable or the pan, and export again; or master it as mono. Nothing is invented for the silent side."
        }
        DefectKind::NoiseFloor => {
            "Find the track that hisses (microphone gain, an amplifier, a synthesiser) and clean or gate it."
        }
        DefectKind::NoisyIntro => "Trim the beginning to the first note, or fade in from silence just before it.",
        DefectKind::NoisyEnd => "Fade out with the last note, or trim after it.",
        DefectKind::Resonance => "Find the track that rings and lower it there with a narrow cut.",
        DefectKind::Sibilance => "De-ess the voice, or turn the hi-hat down.",
        DefectKind::NotFinite => "Export again; a plugin in the mix produced invalid samples.",
        DefectKind::PaddedBitDepth => "Export at the resolution of the session, 24 bits or more.",
        DefectKind::Upsampled => "Master from the original sample rate; upsampling adds nothing.",
        DefectKind::LossyTranscode => "Ask for the lossless original; encoding twice makes artefacts audible.",
        DefectKind::OverLimiting => "Ask for the mix without limiter on the master bus.",
        DefectKind::MonoAsStereo => "If stereo was meant, check the export settings; mono is fine if it was not.",
        DefectKind::ChannelSwap => {
            "Compare with the session; exchange the channels from there on if the edit was not meant."
        }
        DefectKind::FadeIn | DefectKind::FadeOut => "Nothing to do if the fade is meant; mastering keeps it.",
        _ => "Listen to the place and decide.",
    }
}
