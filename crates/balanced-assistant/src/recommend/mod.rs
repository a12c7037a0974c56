//! From findings to a chain.
//!
//! The order is that of a mastering room: remove what is not music, correct tone gently, control dynamics only where
//! something asks for it, then level and limit, then dither. A mix without findings gets limiter and dither alone.

mod data;
mod dynamics;
mod fit;
mod level;
mod matching;
#[cfg(test)]
mod tests;
mod tonal;
mod tone;

use balanced_mastering::{ChainSpec, DcFilterSpec, DitherSpec, EqBand, EqSpec, ProcessorSpec};
use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Reason, Target};

pub use data::Recommendation;

use crate::diagnose;

/// Recommends the chain that brings `analysis` to `target`, with the findings it acts on and a reason for every step.
///
/// Level and true peak come from the loudness family; without it the limiter neither raises nor lowers. Other families
/// that are absent give no step.
#[must_use]
pub fn recommend(analysis: &Analysis, target: &Target) -> Recommendation {
    let findings = diagnose(analysis, target);
    let tone = tone::corrections(analysis, &findings);
    build(analysis, target, findings, tone)
}

/// Recommends a chain whose equaliser follows the tonal balance of `reference` (smoothed, within ±4 dB) instead of the
/// average of popular recordings; findings also compare loudness, dynamics and width.
///
/// Without a long-term spectrum of both tracks there is no equaliser.
#[must_use]
pub fn reference_match(analysis: &Analysis, reference: &Analysis, target: &Target) -> Recommendation {
    let mut findings = diagnose(analysis, target);
    findings.extend(matching::hints(analysis, reference));
    Finding::rank(&mut findings);
    let mut tone = tone::cuts(analysis, &findings);
    tone.extend(matching::equaliser(analysis, reference));
    build(analysis, target, findings, tone)
}

fn build(analysis: &Analysis, target: &Target, findings: Vec<Finding>, tone: Vec<Correction>) -> Recommendation {
    let mut chain = Builder::default();
    if found(&findings, FindingKind::Defect(DefectKind::DcOffset)).is_some() {
        chain.push(
            ProcessorSpec::DcFilter(DcFilterSpec::default()),
            "The signal has a constant offset, which costs headroom; the filter removes it below hearing.",
        );
    }
    let bands: Vec<EqBand> = tone.iter().flat_map(|correction| correction.bands.clone()).collect();
    if !bands.is_empty() {
        let reason = tone.iter().map(|correction| correction.reason.as_str()).collect::<Vec<_>>().join(" ");
        chain.push(ProcessorSpec::Eq(EqSpec { bands: bands.clone(), ..EqSpec::default() }), reason);
    }
    let level = level::Level::after(analysis, &bands, target);
    if let Some((compressor, reason)) = dynamics::compressor(analysis, &findings, &level) {
        chain.push(ProcessorSpec::Compressor(compressor), reason);
    }
    if let Some((clipper, reason)) = level.clipper(target) {
        chain.push(ProcessorSpec::Clipper(clipper), reason);
    }
    let (limiter, reason) = level.limiter(target);
    chain.push(ProcessorSpec::Limiter(limiter), reason);
    chain.push(
        ProcessorSpec::Dither(DitherSpec::default()),
        "Dither keeps the softest sounds free of distortion when the samples are rounded to 24 bits; it comes last.",
    );
    Recommendation {
        source: analysis.source.clone(),
        target: target.clone(),
        findings,
        chain: chain.finish(&target.name),
        reasons: chain.reasons,
        expected: level.expected(target),
    }
}

/// Bands of the equaliser and why.
struct Correction {
    bands: Vec<EqBand>,
    reason: String,
}

fn found(findings: &[Finding], kind: impl Into<FindingKind>) -> Option<&Finding> {
    let kind = kind.into();
    findings.iter().find(|finding| finding.kind == kind)
}

#[derive(Default)]
struct Builder {
    processors: Vec<ProcessorSpec>,
    reasons: Vec<Reason>,
}

impl Builder {
    fn push(&mut self, processor: ProcessorSpec, reason: impl Into<String>) {
        self.reasons.push(Reason { step: self.processors.len(), text: reason.into() });
        self.processors.push(processor);
    }

    fn finish(&mut self, name: &str) -> ChainSpec {
        ChainSpec::new(name, std::mem::take(&mut self.processors))
    }
}

/// To a step that a knob would show.
fn rounded_to(value: f64, step: f64) -> f64 {
    let steps = (value / step).round();
    // Dividing by a whole number keeps tenths printable: 3 * 0.1 is 0.30000000000000004.
    if step < 1.0 { steps / (1.0 / step).round() } else { steps * step }
}
