//! Decodes Ogg: Vorbis, Opus, FLAC; as it is, and with the checksums that let its pages be read.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fn is_wanted(bytes: &[u8]) -> bool {
    bytes.starts_with(b"OggS")
}

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| -> Corpus {
    if !balanced_fuzz::decode(bytes, is_wanted) {
        return Corpus::Reject;
    }
    let mended = balanced_fuzz::with_checksums(bytes);
    if mended != bytes {
        balanced_fuzz::decode(&mended, is_wanted);
    }
    Corpus::Keep
});
