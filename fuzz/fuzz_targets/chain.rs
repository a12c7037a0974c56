//! Reads chains (TOML, JSON), checks them, and writes them back.
#![no_main]

use balanced_mastering::ChainSpec;
use libfuzzer_sys::fuzz_target;

fn read(text: &str) {
    let Ok(chain) = ChainSpec::from_str_auto(text) else { return };
    let again = ChainSpec::from_toml(&chain.to_toml()).expect("a chain that was read can be written and read again");
    assert_eq!(again, chain);
    if chain.validate().is_ok() {
        assert_eq!(ChainSpec::from_json(&chain.to_json()).expect("settings in range are finite"), chain);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    balanced_fuzz::within_bounds(text.len(), || read(text));
});
