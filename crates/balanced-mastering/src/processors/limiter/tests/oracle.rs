//! True peak by windowed sincs of several lengths at 32 times the rate: what other meters than the project's oracle read.

use std::f64::consts::PI;

use rustfft::num_complex::Complex64;

const FACTOR: usize = 32;

/// Highest magnitude of `signal` at 32 times its rate, by a sinc of `half_width` frames a side under a Blackman window.
///
/// Frames whose neighbourhood cannot reach `relevant` are skipped: the bound is the sum of the magnitudes there, with
/// the sinc's own envelope.
pub(super) fn true_peak(signal: &[f64], half_width: usize, relevant: f64) -> f64 {
    let kernels: Vec<Vec<f64>> = (0..FACTOR).map(|phase| kernel(phase as f64 / FACTOR as f64, half_width)).collect();
    let padding = 2 * half_width;
    let mut padded = vec![0.0; signal.len() + 2 * padding];
    padded[padding..padding + signal.len()].copy_from_slice(signal);
    let mut peak = signal.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    for frame in half_width..padded.len() - half_width {
        let around = &padded[frame + 1 - half_width..=frame + half_width];
        // A coarse look at four phases first: at a quarter of a frame a band-limited signal reads within 0.7 dB.
        let coarse = (0..4).map(|q| dot(around, &kernels[q * FACTOR / 4]).abs()).fold(0.0, f64::max);
        if coarse > 0.85 * relevant.max(peak) {
            peak = kernels.iter().fold(peak, |m, kernel| m.max(dot(around, kernel).abs()));
        }
    }
    peak
}

fn kernel(offset: f64, half_width: usize) -> Vec<f64> {
    let start = 1 - half_width as i64;
    (start..=half_width as i64)
        .map(|k| {
            let t = offset - k as f64;
            let u = t / half_width as f64;
            if u.abs() >= 1.0 {
                return 0.0;
            }
            let window = 0.42 + 0.5 * (PI * u).cos() + 0.08 * (2.0 * PI * u).cos();
            let sinc = if t == 0.0 { 1.0 } else { (PI * t).sin() / (PI * t) };
            window * sinc
        })
        .collect()
}

/// Dot product in four lanes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (x, y) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for lane in 0..4 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum()
}

/// Highest magnitude at 16 times the rate by the sinc without end: zeros behind the spectrum of the whole signal.
pub(super) fn infinite_sinc_peak(signal: &[f64]) -> f64 {
    const FACTOR: usize = 16;
    let size = (signal.len() + 2048).next_power_of_two();
    let mut bins = vec![Complex64::default(); size];
    bins[1024..1024 + signal.len()].iter_mut().zip(signal).for_each(|(bin, x)| bin.re = *x);
    balanced_fft::forward_f64(size).process(&mut bins);
    let mut fine = vec![Complex64::default(); FACTOR * size];
    let half = size / 2;
    fine[..half].copy_from_slice(&bins[..half]);
    fine[FACTOR * size - half + 1..].copy_from_slice(&bins[half + 1..]);
    balanced_fft::inverse_f64(FACTOR * size).process(&mut fine);
    fine.iter().fold(0.0f64, |peak, x| peak.max(x.re.abs())) / size as f64
}
