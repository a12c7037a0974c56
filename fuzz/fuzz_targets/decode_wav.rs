//! Decodes WAV and its relatives (RIFX, RF64, BW64).
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    [&b"RIFF"[..], b"RIFX", b"RF64", b"BW64"].iter().any(|magic| bytes.starts_with(magic))
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if balanced_fuzz::decode(bytes, is_wanted) { Corpus::Keep } else { Corpus::Reject }
});
