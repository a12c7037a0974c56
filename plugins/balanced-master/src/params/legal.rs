//! Settings that must fit each other, moved to the nearest ones that do.
//!
//! A host may automate any knob to any place in its range. Chain files with such settings are refused; here they are
//! moved, as little as needed, and never on the way to the knob itself.

use balanced_mastering::{CutAlignment, EqBand, EqBandKind, ProcessorSpec};

/// Least ratio of neighbouring corners.
const APART: f64 = 1.05;
const TOP_HZ: f64 = 16_000.0;

/// Makes settings valid whose fields are each in range. Does not allocate. `[audio]`
pub fn make_legal(spec: &mut ProcessorSpec) {
    match spec {
        ProcessorSpec::Eq(eq) => eq.bands.iter_mut().for_each(band),
        ProcessorSpec::Multiband(multiband) => spread(&mut multiband.crossovers_hz, 20.0),
        ProcessorSpec::Stereo(stereo) => {
            let lowest = if stereo.mono_below_hz > 0.0 { stereo.mono_below_hz * APART } else { 20.0 };
            spread(&mut stereo.crossovers_hz, lowest.max(20.0));
        }
        ProcessorSpec::Saturator(saturator) => {
            saturator.high_hz = saturator.high_hz.max(60.0);
            // A hair more than the rule: rounding must not decide.
            saturator.low_hz = saturator.low_hz.min(saturator.high_hz / 1.500_001);
        }
        _ => {}
    }
}

fn band(band: &mut EqBand) {
    match band.kind {
        EqBandKind::LowShelf | EqBandKind::HighShelf => {
            band.q = band.q.min(2.0);
            band.slope_db_per_octave = if band.slope_db_per_octave < 9.0 { 6.0 } else { 12.0 };
        }
        EqBandKind::LowCut | EqBandKind::HighCut => {
            let step = if band.alignment == CutAlignment::LinkwitzRiley { 12.0 } else { 6.0 };
            band.slope_db_per_octave = (step * (band.slope_db_per_octave / step).round()).clamp(step, 96.0);
        }
        _ => {}
    }
}

/// Makes `corners` rise, from `lowest` to [`TOP_HZ`].
fn spread(corners: &mut [f64], lowest: f64) {
    let mut least = lowest;
    let count = corners.len();
    for (index, corner) in corners.iter_mut().enumerate() {
        let most = TOP_HZ / APART.powi((count - 1 - index) as i32);
        *corner = corner.max(least).min(most);
        least = *corner * APART;
    }
}
