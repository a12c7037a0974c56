//! Tests with unusual host behaviour and bad signals.

use crate::host::{Instance, RATE_HZ, assert_finite, music};

#[test]
fn nan_and_infinity_come_out_finite_and_leave_no_damage() {
    let mut plugin = Instance::active(RATE_HZ, 512);
    let mut bad = music(8_192);
    for (index, value) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, f32::MIN_POSITIVE / 4.0].iter().enumerate()
    {
        bad[index % 2][1_000 + index * 500] = *value;
    }
    assert_finite(&plugin.render(&bad, 512));
    plugin.render(&vec![vec![0.0; 96_000]; 2], 512);
    let after = plugin.render(&vec![vec![0.0; 4_096]; 2], 512);
    assert!(after.iter().flatten().all(|sample| sample.abs() < 1e-6), "silence after bad samples");
}

#[test]
fn silence_stays_silent_and_denormals_cost_nothing_special() {
    let mut plugin = Instance::active(RATE_HZ, 512);
    let silence = plugin.render(&vec![vec![0.0; 20_000]; 2], 512);
    assert!(silence.iter().flatten().all(|sample| *sample == 0.0));
    let faint = plugin.render(&vec![vec![1e-40; 20_000]; 2], 512);
    assert_finite(&faint);
}

#[test]
fn suspended_reset_and_activated_again_it_is_as_fresh() {
    let input = music(10_000);
    let mut plugin = Instance::active(RATE_HZ, 512);
    let first = plugin.render(&input, 512);
    plugin.reset();
    assert_eq!(plugin.render(&input, 512), first, "after reset");
    plugin.restart_processing();
    plugin.reset();
    assert_eq!(plugin.render(&input, 512), first, "after a pause");
    plugin.deactivate();
    plugin.activate(96_000.0, 64);
    assert_finite(&plugin.render(&input, 64));
    plugin.deactivate();
    plugin.activate(RATE_HZ, 512);
    assert_eq!(plugin.render(&input, 512), first, "after another rate");
}

#[test]
fn twenty_instances_live_beside_each_other() {
    let input = music(2_048);
    let mut plugins: Vec<Instance> = (0..20).map(|_| Instance::active(RATE_HZ, 256)).collect();
    plugins[3].deactivate();
    plugins[3].set(&[("EQ 3 Gain", "6")]);
    plugins[3].activate(RATE_HZ, 256);
    let outputs: Vec<_> = plugins.iter_mut().map(|plugin| plugin.render(&input, 256)).collect();
    assert!(outputs.iter().enumerate().all(|(index, output)| (index == 3) == (*output != outputs[0])));
}

/// At unsupported sample rates, the audio passes unchanged.
#[test]
fn odd_rates_pass_the_audio_on() {
    for rate_hz in [1_000.0, 768_000.0] {
        let mut plugin = Instance::active(rate_hz, 512);
        assert_eq!(plugin.latency_frames(), 0);
        let input = music(4_096);
        assert_eq!(plugin.render(&input, 512), input);
    }
}
