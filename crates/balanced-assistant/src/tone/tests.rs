//! The model against its Python twin, and on crafted spectra.

use super::features::standard;
use super::numbers::{BANDS, CENTER_HZ, ERROR_SCALE, SHAPES};
use super::remainder::Remainder;
use super::{Estimate, FAULTS, OF_THIRDS, ToneFault, estimates, gls, likeliest, peak_numbers, peaks, twin};
use crate::diagnose::cases;

#[test]
fn the_port_says_what_the_python_twin_says() {
    for case in 0..twin::GIVEN.len() {
        let given = standard(&twin::GIVEN[case].map(Some));
        let levels: Vec<(usize, f64)> = twin::LEVELS_DB[case].into_iter().enumerate().collect();
        let remainder = Remainder::from(&levels, &given);
        let thirds = gls::Thirds::of(&remainder);
        for (kind, fit) in thirds.fit().iter().enumerate() {
            let (amount_db, error_db) = (twin::AMOUNT_DB[case][kind], twin::ERROR_DB[case][kind]);
            assert!((fit.amount - amount_db).abs() < 2e-3, "{case} {kind}: {} against {amount_db}", fit.amount);
            let error = fit.error * ERROR_SCALE[kind];
            assert!((error - error_db).abs() < 2e-3, "{case} {kind}: {error} against {error_db}");
        }
        for (kind, fit) in peaks::fit(&thirds, &remainder, &given, &twin::CHANGES_DB[case]).iter().enumerate() {
            let (amount_db, error_db) = (twin::PEAK_AMOUNT_DB[case][kind], twin::PEAK_ERROR_DB[case][kind]);
            assert!((fit.amount - amount_db).abs() < 2e-3, "{case} {kind}: {} against {amount_db}", fit.amount);
            let error = fit.error * peak_numbers::ERROR_SCALE[kind];
            assert!((error - error_db).abs() < 2e-3, "{case} {kind}: {error} against {error_db}");
        }
    }
}

fn of(analysis: &balanced_model::Analysis, fault: ToneFault) -> Estimate {
    estimates(analysis).unwrap().into_iter().find(|estimate| estimate.fault == fault).unwrap()
}

#[test]
fn a_fault_adds_its_amount_and_nothing_to_the_level() {
    for fault in FAULTS {
        let before = of(&cases::neutral(), fault);
        let after = of(&cases::faulty(fault, 9.0), fault);
        assert!((after.amount_db - before.amount_db - 9.0).abs() < 0.01, "{fault:?}: {before:?} {after:?}");
        assert!(after.error_db > 2.0 && after.error_db < 15.0, "{after:?}");
    }
    let louder = cases::with(|analysis| {
        for level in &mut analysis.measurements.spectrum.as_mut().unwrap().ltas.level_db {
            *level = level.map(|db| db + 17.0);
        }
    });
    let (soft, loud) = (of(&cases::neutral(), ToneFault::Mud), of(&louder, ToneFault::Mud));
    assert!((soft.amount_db - loud.amount_db).abs() < 0.01);
}

#[test]
fn the_neutral_mix_has_no_fault_and_a_gross_one_is_named() {
    assert_eq!(likeliest(&cases::neutral()), None);
    for fault in FAULTS {
        let said = likeliest(&cases::gross(fault)).map(|estimate| estimate.fault);
        assert_eq!(said, Some(fault));
        // No mixer turns a band so far: that is what the music is.
        assert_ne!(likeliest(&cases::faulty(fault, 60.0)).map(|estimate| estimate.fault), Some(fault));
        // 3 dB of anything is taste.
        assert_eq!(likeliest(&cases::faulty(fault, 3.0)), None, "{fault:?}");
    }
}

#[test]
fn surer_is_more_probable() {
    let estimate = |amount_db| Estimate { fault: ToneFault::Mud, amount_db, error_db: 4.0, trust: &OF_THIRDS };
    assert!(estimate(11.0).probability() < estimate(16.0).probability());
    assert!((0.4..0.95).contains(&estimate(12.0).probability()));
}

#[test]
fn missing_bands_widen_the_error_and_too_many_say_nothing() {
    let without = |from_hz: f64| {
        cases::with(|analysis| {
            analysis.measurements.spectrum.as_mut().unwrap().bandwidth_limit_hz = Some(from_hz);
        })
    };
    let (all, some) = (of(&cases::neutral(), ToneFault::Dull), of(&without(8000.0), ToneFault::Dull));
    assert!(some.error_db > all.error_db, "{all:?} {some:?}");
    assert_eq!(estimates(&without(1200.0)), None);
}

/// Treble that a converter or a codec took away is no fault of the bands beside it.
#[test]
fn bands_that_are_not_there_are_left_out() {
    assert_eq!(likeliest(&cases::tilted(4900.0, 20_000.0, -80.0)), None);
    assert_eq!(likeliest(&cases::tilted(19.0, 95.0, -80.0)), None);
}

#[test]
fn shapes_are_those_of_the_faults() {
    let strongest = |kind: usize| {
        let band = (0..BANDS).max_by(|a, b| SHAPES[kind][*a].abs().total_cmp(&SHAPES[kind][*b].abs())).unwrap();
        (CENTER_HZ[band].round(), SHAPES[kind][band].signum())
    };
    assert_eq!(FAULTS[0], ToneFault::Mud);
    assert_eq!(strongest(0), (251.0, 1.0));
    assert_eq!(strongest(1), (1000.0, 1.0));
    assert_eq!(strongest(5), (63.0, 1.0));
    assert!(SHAPES[3][BANDS - 1] > 0.9 && SHAPES[4][BANDS - 1] < -0.9 && SHAPES[6][0] < -0.9);
}
