//! Benchmark of every processor: stereo, 48 kHz, blocks of 128 frames, in every setting that the contract tests use.
//!
//! `cargo bench -p balanced-benches --bench processors` prints how many times faster than real time each is on one core
//! (audio time by the fastest of several runs), and its latency. A name after `--` picks the kinds that contain it.

use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{Processor, ProcessorSpec};
use balanced_testkit::music::{Style, render};

const RATE_HZ: f64 = 48_000.0;
const SECONDS: f64 = 5.0;
const BLOCK_FRAMES: usize = 128;
const RUNS: usize = 5;

fn main() {
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let music = render(Style::Band, RATE_HZ, SECONDS, 1).audio;
    let format = StreamFormat::new(RATE_HZ, 2);
    println!("{:<18} {:>8} {:>12} {:>10}", "processor", "setting", "x real time", "latency");
    let mut setting = (String::new(), 0);
    for spec in ProcessorSpec::all() {
        setting = if setting.0 == spec.kind() { (setting.0, setting.1 + 1) } else { (spec.kind().to_owned(), 0) };
        if !spec.kind().contains(&filter) {
            continue;
        }
        let mut processor = spec.build(&format).expect("examples are in range");
        let fastest = (0..RUNS).map(|_| timed(processor.as_mut(), &music)).min().unwrap_or(Duration::MAX);
        let factor = SECONDS / fastest.as_secs_f64();
        println!("{:<18} {:>8} {factor:>12.0} {:>10}", spec.kind(), setting.1, processor.latency_frames());
    }
}

fn timed(processor: &mut dyn Processor, music: &PlanarBuffer) -> Duration {
    let mut audio = music.clone();
    let frames = audio.frames();
    let mut block = audio.block_mut();
    let start = Instant::now();
    for begin in (0..frames).step_by(BLOCK_FRAMES) {
        processor.process(&mut block.slice_mut(begin..(begin + BLOCK_FRAMES).min(frames)));
    }
    start.elapsed()
}
