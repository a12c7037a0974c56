//! Tests of parameters and state.

use std::collections::HashSet;

use crate::host::{Instance, RATE_HZ, music, plugin_id};
use balanced_master::BalancedMaster;
use clack_extensions::params::ParamInfoFlags;
use nice_plug::prelude::Vst3Plugin;

/// Saved projects find the plugin by these: to change one is to lose them.
#[test]
fn both_formats_keep_their_ids() {
    assert_eq!(plugin_id(), "com.balanced-mastering.master");
    let class: String = BalancedMaster::VST3_CLASS_ID.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(class, "44deb5920389471eac80379e8fd8a330");
}

#[test]
fn every_parameter_has_a_name_a_group_and_text_both_ways() {
    let mut plugin = Instance::new();
    let parameters = plugin.parameters();
    assert!(parameters.len() > 250, "{}", parameters.len());
    let names: HashSet<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let ids: HashSet<u32> = parameters.iter().map(|parameter| parameter.id.get()).collect();
    assert_eq!((names.len(), ids.len()), (parameters.len(), parameters.len()));
    assert_eq!(parameters.iter().filter(|p| p.flags.contains(ParamInfoFlags::IS_BYPASS)).count(), 1);
    for parameter in &parameters {
        assert!(!parameter.group.is_empty(), "{}", parameter.name);
        assert_eq!(plugin.value(parameter.id), parameter.default, "{}", parameter.name);
        let stepped = parameter.flags.contains(ParamInfoFlags::IS_STEPPED);
        for step in 0..=8 {
            let at = f64::from(step) / 8.0;
            let value = parameter.min + at * (parameter.max - parameter.min);
            let value = if stepped { value.round() } else { value };
            let text = plugin.text(parameter.id, value);
            let back = plugin.parse(parameter.id, &text);
            let back = back.unwrap_or_else(|| panic!("{} does not read its own {text:?}", parameter.name));
            assert_eq!(plugin.text(parameter.id, back), text, "{}", parameter.name);
        }
    }
}

#[test]
fn units_are_printed_and_read() {
    let mut plugin = Instance::new();
    let (id, value) = plugin.change("EQ 3 Frequency", "2.5 kHz");
    assert_eq!(plugin.text(id, value), "2500 Hz");
    let (id, value) = plugin.change("EQ 3 Gain", "-3");
    assert_eq!(plugin.text(id, value), "-3.00 dB");
    let (id, value) = plugin.change("Limiter Style", "punchy");
    assert_eq!(plugin.text(id, value), "Punchy");
    let (id, value) = plugin.change("Limiter Ceiling", "-0.3 dBTP");
    assert_eq!(plugin.text(id, value), "-0.30 dBTP");
}

#[test]
fn a_state_loads_into_a_second_instance_to_the_byte_and_sounds_the_same() {
    let mut first = Instance::new();
    // Rounding errors would show at the edges.
    first.set(&[
        ("EQ 2 Gain", "3.3"),
        ("EQ 4 Frequency", "433"),
        ("EQ 4 Gain", "-2.1"),
        ("EQ Phase", "linear"),
        ("Multiband Bypass", "off"),
        ("Multiband Band count", "5"),
        ("Saturator Bypass", "off"),
        ("Limiter Drive", "6"),
    ]);
    let parameters = first.parameters();
    for (index, parameter) in parameters.iter().enumerate().filter(|(_, p)| p.name.contains("Dynamic EQ")) {
        if !parameter.flags.contains(ParamInfoFlags::IS_STEPPED) {
            let text = first.text(parameter.id, (index as f64 * 0.617).fract());
            first.set(&[(&parameter.name, &text)]);
        }
    }
    let state = first.state();
    let mut second = Instance::new();
    assert!(second.load(&state));
    assert_eq!(second.state(), state);
    for parameter in &parameters {
        assert_eq!(second.value(parameter.id), first.value(parameter.id), "{}", parameter.name);
    }
    first.activate(RATE_HZ, 512);
    second.activate(RATE_HZ, 512);
    assert_eq!(first.latency_frames(), second.latency_frames());
    let input = music(24_000);
    assert_eq!(first.render(&input, 512), second.render(&input, 512));
}

#[test]
fn a_state_that_is_none_is_refused_and_changes_nothing() {
    let mut plugin = Instance::new();
    let before = plugin.state();
    assert!(!plugin.load(b"{ this is no state"));
    assert_eq!(plugin.state(), before);
    // Unknown fields of a later version are ignored.
    let text = plugin.state_json().to_string();
    let later = text.replace("\\\"module\\\":\\\"eq\\\"", "\\\"module\\\":\\\"quantum_eq\\\"");
    assert_ne!(later, text);
    assert!(plugin.load_text(&later));
    plugin.activate(RATE_HZ, 256);
    crate::host::assert_finite(&plugin.render(&music(5_000), 256));
}
