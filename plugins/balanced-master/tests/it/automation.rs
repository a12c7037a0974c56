//! Tests of parameter changes during playback.

use std::time::{Duration, Instant};

use crate::host::{Instance, RATE_HZ, assert_finite, music};

/// An event within a block takes effect at its frame, as if the block were split there.
#[test]
fn events_act_at_their_frame() {
    let input = music(4_096);
    let run = |cut: bool| {
        let mut plugin = Instance::active(RATE_HZ, 4_096);
        let (id, value) = plugin.change("EQ 4 Gain", "9");
        let mut audio = input.clone();
        if cut {
            let mut tail: Vec<Vec<f32>> = audio.iter_mut().map(|channel| channel.split_off(1_777)).collect();
            plugin.block(&mut audio, &[]);
            plugin.block(&mut tail, &[(0, id, value)]);
            audio.iter_mut().zip(tail).for_each(|(head, tail)| head.extend(tail));
        } else {
            plugin.block(&mut audio, &[(1_777, id, value)]);
        }
        audio
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn a_change_of_latency_asks_for_a_restart_and_is_there_after_it() {
    let mut plugin = Instance::active(RATE_HZ, 512);
    let before = plugin.latency_frames();
    let (id, value) = plugin.change("EQ Phase", "linear");
    let mut block = vec![vec![0.0; 512]; 2];
    plugin.block(&mut block, &[(0, id, value)]);
    let since = Instant::now();
    while !plugin.wants_restart() {
        assert!(since.elapsed() < Duration::from_secs(30), "the new chain never came");
        plugin.block(&mut vec![vec![0.0; 512]; 2], &[]);
        plugin.idle();
        std::thread::sleep(Duration::from_millis(1));
    }
    plugin.deactivate();
    plugin.activate(RATE_HZ, 512);
    assert!(plugin.latency_frames() > before + 4_000);
}

/// Random changes of all parameters during playback give only finite samples and cause no allocation.
#[test]
fn all_parameters_at_once() {
    let mut plugin = Instance::active(RATE_HZ, 512);
    let parameters = plugin.parameters();
    let mut random = balanced_dsp::Random::new(5, 9);
    let mut next = || random.centred() + 0.5;
    let input = music(512);
    for _ in 0..150 {
        let mut changes: Vec<_> = (0..40)
            .map(|_| {
                let parameter = &parameters[(next() * parameters.len() as f64) as usize % parameters.len()];
                let at = next();
                let value = if at < 0.2 {
                    parameter.min
                } else if at > 0.8 {
                    parameter.max
                } else {
                    parameter.default
                };
                ((next() * 512.0) as u32 % 512, parameter.id, value)
            })
            .collect();
        changes.sort_by_key(|change| change.0);
        let mut audio = input.clone();
        plugin.block(&mut audio, &changes);
        assert_finite(&audio);
        plugin.idle();
    }
}
