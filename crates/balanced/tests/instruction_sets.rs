//! A clip is analysed and mastered to the same bits with AVX2 and without it.

use std::path::Path;

use balanced::{AnalyzeOptions, DEMO_FLAC, MasterOptions, MasterResult, analyze_bytes, master};
use balanced_dsp::cpu;

/// Everything that is measured on the demo, as JSON; how long it took is no measurement.
fn analysis() -> String {
    let mut analysis = analyze_bytes(DEMO_FLAC.to_vec(), &AnalyzeOptions::default()).unwrap();
    analysis.provenance.elapsed_s = 0.0;
    serde_json::to_string(&analysis).unwrap()
}

/// The bytes of a master, with the numbers that were measured on them.
fn mastered(folder: &Path) -> (Vec<u8>, MasterResult) {
    let (input, output) = (folder.join("mix.flac"), folder.join("master.wav"));
    std::fs::write(&input, DEMO_FLAC).unwrap();
    let mut result = master(&input, &output, &MasterOptions::default()).unwrap();
    for analysis in [&mut result.before, &mut result.after] {
        analysis.provenance.elapsed_s = 0.0;
    }
    (std::fs::read(&output).unwrap(), result)
}

#[test]
fn a_clip_is_analysed_and_mastered_to_the_same_bits_without_avx2() {
    let folder = tempfile::tempdir().unwrap();
    let with = (analysis(), mastered(folder.path()));
    let mask = cpu::mask_avx2();
    assert!(!cpu::has_avx2());
    let without = (analysis(), mastered(folder.path()));
    drop(mask);
    assert_eq!(with.0, without.0);
    assert!(with.1.0 == without.1.0, "the masters' bytes differ");
    assert_eq!(with.1.1, without.1.1);
}
