//! Scoring of the defect detectors: how many true faults they find, how often they accuse clean music.

// Each test takes its part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;

use balanced_analysis::model::{Defect, DefectKind};
use balanced_analysis::{AnalysisConfig, Analyzer, Family};
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::defects::{Fault, Grade, spoil};
use balanced_testkit::music::{self, Style, render};

/// Kind of finding that a fault must give.
pub fn kind_of(fault: Fault) -> DefectKind {
    match fault {
        Fault::Clipping | Fault::ClippedThenTurnedDown => DefectKind::Clipping,
        Fault::InterSampleOvers => DefectKind::InterSampleOvers,
        Fault::DcOffset => DefectKind::DcOffset,
        Fault::Clicks => DefectKind::Clicks,
        Fault::Dropout => DefectKind::Dropout,
        Fault::DigitalSilence => DefectKind::DigitalSilence,
        Fault::Hum50 | Fault::Hum60 => DefectKind::Hum,
        Fault::CutStart => DefectKind::CutStart,
        Fault::CutEnd => DefectKind::CutEnd,
        Fault::LeadingSilence => DefectKind::LeadingSilence,
        Fault::TrailingSilence => DefectKind::TrailingSilence,
        Fault::PhaseInversion => DefectKind::PhaseInversion,
        Fault::ChannelImbalance => DefectKind::ChannelImbalance,
        Fault::NotFinite => DefectKind::NotFinite,
        Fault::PaddedBitDepth => DefectKind::PaddedBitDepth,
        Fault::Upsampled => DefectKind::Upsampled,
        Fault::OverLimiting => DefectKind::OverLimiting,
        Fault::MonoAsStereo => DefectKind::MonoAsStereo,
    }
}

/// Rate a fault is tried at: a wall at half of 44.1 kHz needs a higher one.
pub fn rate_of(fault: Fault) -> f64 {
    if fault == Fault::Upsampled { 96_000.0 } else { 44_100.0 }
}

/// All findings about `audio`.
pub fn defects(audio: &PlanarBuffer, rate: f64, bit_depth: u16) -> Vec<Defect> {
    let config =
        AnalysisConfig { families: vec![Family::Defects], bit_depth: Some(bit_depth), ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(rate, audio.channels()), &config);
    analyzer.push(audio.block());
    analyzer.finish().defects.expect("defects were asked for")
}

/// Events found and events there are; `None` where the programme has no place for the fault.
pub fn trial(clean: &PlanarBuffer, fault: Fault, grade: Grade, seed: u64) -> Option<(usize, usize)> {
    let rate = rate_of(fault);
    let spoiled = spoil(clean, rate, fault, grade, seed)?;
    let found = defects(&spoiled.audio, rate, spoiled.bit_depth);
    let of_kind: Vec<&Defect> = found.iter().filter(|d| d.kind == kind_of(fault)).collect();
    let covered = |at_s: &&f64| of_kind.iter().any(|d| (d.start_s - 0.1..=d.end_s + 0.1).contains(*at_s));
    // Faults of the whole track have one event at 0 and count wherever the finding lies.
    let hits = match spoiled.events_s.as_slice() {
        [0.0] => usize::from(!of_kind.is_empty()),
        events => events.iter().filter(covered).count(),
    };
    Some((hits, spoiled.events_s.len()))
}

/// How clean music comes: as it is, as a 16-bit and a 24-bit export, and as an everyday loud master.
pub fn clean_versions(take: &PlanarBuffer, rate: f64, seed: u64) -> Vec<(PlanarBuffer, u16)> {
    let with = |change: &dyn Fn(&mut PlanarBuffer)| {
        let mut audio = take.clone();
        change(&mut audio);
        audio
    };
    vec![
        (take.clone(), 32),
        (with(&|audio| music::quantise(audio, 16, seed)), 16),
        (
            with(&|audio| {
                // Peaks of this limiter overshoot between the samples by up to 3 dB on dry plucks: louder, and it would be a true finding.
                music::limit(audio, rate, 7.0, -3.0);
                music::quantise(audio, 24, seed);
            }),
            24,
        ),
    ]
}

/// What the clean pieces do have: a bass panned to the middle is mono, and a saturated guitar driven 7 dB into a limiter has
/// a crest of 4.6 dB with 97 % of it at the ceiling.
fn is_true_of(name: &str, kind: DefectKind) -> bool {
    match kind {
        DefectKind::MonoAsStereo => name.starts_with("bass"),
        DefectKind::OverLimiting => name.starts_with("distorted guitar") && name.ends_with("/2"),
        _ => false,
    }
}

/// Styles on which a fault is tried. Over-limiting needs programme that the limiter can squeeze: sparse and noisy solo
/// instruments keep a crest over 8 dB whatever the drive.
pub fn applies(fault: Fault, style: Style) -> bool {
    fault != Fault::OverLimiting || !matches!(style, Style::Drums | Style::Piano | Style::Noise | Style::Acoustic)
}

/// False alarms by kind, and the hours listened to.
#[derive(Default)]
pub struct Alarms {
    pub hours: f64,
    pub by_kind: BTreeMap<DefectKind, usize>,
    pub examples: Vec<(String, Defect)>,
}

impl Alarms {
    /// Listen to one clean piece.
    pub fn add(&mut self, name: &str, audio: &PlanarBuffer, rate: f64, bit_depth: u16) {
        self.hours += audio.frames() as f64 / rate / 3600.0;
        for defect in defects(audio, rate, bit_depth) {
            if !is_true_of(name, defect.kind) {
                *self.by_kind.entry(defect.kind).or_default() += 1;
                self.examples.push((name.to_owned(), defect));
            }
        }
    }

    /// Listen to every style in every version.
    pub fn add_styles(&mut self, seconds: f64, seeds: std::ops::Range<u64>) {
        for seed in seeds {
            for style in Style::ALL {
                let take = render(style, 44_100.0, seconds, seed).audio;
                for (version, (audio, bits)) in clean_versions(&take, 44_100.0, seed).iter().enumerate() {
                    self.add(&format!("{} {seed}/{version}", style.name()), audio, 44_100.0, *bits);
                }
            }
        }
    }
}
