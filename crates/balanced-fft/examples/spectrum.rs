//! Prints the strongest bins of a chord: `cargo run -p balanced-fft --example spectrum`.

use std::f64::consts::TAU;

const RATE_HZ: f64 = 48_000.0;
const LENGTH: usize = 4800;

fn main() {
    let plan = balanced_fft::real_forward_f64(LENGTH);
    let chord = |n: usize| [440.0, 550.0, 660.0].iter().map(|hz| (TAU * hz * n as f64 / RATE_HZ).sin()).sum();
    let mut samples: Vec<f64> = (0..LENGTH).map(chord).collect();
    let mut bins = plan.make_output_vec();
    plan.process(&mut samples, &mut bins).expect("the lengths are the plan's");

    // Transforms are not scaled: a sine of amplitude 1 has magnitude LENGTH / 2.
    for (bin, value) in bins.iter().enumerate() {
        let amplitude = 2.0 * value.norm() / LENGTH as f64;
        if amplitude > 0.5 {
            println!("{:>6.1} Hz  amplitude {amplitude:.3}", bin as f64 * RATE_HZ / LENGTH as f64);
        }
    }
}
