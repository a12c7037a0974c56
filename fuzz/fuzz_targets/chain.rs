//! Reads chains, checks them, and writes them back.
#![no_main]

use balanced_mastering::ChainSpec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(chain) = ChainSpec::from_str_auto(text) else { return };
    let again = ChainSpec::from_toml(&chain.to_toml()).expect("a chain that was read can be written and read again");
    assert_eq!(again, chain);
});
