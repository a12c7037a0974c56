//! The verdict of a page, and what its picture of the tone says beside the assistant.

use balanced_assistant::{diagnose, misleads_tone};
use balanced_model::{Analysis, Finding, FindingKind, Observation, Severity, Target};

use crate::MasterReport;
use crate::facts::sentence;
use crate::svg::{self, Track};

/// Tracks shorter than this are not judged for tone, as their spectrum is not a long-term one.
const TONE_MIN_S: f64 = 10.0;

/// A sentence or two with the colour that goes with it: `good`, `warn`, `bad`, or `plain` where nothing was judged.
pub(super) struct Verdict {
    pub state: &'static str,
    pub text: String,
}

/// Findings about a track that no target was named for: what its loudness is in relation to one is left out.
pub(super) fn findings(analysis: &Analysis) -> Vec<Finding> {
    let mut findings = diagnose(analysis, &Target::default());
    findings.retain(|finding| !is_of_level(finding));
    findings
}

fn is_of_level(finding: &Finding) -> bool {
    use Observation::{AboveTarget, BelowTarget, HeavyLimiting, PeaksOverCeiling};
    let levels = [BelowTarget, AboveTarget, HeavyLimiting, PeaksOverCeiling];
    levels.iter().any(|kind| finding.kind == FindingKind::Observation(*kind))
}

/// The verdict on a track.
pub(super) fn of_analysis(analysis: &Analysis, findings: &[Finding]) -> Verdict {
    let missing = not_measured(analysis);
    let (grave, light) = (named(findings, |of| of >= Severity::Major), named(findings, |of| of == Severity::Minor));
    let (state, text) = match (&grave[..], &light[..]) {
        ([], []) if missing.is_empty() => ("good", "Nothing was found wrong.".to_owned()),
        ([], []) => ("plain", "Nothing was found wrong in what was measured.".to_owned()),
        ([], light) => ("warn", format!("Nothing serious was found. To look at: {}.", light.join(", "))),
        (grave, []) => ("bad", format!("This needs work first: {}.", grave.join(", "))),
        (grave, light) => {
            ("bad", format!("This needs work first: {}. Lighter: {}.", grave.join(", "), light.join(", ")))
        }
    };
    let missing = if missing.is_empty() { String::new() } else { format!(" Not measured: {}.", missing.join(", ")) };
    Verdict { state, text: text + &missing }
}

/// Families without which a fault may have been missed.
fn not_measured(analysis: &Analysis) -> Vec<&'static str> {
    let measured = &analysis.measurements;
    let families = [
        ("loudness", measured.loudness.is_some()),
        ("dynamics", measured.dynamics.is_some()),
        ("spectrum", measured.spectrum.is_some()),
        ("stereo", measured.stereo.is_some()),
        ("defects", measured.defects.is_some()),
    ];
    families.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
}

/// Name of a finding within a sentence.
fn lower(finding: &Finding) -> String {
    let name = sentence(&finding.kind.name());
    if name.starts_with("DC ") { name } else { name.to_lowercase() }
}

