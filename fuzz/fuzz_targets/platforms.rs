//! Reads tables of platform rules, and applies them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fn read(text: &str) {
    let Ok(rules) = balanced_assistant::platforms_from_toml(text) else { return };
    for rule in rules {
        for (integrated_lufs, true_peak_dbtp) in [(Some(-9.0), Some(0.3)), (Some(-40.0), None), (None, Some(-6.0))] {
            let applied = rule.apply(integrated_lufs, true_peak_dbtp);
            assert!(applied.gain_db.is_none_or(f64::is_finite), "{applied:?}");
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    balanced_fuzz::within_bounds(text.len(), || read(text));
});
