//! Decodes MPEG audio of all layers, which begins with a frame.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0)
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if balanced_fuzz::decode(bytes, is_wanted) { Corpus::Keep } else { Corpus::Reject }
});