/// Names of the findings of a weight, each once, in their order.
fn named(findings: &[Finding], of: impl Fn(Severity) -> bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for finding in findings.iter().filter(|finding| of(finding.severity)) {
        let name = lower(finding);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The verdict on a master. It is good only where the target is reached, no serious fault is left, and no codec clips; `found` are the
/// findings on the mix, which a given chain does not bring along, and `new` those that only the master has.
pub(super) fn of_master(report: &MasterReport<'_>, found: &[Finding], new: &[Finding]) -> Verdict {
    let mut text = report.verdict();
    let mut is_good = report.feasible && report.untreated().is_empty();
    if report.findings.is_empty() {
        let grave = named(found, |of| of >= Severity::Major);
        if !grave.is_empty() {
            is_good = false;
            text.push_str(&format!(
                " The chain was given, and the mix has what it may not treat: {}.",
                grave.join(", ")
            ));
        }
    }
    if report.codecs.is_some_and(|codecs| codecs.safe == Some(false)) {
        is_good = false;
        text.push_str(" A lossy codec still clips it.");
    }
    if !new.is_empty() {
        is_good &= new.iter().all(|finding| finding.severity < Severity::Major);
        let weight = new.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Minor).name();
        text.push_str(&format!(" In the master only: {} ({weight}).", named(new, |_| true).join(", ")));
    }
    let state = match (report.target.is_some(), is_good) {
        (_, false) => "warn",
        (true, true) => "good",
        (false, true) => "plain",
    };
    Verdict { state, text }
}

/// Findings on a master that its mix had not, the slightest left out.
pub(super) fn new_in_master(mix: &[Finding], master: &[Finding]) -> Vec<Finding> {
    let is_new =
        |finding: &&Finding| finding.severity > Severity::Info && mix.iter().all(|known| known.kind != finding.kind);
    master.iter().filter(is_new).cloned().collect()
}

/// Findings on the mix of a master: those that it brings, or those of a diagnosis where a chain was given.
pub(super) fn findings_of_mix(report: &MasterReport<'_>) -> Vec<Finding> {
    if report.findings.is_empty() && report.reasons.is_empty() {
        findings(report.before)
    } else {
        report.findings.to_vec()
    }
}

/// A sentence for a track whose curve leaves the shaded range of the tonal balance: the finding that goes with it, or why there is none.
pub(super) fn of_tone(track: Track<'_>, findings: &[Finding]) -> Option<String> {
    let places = svg::outside_names(track)?;
    let label = if track.label == "Track" { "The track" } else { track.label };
    let of_tone: Vec<&Finding> = findings.iter().filter(|finding| is_of_tone(finding)).collect();
    let why = if let Some(finding) = of_tone.first() {
        format!("The assistant's finding: {}. {}", lower(finding), finding.message)
    } else if let Some(finding) = findings.iter().find(|finding| misleads_tone(finding)) {
        let name = lower(finding);
        format!(
            "The assistant says nothing of tone here: beside {name} it would be misled. Tone is judged once that is out."
        )
    } else if track.analysis.source.duration_s < TONE_MIN_S {
        format!("It is shorter than {TONE_MIN_S:.0} s, too short to judge its tone.")
    } else {
        "That is unusual, and no finding: the assistant weighs the whole spectrum against what is usual for such a track, and is not sure \
         enough of a fault to name one."
            .to_owned()
    };
    Some(format!("{label} leaves the shaded range in {places}. {why}"))
}

fn is_of_tone(finding: &Finding) -> bool {
    use Observation::{Brightness, Dullness, Harshness, HeavyBass, Honk, Mud, SubRumble, Thin};
    let tones = [SubRumble, HeavyBass, Thin, Mud, Honk, Harshness, Brightness, Dullness];
    tones.iter().any(|kind| finding.kind == FindingKind::Observation(*kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use balanced_model::DefectKind;

    fn finding(kind: impl Into<FindingKind>, severity: Severity) -> Finding {
        Finding::new(kind, severity, 0.9).says("It is so.", "Do this.")
    }

    #[test]
    fn a_serious_fault_is_never_green_and_what_was_not_measured_is_told() {
        let analysis = cases::full();
        let state = |findings: &[Finding]| of_analysis(&analysis, findings).state;
        assert_eq!(state(&[]), "good");
        assert_eq!(state(&[finding(DefectKind::FadeOut, Severity::Info)]), "good");
        assert_eq!(state(&[finding(DefectKind::Clicks, Severity::Minor)]), "warn");
        let both = [finding(DefectKind::Clipping, Severity::Critical), finding(DefectKind::Clicks, Severity::Minor)];
        let verdict = of_analysis(&analysis, &both);
        assert_eq!(
            (verdict.state, verdict.text.as_str()),
            ("bad", "This needs work first: clipping. Lighter: clicks.")
        );
        let partly = cases::with(|analysis| analysis.measurements.defects = None);
        let verdict = of_analysis(&partly, &[]);
        assert_eq!(verdict.state, "plain");
        assert!(verdict.text.contains("Not measured: defects."), "{}", verdict.text);
    }

    #[test]
    fn a_curve_that_leaves_the_range_is_never_left_without_a_word() {
        let analysis = cases::with(|analysis| {
            let levels = &mut analysis.measurements.spectrum.as_mut().unwrap().ltas.level_db;
            let last = levels.len() - 1;
            levels[last] = levels[last].map(|db| db - 60.0);
        });
        let track = Track::alone(&analysis);
        let said = |findings: &[Finding]| of_tone(track, findings).unwrap();
        assert!(
            said(&[]).contains("leaves the shaded range in air") && said(&[]).contains("no finding"),
            "{}",
            said(&[])
        );
        let dull = said(&[finding(Observation::Dullness, Severity::Minor)]);
        assert!(dull.ends_with("The assistant's finding: dullness. It is so."), "{dull}");
        let clipped = said(&[finding(DefectKind::Clipping, Severity::Major)]);
        assert!(clipped.contains("beside clipping it would be misled"), "{clipped}");
        let short = cases::with(|short| {
            short.source.duration_s = 4.0;
            short.measurements.spectrum.clone_from(&analysis.measurements.spectrum);
        });
        assert!(of_tone(Track::alone(&short), &[]).unwrap().contains("too short"));
        assert_eq!(of_tone(Track::alone(&cases::full()), &[]), None);
    }
}
