//! The 8x polyphase interpolator that gives the values a true-peak reading is made of.

use std::f64::consts::PI;

/// Points between two samples, the first of them included.
pub(super) const PHASES: usize = 8;
/// Taps of each phase.
pub(super) const TAPS: usize = 48;
/// Samples needed before a point.
pub(super) const BEFORE: usize = TAPS / 2 - 1;
/// Samples needed after it.
pub(super) const AFTER: usize = TAPS / 2;
/// Shape of the Kaiser window: the error against the ideal interpolator stays below 0.003 dB up to 0.45 of the rate.
const BETA: f64 = 7.5;

/// Coefficients by phase. Phase 0 is the sample itself and holds a unit impulse.
#[derive(Clone, Debug)]
pub(super) struct Interpolator {
    phases: [[f64; TAPS]; PHASES],
}

impl Interpolator {
    pub fn new() -> Self {
        let phase = |p| kaiser_phase(p as f64 / PHASES as f64, BETA);
        Self { phases: std::array::from_fn(phase) }
    }

    /// Largest sum of absolute coefficients of any phase: no interpolated value exceeds it times the largest sample.
    pub fn bound(&self) -> f64 {
        self.phases.iter().map(|taps| taps.iter().map(|h| h.abs()).sum()).fold(0.0, f64::max)
    }

    /// The signal at `position / 8` samples. All taps must lie within `samples`.
    #[inline]
    pub fn at(&self, samples: &[f64], position: usize) -> f64 {
        let (index, phase) = (position / PHASES, position % PHASES);
        if phase == 0 {
            return samples[index];
        }
        let (window, _) = samples[index - BEFORE..=index + AFTER].as_chunks::<4>();
        let (taps, _) = self.phases[phase].as_chunks::<4>();
        let mut sums = [0.0; 4];
        for (x, h) in window.iter().zip(taps) {
            for lane in 0..4 {
                sums[lane] += x[lane] * h[lane];
            }
        }
        (sums[0] + sums[2]) + (sums[1] + sums[3])
    }
}

/// Kaiser-windowed sinc that reads `fraction` samples after its tap `N / 2 - 1`.
pub(super) fn kaiser_phase<const N: usize>(fraction: f64, beta: f64) -> [f64; N] {
    std::array::from_fn(|tap| {
        let t = tap as f64 - (N / 2 - 1) as f64 - fraction;
        let reach = t / (N / 2) as f64;
        sinc(t) * bessel_i0(beta * (1.0 - reach * reach).max(0.0).sqrt()) / bessel_i0(beta)
    })
}

fn sinc(t: f64) -> f64 {
    if t == 0.0 { 1.0 } else { (PI * t).sin() / (PI * t) }
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let terms = (1..60).scan(1.0, |term, k| {
        *term *= quarter / f64::from(k * k);
        Some(*term)
    });
    1.0 + terms.sum::<f64>()
}
