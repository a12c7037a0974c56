//! Chains from crafted analyses.

use balanced_mastering::{EqBand, EqBandKind, EqChannels, LimiterSpec, LimiterStyle, ProcessorSpec};
use balanced_model::{Analysis, DefectKind, Measurements, Severity, Target};

use super::{Recommendation, recommend, reference_match};
use crate::diagnose::cases;
use crate::tone::ToneFault;

fn kinds(recommendation: &Recommendation) -> Vec<&'static str> {
    recommendation.chain.steps.iter().map(|step| step.kind.name()).collect()
}

fn bands(recommendation: &Recommendation) -> Vec<EqBand> {
    let eq = recommendation.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Eq(eq) => Some(eq.bands.clone()),
        _ => None,
    });
    eq.unwrap_or_default()
}

fn limiter(recommendation: &Recommendation) -> LimiterSpec {
    let limiter = recommendation.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Limiter(limiter) => Some(limiter.clone()),
        _ => None,
    });
    limiter.expect("every chain has a limiter")
}

/// Checks what holds for every recommendation: valid, a reason a step, limiter and dither last, JSON there and back.
fn sound(analysis: &Analysis, target: &Target) -> Recommendation {
    let recommendation = recommend(analysis, target);
    recommendation.chain.validate().unwrap();
    let steps: Vec<usize> = recommendation.reasons.iter().map(|reason| reason.step).collect();
    assert_eq!(steps, (0..recommendation.chain.steps.len()).collect::<Vec<_>>());
    assert_eq!(kinds(&recommendation)[recommendation.chain.steps.len() - 2..], ["limiter", "dither"]);
    for band in bands(&recommendation) {
        assert!(band.gain_db.abs() <= 4.0, "{band:?}");
    }
    let json = serde_json::to_string(&recommendation).unwrap();
    assert_eq!(serde_json::from_str::<Recommendation>(&json).unwrap(), recommendation);
    let toml = recommendation.chain.to_toml();
    assert_eq!(balanced_mastering::ChainSpec::from_toml(&toml).unwrap(), recommendation.chain);
    recommendation
}

#[test]
fn a_good_mix_is_only_levelled() {
    let recommendation = sound(&cases::neutral(), &Target::default());
    assert_eq!(kinds(&recommendation), ["limiter", "dither"]);
    let limiter = limiter(&recommendation);
    assert_eq!((limiter.drive_db, limiter.ceiling_dbtp), (4.0, -1.0));
    assert_eq!(limiter.style, LimiterStyle::Transparent);
    let expected = &recommendation.expected;
    assert_eq!((expected.integrated_lufs, expected.true_peak_dbtp), (Some(-14.0), Some(-1.0)));
    assert_eq!((expected.peak_limiting_db, expected.feasible), (Some(1.8), Some(true)));
    assert!(
        recommendation.reasons[0]
            .text
            .contains("-14.0 LUFS is about 4.0 dB up from here; the limiter takes up to 1.8 dB off"),
        "{:?}",
        recommendation.reasons
    );
}

#[test]
fn a_master_that_is_too_loud_is_turned_down_without_limiting() {
    let loud = cases::loud(|loudness| (loudness.integrated_lufs, loudness.true_peak_dbtp) = (Some(-9.0), Some(-0.5)));
    let recommendation = sound(&loud, &Target::default());
    assert_eq!(limiter(&recommendation).drive_db, -5.0);
    assert_eq!(recommendation.expected.peak_limiting_db, Some(0.0));
    assert_eq!(recommendation.expected.true_peak_dbtp, Some(-5.5));
}

#[test]
fn without_measurements_nothing_is_raised() {
    let empty = cases::with(|analysis| analysis.measurements = Measurements::default());
    let recommendation = sound(&empty, &Target::default());
    assert_eq!(kinds(&recommendation), ["limiter", "dither"]);
    assert_eq!(limiter(&recommendation).drive_db, 0.0);
    assert_eq!(recommendation.expected.feasible, None);
}

#[test]
fn rumble_and_sibilance_get_their_band_and_no_other() {
    for (from_hz, to_hz, boost_db, kind, frequency_hz) in
        [(19.0, 28.0, 20.0, EqBandKind::LowCut, 26.0), (6200.0, 6400.0, 11.0, EqBandKind::Bell, 6300.0)]
    {
        let recommendation = sound(&cases::tilted(from_hz, to_hz, boost_db), &Target::default());
        let bands = bands(&recommendation);
        assert_eq!(bands.len(), 1, "{from_hz}: {bands:?}");
        assert_eq!((bands[0].kind, bands[0].frequency_hz), (kind, frequency_hz));
        assert!(kind == EqBandKind::LowCut || bands[0].gain_db < 0.0, "{:?}", bands[0]);
    }
}

