//! Scoring of the defect detectors: how many true faults they find, how often they accuse clean music.

// Each test takes its part of this.
#![allow(dead_code)]

pub mod codecs;

use std::collections::BTreeMap;

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Defect, DefectKind, Family};
use balanced_testkit::corpus::{Player, Version};
use balanced_testkit::defects::{Fault, Grade, spoil};
use balanced_testkit::music::Style;

/// Kind of finding that a fault must give.
pub fn kind_of(fault: Fault) -> DefectKind {
    match fault {
        Fault::Clipping | Fault::ClippedThenTurnedDown | Fault::ClippedThenProcessed => DefectKind::Clipping,
        Fault::InterSampleOvers => DefectKind::InterSampleOvers,
        Fault::DcOffset => DefectKind::DcOffset,
        Fault::Clicks => DefectKind::Clicks,
        Fault::Dropout => DefectKind::Dropout,
        Fault::DigitalSilence => DefectKind::DigitalSilence,
        Fault::Hum50 | Fault::Hum60 | Fault::HumUnderMusic => DefectKind::Hum,
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
        Fault::ChannelSwap => DefectKind::ChannelSwap,
        Fault::FadeIn => DefectKind::FadeIn,
        Fault::FadeOut => DefectKind::FadeOut,
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

/// Properties of the clean pieces that a finding may name: fades; a bass panned to the middle is mono; what has no transients (a
/// saturated guitar, a synthetic bass, chip music, a string ensemble) and is driven into a limiter touches the ceiling all along.
fn is_true_of(player: &str, version: Version, kind: DefectKind) -> bool {
    match kind {
        DefectKind::FadeIn | DefectKind::FadeOut if version == Version::Faded => true,
        // Its swell of 11 s can end in a fall of five.
        DefectKind::FadeOut => player == "noise",
        DefectKind::TrailingSilence | DefectKind::LeadingSilence => matches!(player, "sparse drums" | "rests"),
        // Rounding off and limiting lopsided waves does shift their mean.
        DefectKind::DcOffset => {
            matches!(player, "chiptune" | "synth bass") && matches!(version, Version::Limited | Version::SoftClipped)
        }
        DefectKind::MonoAsStereo => player == "bass",
        DefectKind::OverLimiting => {
            matches!(player, "distorted guitar" | "synth bass" | "chiptune" | "bowed strings")
                && matches!(version, Version::Limited | Version::SoftClipped)
        }
        _ => false,
    }
}

/// Styles on which a fault is tried. Over-limiting needs programme that the limiter can squeeze: drums, plucks and
/// noise keep a crest over 8 dB whatever the drive. Hum under music needs programme that leaves room at its lines: under
/// drums, bass, noise and a full band that never pause it is masked, and not found. A fade of what is held cannot be told from
/// its letting go.
pub fn applies(fault: Fault, style: Style) -> bool {
    match fault {
        Fault::OverLimiting => {
            matches!(style, Style::Bass | Style::Pads | Style::DistortedGuitar | Style::Vocals | Style::Band)
        }
        Fault::FadeIn | Fault::FadeOut => !matches!(style, Style::Pads | Style::Noise | Style::Vocals),
        Fault::HumUnderMusic => matches!(style, Style::Piano | Style::Pads | Style::Vocals | Style::Acoustic),
        _ => true,
    }
}

/// False alarms by kind, and the hours listened to.
#[derive(Default)]
pub struct Alarms {
    pub hours: f64,
    pub by_kind: BTreeMap<DefectKind, usize>,
    pub examples: Vec<(String, Defect)>,
}

impl Alarms {
    /// Listen to everybody in every version.
    pub fn add_corpus(&mut self, seconds: f64, seeds: std::ops::Range<u64>) {
        for seed in seeds {
            for player in Player::all() {
                // Most music comes at 44.1 kHz.
                let rate = if seed % 4 == 3 { 48_000.0 } else { 44_100.0 };
                let take = player.render(rate, seconds, seed);
                for version in Version::ALL {
                    self.add(player, version, &take, rate, seed);
                }
            }
        }
    }

    fn add(&mut self, player: Player, version: Version, take: &PlanarBuffer, rate: f64, seed: u64) {
        let (audio, bits) = version.of(take, rate, seed);
        self.hours += audio.frames() as f64 / rate / 3600.0;
        for defect in defects(&audio, rate, bits) {
            if !is_true_of(player.name(), version, defect.kind) {
                *self.by_kind.entry(defect.kind).or_default() += 1;
                self.examples.push((format!("{} {seed} {version:?}", player.name()), defect));
            }
        }
    }
}
