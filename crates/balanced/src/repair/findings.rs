//! Faults of delivery that can be repaired, and what repairs each.

use balanced_model::{Analysis, Channel, Defect, DefectKind};

use super::result::{RepairFinding, RepairKind};
use super::silence::Silence;
use super::{RepairBits, RepairOptions, RepairRate};

/// Silence beyond what trimming keeps that is worth telling, in seconds.
const WORTH_TELLING_S: f64 = 0.05;
/// Level of the quieter of middle and side, relative to the other, under which two channels are one; that of the stereo
/// family's `mono_as_stereo`.
const MONO_DB: f64 = -60.0;

/// How two channels become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// Half the sum of both, which is either of them where they are equal.
    Mid,
    /// Half the difference: one of them is inverted.
    Side,
    /// One channel; the other is silent.
    Only(usize),
}

/// Facts about a recording from which its faults of delivery follow.
pub(super) struct Facts<'a> {
    before: &'a Analysis,
    silence: &'a Silence,
    /// How the channels become one, if they really are one.
    pub(super) fold: Option<Fold>,
    /// Whether folding leaves the samples as they are.
    pub(super) is_fold_exact: bool,
    /// Rate that the recording was converted from, in Hz.
    pub(super) original_rate_hz: Option<f64>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(before: &'a Analysis, silence: &'a Silence) -> Self {
        let upsampled = defect(before, DefectKind::Upsampled);
        let original_rate_hz = upsampled.and_then(|found| found.evidence.get("likely_source_rate_hz").copied());
        let (fold, is_fold_exact) = fold(before, silence);
        Self { before, silence, fold, is_fold_exact, original_rate_hz }
    }

    /// Returns every fault, and whether the options repair it.
    pub(super) fn findings(&self, options: &RepairOptions<'_>) -> Vec<RepairFinding> {
        let mut found = self.ends(options);
        found.extend(self.gaps(options));
        found.extend(self.channels(options));
        if let Some(defect) = defect(self.before, DefectKind::Upsampled) {
            let is_repaired = self.original_rate_hz.is_some_and(|original_hz| match options.sample_rate {
                RepairRate::Keep => false,
                RepairRate::Original => true,
                RepairRate::Hz(rate_hz) => rate_hz <= original_hz,
            });
            found.push(of_defect(RepairKind::Upsampled, defect, "sample_rate", is_repaired));
        }
        if let Some(defect) = defect(self.before, DefectKind::PaddedBitDepth) {
            let effective = self.before.source.effective_bit_depth.unwrap_or(u16::MAX);
            let is_repaired = match options.bits {
                RepairBits::Keep => false,
                RepairBits::Effective => true,
                RepairBits::Format(format) => super::conversion::smallest(effective) == Some(format),
            };
            found.push(of_defect(RepairKind::PaddedBitDepth, defect, "bits", is_repaired));
        }
        found
    }

    fn ends(&self, options: &RepairOptions<'_>) -> Vec<RepairFinding> {
        let (duration_s, level) = (self.before.source.duration_s, options.silence_dbfs);
        let sounds_s = self.silence.sounds_s();
        let [Some(first), Some(last)] = [sounds_s.first(), sounds_s.last()] else {
            let message = format!("Nothing reaches {level} dBFS: the whole file is silence.");
            return vec![RepairFinding::new(RepairKind::OnlySilence, message, Some([0.0, duration_s]), None, false)];
        };
        let trims = options.trim_silence;
        let mut found = Vec::new();
        if first[0] > options.lead_s + WORTH_TELLING_S {
            let message = format!("The audio begins after {:.2} s of silence (under {level} dBFS).", first[0]);
            let range = Some([0.0, first[0]]);
            found.push(RepairFinding::new(RepairKind::LeadingSilence, message, range, Some("trim_silence"), trims));
        }
        if duration_s - last[1] > options.tail_s + WORTH_TELLING_S {
            let message = format!("The audio ends {:.2} s before the file does.", duration_s - last[1]);
            let range = Some([last[1], duration_s]);
            found.push(RepairFinding::new(RepairKind::TrailingSilence, message, range, Some("trim_silence"), trims));
        }
        found
    }

    fn gaps(&self, options: &RepairOptions<'_>) -> Vec<RepairFinding> {
        let sounds_s = self.silence.sounds_s();
        let told = |pair: &[[f64; 2]]| {
            let (from_s, to_s) = (pair[0][1], pair[1][0]);
            let message = format!("Silence for {:.2} s: another piece may begin after it.", to_s - from_s);
            let range = Some([from_s, to_s]);
            let splits = options.split_at_silence;
            RepairFinding::new(RepairKind::SilentGap, message, range, Some("split_at_silence"), splits)
        };
        sounds_s.windows(2).map(told).collect()
    }

    fn channels(&self, options: &RepairOptions<'_>) -> Option<RepairFinding> {
        let fold = self.fold?;
        let kind = match fold {
            Fold::Mid => RepairKind::MonoAsStereo,
            Fold::Side => RepairKind::InvertedMono,
            Fold::Only(_) => RepairKind::DeadChannel,
        };
        let message = match fold {
            Fold::Mid if self.is_fold_exact => "Both channels are equal: one of them holds everything.".to_owned(),
            Fold::Mid => "Both channels carry the same, to -60 dB: one channel holds everything.".to_owned(),
            Fold::Side => {
                "The channels carry the same with opposite polarity, and cancel each other in mono: one channel holds everything.".to_owned()
            }
            Fold::Only(_) => defect(self.before, DefectKind::DeadChannel)?.message.clone(),
        };
        Some(RepairFinding::new(kind, message, None, Some("mono"), options.mono))
    }

    /// Returns how the two channels differ, in words, where they are not one.
    pub(super) fn difference(&self) -> String {
        match (self.before.source.channels, self.silence.pair.and_then(|pair| pair.side_to_mid_db())) {
            (2, Some(db)) => format!("its channels differ: the side lies {:.1} dB {} the middle", db.abs(), over(db)),
            (2, None) => "both channels are digital silence".to_owned(),
            (channels, _) => format!("it has {channels} channel{}", if channels == 1 { "" } else { "s" }),
        }
    }
}

fn over(db: f64) -> &'static str {
    if db > 0.0 { "over" } else { "under" }
}

fn fold(before: &Analysis, silence: &Silence) -> (Option<Fold>, bool) {
    let Some(pair) = &silence.pair else { return (None, false) };
    if let Some(&Channel(Some(dead))) = defect(before, DefectKind::DeadChannel).map(|found| &found.channel) {
        return (Some(Fold::Only(1 - dead.min(1))), true);
    }
    match pair.side_to_mid_db() {
        Some(db) if db <= MONO_DB => (Some(Fold::Mid), pair.is_equal),
        Some(db) if db >= -MONO_DB => (Some(Fold::Side), pair.is_opposite),
        _ => (None, false),
    }
}

fn defect(before: &Analysis, kind: DefectKind) -> Option<&Defect> {
    before.measurements.defects.iter().flatten().find(|defect| defect.kind == kind)
}

fn of_defect(kind: RepairKind, defect: &Defect, option: &str, is_repaired: bool) -> RepairFinding {
    RepairFinding::new(kind, defect.message.clone(), None, Some(option), is_repaired)
}
