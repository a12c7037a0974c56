//! Chains towards crafted references.

use balanced_mastering::processors::eq;
use balanced_mastering::{EqBand, EqChannels, EqSpec, ProcessorSpec, StereoSpec};
use balanced_model::{Analysis, Dynamics, Observation, Target};

use super::thirds::{BANDS, center_hz};
use super::{Feedback, Reference, prove_match, reference_fault};
use crate::diagnose::cases;
use crate::tonal_balance::reference_db;
use crate::{Intent, Recommendation, recommend, reference_match, reference_match_with, regrets};

/// A stereo track whose middle and sides have these changes against the neutral one.
fn track(mid_db: impl Fn(f64) -> f64, side_db: impl Fn(f64) -> f64) -> Analysis {
    cases::with(|analysis| {
        let stereo = analysis.measurements.stereo.as_mut().unwrap();
        stereo.ltas_mid = cases::ltas(|hz| reference_db(hz) - 28.0 + mid_db(hz));
        stereo.ltas_side = cases::ltas(|hz| reference_db(hz) - 37.0 + side_db(hz));
        analysis.measurements.dynamics = Some(Dynamics { band_crest_db: vec![Some(14.0); 4], ..Dynamics::default() });
    })
}

fn neutral() -> Analysis {
    track(|_| 0.0, |_| 0.0)
}

fn bump(hz: f64) -> f64 {
    4.0 * (-(hz / 2000.0).log2().powi(2)).exp() - 3.0 * (-(hz / 150.0).log2().powi(2)).exp()
}

fn equaliser(recommendation: &Recommendation) -> Vec<EqBand> {
    let eq = recommendation.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Eq(EqSpec { bands, .. }) => Some(bands.clone()),
        _ => None,
    });
    eq.unwrap_or_default()
}

fn side_gain_db(recommendation: &Recommendation) -> f64 {
    let stereo = recommendation.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Stereo(StereoSpec { side_gain_db, .. }) => Some(*side_gain_db),
        _ => None,
    });
    stereo.unwrap_or(0.0)
}

/// Response of the bands on these channels.
fn response(bands: &[EqBand], channels: EqChannels, hz: f64) -> f64 {
    let bands: Vec<EqBand> = bands.iter().filter(|band| band.channels == channels).cloned().collect();
    eq::level_db(&bands, hz)
}

/// Largest difference from `wanted` up to a common level.
fn worst_db(bands: &[EqBand], channels: EqChannels, wanted: impl Fn(f64) -> f64) -> f64 {
    let off: Vec<f64> = (1..BANDS).map(center_hz).map(|hz| response(bands, channels, hz) - wanted(hz)).collect();
    let middle_db = super::thirds::median(off.iter().copied()).unwrap();
    off.iter().map(|db| (db - middle_db).abs()).fold(0.0, f64::max)
}

#[test]
fn middle_and_sides_follow_the_reference_each_and_the_width_too() {
    let reference = Reference::of(&[track(|hz| bump(hz) + 7.0, |hz| 7.0 + 3.0 - 0.5 * bump(hz))]).unwrap();
    let advice = reference_match(&neutral(), &reference, &Target::default());
    advice.chain.validate().unwrap();
    let bands = equaliser(&advice);
    assert!(worst_db(&bands, EqChannels::Mid, bump) < 0.4, "{bands:?}");
    assert!(worst_db(&bands, EqChannels::Side, |hz| -0.5 * bump(hz)) < 0.4, "{bands:?}");
    let at_1k =
        side_gain_db(&advice) + response(&bands, EqChannels::Side, 600.0) - response(&bands, EqChannels::Mid, 600.0);
    assert!((at_1k - (3.0 - 1.5 * bump(600.0))).abs() < 0.5, "the sides are {at_1k} dB up");
    for channels in [EqChannels::Mid, EqChannels::Side] {
        assert!(bands.iter().filter(|band| band.channels == channels).count() <= 12);
    }
    assert!(bands.iter().all(|band| band.gain_db.abs() <= 6.0));
}

