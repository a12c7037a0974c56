//! Each finding fires on its case and keeps quiet on a neutral mix.

use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Measurements, Observation, Severity, Target};

use super::{cases, diagnose};
use crate::tone::ToneFault;

fn kinds(findings: &[Finding]) -> Vec<FindingKind> {
    findings.iter().map(|finding| finding.kind).collect()
}

/// `analysis` gives `expected` beside what the neutral mix gives, and nothing else.
#[track_caller]
fn fires(analysis: &Analysis, target: &Target, expected: &[Observation]) -> Vec<Finding> {
    let findings = diagnose(analysis, target);
    let mut found: Vec<_> = kinds(&findings);
    found.retain(|kind| *kind != Observation::BelowTarget.into());
    let mut wanted: Vec<FindingKind> = expected.iter().map(|observation| (*observation).into()).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted, "{findings:#?}");
    for finding in &findings {
        assert!(finding.message.ends_with('.') && finding.advice.ends_with('.'), "{finding:?}");
        assert!(!finding.evidence.is_empty() && (0.0..=1.0).contains(&finding.confidence), "{finding:?}");
        assert!(finding.evidence.values().all(|value| value.is_finite()), "{finding:?}");
    }
    findings
}

#[test]
fn a_neutral_mix_is_only_softer_than_the_target() {
    let findings = fires(&cases::neutral(), &Target::default(), &[]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Info);
    assert_eq!(findings[0].message, "The track measures -18.0 LUFS, 4.0 LU softer than streaming (-14.0 LUFS).");
    assert_eq!(findings[0].evidence["gain_db"], 4.0);
}

#[test]
fn what_was_not_measured_gives_no_finding() {
    let empty = cases::with(|analysis| analysis.measurements = Measurements::default());
    assert_eq!(diagnose(&empty, &Target::default()), []);
}

#[test]
fn a_mix_on_the_target_gives_no_remark_about_level() {
    let analysis = cases::loud(|loudness| loudness.integrated_lufs = Some(-14.2));
    assert_eq!(diagnose(&analysis, &Target::default()), []);
}

#[test]
fn silence_has_no_loudness() {
    let silent = cases::with(|analysis| {
        analysis.measurements = Measurements { loudness: Some(Default::default()), ..Measurements::default() };
    });
    fires(&silent, &Target::default(), &[Observation::NoLoudness]);
}

#[test]
fn level_findings() {
    let target = Target::default();
    let louder = cases::loud(|loudness| loudness.integrated_lufs = Some(-10.0));
    let findings = fires(&louder, &target, &[Observation::AboveTarget]);
    assert!(findings[0].message.contains("4.0 LU louder"), "{}", findings[0].message);
    let hot = cases::loud(|loudness| {
        loudness.true_peak_dbtp = Some(0.7);
        loudness.integrated_lufs = Some(-14.0);
    });
    let findings = fires(&hot, &target, &[Observation::PeaksOverCeiling]);
    assert_eq!(findings[0].severity, Severity::Minor);
    assert!(findings[0].message.contains("+0.7 dBTP at 1:04.3, 1.7 dB over"), "{}", findings[0].message);
    fires(&cases::neutral(), &Target::named("club").unwrap(), &[Observation::HeavyLimiting]);
}

#[test]
fn dynamics_findings() {
    let target = Target::default();
    let squeezed = cases::with(|analysis| {
        let loudness = analysis.measurements.loudness.as_mut().unwrap();
        (loudness.plr_db, loudness.true_peak_dbtp, loudness.integrated_lufs) = (Some(5.0), Some(-9.2), Some(-14.2));
        analysis.measurements.dynamics.as_mut().unwrap().dr = Some(4.0);
    });
    fires(&squeezed, &target, &[Observation::OverLimited]);
    let wide = cases::loud(|loudness| loudness.range_lu = Some(23.0));
    fires(&wide, &target, &[Observation::WideDynamics]);
    fires(&wide, &Target::named("acoustic-dynamic").unwrap(), &[]);
}

#[test]
fn a_pad_with_low_peaks_but_real_dynamics_is_not_called_limited() {
    let pad = cases::loud(|loudness| (loudness.plr_db, loudness.true_peak_dbtp) = (Some(6.0), Some(-12.0)));
    fires(&pad, &Target::default(), &[]);
}

