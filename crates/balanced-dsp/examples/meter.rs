//! Measures a tone before and after a soft clipper at four times the rate: `cargo run -p balanced-dsp --example meter`.

use std::f64::consts::TAU;

use balanced_dsp::decibel::{db_to_gain, gain_to_db};
use balanced_dsp::loudness::LoudnessMeter;
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{ClipResidual, Oversampler, PlanarBuffer, StreamFormat};

const RATE_HZ: f64 = 48_000.0;
const FRAMES: usize = 96_000;
const BLOCK_FRAMES: usize = 512;
const CEILING_DBFS: f64 = -6.0;
/// Width of the knee, as a share of the ceiling.
const KNEE: f64 = 0.2;

fn main() {
    let tone: Vec<f64> = (0..FRAMES).map(|n| 0.8 * (TAU * 997.0 * n as f64 / RATE_HZ).sin()).collect();
    let mut clipped = tone.clone();
    clip(&mut clipped);
    print("before", &tone);
    print("after", &clipped);
}

/// Clips at the ceiling; what the clipper adds is made at four times the rate, so that it does not alias.
fn clip(samples: &mut [f64]) {
    let ceiling = db_to_gain(CEILING_DBFS);
    let mut oversampler = Oversampler::new(4, BLOCK_FRAMES, ClipResidual::DELAY);
    let mut residual = ClipResidual::default();
    let mut before = 0.0;
    for block in samples.chunks_mut(BLOCK_FRAMES) {
        oversampler.process(block, |high| {
            for sample in high {
                // The residual belongs to the input of one sample ago.
                let added = ceiling * residual.next(*sample / ceiling, KNEE);
                *sample = std::mem::replace(&mut before, *sample) + added;
            }
        });
    }
    println!("latency of the oversampler: {} frames", oversampler.latency_frames());
}

fn print(label: &str, samples: &[f64]) {
    let format = StreamFormat::new(RATE_HZ, 1);
    let audio = PlanarBuffer::from_channels(&[samples]);
    let (mut loudness, mut peak) = (LoudnessMeter::new(&format), TruePeakMeter::new(&format));
    for start in (0..FRAMES).step_by(BLOCK_FRAMES) {
        let block = audio.block().slice(start..(start + BLOCK_FRAMES).min(FRAMES));
        loudness.process(block);
        peak.process(block);
    }
    peak.flush();
    let lufs = loudness.integrated_lufs().unwrap_or(f64::NEG_INFINITY);
    let dbtp = peak.peak(0).map_or(f64::NEG_INFINITY, |peak| gain_to_db(peak.amplitude));
    println!("{label:>6}: {lufs:6.2} LUFS, {dbtp:6.2} dBTP");
}
