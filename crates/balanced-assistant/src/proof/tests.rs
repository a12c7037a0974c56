//! Tests of outcomes: which findings a master cures, and which moves are taken back.

use super::*;
use crate::diagnose::cases;
use crate::recommend;
use balanced_model::Stereo;

fn with_bass(correlation: f64, corner_hz: Option<f64>, mono_loss_db: f64) -> Analysis {
    cases::staged(|stereo: &mut Stereo| {
        (stereo.bass_correlation, stereo.bass_inverted_below_hz) = (Some(correlation), corner_hz);
        stereo.bass_inverted_channel = corner_hz.map(|_| 1);
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
        analysis.measurements.defects = Some(vec![cases::defect(DefectKind::LossyTranscode, Severity::Major, 3.0)]);
        analysis.measurements.stereo.as_mut().unwrap().side_to_mid_db = Some(-25.0);
        analysis.measurements.stereo.as_mut().unwrap().balance_db = Some(3.5);
    });
    let target = Target::default();
    let mut intent = Intent::default();
    let mut findings = recommend(&before, &target).findings;
    let after = cases::staged(|stereo| stereo.side_to_mid_db = Some(-25.0));
    prove(&mut findings, &before, &after, &target, &intent);
    assert_eq!(status(&findings, DefectKind::LossyTranscode), Some(Status::Left));
    assert_eq!(status(&findings, Observation::Narrow), Some(Status::Left));
    assert_eq!(status(&findings, Observation::Imbalance), Some(Status::Cured));
    let kind = Observation::Imbalance.into();
    intent.ease(kind);
    intent.ease(kind);
    prove(&mut findings, &before, &before, &target, &intent);
    assert_eq!(status(&findings, Observation::Imbalance), Some(Status::Refused));
}

#[test]
fn clicks_that_are_gone_are_cured_and_tops_that_were_put_back_improved_by_their_number() {
    let with = |kinds: &[(DefectKind, &str, f64)]| {
        cases::with(|analysis| {
            let defect = |(kind, name, value): &(DefectKind, &str, f64)| {
                let mut defect = cases::defect(*kind, Severity::Major, 3.0);
                defect.evidence.insert((*name).to_owned(), *value);
                defect
            };
            analysis.measurements.defects = Some(kinds.iter().map(defect).collect());
        })
    };
    let (clicks, clipped) = ((DefectKind::Clicks, "clicks"), (DefectKind::Clipping, "clipped_frames"));
    let before = with(&[(clicks.0, clicks.1, 5.0), (clicks.0, clicks.1, 2.0), (clipped.0, clipped.1, 300.0)]);
    let target = Target::default();
    let mut findings = recommend(&before, &target).findings;
    let outcome = |findings: &[Finding], kind: DefectKind| {
        findings.iter().find(|finding| finding.kind == kind.into()).unwrap().outcome.clone().unwrap()
    };
    prove(&mut findings, &before, &with(&[]), &target, &Intent::default());
    let cured = outcome(&findings, clicks.0);
    assert_eq!((cured.status, cured.before, cured.after), (Status::Cured, Some(7.0), Some(0.0)));
    let improved = outcome(&findings, clipped.0);
    assert_eq!((improved.status, improved.before, improved.after), (Status::Improved, Some(300.0), Some(0.0)));
    prove(&mut findings, &before, &with(&[(clicks.0, clicks.1, 1.0)]), &target, &Intent::default());
    assert_eq!(outcome(&findings, clicks.0).status, Status::Improved);
    prove(&mut findings, &before, &before, &target, &Intent::default());
    assert_eq!(outcome(&findings, clicks.0).status, Status::Left);
    assert_eq!(regrets(&findings, &before, &before, &target), []);
}