#[test]
fn the_amount_scales_tone_and_width_and_none_moves_neither() {
    let reference = Reference::of(&[track(bump, |hz| 4.0 + bump(hz))]).unwrap();
    let half = reference_match(&neutral(), &reference.clone().with_amount(0.5), &Target::default());
    assert!(worst_db(&equaliser(&half), EqChannels::Mid, |hz| 0.5 * bump(hz)) < 0.4);
    assert!((side_gain_db(&half) - 2.0).abs() < 0.4, "{}", side_gain_db(&half));
    let none = reference_match(&neutral(), &reference.with_amount(0.0), &Target::default());
    assert_eq!((equaliser(&none), side_gain_db(&none)), (Vec::new(), 0.0));
}

#[test]
fn a_track_that_is_the_reference_is_left_as_it_is() {
    let advice = reference_match(&neutral(), &Reference::of(&[neutral()]).unwrap(), &Target::default());
    let kinds: Vec<&str> = advice.chain.steps.iter().map(|step| step.kind.name()).collect();
    assert_eq!(kinds, ["limiter", "dither"]);
}

#[test]
fn several_references_stand_for_their_mean_at_whatever_level() {
    let references = [track(|hz| 9.0 + 2.0 * bump(hz), |hz| 9.0 + 2.0 * bump(hz)), track(|_| -20.0, |_| -20.0)];
    let advice = reference_match(&neutral(), &Reference::of(&references).unwrap(), &Target::default());
    assert!(worst_db(&equaliser(&advice), EqChannels::Mid, bump) < 0.4);
    assert!(advice.reasons[0].text.contains("the 2 references"), "{}", advice.reasons[0].text);
}

#[test]
fn what_is_absent_is_not_raised_and_what_is_out_of_reach_is_said() {
    let cut_off = track(|hz| if hz > 9000.0 { -90.0 } else { 0.0 }, |_| 0.0);
    let reference = Reference::of(&[neutral()]).unwrap();
    let bands = equaliser(&reference_match(&cut_off, &reference, &Target::default()));
    assert!(response(&bands, EqChannels::Mid, 14_000.0) < 1.0, "{bands:?}");
    let far = Reference::of(&[track(|hz| if hz > 5000.0 { 30.0 } else { 0.0 }, |_| 0.0)]).unwrap().with_limit_db(2.0);
    let advice = reference_match(&neutral(), &far, &Target::default());
    let kind = Observation::ReferenceTone.into();
    let tone = advice.findings.iter().find(|finding| finding.kind == kind).unwrap();
    assert!(tone.message.contains("Not all is reached with bands of at most ±2 dB"), "{}", tone.message);
}

#[test]
fn the_loudness_becomes_the_target_and_stays_in_its_range() {
    let at = |lufs: f64| {
        let track = cases::loud(|loudness| loudness.integrated_lufs = Some(lufs));
        Reference::of(&[track]).unwrap().target(Target::default())
    };
    assert_eq!((at(-9.25).integrated_lufs, at(-9.25).ceiling_dbtp), (-9.25, -1.0));
    assert_eq!((at(-1.0).integrated_lufs, at(-60.0).integrated_lufs), (-3.0, -40.0));
}

#[test]
fn a_silent_or_short_track_is_no_reference() {
    let silent = cases::loud(|loudness| loudness.integrated_lufs = None);
    assert!(reference_fault(&silent).unwrap().contains("silent"));
    let short = cases::with(|analysis| analysis.source.duration_s = 1.0);
    assert!(reference_fault(&short).unwrap().contains("1.0 s long"));
    assert_eq!(reference_fault(&neutral()), None);
    assert_eq!(Reference::of(&[silent, short]), None);
}

#[test]
fn taller_peaks_of_one_region_are_lowered_there_alone() {
    let mut spiky = neutral();
    spiky.measurements.dynamics.as_mut().unwrap().band_crest_db[1] = Some(18.0);
    let chain = reference_match(&spiky, &Reference::of(&[neutral()]).unwrap(), &Target::default()).chain;
    let bands = chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Multiband(spec) => Some(spec.bands.clone()),
        _ => None,
    });
    let bands = bands.expect("a multiband compressor");
    assert_eq!(bands.iter().map(|band| band.enabled).collect::<Vec<_>>(), [false, true, false, false]);
    assert_eq!((bands[1].range_db, bands[1].ratio), (2.0, 2.0));
}