#[test]
fn rumble_is_named() {
    // A third of it is taste, not a fault.
    for (boost_db, expected) in [(20.0, &[Observation::SubRumble][..]), (20.0 / 3.0, &[])] {
        fires(&cases::tilted(19.0, 28.0, boost_db), &Target::default(), expected);
    }
}

#[test]
fn faults_of_tone_come_with_their_error() {
    for (fault, expected) in [
        (ToneFault::Mud, Observation::Mud),
        (ToneFault::Nose, Observation::Honk),
        (ToneFault::Harsh, Observation::Harshness),
        (ToneFault::Bright, Observation::Brightness),
        (ToneFault::Dull, Observation::Dullness),
        (ToneFault::Boom, Observation::HeavyBass),
        (ToneFault::Thin, Observation::Thin),
    ] {
        let findings = fires(&cases::gross(fault), &Target::default(), &[expected]);
        let finding = findings.iter().find(|finding| finding.kind == expected.into()).unwrap();
        let (amount_db, error_db) = (finding.evidence["deviation_db"].abs(), finding.evidence["standard_error_db"]);
        assert!(error_db > 1.0 && amount_db > 2.33 * error_db, "{finding:?}");
        let said = format!("about {amount_db:.0} dB (± {error_db:.0})");
        assert!(finding.message.contains(&said), "{}", finding.message);
        fires(&cases::faulty(fault, 4.0), &Target::default(), &[]);
    }
}

/// Solo piano: neither bass nor treble, and nothing wrong with that (Elowsson and Friberg 2017).
#[test]
fn music_without_percussion_may_lack_both_ends() {
    let mut piano = cases::tilted(4900.0, 20_000.0, -12.0);
    let ltas = &mut piano.measurements.spectrum.as_mut().unwrap().ltas;
    for (hz, level) in ltas.center_hz.iter().zip(&mut ltas.level_db) {
        if *hz < 130.0 {
            *level = level.map(|db| db - 16.0);
        }
    }
    fires(&piano, &Target::default(), &[]);
}

#[test]
fn a_short_clip_has_no_long_term_spectrum() {
    let mut clip = cases::gross(ToneFault::Mud);
    clip.source.duration_s = 4.0;
    fires(&clip, &Target::default(), &[]);
}

#[test]
fn stereo_findings() {
    let target = Target::default();
    for (expected, analysis) in [
        (Observation::OutOfPhase, cases::staged(|s| s.correlation_mean = Some(-0.3))),
        (Observation::OutOfPhaseMoment, cases::staged(|s| s.correlation_min = Some(-0.8))),
        (Observation::MonoLoss, cases::staged(|s| s.mono_loss_db = Some(5.0))),
        (Observation::TooWide, cases::staged(|s| s.side_to_mid_db = Some(2.0))),
        (
            Observation::TooWide,
            cases::staged(|s| s.correlation_per_band = cases::by_region([0.9, 0.7, 0.6, 0.3, -0.4, 0.5, 0.4])),
        ),
        (Observation::Narrow, cases::staged(|s| s.side_to_mid_db = Some(-25.0))),
        (Observation::WideBass, cases::staged(|s| s.bass_correlation = Some(0.1))),
        (
            Observation::AntiphaseBass,
            cases::staged(|s| (s.bass_correlation, s.bass_inverted_below_hz) = (Some(-0.9), Some(126.0))),
        ),
        (Observation::Imbalance, cases::staged(|s| (s.balance_db, s.centre_db) = (Some(-2.4), Some(-2.1)))),
        (Observation::Imbalance, cases::staged(|s| s.balance_db = Some(-3.4))),
    ] {
        fires(&analysis, &target, &[expected]);
    }
    for panned in [
        cases::staged(|s| (s.balance_db, s.centre_db) = (Some(-4.0), Some(0.1))),
        cases::staged(|s| s.balance_db = Some(-2.4)),
    ] {
        fires(&panned, &target, &[]);
    }
    let left = diagnose(&cases::staged(|s| (s.balance_db, s.centre_db) = (Some(-2.4), Some(-2.1))), &target);
    assert!(left[0].message.starts_with("The left side is 2.1 dB louder"), "{}", left[0].message);
}

