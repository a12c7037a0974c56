//! Settings that must fit each other, moved to the nearest ones that do.
//!
//! A host may automate any knob to any place in its range. Chain files with such settings are refused; here they are
//! moved, as little as needed, and never on the way to the knob itself.

use balanced_mastering::{CutAlignment, EqBand, EqBandKind, ProcessorSpec};

/// Least ratio of neighbouring corners.
const APART: f64 = 1.05;
const LOWEST_HZ: f64 = 20.0;
const TOP_HZ: f64 = 16_000.0;

/// Makes settings valid whose fields are each in range. Does not allocate. `[audio]`
pub fn make_legal(spec: &mut ProcessorSpec) {
    match spec {
        ProcessorSpec::Eq(eq) => eq.bands.iter_mut().for_each(band),
        ProcessorSpec::Multiband(multiband) => spread(&mut multiband.crossovers_hz, LOWEST_HZ),
        ProcessorSpec::Stereo(_) => {
            let lowest_hz = lowest_corner_hz(spec);
            if let ProcessorSpec::Stereo(stereo) = spec {
                spread(&mut stereo.crossovers_hz, lowest_hz);
            }
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

/// Moves the corner with number `index` to `to_hz` and pushes the others out of its way, from `lowest_hz` to 16 kHz.
pub fn push(corners: &mut [f64], index: usize, to_hz: f64, lowest_hz: f64) {
    let Some(above) = corners.len().checked_sub(index + 1) else { return };
    let (least, most) = (lowest_hz * APART.powi(index as i32), TOP_HZ / APART.powi(above as i32));
    corners[index] = to_hz.max(least).min(most);
    for at in index + 1..corners.len() {
        corners[at] = corners[at].max(corners[at - 1] * APART);
    }
    for at in (0..index).rev() {
        corners[at] = corners[at].min(corners[at + 1] / APART);
    }
    spread(corners, lowest_hz); // rounding must not decide
}

/// Tells whether [`make_legal`] may move the setting with this id.
#[must_use]
pub fn may_move(id: &str) -> bool {
    matches!(id, "crossovers_hz[]" | "bands[].slope_db_per_octave" | "bands[].q" | "low_hz" | "high_hz")
}

/// Returns the corners of `spec`, if it has any.
pub fn corners_mut(spec: &mut ProcessorSpec) -> Option<&mut [f64]> {
    match spec {
        ProcessorSpec::Multiband(multiband) => Some(&mut multiband.crossovers_hz),
        ProcessorSpec::Stereo(stereo) => Some(&mut stereo.crossovers_hz),
        _ => None,
    }
}

/// Returns the lowest frequency of a corner of `spec`.
#[must_use]
pub fn lowest_corner_hz(spec: &ProcessorSpec) -> f64 {
    match spec {
        ProcessorSpec::Stereo(stereo) if stereo.mono_below_hz > 0.0 => (stereo.mono_below_hz * APART).max(LOWEST_HZ),
        _ => LOWEST_HZ,
    }
}

/// Returns the slopes that a band of the equaliser can have, in dB per octave; none if it has no slope.
#[must_use]
pub fn slopes(kind: EqBandKind, alignment: CutAlignment) -> Vec<f64> {
    match kind {
        EqBandKind::LowShelf | EqBandKind::HighShelf => vec![6.0, 12.0],
        EqBandKind::LowCut | EqBandKind::HighCut => {
            let step = if alignment == CutAlignment::LinkwitzRiley { 12.0 } else { 6.0 };
            (1..=(96.0 / step) as usize).map(|count| count as f64 * step).collect()
        }
        _ => Vec::new(),
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