/// What a limiter did to the treble is made up for.
#[test]
fn feedback_of_a_render_changes_the_next_one() {
    let reference = Reference::of(&[track(bump, bump)]).unwrap();
    let (mix, intent) = (neutral(), Intent::default());
    let dulled = |hz: f64| 5.0 + bump(hz) - if hz > 4000.0 { 2.0 } else { 0.0 };
    let master = track(dulled, dulled);
    let feedback = Feedback::default().next(&mix, &master, &reference, &intent);
    assert!(feedback.differs_from(&Feedback::default()));
    let again = reference_match_with(&mix, &reference, &Target::default(), &intent, &feedback);
    let bands = equaliser(&again);
    let treble_db = response(&bands, EqChannels::Mid, 8000.0) - response(&bands, EqChannels::Mid, 500.0);
    let wanted_db = 2.0 + bump(8000.0) - bump(500.0);
    assert!((treble_db - wanted_db).abs() < 0.6, "{treble_db}, wanted {wanted_db}");
    let settled = Feedback::default().next(&mix, &track(|hz| 5.0 + bump(hz), |hz| 5.0 + bump(hz)), &reference, &intent);
    assert!(!settled.differs_from(&Feedback::default()), "{settled:?}");
}

#[test]
fn a_reference_replaces_taste_and_its_moves_are_not_taken_back() {
    let bright = |hz: f64| if hz > 4000.0 { 12.0 } else { 0.0 };
    let reference = Reference::of(&[track(bright, bright)]).unwrap();
    let mix = neutral();
    let advice = reference_match(&mix, &reference, &Target::default());
    let mut master = track(bright, bright);
    master.measurements.spectrum = Some(cases::spectrum(|hz| reference_db(hz) - 28.0 + bright(hz)));
    assert_eq!(regrets(&advice.findings, &mix, &master, &Target::default()), []);
    let mut findings = advice.findings;
    prove_match(&mut findings, &mix, &master, &reference);
    let kind = Observation::ReferenceTone.into();
    let outcome = findings.iter().find(|finding| finding.kind == kind).unwrap().outcome.clone().unwrap();
    assert_eq!((outcome.status.name(), outcome.measure.as_deref()), ("cured", Some("distance_db")));
    assert!(outcome.before.unwrap() > 4.0 && outcome.after.unwrap() < 0.01, "{outcome:?}");
}

/// Tracks a decibel or two apart: what is within that is left, what is far outside is brought to the edge, no further.
#[test]
fn a_catalogue_corrects_only_what_is_outside_its_spread() {
    let like = |treble_db: f64| {
        cases::with(|analysis| {
            let treble = |hz: f64| if hz > 3000.0 { treble_db } else { 0.0 };
            analysis.measurements.spectrum = Some(cases::spectrum(|hz| reference_db(hz) - 28.0 + treble(hz)));
        })
    };
    let tracks: Vec<Analysis> = (0..40).map(|index| like(f64::from(index % 5) - 2.0)).collect();
    let catalogue = Reference::catalogue(&tracks).unwrap();
    let near = reference_match(&like(1.0), &catalogue, &Target::default());
    assert_eq!(equaliser(&near), []);
    let far = reference_match(&like(-12.0), &catalogue, &Target::default());
    let bands = equaliser(&far);
    let raised_db = eq::level_db(&bands, 8000.0) - eq::level_db(&bands, 500.0);
    assert!((4.0..11.0).contains(&raised_db), "{raised_db}: {bands:?}");
    assert!(bands.iter().all(|band| band.gain_db.abs() <= 4.0 && band.channels == EqChannels::Stereo));
    let told = far.findings.iter().find(|finding| finding.kind == Observation::ReferenceTone.into()).unwrap();
    assert!(told.message.contains("the catalogue of 40 tracks"), "{}", told.message);
    assert_eq!(Reference::catalogue(&tracks[..2]), None);
    // The usual target of tone does not speak beside it.
    let usual = recommend(&like(-12.0), &Target::default());
    assert!(usual.findings.iter().all(|finding| finding.kind != Observation::ReferenceTone.into()));
}
