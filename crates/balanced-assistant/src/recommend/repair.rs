//! Repairs that are not a matter of taste: clicks, clipped tops, offset, absurd level, rumble, hum, one resonance, sharp "s" sounds.

use balanced_mastering::{
    DcFilterSpec, DeclickSpec, DeclipSpec, DehumSpec, DynamicEqBand, DynamicEqSpec, EqBand, EqBandKind, GainSpec,
    ProcessorSpec,
};
use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation, Severity};

use super::moves::{Effect, Move};
use super::{Correction, Intent, found, rounded_to};
use crate::usual::beside_lone_samples;

/// Width of the notch at a mains frequency that was read from the phase of its lines, to a hundredth of a hertz, and from their
/// spectrum, to a twentieth.
const HUM_WIDTH_HZ: f64 = 0.3;
const WIDER_HUM_WIDTH_HZ: f64 = 0.6;
/// Multiples of the mains that are looked for.
const MOST_HUM_LINES: u32 = 6;
/// Share of a resonance that is taken where it is plain and where it may be the music's own, the most, and the quality of the cut.
const RING_SHARE: (f64, f64) = (0.75, 0.5);
const MOST_RING_DB: f64 = 10.0;
const RING_Q: f64 = 10.0;
/// Peaks of noise in a band stand this much over its mean level.
const NOISE_CREST_DB: f64 = 9.0;
/// A de-esser takes at most this much, and begins this much over the usual level of the region.
const MOST_ESS_DB: f64 = 9.0;
const ESS_HEADROOM_DB: f64 = 3.0;

/// Broken samples in a place, up to which they are filled in.
const MOST_BROKEN: f64 = 20.0;
/// A declipper begins this much under the level of the cut, which is measured to a thousandth.
const UNDER_THE_CUT_DB: f64 = 0.02;
/// Levels that a declipper can begin at.
const CUT_RANGE_DBFS: (f64, f64) = (-36.0, 24.0);

/// Steps in front of everything else: clicks, a level that no setting is made for, clipped tops, an offset, hum.
pub(super) fn first(analysis: &Analysis, findings: &[Finding], intent: &Intent) -> Vec<Move> {
    let mut moves = Vec::new();
    moves.extend(clicks(analysis, findings, intent));
    let level = usual_level(analysis, findings);
    let gain_db = level.as_ref().map_or(0.0, |level| level.effect.gain_db);
    moves.extend(level);
    moves.extend(clipped_tops(analysis, intent, gain_db));
    let kind = DefectKind::DcOffset.into();
    if found(findings, kind).is_some() && intent.strength(kind) > 0.0 {
        let spec = DcFilterSpec::default();
        let effect = Effect { high_pass_hz: Some(spec.frequency_hz), ..Effect::default() };
        let reason = "The signal has a constant offset, which costs headroom; the filter removes it below hearing.";
        moves.push(Move::new(ProcessorSpec::DcFilter(spec), reason, [kind]).with(effect));
    }
    moves.extend(hum(findings, intent));
    moves
}

/// Takes clicks out, and lone absurd samples, which are clicks of another size.
fn clicks(analysis: &Analysis, findings: &[Finding], intent: &Intent) -> Option<Move> {
    let [clicks, broken] = [DefectKind::Clicks, DefectKind::NotFinite].map(FindingKind::from);
    let absurd = FindingKind::from(Observation::AbsurdLevel);
    let is_lone =
        analysis.measurements.loudness.as_ref().is_some_and(|loudness| beside_lone_samples(loudness).is_some());
    let is_short = |finding: &Finding| finding.evidence.get("samples").is_some_and(|count| *count <= MOST_BROKEN);
    let mut answers = Vec::new();
    answers.extend(found(findings, clicks).filter(|_| intent.strength(clicks) > 0.0).map(|_| clicks));
    answers.extend(found(findings, absurd).filter(|_| is_lone).map(|_| absurd));
    answers.extend(found(findings, broken).filter(|finding| is_short(finding)).map(|_| broken));
    let what = match answers.as_slice() {
        [] => return None,
        [kind] if *kind == absurd => "The samples far beyond full scale are",
        [kind] if *kind == broken => "The samples that are not numbers are",
        _ => "The clicks are",
    };
    let reason = format!(
        "{what} taken out, and what was beneath them is filled in from the sound around; nothing else is touched."
    );
    Some(Move::new(ProcessorSpec::Declick(DeclickSpec::default()), reason, answers))
}

/// Puts back tops that were cut flat, after a gain.
fn clipped_tops(analysis: &Analysis, intent: &Intent, gain_db: f64) -> Option<Move> {
    let kind = FindingKind::from(DefectKind::Clipping);
    let found = analysis.measurements.defects.iter().flatten().filter(|defect| defect.kind == DefectKind::Clipping);
    let levels = found.filter_map(|defect| defect.evidence.get("level_dbfs"));
    let lowest_dbfs = levels.copied().reduce(f64::min).filter(|_| intent.strength(kind) > 0.0)?;
    let threshold_dbfs = rounded_to(lowest_dbfs + gain_db - UNDER_THE_CUT_DB, 0.01);
    let reason = format!(
        "The tops of the waveform are cut flat at {:.1} dBFS; they are put back as the sound around them suggests, before anything is \
         measured against their level.",
        lowest_dbfs
    );
    let fits = (CUT_RANGE_DBFS.0..=CUT_RANGE_DBFS.1).contains(&threshold_dbfs);
    fits.then(|| Move::new(ProcessorSpec::Declip(DeclipSpec { threshold_dbfs }), reason, [kind]))
}

