//! Benchmark of the limiter: stereo, 48 kHz, blocks of 512 frames, at several depths of limiting.
//!
//! `cargo bench -p balanced-benches --bench limiter` prints the time for ten seconds of audio and, first, the real-time
//! factor of each case (audio time by processor time of the fastest of several runs).

use std::time::{Duration, Instant};

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{LimiterSpec, LimiterStyle, Processor, ProcessorSpec};
use balanced_testkit::music::{Style, render};
use divan::Bencher;

const RATE_HZ: f64 = 48_000.0;
const SECONDS: f64 = 10.0;
const BLOCK_FRAMES: usize = 512;
/// Drive in dB, for no, about 4 dB and about 10 dB of gain reduction.
const DRIVES_DB: [f64; 3] = [-12.0, 6.0, 12.0];

fn main() {
    let music = render(Style::Band, RATE_HZ, SECONDS, 1).audio;
    for drive_db in DRIVES_DB {
        let (mut limiter, mut audio) = (build(drive_db), music.clone());
        let fastest = (0..7).map(|_| timed(limiter.as_mut(), &mut audio, &music)).min().unwrap_or(Duration::MAX);
        println!("limiter at {drive_db:+} dB: {:.0} times real time", SECONDS / fastest.as_secs_f64());
    }
    divan::main();
}

fn build(drive_db: f64) -> Box<dyn Processor> {
    let spec = LimiterSpec { drive_db, style: LimiterStyle::Transparent, ..LimiterSpec::default() };
    ProcessorSpec::Limiter(spec).build(&StreamFormat::new(RATE_HZ, 2)).expect("the settings are in range")
}

fn timed(limiter: &mut dyn Processor, audio: &mut PlanarBuffer, music: &PlanarBuffer) -> Duration {
    audio.block_mut().copy_from(music.block());
    let start = Instant::now();
    run(limiter, audio);
    start.elapsed()
}

fn run(limiter: &mut dyn Processor, audio: &mut PlanarBuffer) {
    let frames = audio.frames();
    let mut block = audio.block_mut();
    for start in (0..frames).step_by(BLOCK_FRAMES) {
        limiter.process(&mut block.slice_mut(start..(start + BLOCK_FRAMES).min(frames)));
    }
}

#[divan::bench(args = DRIVES_DB, sample_count = 7)]
fn ten_seconds_of_stereo(bencher: Bencher<'_, '_>, drive_db: f64) {
    let music = render(Style::Band, RATE_HZ, SECONDS, 1).audio;
    let mut limiter = build(drive_db);
    bencher.with_inputs(|| music.clone()).bench_local_refs(|audio| run(limiter.as_mut(), audio));
}
