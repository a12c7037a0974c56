//! Chains from crafted analyses.

use balanced_mastering::{
    DehumSpec, EqBand, EqBandKind, LimiterSpec, LimiterStyle, ProcessorSpec, StepKind, UtilitySource,
};
use balanced_model::{Analysis, DefectKind, Measurements, Severity, Target};

use super::{Intent, Recommendation, recommend, recommend_with};
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
        assert!(band.gain_db.abs() <= 10.0, "{band:?}");
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
    assert_eq!(limiter.style, LimiterStyle::Punchy);
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
fn rumble_gets_its_band_and_no_other() {
    let recommendation = sound(&cases::tilted(19.0, 28.0, 20.0), &Target::default());
    let bands = bands(&recommendation);
    assert_eq!(bands.len(), 1, "{bands:?}");
    assert_eq!((bands[0].kind, bands[0].frequency_hz), (EqBandKind::LowCut, 27.0));
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
        assert_eq!((bands[0].kind, bands[0].frequency_hz, bands[0].gain_db), (kind, frequency_hz, 6.0 * sign));
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
fn wide_bass_is_folded_at_its_level_in_stereo_and_with_drums_only() {
    let wide = |channels: u16, flux: f64| {
        let mut wide = cases::staged(|stereo| {
            (stereo.bass_correlation, stereo.low_side_to_mid_db) = (Some(0.05), Some(-0.5));
        });
        wide.source.channels = channels.into();
        wide.measurements.spectrum.as_mut().unwrap().flux = Some(flux);
        sound(&wide, &Target::default())
    };
    let folded = wide(2, 0.9);
    assert_eq!(kinds(&folded), ["parallel", "limiter", "dither"]);
    let StepKind::Parallel(parallel) = &folded.chain.steps[0].kind else { panic!() };
    let bass = &parallel.branches[0];
    assert!((bass.gain_db - 2.8).abs() < 0.11, "the fold takes 2.8 dB: {}", bass.gain_db);
    assert!(matches!(bass.steps[0].processor(), Some(ProcessorSpec::Utility(spec)) if spec.mono));
    assert_eq!(kinds(&wide(2, 0.1)), ["limiter", "dither"], "an orchestra keeps its bass");
    assert_eq!(kinds(&wide(6, 0.9)), ["limiter", "dither"]);
}

#[test]
fn opposed_bass_is_taken_from_the_upright_side_and_a_whole_channel_turned_over() {
    let bass = cases::staged(|stereo| {
        (stereo.bass_correlation, stereo.bass_inverted_below_hz) = (Some(-0.9), Some(126.0));
        stereo.bass_inverted_channel = Some(0);
    });
    let chain = sound(&bass, &Target::default()).chain;
    let StepKind::Parallel(parallel) = &chain.steps[0].kind else { panic!("{chain:?}") };
    assert_eq!((parallel.crossovers_hz.as_slice(), parallel.branches[0].gain_db), ([158.0].as_slice(), 0.0));
    let upright = parallel.branches[0].steps[0].processor();
    assert!(
        matches!(upright, Some(ProcessorSpec::Utility(spec)) if spec.source == UtilitySource::Right),
        "{upright:?}"
    );
    let mut whole = bass;
    whole.measurements.defects = Some(vec![cases::defect(DefectKind::PhaseInversion, Severity::Critical, 0.0)]);
    whole.measurements.stereo.as_mut().unwrap().polarity_inverted = Some(true);
    assert_eq!(kinds(&sound(&whole, &Target::default())), ["utility", "limiter", "dither"]);
}

#[test]
fn a_leaning_mix_is_balanced_and_one_sided_material_left_alone() {
    let balance = |balance_db: f64, centre_db: Option<f64>| {
        let leaning = cases::staged(|stereo| (stereo.balance_db, stereo.centre_db) = (Some(balance_db), centre_db));
        let chain = sound(&leaning, &Target::default()).chain;
        chain.steps.iter().find_map(|step| match step.processor()? {
            ProcessorSpec::Stereo(spec) => Some(spec.balance_percent),
            _ => None,
        })
    };
    let lowered_db = |percent: f64| -20.0 * (1.0 - percent.abs() / 100.0).log10();
    let left = balance(-3.2, Some(-3.0)).unwrap();
    assert!(left > 0.0 && (lowered_db(left) - 3.0).abs() < 0.05, "{left}");
    assert!(balance(3.0, Some(2.9)).unwrap() < 0.0);
    assert_eq!((balance(-14.0, Some(-14.0)), balance(-4.0, None), balance(-4.0, Some(0.1))), (None, None, None));
}

fn with_defect(kind: DefectKind, evidence: &[(&str, f64)]) -> Analysis {
    cases::with(|analysis| {
        let mut defect = cases::defect(kind, Severity::Major, 0.0);
        defect.evidence = evidence.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        analysis.measurements.defects = Some(vec![defect]);
    })
}

#[test]
fn technical_faults_get_the_step_that_answers_them() {
    let ringing =
        sound(&with_defect(DefectKind::Resonance, &[("frequency_hz", 823.4), ("excess_db", 10.0)]), &Target::default());
    let cut = &bands(&ringing)[0];
    assert_eq!((cut.kind, cut.frequency_hz, cut.gain_db), (EqBandKind::Bell, 823.0, -7.5));
    let hum =
        [("mains_hz", 50.01), ("lines", 2.0), ("line_1_dbfs", -50.0), ("line_3_dbfs", -55.0), ("level_dbfs", -48.0)];
    let hum = sound(&with_defect(DefectKind::Hum, &hum), &Target::default());
    let dehum = hum.chain.steps.iter().find_map(|step| match step.processor()? {
        ProcessorSpec::Dehum(dehum) => Some(dehum.clone()),
        _ => None,
    });
    assert_eq!(dehum, Some(DehumSpec { mains_hz: 50.01, lines: 3.0, width_hz: 0.3 }));
    let ess = [("peak_hz", 7230.0), ("over_neighbours_db", 8.0), ("burst_dbfs", -32.0), ("usual_dbfs", -48.0)];
    let ess = sound(&with_defect(DefectKind::Sibilance, &ess), &Target::default());
    assert_eq!(kinds(&ess), ["dynamic_eq", "limiter", "dither"]);
    let kind = DefectKind::Sibilance.into();
    let told = ess.findings.iter().find(|finding| finding.kind == kind).unwrap();
    assert!(told.done_here.as_ref().unwrap().contains("de-esser"), "{told:?}");
}

#[test]
fn intensity_scales_the_moves_and_zero_leaves_level_alone() {
    let muddy = cases::tilted(199.0, 510.0, 9.0);
    let gain_db = |intensity: f64| {
        bands(&recommend_with(&muddy, &Target::default(), &Intent::new(intensity))).first().map(|band| band.gain_db)
    };
    let full_db = gain_db(1.0).unwrap();
    assert!((gain_db(0.5).unwrap() - 0.5 * full_db).abs() < 0.06);
    assert_eq!(gain_db(0.0), None);
    let none = recommend_with(&muddy, &Target::default(), &Intent::new(0.0));
    assert_eq!(kinds(&none), ["limiter", "dither"]);
}

/// Width and side bands count in the forecast: what is taken from the side is missing in the loudness.
#[test]
fn the_forecast_counts_what_is_taken_from_the_sides() {
    let wide = cases::staged(|stereo| {
        stereo.side_to_mid_db = Some(2.0);
        stereo.width_per_band = vec![Some(0.6); 7];
    });
    let recommendation = sound(&wide, &Target::default());
    assert!(kinds(&recommendation).contains(&"stereo"));
    // 5 dB less of 60 % of the power are 2.3 dB less of the whole.
    let gain_db = recommendation.expected.gain_db.unwrap();
    assert!((gain_db - 6.3).abs() < 0.15, "{gain_db}");
}

/// A widener leaves the bass more upright than the rest, an inverted channel does not.
#[test]
fn a_widened_mix_is_narrowed_and_not_turned_over() {
    let out_of_phase = |bass: f64, rest: f64| {
        sound(
            &cases::staged(|stereo| {
                (stereo.correlation_mean, stereo.side_to_mid_db) = (Some(-0.6), Some(5.0));
                stereo.bass_correlation = Some(bass);
                stereo.correlation_per_band = cases::by_region([bass, bass, rest, rest, rest, rest, rest]);
            }),
            &Target::default(),
        )
    };
    assert!(kinds(&out_of_phase(-0.2, -0.7)).contains(&"stereo"));
    assert!(kinds(&out_of_phase(-0.7, -0.5)).contains(&"utility"));
    let unknown = out_of_phase(-0.4, -0.5);
    assert_eq!(kinds(&unknown), ["limiter", "dither"], "nothing is known well enough");
}

#[test]
fn neither_squeezed_music_nor_music_without_drums_is_clipped() {
    let loud = Target::named("loud").unwrap();
    let spiky = |flux: f64| {
        let mut spiky = cases::loud(|loudness| loudness.true_peak_dbtp = Some(-1.5));
        spiky.measurements.spectrum.as_mut().unwrap().flux = Some(flux);
        sound(&spiky, &loud)
    };
    assert!(kinds(&spiky(0.9)).contains(&"clipper"));
    let calm = spiky(0.1);
    assert_eq!((kinds(&calm), limiter(&calm).style), (vec!["limiter", "dither"], LimiterStyle::Punchy));
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
    let expected = recommendation.expected;
    assert!(expected.integrated_lufs.unwrap() < -6.0, "what is out of reach is not expected");
    assert!(expected.note.unwrap().contains("-5.0 LUFS"));
}

#[test]
fn the_same_input_gives_the_same_answer() {
    let analysis = cases::gross(ToneFault::Mud);
    assert_eq!(recommend(&analysis, &Target::default()), recommend(&analysis, &Target::default()));
}

#[test]
fn clicks_and_clipped_tops_are_repaired_first_and_only_where_they_are_found() {
    let defects = |kinds: &[(DefectKind, f64)]| {
        cases::with(|analysis| {
            let defect = |(kind, level_dbfs): &(DefectKind, f64)| {
                let mut defect = cases::defect(*kind, Severity::Major, 3.0);
                defect.evidence.insert("level_dbfs".to_owned(), *level_dbfs);
                defect
            };
            analysis.measurements.defects = Some(kinds.iter().map(defect).collect());
        })
    };
    let both = defects(&[(DefectKind::Clipping, -1.0), (DefectKind::Clipping, -3.0), (DefectKind::Clicks, 0.0)]);
    let recommendation = sound(&both, &Target::default());
    assert_eq!(kinds(&recommendation)[..2], ["declick", "declip"]);
    let Some(ProcessorSpec::Declip(declip)) = recommendation.chain.steps[1].processor() else { panic!() };
    assert_eq!(declip.threshold_dbfs, -3.02);
    assert!(recommendation.findings.iter().all(|f| f.done_here.is_some() || f.severity == Severity::Info));
    let eased = recommend_with(&both, &Target::default(), &Intent::new(0.0));
    assert_eq!(kinds(&eased), ["limiter", "dither"]);
    let dull = defects(&[(DefectKind::Upsampled, 0.0)]);
    assert_eq!(kinds(&sound(&dull, &Target::default())), ["limiter", "dither"]);
}

#[test]
fn a_lone_absurd_sample_is_taken_out_and_the_rest_tells_the_level() {
    let analysis = cases::loud(|loudness| {
        (loudness.integrated_lufs, loudness.true_peak_dbtp) = (Some(17.0), Some(60.0));
        loudness.curve.hop_s = 0.1;
        loudness.curve.momentary_lufs = vec![Some(-18.0); 300];
        loudness.curve.true_peak_dbtp = vec![Some(-3.0); 300];
        loudness.curve.true_peak_dbtp[150] = Some(60.0);
        loudness.curve.momentary_lufs[150..154].fill(Some(17.0));
    });
    let recommendation = sound(&analysis, &Target::default());
    assert_eq!(kinds(&recommendation), ["declick", "limiter", "dither"]);
    assert_eq!(limiter(&recommendation).drive_db, 4.0);
    let absurd =
        recommendation.findings.iter().find(|f| f.kind == balanced_model::Observation::AbsurdLevel.into()).unwrap();
    assert!(absurd.done_here.as_ref().unwrap().contains("far beyond full scale"), "{absurd:?}");
}

#[test]
fn levelling_begins_where_the_soft_passages_lie_and_takes_half_the_distance() {
    let jumping = |soft_lufs: f64| {
        let analysis = cases::loud(|loudness| {
            loudness.range_lu = Some(16.0);
            let level = |second: usize| Some(if (second / 8).is_multiple_of(2) { soft_lufs } else { -17.0 });
            loudness.curve.short_term_lufs = (0..180).map(level).collect();
        });
        let chain = sound(&analysis, &Target::default()).chain;
        chain.steps.iter().find_map(|step| match step.processor()? {
            ProcessorSpec::Compressor(spec) => Some((spec.threshold_db, spec.range_db, spec.ratio)),
            _ => None,
        })
    };
    assert_eq!(jumping(-29.0), Some((-32.0, 6.0, 2.0)));
    // No further than ten decibels, and where nothing jumps not at all.
    assert_eq!(jumping(-41.0), Some((-44.0, 10.0, 2.0)));
    assert_eq!(jumping(-20.0), None);
}