#[test]
fn bass_as_wide_as_the_rest_is_said_and_left_alone() {
    for (region, severity) in [(0.6, Severity::Minor), (0.2, Severity::Info)] {
        let wide = cases::staged(|s| {
            s.bass_correlation = Some(0.1);
            s.correlation_per_band = cases::by_region([0.1, 0.1, region, region, region, region, region]);
        });
        let findings = diagnose(&wide, &Target::default());
        let bass = findings.iter().find(|finding| finding.kind == Observation::WideBass.into()).unwrap();
        assert_eq!(bass.severity, severity, "{region}");
    }
}

#[test]
fn tone_is_not_judged_beside_a_fault_that_misleads_the_judgement() {
    let is_tonal =
        |analysis: &Analysis| kinds(&diagnose(analysis, &Target::default())).contains(&Observation::Mud.into());
    let muddy = cases::gross(ToneFault::Mud);
    assert!(is_tonal(&muddy));
    for (kind, severity, is_said) in [
        (DefectKind::Clipping, Severity::Major, false),
        (DefectKind::Hum, Severity::Minor, false),
        (DefectKind::Hum, Severity::Info, true),
        (DefectKind::Clicks, Severity::Major, true),
    ] {
        let mut faulty = muddy.clone();
        faulty.measurements.defects = Some(vec![cases::defect(kind, severity, 0.0)]);
        assert_eq!(is_tonal(&faulty), is_said, "{kind:?}");
    }
}

#[test]
fn noise_that_never_stops_is_one_fault() {
    let noisy = cases::with(|analysis| {
        analysis.measurements.defects = Some(
            [DefectKind::NoiseFloor, DefectKind::NoisyIntro, DefectKind::NoisyEnd]
                .map(|kind| cases::defect(kind, Severity::Minor, 0.0))
                .to_vec(),
        );
    });
    let found = kinds(&diagnose(&noisy, &Target::default()));
    assert_eq!(found, [DefectKind::NoiseFloor.into(), FindingKind::from(Observation::BelowTarget)]);
}

#[test]
fn wide_bass_that_nobody_hears_is_no_finding() {
    let analysis = cases::with(|analysis| {
        analysis.measurements.stereo.as_mut().unwrap().bass_correlation = Some(-0.5);
        let bands = &mut analysis.measurements.spectrum.as_mut().unwrap().bands;
        (bands.sub, bands.low) = (Some(-30.0), Some(-25.0));
    });
    fires(&analysis, &Target::default(), &[]);
}

#[test]
fn faults_are_carried_over_one_finding_a_kind_and_not_said_twice() {
    let analysis = cases::with(|analysis| {
        analysis.measurements.stereo.as_mut().unwrap().balance_db = Some(4.0);
        analysis.measurements.defects = Some(vec![
            cases::defect(DefectKind::Clipping, Severity::Minor, 3.0),
            cases::defect(DefectKind::Clipping, Severity::Major, 60.0),
            cases::defect(DefectKind::Clipping, Severity::Minor, 124.0),
            cases::defect(DefectKind::ChannelImbalance, Severity::Major, 0.0),
        ]);
    });
    let findings = diagnose(&analysis, &Target::default());
    let expected = [
        FindingKind::Defect(DefectKind::ChannelImbalance),
        FindingKind::Defect(DefectKind::Clipping),
        Observation::BelowTarget.into(),
    ];
    assert_eq!(kinds(&findings), expected);
    assert_eq!(findings[1].message, "Clipping here. 2 more places like this, the last at 2:04.0.");
    assert_eq!(findings[1].range_s, Some([60.0, 60.5]));
    assert_eq!((findings[1].evidence["count"], findings[1].evidence["level_dbfs"]), (3.0, -0.1));
}

#[test]
fn one_sided_material_has_no_wide_bass() {
    let leaning = cases::staged(|s| (s.bass_correlation, s.balance_db) = (Some(0.1), Some(-14.0)));
    assert!(!kinds(&diagnose(&leaning, &Target::default())).contains(&Observation::WideBass.into()));
}

#[test]
fn a_dead_channel_is_named_and_nothing_else_is_said_of_the_image() {
    let dead = cases::with(|analysis| {
        let stereo = analysis.measurements.stereo.as_mut().unwrap();
        (stereo.balance_db, stereo.correlation_mean, stereo.side_to_mid_db) = (Some(-100.0), None, Some(0.0));
        stereo.bass_correlation = None;
        analysis.measurements.defects = Some(vec![cases::defect(DefectKind::DeadChannel, Severity::Critical, 0.0)]);
    });
    let findings = diagnose(&dead, &Target::default());
    assert_eq!(kinds(&findings), [DefectKind::DeadChannel.into(), Observation::BelowTarget.into()]);
}

