//! Tests of outcomes: which findings a master cures, and which moves are taken back.

use super::*;
use crate::diagnose::cases;
use crate::recommend;
use balanced_model::Stereo;

fn with_bass(correlation: f64, corner_hz: Option<f64>, mono_loss_db: f64) -> Analysis {
    cases::staged(|stereo: &mut Stereo| {
        (stereo.bass_correlation, stereo.bass_inverted_below_hz) = (Some(correlation), corner_hz);
        stereo.mono_loss_db = Some(mono_loss_db);
    })
}

fn status(findings: &[Finding], kind: impl Into<FindingKind>) -> Option<Status> {
    let kind = kind.into();
    findings.iter().find(|finding| finding.kind == kind)?.outcome.as_ref().map(|outcome| outcome.status)
}

#[test]
fn a_treated_finding_that_is_gone_is_cured_with_both_numbers() {
    let (before, after) = (with_bass(-0.95, Some(126.0), 2.5), with_bass(0.97, None, 0.4));
    let target = Target::default();
    let mut findings = recommend(&before, &target).findings;
    prove(&mut findings, &before, &after, &target, &Intent::default());
    let bass = findings.iter().find(|finding| finding.kind == Observation::AntiphaseBass.into()).unwrap();
    let outcome = bass.outcome.as_ref().unwrap();
    assert_eq!((outcome.status, outcome.before, outcome.after), (Status::Cured, Some(-0.95), Some(0.97)));
    assert_eq!(outcome.measure.as_deref(), Some("bass_correlation"));
    assert_eq!(regrets(&findings, &before, &after, &target), []);
}

#[test]
fn a_move_that_did_nothing_is_regretted() {
    let before = with_bass(-0.95, Some(126.0), 2.5);
    let findings = recommend(&before, &Target::default()).findings;
    assert_eq!(regrets(&findings, &before, &before, &Target::default()), [Observation::AntiphaseBass.into()]);
}

#[test]
fn lost_bass_is_regretted_whatever_else_is_cured() {
    let (before, mut after) = (with_bass(-0.95, Some(126.0), 2.5), with_bass(0.97, None, 0.4));
    let ltas = &mut after.measurements.spectrum.as_mut().unwrap().ltas;
    for (hz, level) in ltas.center_hz.iter().zip(&mut ltas.level_db) {
        if *hz < 130.0 {
            *level = level.map(|db| db - 6.0);
        }
    }
    let findings = recommend(&before, &Target::default()).findings;
    assert!(regrets(&findings, &before, &after, &Target::default()).contains(&Observation::AntiphaseBass.into()));
}

#[test]
fn damage_and_what_nobody_treated_are_left_and_a_dropped_move_is_refused() {
    let before = cases::with(|analysis| {
        analysis.measurements.defects = Some(vec![cases::defect(DefectKind::Clipping, Severity::Major, 3.0)]);
        analysis.measurements.stereo.as_mut().unwrap().side_to_mid_db = Some(-25.0);
        analysis.measurements.stereo.as_mut().unwrap().balance_db = Some(3.5);
    });
    let target = Target::default();
    let mut intent = Intent::default();
    let mut findings = recommend(&before, &target).findings;
    let after = cases::staged(|stereo| stereo.side_to_mid_db = Some(-25.0));
    prove(&mut findings, &before, &after, &target, &intent);
    assert_eq!(status(&findings, DefectKind::Clipping), Some(Status::Left));
    assert_eq!(status(&findings, Observation::Narrow), Some(Status::Left));
    assert_eq!(status(&findings, Observation::Imbalance), Some(Status::Cured));
    let kind = Observation::Imbalance.into();
    intent.ease(kind);
    intent.ease(kind);
    prove(&mut findings, &before, &before, &target, &intent);
    assert_eq!(status(&findings, Observation::Imbalance), Some(Status::Refused));
}
