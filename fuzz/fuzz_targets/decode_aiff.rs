//! Decodes AIFF and AIFF-C.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Other containers have targets of their own.
    if !(bytes.starts_with(b"FORM")) {
        return Corpus::Reject;
    }
    balanced_fuzz::decode(bytes);
    Corpus::Keep
});
