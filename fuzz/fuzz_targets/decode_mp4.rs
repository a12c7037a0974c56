//! Decodes MP4 and QuickTime: AAC, ALAC, Opus, samples.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    matches!(bytes.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide"))
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if balanced_fuzz::decode(bytes, is_wanted) { Corpus::Keep } else { Corpus::Reject }
});