#[test]
fn each_fault_of_tone_gets_the_opposite_band_and_no_other() {
    for (fault, kind, frequency_hz, sign) in [
        (ToneFault::Mud, EqBandKind::Bell, 250.0, -1.0),
        (ToneFault::Nose, EqBandKind::Bell, 1000.0, -1.0),
        (ToneFault::Harsh, EqBandKind::Bell, 3500.0, -1.0),
        (ToneFault::Bright, EqBandKind::HighShelf, 7000.0, -1.0),
        (ToneFault::Dull, EqBandKind::HighShelf, 6000.0, 1.0),
        (ToneFault::Boom, EqBandKind::Bell, 60.0, -1.0),
        (ToneFault::Thin, EqBandKind::LowShelf, 150.0, 1.0),
    ] {
        let recommendation = sound(&cases::gross(fault), &Target::default());
        let bands = bands(&recommendation);
        assert_eq!(bands.len(), 1, "{fault:?}: {bands:?}");
        assert_eq!((bands[0].kind, bands[0].frequency_hz, bands[0].gain_db), (kind, frequency_hz, 4.0 * sign));
        assert!(recommendation.reasons[0].text.contains(" (± "), "{}", recommendation.reasons[0].text);
        assert_eq!(kinds(&sound(&cases::faulty(fault, 3.0), &Target::default())), ["limiter", "dither"], "{fault:?}");
    }
}

#[test]
fn treble_that_is_not_there_is_not_boosted() {
    let recommendation = sound(&cases::tilted(4900.0, 20_000.0, -80.0), &Target::default());
    assert_eq!(bands(&recommendation), []);
}

#[test]
fn wide_bass_is_brought_to_the_centre_in_stereo_only() {
    let mut wide = cases::staged(|stereo| stereo.width_per_band[1] = Some(0.5));
    let recommendation = sound(&wide, &Target::default());
    let bands = bands(&recommendation);
    assert_eq!((bands[0].kind, bands[0].channels), (EqBandKind::LowCut, EqChannels::Side));
    wide.source.channels = 6;
    assert_eq!(kinds(&sound(&wide, &Target::default())), ["limiter", "dither"]);
}

#[test]
fn an_offset_is_filtered_first() {
    let offset = cases::with(|analysis| {
        analysis.measurements.defects = Some(vec![cases::defect(DefectKind::DcOffset, Severity::Minor, 0.0)]);
    });
    assert_eq!(kinds(&sound(&offset, &Target::default())), ["dc_filter", "limiter", "dither"]);
}

#[test]
fn compressors_come_when_level_asks_for_them() {
    let wide = cases::loud(|loudness| loudness.range_lu = Some(24.0));
    assert_eq!(kinds(&sound(&wide, &Target::default())), ["compressor", "limiter", "dither"]);
    // At an acoustic target the dynamics stay.
    assert_eq!(kinds(&sound(&wide, &Target::named("acoustic-dynamic").unwrap())), ["limiter", "dither"]);
    let loud = Target::named("loud").unwrap();
    let spiky = cases::loud(|loudness| loudness.true_peak_dbtp = Some(-1.5));
    let recommendation = sound(&spiky, &loud);
    assert_eq!(kinds(&recommendation), ["compressor", "clipper", "limiter", "dither"]);
    assert_eq!(limiter(&recommendation).style, LimiterStyle::Loud);
    // 8.5 dB over: 6 dB of it, the most there is, are rounded off before the drive.
    let clipper = recommendation.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Clipper(clipper) => Some(clipper.clone()),
        _ => None,
    });
    let left_db = clipper.unwrap().ceiling_dbfs + recommendation.expected.gain_db.unwrap() - loud.ceiling_dbtp;
    assert!((left_db - 2.5).abs() < 0.06, "{left_db} dB are left for the limiter");
    // Not on top of somebody else's limiter.
    let squeezed = cases::loud(|loudness| (loudness.plr_db, loudness.true_peak_dbtp) = (Some(4.0), Some(-1.0)));
    let squeezed = Analysis { measurements: Measurements { dynamics: None, ..squeezed.measurements }, ..squeezed };
    assert!(!kinds(&sound(&squeezed, &loud)).contains(&"compressor"));
}

#[test]
fn a_target_out_of_reach_is_announced_with_the_reason() {
    let spiky = cases::loud(|loudness| loudness.true_peak_dbtp = Some(0.0));
    let recommendation = sound(&spiky, &Target { integrated_lufs: -5.0, ..Target::named("loud").unwrap() });
    assert_eq!(recommendation.expected.feasible, Some(false));
    assert!(recommendation.expected.note.unwrap().contains("-5.0 LUFS"));
}

#[test]
fn the_same_input_gives_the_same_answer() {
    let analysis = cases::gross(ToneFault::Mud);
    assert_eq!(recommend(&analysis, &Target::default()), recommend(&analysis, &Target::default()));
}

#[test]
fn a_reference_replaces_taste() {
    let muddy = cases::tilted(199.0, 510.0, 9.0);
    let own = reference_match(&muddy, &muddy, &Target::default());
    assert_eq!(kinds(&own), ["limiter", "dither"]);
    let matched = reference_match(&muddy, &cases::neutral(), &Target::default());
    matched.chain.validate().unwrap();
    let bands = bands(&matched);
    assert!(bands.iter().any(|band| (band.frequency_hz - 450.0).abs() < 300.0 && band.gain_db < -1.0), "{bands:?}");
    assert!(matched.reasons[0].text.contains("mix.wav"), "{}", matched.reasons[0].text);
}
