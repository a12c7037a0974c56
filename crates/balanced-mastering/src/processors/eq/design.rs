//! From a band's settings to its filters.

use balanced_dsp::{AnalogSection, Cascade, butterworth_q, matched};

use super::params::{CutAlignment, EqBand, EqBandKind};

/// The quality that leaves a Butterworth cut as it is.
const NEUTRAL_Q: f64 = 0.707;

/// The band at `sample_rate_hz`; nothing for a band that is off or changes nothing.
pub(super) fn cascade(band: &EqBand, sample_rate_hz: f64) -> Cascade {
    let mut cascade = Cascade::default();
    if band.enabled {
        for_each_section(band, |section| {
            let (first, second) = matched(&section, sample_rate_hz);
            cascade.push(first);
            if let Some(second) = second {
                cascade.push(second);
            }
        });
    }
    cascade
}

/// Level change of the analogue band in dB at `at_hz`.
pub(super) fn level_db(band: &EqBand, at_hz: f64) -> f64 {
    let mut level_db = 0.0;
    for_each_section(band, |section| level_db += section.level_db(at_hz));
    level_db
}

/// The analogue sections of the band.
pub(super) fn for_each_section(band: &EqBand, mut visit: impl FnMut(AnalogSection)) {
    let (frequency_hz, gain_db, q) = (band.frequency_hz, band.gain_db, band.q);
    let gentle = band.slope_db_per_octave <= 6.0;
    let has_gain =
        matches!(band.kind, EqBandKind::Bell | EqBandKind::LowShelf | EqBandKind::HighShelf | EqBandKind::Tilt);
    if has_gain && gain_db == 0.0 {
        return;
    }
    match band.kind {
        EqBandKind::Bell => visit(AnalogSection::bell(frequency_hz, gain_db, q)),
        EqBandKind::LowShelf if gentle => visit(AnalogSection::low_shelf_first_order(frequency_hz, gain_db)),
        EqBandKind::HighShelf if gentle => visit(AnalogSection::high_shelf_first_order(frequency_hz, gain_db)),
        EqBandKind::LowShelf => visit(AnalogSection::low_shelf(frequency_hz, gain_db, q)),
        EqBandKind::HighShelf => visit(AnalogSection::high_shelf(frequency_hz, gain_db, q)),
        EqBandKind::Tilt => visit(AnalogSection::tilt(frequency_hz, gain_db)),
        EqBandKind::Notch => visit(AnalogSection::notch(frequency_hz, q)),
        EqBandKind::BandPass => visit(AnalogSection::band_pass(frequency_hz, q)),
        EqBandKind::LowCut | EqBandKind::HighCut => for_each_cut_section(band, visit),
    }
}

/// Butterworth of the slope's order, or twice Butterworth of half the order: Linkwitz-Riley.
fn for_each_cut_section(band: &EqBand, mut visit: impl FnMut(AnalogSection)) {
    let high_pass = band.kind == EqBandKind::LowCut;
    let order = (band.slope_db_per_octave / 6.0).round().max(1.0) as usize;
    let (order, copies, sharpness) = match band.alignment {
        CutAlignment::Butterworth => (order, 1, band.q / NEUTRAL_Q),
        CutAlignment::LinkwitzRiley => (order.div_ceil(2), 2, 1.0),
    };
    for index in (0..copies).flat_map(|_| 0..order.div_ceil(2)) {
        let frequency_hz = band.frequency_hz;
        let scale = if index == 0 { sharpness } else { 1.0 };
        visit(match (butterworth_q(order, index), high_pass) {
            (Some(q), true) => AnalogSection::high_pass(frequency_hz, q * scale),
            (Some(q), false) => AnalogSection::low_pass(frequency_hz, q * scale),
            (None, true) => AnalogSection::high_pass_first_order(frequency_hz),
            (None, false) => AnalogSection::low_pass_first_order(frequency_hz),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every slope of both cuts against the closed form of Butterworth and Linkwitz-Riley.
    #[test]
    fn cuts_have_their_slopes() {
        for (kind, alignment) in [EqBandKind::LowCut, EqBandKind::HighCut].into_iter().flat_map(|kind| {
            [CutAlignment::Butterworth, CutAlignment::LinkwitzRiley].map(|alignment| (kind, alignment))
        }) {
            for order in 1..=16 {
                if alignment == CutAlignment::LinkwitzRiley && order % 2 == 1 {
                    continue;
                }
                let slope_db_per_octave = 6.0 * f64::from(order);
                let band = EqBand { kind, alignment, slope_db_per_octave, q: NEUTRAL_Q, ..EqBand::default() };
                for at_hz in [250.0, 700.0, 1000.0, 1400.0, 4000.0f64] {
                    let ratio = if kind == EqBandKind::LowCut { 1000.0 / at_hz } else { at_hz / 1000.0 };
                    let closed_form_db = match alignment {
                        CutAlignment::Butterworth => -10.0 * (1.0 + ratio.powi(2 * order)).log10(),
                        CutAlignment::LinkwitzRiley => -20.0 * (1.0 + ratio.powi(order)).log10(),
                    };
                    assert!((level_db(&band, at_hz) - closed_form_db).abs() < 1e-9);
                    let omega = std::f64::consts::TAU * at_hz / 44_100.0;
                    let digital_db = 20.0 * cascade(&band, 44_100.0).response(omega).norm().log10();
                    assert!(
                        (digital_db - closed_form_db).abs() < 0.05,
                        "{band:?} {at_hz}: {digital_db} {closed_form_db}"
                    );
                }
            }
        }
    }

    /// The gate for whole bands, steepest cuts included: 0.1 dB up to 20 kHz at 44.1 kHz where not below -60 dB.
    #[test]
    fn the_steepest_cuts_hold_the_gate_too() {
        let mut worst = 0.0f64;
        for kind in [EqBandKind::LowCut, EqBandKind::HighCut] {
            for frequency_hz in [20.0, 80.0, 1e3, 5e3, 1e4, 1.5e4, 1.8e4, 2e4] {
                let band = EqBand { kind, frequency_hz, slope_db_per_octave: 96.0, q: NEUTRAL_Q, ..EqBand::default() };
                let cascade = cascade(&band, 44_100.0);
                for at_hz in (0..400).map(|step| 20.0 * 1000f64.powf(f64::from(step) / 399.0)) {
                    let wanted_db = level_db(&band, at_hz);
                    let digital = cascade.response(std::f64::consts::TAU * at_hz / 44_100.0).norm();
                    if wanted_db > -60.0 {
                        worst = worst.max((20.0 * digital.log10() - wanted_db).abs());
                    }
                }
            }
        }
        println!("96 dB/octave cuts: {worst:.4} dB from Butterworth");
        assert!(worst < 0.1, "{worst}");
    }
}