#[test]
fn a_level_that_keeps_jumping_is_wide_dynamics_and_a_steady_climb_is_not() {
    let at = |soft_lufs: f64| {
        cases::loud(|loudness| {
            loudness.range_lu = Some(12.5);
            let level = |second: usize| Some(if (second / 8).is_multiple_of(2) { soft_lufs } else { -17.0 });
            loudness.curve.short_term_lufs = (0..180).map(level).collect();
        })
    };
    fires(&at(-29.0), &Target::default(), &[Observation::WideDynamics]);
    fires(&at(-22.0), &Target::default(), &[]);
}

#[test]
fn one_channel_is_told_what_two_loudspeakers_make_of_it() {
    let mono = cases::with(|analysis| analysis.source.channels = 1);
    let findings = diagnose(&mono, &Target::default());
    let told = findings.iter().find(|finding| finding.kind == Observation::OneChannel.into()).unwrap();
    assert_eq!((told.severity, told.evidence["two_loudspeakers_lufs"]), (Severity::Info, -14.99));
    let dual = cases::with(|analysis| {
        (analysis.source.channels, analysis.source.channel_layout) = (1, "dual_mono".to_owned());
    });
    let is_told = |finding: &Finding| finding.kind == Observation::OneChannel.into();
    assert!(!diagnose(&dual, &Target::default()).iter().any(is_told));
}

#[test]
fn absurd_levels_are_named_by_what_they_are() {
    let integers =
        cases::loud(|l| (l.integrated_lufs, l.true_peak_dbtp, l.plr_db) = (Some(72.0), Some(90.0), Some(18.0)));
    let findings = diagnose(&integers, &Target::default());
    assert_eq!((findings[0].kind, findings[0].severity), (Observation::AbsurdLevel.into(), Severity::Critical));
    assert!(findings[0].message.contains("whole numbers"), "{}", findings[0].message);
    let lone = cases::loud(|l| {
        (l.true_peak_dbtp, l.curve.hop_s) = (Some(60.0), 0.1);
        (l.curve.momentary_lufs, l.curve.true_peak_dbtp) = (vec![Some(-18.0); 200], vec![Some(-4.0); 200]);
        l.curve.true_peak_dbtp[80] = Some(60.0);
    });
    assert!(diagnose(&lone, &Target::default())[0].message.starts_with("A few samples"));
}

#[test]
fn music_without_drums_is_given_no_advice_about_them() {
    let club = Target::named("club").unwrap();
    let with_flux = |flux: f64| {
        let calm = cases::with(|analysis| analysis.measurements.spectrum.as_mut().unwrap().flux = Some(flux));
        diagnose(&calm, &club).into_iter().find(|f| f.kind == Observation::HeavyLimiting.into()).unwrap().advice
    };
    assert!(with_flux(0.9).contains("drums"), "{}", with_flux(0.9));
    assert!(!with_flux(0.1).contains("drums"), "{}", with_flux(0.1));
}

#[test]
fn squeezing_comes_before_the_tops_that_it_cut_and_tone_is_not_judged_over_rumble() {
    let squeezed = cases::with(|analysis| {
        analysis.measurements.defects = Some(vec![
            cases::defect(DefectKind::Clipping, Severity::Critical, 1.0),
            cases::defect(DefectKind::OverLimiting, Severity::Major, 0.0),
        ]);
    });
    let findings = diagnose(&squeezed, &Target::default());
    assert_eq!(kinds(&findings)[..2], [DefectKind::OverLimiting.into(), DefectKind::Clipping.into()]);
    let rumbling = |mut analysis: Analysis| {
        let ltas = &mut analysis.measurements.spectrum.as_mut().unwrap().ltas;
        let loudest = ltas.level_db.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        ltas.level_db[1] = Some(loudest);
        kinds(&diagnose(&analysis, &Target::default()))
    };
    let muddy = cases::gross(ToneFault::Mud);
    assert!(kinds(&diagnose(&muddy, &Target::default())).contains(&Observation::Mud.into()));
    let told = rumbling(muddy);
    assert!(told.contains(&Observation::SubRumble.into()) && !told.contains(&Observation::Mud.into()), "{told:?}");
}
