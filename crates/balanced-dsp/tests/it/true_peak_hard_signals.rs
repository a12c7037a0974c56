//! The true-peak meter where maxima are many and equal, against plain sums at every point, and with values that are no sound.

use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::window::{kaiser, sinc};
use balanced_dsp::{Block, StreamFormat};
use balanced_testkit::named::Signal;
use balanced_testkit::peak_signals::hard_signals;

const FRAMES: usize = 24_000;
const PHASES: usize = 8;
const TAPS: usize = 512;
const BETA: f64 = 12.27;
/// Readings may be this much lower than the plain sums where content reaches half the rate: the search passes less of it.
const NEAR_HALF_THE_RATE: [(&str, f64); 6] = [
    ("Nyquist alternation", 2.1),
    ("faded alternation", 0.01),
    ("square of 6 frames", 0.1),
    ("sine 0.49 fs", 0.01),
    ("white noise", 0.5),
    ("clipped noise", 0.5),
];

fn meter(samples: &[f64]) -> TruePeakMeter {
    let mut meter = TruePeakMeter::new(&StreamFormat::new(48_000.0, 1));
    meter.process(Block::new(samples, 1, samples.len(), samples.len()));
    meter.flush();
    meter
}

/// The highest vertex of a parabola through three points, of all points of the interpolator of the meter, in double precision.
fn plain_peak(samples: &[f64]) -> f64 {
    let mut padded = vec![0.0; TAPS];
    padded.extend(samples);
    padded.extend([0.0; TAPS]);
    let weights: Vec<Vec<f64>> = (0..PHASES)
        .map(|phase| {
            let distance = |tap: usize| tap as f64 - (TAPS / 2 - 1) as f64 - phase as f64 / PHASES as f64;
            (0..TAPS).map(|tap| sinc(distance(tap)) * kaiser(distance(tap) / (TAPS / 2) as f64, BETA)).collect()
        })
        .collect();
    let point = |window: &[f64], weights: &[f64]| window.iter().zip(weights).map(|(x, h)| x * h).sum::<f64>();
    let points: Vec<f64> =
        padded.windows(TAPS).flat_map(|window| weights.iter().map(move |weights| point(window, weights))).collect();
    points.windows(3).fold(0.0, |peak, three| {
        let [b, m, a] = [three[0], three[1], three[2]];
        let bend = (m - b) + (m - a);
        let top = m.abs() >= b.abs().max(a.abs()) && bend != 0.0;
        f64::max(peak, m.abs() + if top { (a - b) * (a - b) / (8.0 * bend.abs()) } else { 0.0 })
    })
}

#[test]
fn plain_sums_read_the_same() {
    for Signal { name, samples } in hard_signals(FRAMES) {
        let (read, plain) = (meter(&samples).peak(0).map_or(0.0, |peak| peak.amplitude), plain_peak(&samples));
        let error_db = if read == plain { 0.0 } else { 20.0 * (read / plain).log10() };
        let near_half = NEAR_HALF_THE_RATE.iter().find(|(near, _)| *near == name);
        // What is silence between the samples reads its largest sample.
        let low_db = if plain < 1e-30 { 1.2 } else { near_half.map_or(0.001, |(_, low_db)| *low_db) };
        assert!((-low_db..=0.001).contains(&error_db), "{name}: {error_db:+.5} dB, {read}");
    }
}

#[test]
fn blocks_of_every_size_read_the_same_bits() {
    for Signal { name, samples } in hard_signals(FRAMES) {
        let whole = meter(&samples).peak(0);
        for step in [1000, 63] {
            let mut meter = TruePeakMeter::new(&StreamFormat::new(48_000.0, 1));
            samples.chunks(step).for_each(|part| meter.process(Block::new(part, 1, part.len(), part.len())));
            meter.flush();
            assert_eq!(meter.peak(0), whole, "{name}, {step}");
            meter.reset();
            meter.process(Block::new(&samples, 1, FRAMES, FRAMES));
            meter.flush();
            assert_eq!(meter.peak(0), whole, "{name} after reset");
        }
    }
}

#[test]
fn a_plateau_never_reads_less_than_its_samples() {
    for Signal { name, samples } in hard_signals(2 * FRAMES) {
        let meter = meter(&samples);
        let highest = samples.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
        assert_eq!(meter.sample_peak(0), highest, "{name}");
        assert!(meter.peak(0).map_or(0.0, |peak| peak.amplitude) >= highest, "{name}");
    }
}

#[test]
fn values_that_are_no_sound_are_passed_over() {
    let tone = |i: usize| (1.51 * i as f64).sin();
    for strange in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, f64::MIN_POSITIVE] {
        for every in [1, 2, 97] {
            let wave = |i: usize| if i.is_multiple_of(every) { strange } else { tone(i) };
            let samples: Vec<f64> = (0..FRAMES).map(wave).collect();
            let meter = meter(&samples);
            let highest = samples.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
            assert_eq!(meter.sample_peak(0), highest, "{strange} at every {every}");
        }
    }
}
