//! Benchmark of loudness and peak kernels against the `ebur128` crate, on 20 s of synthetic stereo music in memory.
//!
//! `cargo bench --package balanced-benches --bench levels`; times are for 20 s of audio, one thread.

use std::sync::OnceLock;

use balanced_analysis::Analyzer;
use balanced_dsp::loudness::LoudnessWindows;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family};
use balanced_testkit::music::{Style, limit, render};
use divan::{Bencher, black_box};
use ebur128::{EbuR128, Mode};

const RATE_HZ: f64 = 44_100.0;
const BLOCK_FRAMES: usize = 1 << 15;

fn main() {
    divan::main();
}

/// Test signals: a mix, and that mix driven 12 dB into a limiter, where every block touches the ceiling.
#[derive(Clone, Copy, Debug)]
enum Programme {
    Mix,
    Loud,
}

const PROGRAMMES: [Programme; 2] = [Programme::Mix, Programme::Loud];

fn audio(programme: Programme) -> &'static PlanarBuffer {
    static AUDIO: OnceLock<[PlanarBuffer; 2]> = OnceLock::new();
    let both = AUDIO.get_or_init(|| {
        let mix = render(Style::Band, RATE_HZ, 20.0, 1).audio;
        let mut loud = mix.clone();
        limit(&mut loud, RATE_HZ, 12.0, -0.1);
        [mix, loud]
    });
    &both[programme as usize]
}

fn blocks(audio: &PlanarBuffer, mut use_block: impl FnMut(balanced_dsp::Block<'_>)) {
    for start in (0..audio.frames()).step_by(BLOCK_FRAMES) {
        use_block(audio.block().slice(start..(start + BLOCK_FRAMES).min(audio.frames())));
    }
}

fn analyse(bencher: Bencher, programme: Programme, families: &[Family]) {
    let audio = audio(programme);
    let config = AnalysisConfig { families: families.to_vec(), ..AnalysisConfig::default() };
    bencher.bench_local(|| {
        let mut analyzer = Analyzer::new(&StreamFormat::new(RATE_HZ, 2), &config);
        blocks(audio, |block| analyzer.push(block));
        analyzer.finish()
    });
}

#[divan::bench(args = PROGRAMMES)]
fn family_loudness(bencher: Bencher, programme: Programme) {
    analyse(bencher, programme, &[Family::Loudness]);
}

#[divan::bench(args = PROGRAMMES)]
fn family_dynamics(bencher: Bencher, programme: Programme) {
    analyse(bencher, programme, &[Family::Dynamics]);
}

#[divan::bench(args = PROGRAMMES)]
fn kernel_loudness_windows(bencher: Bencher, programme: Programme) {
    let audio = audio(programme);
    bencher.bench_local(|| {
        let mut windows = LoudnessWindows::new(&StreamFormat::new(RATE_HZ, 2));
        blocks(audio, |block| {
            windows.process(block, |powers| {
                black_box(powers);
            })
        });
    });
}

#[divan::bench(args = PROGRAMMES)]
fn kernel_true_peak(bencher: Bencher, programme: Programme) {
    let audio = audio(programme);
    bencher.bench_local(|| {
        let mut meter = TruePeakMeter::new(&StreamFormat::new(RATE_HZ, 2));
        blocks(audio, |block| meter.process(block));
        meter.flush();
        meter.peak(0)
    });
}

#[divan::bench(args = PROGRAMMES)]
fn peer_ebur128_crate(bencher: Bencher, programme: Programme) {
    let audio = audio(programme);
    let mode = Mode::I | Mode::LRA | Mode::S | Mode::M | Mode::TRUE_PEAK | Mode::SAMPLE_PEAK;
    bencher.bench_local(|| {
        let mut meter = EbuR128::new(2, RATE_HZ as u32, mode).unwrap();
        blocks(audio, |block| meter.add_frames_planar_f64(&[block.channel(0), block.channel(1)]).unwrap());
        (meter.loudness_global().unwrap(), meter.loudness_range().unwrap(), meter.true_peak(0).unwrap())
    });
}
