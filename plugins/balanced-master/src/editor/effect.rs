//! Which controls have no effect with the other settings of their module.

use balanced_mastering::{CompressorSpec, CrossoverType, Detector, EqBandKind, EqPhase, ProcessorSpec};

use super::desk::Desk;
use crate::params::listening;

/// Tells whether the knob with the number `index` does nothing at present, because of what else is set.
#[must_use]
pub fn is_idle(desk: &Desk, index: usize) -> bool {
    let Some((module, wire)) = desk.params().wire_of(index) else { return false };
    let is_low = desk.value(listening::LATENCY) >= 0.5;
    match (desk.current(module), wire.id) {
        (ProcessorSpec::Eq(eq), "linear_phase_latency_ms") => is_low || eq.phase == EqPhase::Minimum,
        (ProcessorSpec::Eq(_) | ProcessorSpec::Multiband(_), "phase") => is_low,
        (ProcessorSpec::Multiband(multiband), "linear_phase_latency_ms") => {
            is_low || multiband.phase == CrossoverType::Minimum
        }
        (ProcessorSpec::Compressor(_) | ProcessorSpec::Limiter(_), "lookahead_ms") => is_low,
        (ProcessorSpec::Compressor(CompressorSpec { detector, .. }), "rms_window_ms") => detector != Detector::TrueRms,
        (ProcessorSpec::Eq(eq), id) => eq.bands.get(wire.item).is_some_and(|band| {
            let is_cut = matches!(band.kind, EqBandKind::LowCut | EqBandKind::HighCut);
            let has_no_gain = is_cut || matches!(band.kind, EqBandKind::Notch | EqBandKind::BandPass);
            (id == "bands[].gain_db" && has_no_gain) || (id == "bands[].alignment" && !is_cut)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A control that is called idle changes nothing in what runs, and the others do.
    #[test]
    fn idle_controls_change_nothing() {
        let mut desk = Desk::new(Arc::default());
        let index = |desk: &Desk, id: &str| desk.params().knobs().iter().position(|knob| knob.id == id).unwrap();
        let sound = |desk: &Desk, id: &str| {
            let module = desk.params().wire_of(index(desk, id)).unwrap().0;
            let mut processor = desk.current(module).build(&balanced_dsp::StreamFormat::new(48_000.0, 1)).unwrap();
            let mut audio = balanced_dsp::PlanarBuffer::new(1, 9600);
            audio.channel_mut(0)[0] = 1.0;
            processor.process(&mut audio.block_mut());
            audio.channel(0).to_vec()
        };
        let cases = [
            ("eq.bands1.gain_db", &[("eq.bands1.enabled", 1.0)][..], true),
            ("eq.bands1.alignment", &[("eq.bands1.enabled", 1.0)], false),
            ("eq.bands3.gain_db", &[], false),
            ("eq.bands3.alignment", &[("eq.bands3.gain_db", 6.0)], true),
            ("eq.linear_phase_latency_ms", &[("eq.phase", 0.0)], true),
            ("eq.linear_phase_latency_ms", &[("eq.phase", 1.0)], false),
            ("multiband.linear_phase_latency_ms", &[], true),
            ("compressor.rms_window_ms", &[("compressor.detector", 0.0), ("compressor.threshold_db", -40.0)], true),
        ];
        for (id, settings, expected) in cases {
            settings.iter().for_each(|(id, value)| {
                let knob = index(&desk, id);
                desk.set(knob, *value);
            });
            let knob = index(&desk, id);
            assert_eq!(is_idle(&desk, knob), expected, "{id}");
            let before = sound(&desk, id);
            let row = *desk.knob(knob).row();
            let now = desk.value(knob);
            desk.set(knob, if now == row.max { row.min } else { row.max });
            assert_eq!(sound(&desk, id) == before, expected, "{id}");
            desk.set(knob, now);
        }
    }
}
