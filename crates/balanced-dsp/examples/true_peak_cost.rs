//! Prints what the true-peak meter takes for signals that are easy and hard for it, against music:
//! `cargo run --release -p balanced-dsp --example true_peak_cost`.

use std::time::Instant;

use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::music::{Style, limit, render};
use balanced_testkit::named::Signal;
use balanced_testkit::peak_signals::hard_signals;

const RATE_HZ: f64 = 48_000.0;
const SECONDS: usize = 8;
const FRAMES: usize = SECONDS * RATE_HZ as usize;
/// As an analysis reads it: an interval is 100 ms.
const BLOCK_FRAMES: usize = 4800;
const ROUNDS: usize = 5;

fn main() {
    let loud = cost_ns(&music(true));
    println!("{:<24} {:>12} {:>14} {:>14}", "signal", "ns a sample", "x loud music", "dBTP");
    print("music", &music(false), loud);
    print("loud music", &music(true), loud);
    for Signal { name, samples } in hard_signals(FRAMES) {
        print(&name, &samples, loud);
    }
}

fn music(loud: bool) -> Vec<f64> {
    let mut take = render(Style::Band, RATE_HZ, SECONDS as f64, 1);
    if loud {
        limit(&mut take.audio, RATE_HZ, 12.0, -0.1);
    }
    take.audio.channel(0).to_vec()
}

fn print(name: &str, samples: &[f64], loud_ns: f64) {
    let ns = cost_ns(samples);
    let peak = measure(samples).peak(0).map_or(f64::NEG_INFINITY, |peak| 20.0 * peak.amplitude.log10());
    println!("{name:<24} {ns:>12.2} {:>14.2} {peak:>14.6}", ns / loud_ns);
}

fn cost_ns(samples: &[f64]) -> f64 {
    let round = |_| {
        let start = Instant::now();
        std::hint::black_box(measure(samples));
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min) / samples.len() as f64 * 1e9
}

fn measure(samples: &[f64]) -> TruePeakMeter {
    let mut meter = TruePeakMeter::new(&StreamFormat::new(RATE_HZ, 1));
    for block in samples.chunks(BLOCK_FRAMES) {
        meter.process(PlanarBuffer::from_channels(&[block]).block());
        meter.take_interval(0);
    }
    meter.flush();
    meter
}