/// Brings numbers in the scale of integers to full scale.
fn usual_level(analysis: &Analysis, findings: &[Finding]) -> Option<Move> {
    let kind = Observation::AbsurdLevel.into();
    found(findings, kind)?;
    let loudness = analysis.measurements.loudness.as_ref()?;
    if beside_lone_samples(loudness).is_some() {
        return None;
    }
    let peak_dbtp = loudness.true_peak_dbtp?;
    let gain_db = rounded_to((-6.0 - peak_dbtp).clamp(-96.0, 0.0), 0.1);
    let reason = format!(
        "The samples are {:.0} dB too large for any player; they are brought down to the usual scale first.",
        -gain_db
    );
    Some(
        Move::new(ProcessorSpec::Gain(GainSpec { gain_db }), reason, [kind])
            .with(Effect { gain_db, ..Effect::default() }),
    )
}

/// Bands of the equaliser.
pub(super) fn cuts(findings: &[Finding]) -> Vec<Correction> {
    [rumble(findings), resonance(findings)].into_iter().flatten().collect()
}

fn rumble(findings: &[Finding]) -> Option<Correction> {
    let kind = Observation::SubRumble.into();
    found(findings, kind)?;
    let band = EqBand { slope_db_per_octave: 24.0, ..band(EqBandKind::LowCut, 27.0, 0.0, 0.707) };
    let reason = "A high-pass at 27 Hz removes the rumble under the music, which takes room from it.".to_owned();
    Some(Correction { kind, bands: vec![band], reason })
}

/// Notches at the lines of hum, as narrow as its frequency is known.
fn hum(findings: &[Finding], intent: &Intent) -> Option<Move> {
    let kind = DefectKind::Hum.into();
    let evidence = &found(findings, kind)?.evidence;
    let mains_hz = rounded_to(*evidence.get("mains_hz")?, 0.01);
    let measured = (1..=MOST_HUM_LINES).rev().find(|line| evidence.contains_key(&format!("line_{line}_dbfs")));
    let (lines, width_hz) = match measured {
        Some(highest) => (highest, HUM_WIDTH_HZ),
        None => (*evidence.get("highest_line")? as u32, WIDER_HUM_WIDTH_HZ),
    };
    if lines == 0 || intent.strength(kind) <= 0.0 {
        return None;
    }
    let spec = DehumSpec { mains_hz, lines: f64::from(lines), width_hz };
    let reason = format!(
        "Notches of {width_hz} Hz and more at {mains_hz} Hz and its multiples, {lines} in all, take the mains hum out and next to nothing else."
    );
    Some(Move::new(ProcessorSpec::Dehum(spec), reason, [kind]))
}

fn resonance(findings: &[Finding]) -> Option<Correction> {
    let kind = DefectKind::Resonance.into();
    let Finding { severity, evidence, .. } = found(findings, kind)?;
    let (hz, excess_db) = (*evidence.get("frequency_hz")?, *evidence.get("excess_db")?);
    let share = if *severity >= Severity::Major { RING_SHARE.0 } else { RING_SHARE.1 };
    let cut_db = rounded_to((share * excess_db).min(MOST_RING_DB), 0.5);
    let much = if *severity >= Severity::Major { "most" } else { "about half" };
    let reason = format!("{cut_db:.1} dB less in a narrow band at {hz:.0} Hz takes {much} of the ringing out.");
    Some(Correction { kind, bands: vec![band(EqBandKind::Bell, rounded_to(hz, 1.0), -cut_db, RING_Q)], reason })
}

/// A de-esser: lowers the region only while it bursts out.
pub(super) fn sibilance(findings: &[Finding], intent: &Intent) -> Option<Move> {
    let kind = DefectKind::Sibilance.into();
    let evidence = &found(findings, kind)?.evidence;
    let (burst_dbfs, usual_dbfs) = (*evidence.get("burst_dbfs")?, *evidence.get("usual_dbfs")?);
    let peak_hz = rounded_to(*evidence.get("peak_hz")?, 100.0);
    let excess_db = *evidence.get("over_neighbours_db")? + 3.0;
    let range_db = rounded_to(excess_db.clamp(2.0, MOST_ESS_DB) * intent.strength(kind), 0.5);
    if range_db < 1.0 {
        return None;
    }
    let over_usual_db = (usual_dbfs + ESS_HEADROOM_DB).max(burst_dbfs - 14.0);
    let band = DynamicEqBand {
        frequency_hz: peak_hz,
        q: 1.4,
        threshold_db: rounded_to((over_usual_db + NOISE_CREST_DB).clamp(-80.0, -1.0), 0.5),
        ratio: 4.0,
        range_db,
        attack_ms: 1.0,
        release_ms: 60.0,
        ..DynamicEqBand::default()
    };
    let reason = format!(
        "A de-esser lowers the region around {:.1} kHz by up to {range_db:.1} dB, only while an \"s\" sounds.",
        peak_hz / 1000.0
    );
    Some(Move::new(ProcessorSpec::DynamicEq(DynamicEqSpec { bands: vec![band] }), reason, [kind]))
}

fn band(kind: EqBandKind, frequency_hz: f64, gain_db: f64, q: f64) -> EqBand {
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}
