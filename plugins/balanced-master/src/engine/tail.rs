//! Tail of a chain: how long its filters ring after the input has ended.

use balanced_mastering::{ChainSpec, DynamicEqSpec, EqBandKind, EqSpec, ProcessorSpec, Step, StepKind};

/// Decay at which a filter counts as silent: the range of 16 bits.
const DECAY_DB: f64 = 96.0;
/// Longest tail that is told: hosts render it all.
const LONGEST_S: f64 = 10.0;
/// Tail of what has filters of a fixed low Q (crossovers, detectors, oversamplers), of branches and of repairs.
const LEAST_S: f64 = 0.25;

/// Returns the time in which all filters of the steps that are on have decayed by [`DECAY_DB`], latency excluded. `[audio]`
#[must_use]
pub fn seconds(chain: &ChainSpec) -> f64 {
    let steps = chain.steps.iter().filter(|step| !step.bypass);
    (LEAST_S + steps.map(step_seconds).sum::<f64>()).min(LONGEST_S)
}

fn step_seconds(step: &Step) -> f64 {
    match &step.kind {
        StepKind::Processor(spec) => processor_seconds(spec),
        StepKind::Parallel(parallel) => {
            let branches = parallel.branches.iter();
            branches.map(|branch| branch.steps.iter().map(step_seconds).sum()).fold(0.0, f64::max)
        }
        StepKind::Clap(_) => 0.0,
    }
}

fn processor_seconds(spec: &ProcessorSpec) -> f64 {
    match spec {
        ProcessorSpec::Eq(EqSpec { bands, .. }) => {
            let rings = bands.iter().filter(|band| band.enabled).map(|band| match band.kind {
                // Sections of a steep cut: the highest Q of a Butterworth filter of that order.
                EqBandKind::LowCut | EqBandKind::HighCut => {
                    let order = (band.slope_db_per_octave / 6.0).max(1.0);
                    ring_s(band.frequency_hz, 0.5 / (std::f64::consts::FRAC_PI_2 / order).sin())
                }
                _ => boosted_s(band.frequency_hz, band.q, band.gain_db),
            });
            rings.fold(0.0, f64::max)
        }
        ProcessorSpec::DynamicEq(DynamicEqSpec { bands }) => {
            let enabled = bands.iter().filter(|band| band.enabled);
            enabled.map(|band| boosted_s(band.frequency_hz, band.q, band.range_db)).fold(0.0, f64::max)
        }
        ProcessorSpec::Dehum(dehum) => ring_s(dehum.mains_hz, dehum.mains_hz / dehum.width_hz),
        ProcessorSpec::Multiband(multiband) => {
            multiband.crossovers_hz.iter().map(|hz| ring_s(*hz, std::f64::consts::FRAC_1_SQRT_2)).sum()
        }
        ProcessorSpec::Stereo(stereo) => {
            let corners = stereo.crossovers_hz.iter().chain(Some(&stereo.mono_below_hz)).filter(|hz| **hz > 0.0);
            corners.map(|hz| ring_s(*hz, std::f64::consts::FRAC_1_SQRT_2)).sum()
        }
        _ => 0.0,
    }
}

/// Returns the time in which a bell or shelf decays: a boost sharpens its poles (R. Bristow-Johnson, "Audio EQ Cookbook"), and is
/// as much louder when it begins.
fn boosted_s(frequency_hz: f64, q: f64, gain_db: f64) -> f64 {
    let boost_db = gain_db.max(0.0);
    ring_s(frequency_hz, q.max(0.5) * 10f64.powf(boost_db / 40.0)) * (1.0 + boost_db / DECAY_DB)
}

/// Returns the time in which a resonance decays by [`DECAY_DB`]: its envelope is `exp(-pi f t / Q)`.
fn ring_s(frequency_hz: f64, q: f64) -> f64 {
    DECAY_DB / 20.0 * std::f64::consts::LN_10 * q.max(0.5) / (std::f64::consts::PI * frequency_hz)
}
