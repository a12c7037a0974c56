//! Tests of the audio output.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{Chain, ChainSpec};

use crate::host::{Instance, RATE_HZ, assert_finite, music};

/// Settings that use every module but keep an impulse in one place.
const LATE: [(&str, &str); 3] = [("EQ Phase", "linear"), ("Saturator Bypass", "off"), ("Saturator Drive", "0")];

fn impulse_at(audio: &[f32]) -> usize {
    audio.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).map_or(0, |(frame, _)| frame)
}

#[test]
fn latency_is_where_an_impulse_comes_out_at_every_rate() {
    for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
        for settings in [&LATE[..0], &LATE[..], &[("Latency", "near zero")]] {
            let mut plugin = Instance::new();
            plugin.set(settings);
            plugin.activate(rate_hz, 1024);
            let latency = plugin.latency_frames();
            let mut input = vec![vec![0.0f32; 10_000 + latency]; 2];
            input.iter_mut().for_each(|channel| channel[5_000] = 0.25);
            let output = plugin.render(&input, 1024);
            assert_eq!(impulse_at(&output[0]), 5_000 + latency, "{rate_hz} Hz {settings:?}");
        }
    }
}

#[test]
fn output_does_not_depend_on_block_size() {
    let input = music(20_000);
    let mut reference = None;
    for frames in [8192, 1, 7, 64, 480, 1024, 4096] {
        let mut plugin = busy();
        plugin.activate(RATE_HZ, 8192);
        let output = plugin.render(&input, frames);
        let reference = reference.get_or_insert_with(|| output.clone());
        assert!(*reference == output, "blocks of {frames}");
    }
}

fn busy() -> Instance {
    let mut plugin = Instance::new();
    plugin.set(&[
        ("EQ 2 Gain", "2"),
        ("EQ 5 Gain", "-3"),
        ("EQ 7 Gain", "2.5"),
        ("EQ 7 Channels", "side"),
        ("Dynamic EQ Bypass", "off"),
        ("Multiband Bypass", "off"),
        ("Saturator Bypass", "off"),
        ("Stereo Bypass", "off"),
        ("Stereo Width", "120"),
        ("Limiter Drive", "12"),
        ("Dither Bypass", "off"),
        ("Dither Bits", "16"),
    ]);
    plugin
}

/// The plugin's output equals that of the library with the chain made from the saved state.
#[test]
fn the_plugin_renders_what_the_library_renders() {
    let params = balanced_master::params::PluginParams::new();
    for preset in balanced_mastering::Preset::all() {
        let chain = preset.chain();
        let snapshot = balanced_master::params::chain::snapshot_of(&chain, &params.defaults());
        let mut plugin = Instance::new();
        let mut state = plugin.state_json();
        let saved = serde_json::json!({ "now": snapshot });
        state["fields"]["balanced"] = serde_json::Value::String(saved.to_string());
        assert!(plugin.load_text(&state.to_string()));
        plugin.activate(RATE_HZ, 512);
        let input = music(48_000);
        let output = plugin.render(&input, 512);

        let written = balanced_master::params::chain::chain_of(&snapshot);
        let read = ChainSpec::from_toml(&written.to_toml()).unwrap();
        let wide: Vec<Vec<f64>> = input.iter().map(|c| c.iter().map(|s| f64::from(*s)).collect()).collect();
        let mut expected = PlanarBuffer::from_channels(&wide);
        let mut library = Chain::build(&read, &StreamFormat::new(RATE_HZ, 2)).unwrap();
        assert_eq!(plugin.latency_frames(), library.latency_frames(), "{}", preset.name);
        library.process(&mut expected.block_mut());
        let mut worst = 0.0f64;
        for channel in 0..2 {
            for (ours, theirs) in output[channel].iter().zip(expected.channel(channel)) {
                worst = worst.max((f64::from(*ours) - theirs).abs());
            }
        }
        let null_db = 20.0 * worst.max(1e-12).log10();
        assert!(null_db < -140.0, "{}: {null_db:.1} dBFS", preset.name);
    }
}

#[test]
fn the_limiter_holds_its_ceiling() {
    let mut plugin = Instance::new();
    plugin.set(&[("Limiter Drive", "18"), ("Limiter Ceiling", "-1")]);
    plugin.activate(RATE_HZ, 512);
    let output = plugin.render(&music(96_000), 512);
    assert_finite(&output);
    let peak = output.iter().flatten().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak > 0.8 && peak <= 10f32.powf(-1.0 / 20.0), "{peak}");
}
