//! Reads profiles of checks, and writes them back.
#![no_main]

use balanced_assistant::Profile;
use libfuzzer_sys::fuzz_target;

fn read(text: &str) {
    match Profile::from_toml(text) {
        Ok(profile) => {
            // What a profile measures is worked out from its rules.
            let _ = profile.families();
            let json = serde_json::to_string(&profile).expect("a profile is plain data");
            assert!(serde_json::from_str::<Profile>(&json).is_ok(), "{json}");
        }
        Err(slip) => assert!(!slip.is_empty()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    balanced_fuzz::within_bounds(text.len(), || read(text));
});
