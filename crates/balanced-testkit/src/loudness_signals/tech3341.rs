//! EBU Tech 3341 (v4, November 2023), table 1, signals 1 to 6 and 9 to 14. Tolerance: 0.1 LU.

use balanced_dsp::ChannelLayout;

use super::{Reading, Signal};
use Reading::*;

/// Returns signals 1 to 6: momentary, short-term and integrated loudness of steady levels; the gates; surround weights.
#[must_use]
pub fn tech3341_static() -> Vec<Signal> {
    let steady = |name: &str, level: f64| {
        let readings = [MomentaryFrom(1.0, level), ShortTermFrom(3.0, level), Integrated(level)];
        Signal::stereo(name, &[(20.0, Some(level))], readings)
    };
    let integrated = [Integrated(-23.0)];
    let quiet = |seconds, level| (seconds, Some(level));
    let gate = [quiet(10.0, -36.0), quiet(60.0, -23.0), quiet(10.0, -36.0)];
    let both_gates = [&[quiet(10.0, -72.0)][..], &gate, &[quiet(10.0, -72.0)]].concat();
    let mixed = [quiet(20.0, -26.0), quiet(20.1, -20.0), quiet(20.0, -26.0)];
    let surround = ChannelLayout::from_name("5.0").expect("a known layout");
    let surround_levels = [-28.0, -28.0, -24.0, -30.0, -30.0].map(Some).to_vec();
    vec![
        steady("3341-1", -23.0),
        steady("3341-2", -33.0),
        Signal::stereo("3341-3", &gate, integrated),
        Signal::stereo("3341-4", &both_gates, integrated),
        Signal::stereo("3341-5", &mixed, integrated),
        Signal::new("3341-6", surround, integrated).then(20.0, surround_levels),
    ]
}

/// Returns signals 9 to 14: the length of the windows and how often they are read.
#[must_use]
pub fn tech3341_dynamic() -> Vec<Signal> {
    let repeat = |plan: [(f64, Option<f64>); 2], times: usize| plan.repeat(times);
    let mut signals = vec![
        Signal::stereo("3341-9", &repeat([(1.34, Some(-20.0)), (1.66, Some(-30.0))], 5), [ShortTermFrom(3.0, -23.0)]),
        Signal::stereo("3341-12", &repeat([(0.18, Some(-20.0)), (0.22, Some(-30.0))], 25), [MomentaryFrom(1.0, -23.0)]),
        staircase("3341-11", 3.0, 0.15, MaxShortTermBy),
        staircase("3341-14", 0.4, 0.02, MaxMomentaryBy),
    ];
    signals.extend((0..20).map(|i| burst("3341-10", i, 3.0, 0.15, MaxShortTermBy)));
    signals.extend((0..20).map(|i| burst("3341-13", i, 0.4, 0.02, MaxMomentaryBy)));
    signals
}

/// One burst of the window's length at -23, later by `step_s` in each variant.
fn burst(name: &str, variant: usize, window_s: f64, step_s: f64, reading: fn(f64, f64) -> Reading) -> Signal {
    let delay_s = variant as f64 * step_s;
    let plan = [(delay_s, None), (window_s, Some(-23.0)), (1.0, None)];
    Signal::stereo(format!("{name}/{variant}"), &plan, [reading(delay_s + window_s + 1.0, -23.0)])
}

/// Twenty bursts in one signal, each 1 dB up and later by `step_s` within its period.
fn staircase(name: &str, window_s: f64, step_s: f64, reading: fn(f64, f64) -> Reading) -> Signal {
    let (mut plan, mut readings) = (Vec::new(), Vec::new());
    for i in 0..20 {
        let (delay_s, level) = (f64::from(i) * step_s, -38.0 + f64::from(i));
        plan.extend([(delay_s, None), (window_s, Some(level)), (window_s - delay_s, None)]);
        readings.push(reading(2.0 * window_s * f64::from(i + 1), level));
    }
    Signal::stereo(name, &plan, readings)
}
