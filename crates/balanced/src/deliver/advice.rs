//! Advice on a delivered file: what the place plays it at, what its profile says, and what the conversion did to the peaks.

use std::path::Path;

use balanced_assistant::{CheckResult, DeliveryRule, Level, Profile};
use balanced_model::{Analysis, Family, PlatformGain, Target, platform_rules};

use super::DeliverOptions;
use super::cover::Cover;
use crate::{AnalyzeOptions, Error};

/// Rise of the true peak that is told.
const TOLD_RISE_DB: f64 = 0.005;
/// Difference from the advised loudness that is told.
const TOLD_LU: f64 = 0.5;
/// Frames of audio in a sector of a compact disc (IEC 60908): a 75th of a second.
const CD_SECTOR_FRAMES: u64 = 588;

/// Checks a written file against the profile of its delivery; returns its measurements too.
pub(super) fn measure(
    written: &Path,
    rule: &DeliveryRule,
    after: &Analysis,
    options: &DeliverOptions<'_>,
) -> Result<(Option<CheckResult>, Analysis), Error> {
    let Some(profile) = rule.profile.as_deref().and_then(Profile::named) else { return Ok((None, after.clone())) };
    let mut config = crate::check_config(&profile);
    if !config.families.contains(&Family::Loudness) {
        config.families.push(Family::Loudness);
    }
    let analysis = crate::analyze(written, &AnalyzeOptions { config, ..options.analyze() })?;
    let check = CheckResult { input: None, ..balanced_assistant::check(&analysis, &profile) };
    Ok((Some(check), analysis))
}

/// Returns the gain that the platform plays a file with.
pub(super) fn playback(rule: &DeliveryRule, after: &Analysis) -> Option<PlatformGain> {
    let name = rule.platform.as_deref()?;
    let loudness = after.measurements.loudness.as_ref()?;
    let platform = platform_rules().into_iter().find(|known| known.name == name)?;
    Some(platform.apply(loudness.integrated_lufs, loudness.true_peak_dbtp))
}

/// Returns what a person should know about a file before it is sent.
pub(super) fn sentences(
    rule: &DeliveryRule,
    source: &Analysis,
    after: &Analysis,
    check: Option<&CheckResult>,
    cover: Option<&Cover>,
    is_exact: bool,
) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(target) = rule.target.as_deref().and_then(Target::named) {
        level(&target, source, after, is_exact, &mut told);
    }
    if !rule.published {
        told.push(format!("the format is not published by the place itself: {}", rule.source));
    }
    if rule.name == "cd" && !after.source.frames.is_multiple_of(CD_SECTOR_FRAMES) {
        let frames = CD_SECTOR_FRAMES - after.source.frames % CD_SECTOR_FRAMES;
        told.push(format!("its length is no whole number of CD sectors: {frames} frames of silence fill the last one"));
    }
    told.extend(check.into_iter().flat_map(|check| &check.results).filter(|result| !result.passed).map(|result| {
        let word = if result.level == Level::Fail { "fails" } else { "warns" };
        format!("{} {word}, {}: {}", check.map_or("", |check| &check.profile), result.id, result.message)
    }));
    art(rule, cover, &mut told);
    told
}

/// Tells how the loudness and the peaks lie to what is advised.
fn level(target: &Target, source: &Analysis, after: &Analysis, is_exact: bool, told: &mut Vec<String>) {
    let peak = |analysis: &Analysis| analysis.measurements.loudness.as_ref()?.true_peak_dbtp;
    let lufs = after.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
    if let Some(off_lu) = lufs.map(|lufs| lufs - target.integrated_lufs).filter(|off| off.abs() > TOLD_LU) {
        let side = if off_lu > 0.0 { "louder" } else { "softer" };
        told.push(format!(
            "{:.1} LU {side} than the {:.1} LUFS of the target {}; a delivery changes no level, master again for that",
            off_lu.abs(),
            target.integrated_lufs,
            target.name
        ));
    }
    let Some(now) = peak(after) else { return };
    let before = peak(source).unwrap_or(f64::NEG_INFINITY);
    let ceiling = target.ceiling_dbtp;
    if now > ceiling && !is_exact && before <= ceiling {
        told.push(format!(
            "the conversion raised the true peak from {before:.2} to {now:.2} dBTP, over the {ceiling:.1} dBTP of the target {}; master again at this \
             rate, or under a lower ceiling",
            target.name
        ));
    } else if now > ceiling {
        told.push(format!(
            "the true peak of {now:.2} dBTP is over the {ceiling:.1} dBTP of the target {}",
            target.name
        ));
    } else if !is_exact && now - before > TOLD_RISE_DB && before.is_finite() {
        told.push(format!("the conversion raised the true peak from {before:.2} to {now:.2} dBTP"));
    }
}

fn art(rule: &DeliveryRule, cover: Option<&Cover>, told: &mut Vec<String>) {
    let Some(wanted) = &rule.cover else { return };
    let least = wanted.min_pixels;
    let Some(cover) = cover else {
        told.push(format!("no cover was given; {} asks for one of at least {least} x {least} pixels", rule.name));
        return;
    };
    if !wanted.media_types.contains(&cover.media_type) {
        told.push(format!(
            "the cover is {}; {} takes {}",
            cover.media_type,
            rule.name,
            wanted.media_types.join(" or ")
        ));
    }
    match cover.size {
        Some((width, height)) if width.min(height) < least => {
            told.push(format!(
                "the cover has {width} x {height} pixels; {} asks for at least {least} x {least}",
                rule.name
            ));
        }
        Some((width, height)) if wanted.is_square && width != height => {
            told.push(format!("the cover has {width} x {height} pixels; {} asks for a square one", rule.name));
        }
        _ => {}
    }
}
