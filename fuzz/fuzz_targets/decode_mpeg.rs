//! Decodes MPEG audio and ADTS, which begin with a frame.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Other containers have targets of their own.
    if !(matches!(bytes, [0xff, 0xe0.., ..])) {
        return Corpus::Reject;
    }
    balanced_fuzz::decode(bytes);
    Corpus::Keep
});
