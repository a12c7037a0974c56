//! The real-time promise of the meters: after construction, nothing asks the allocator.

use balanced_dsp::StreamFormat;
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_testkit::allocations::count;
use balanced_testkit::music::{Style, render};

#[test]
fn meters_do_not_allocate() {
    let take = render(Style::Band, 48_000.0, 4.0, 3);
    let format = StreamFormat::new(48_000.0, 2);
    let (mut loudness, mut peaks) = (LoudnessMeter::new(&format), TruePeakMeter::new(&format));
    let mut readings = 0.0;
    let calls = count(|| {
        for start in (0..take.audio.frames() - 512).step_by(512) {
            let block = take.audio.block().slice(start..start + 512);
            loudness.process(block);
            peaks.process(block);
            readings += loudness.momentary_lufs().unwrap_or(0.0) + peaks.take_interval(1);
        }
        readings += loudness.integrated_lufs().unwrap() + loudness.range_lu().unwrap();
        peaks.flush();
        readings += peaks.peak(0).unwrap().amplitude;
        peaks.reset();
        loudness.reset();
    });
    assert_eq!(calls, 0);
    assert!(readings < 0.0);
}
