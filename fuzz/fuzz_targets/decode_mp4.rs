//! Decodes MP4 (AAC and ALAC).
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Other containers have targets of their own.
    if !(bytes.get(4..8) == Some(b"ftyp")) {
        return Corpus::Reject;
    }
    balanced_fuzz::decode(bytes);
    Corpus::Keep
});
