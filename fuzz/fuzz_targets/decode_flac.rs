//! Decodes FLAC, and what follows an ID3 tag.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    bytes.starts_with(b"fLaC") || bytes.starts_with(b"ID3")
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if balanced_fuzz::decode(bytes, is_wanted) { Corpus::Keep } else { Corpus::Reject }
});
