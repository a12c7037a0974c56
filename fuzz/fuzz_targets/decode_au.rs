//! Decodes Sun AU of both byte orders.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    bytes.starts_with(b".snd") || bytes.starts_with(b"dns.")
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if balanced_fuzz::decode(bytes, is_wanted) { Corpus::Keep } else { Corpus::Reject }
});
