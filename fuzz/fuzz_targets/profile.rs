//! Reads profiles of checks.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(profile) = balanced_assistant::Profile::from_toml(text) {
        // What a profile measures is worked out from its rules.
        let _ = profile.families();
    }
});
