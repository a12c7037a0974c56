//! Decodes WAV and its relatives (RIFX, RF64, BW64, W64).
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Other containers have targets of their own.
    if !([&b"RIFF"[..], b"RIFX", b"RF64", b"BW64", b"riff"].iter().any(|magic| bytes.starts_with(magic))) {
        return Corpus::Reject;
    }
    balanced_fuzz::decode(bytes);
    Corpus::Keep
});
