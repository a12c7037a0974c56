//! The search for the frame grid of an MDCT codec.

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex;

use super::excerpts::Excerpts;

/// Coefficients of a long frame of AAC-LC and of Vorbis.
pub(super) const COEFFICIENTS: usize = 1024;
/// Coefficients that are looked at: above the first quarter, where few are quantised to zero, and below every codec's low-pass.
const LOOKED_AT: std::ops::Range<usize> = 256..696;
/// What a coefficient of 16-bit audio can fall to: its rounding noise.
const FLOOR: f32 = 1e-10;
/// Fewer excerpts are chance.
const FEWEST: usize = 4;

/// Window of a codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// Kaiser-Bessel derived, alpha 4: AAC (ISO/IEC 14496-3, 4.6.11).
    KaiserBessel,
    /// Sine: AAC's other one.
    Sine,
    /// Sine of a squared sine: Vorbis I, section 4.3.1.
    PowerSine,
}

/// The grid position that stands out most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// Position modulo the frame length.
    pub offset: usize,
    /// Distance of its score from the median over all positions, in robust standard deviations.
    pub prominence: f64,
    /// The same distance, in nepers.
    pub depth: f64,
}

impl Grid {
    /// Score every position: mean logarithm of the coefficients, low where many are near zero.
    pub fn search(excerpts: &Excerpts, window: Window) -> Option<Self> {
        if excerpts.list().len() < FEWEST {
            return None;
        }
        let mut mdct = Mdct::new(window);
        let mut scores = vec![0.0f64; COEFFICIENTS];
        for excerpt in excerpts.list() {
            let phase = (excerpt.start % COEFFICIENTS as u64) as usize;
            for at in 0..COEFFICIENTS {
                let score = mdct.sparseness(&excerpt.samples[at..at + 2 * COEFFICIENTS]);
                scores[(phase + at) % COEFFICIENTS] += score / excerpts.list().len() as f64;
            }
        }
        let (offset, lowest) = scores.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let middle = median(&scores);
        let deviations: Vec<f64> = scores.iter().map(|s| (s - middle).abs()).collect();
        // 1.4826: from the median of absolute deviations to the standard deviation of a normal distribution.
        let spread = 1.4826 * median(&deviations);
        (spread > 1e-9).then(|| Self { offset, prominence: (middle - lowest) / spread, depth: middle - lowest })
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// MDCT: fold the windowed frame `(a, b, c, d)` to `(-c' - d, a - b')`, then a DCT-IV by a complex FFT of half its length.
struct Mdct {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    before: Vec<Complex<f32>>,
    after: Vec<Complex<f32>>,
    folded: Vec<f32>,
    work: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    coefficients: Vec<f32>,
}

impl Mdct {
    fn new(window: Window) -> Self {
        let half = COEFFICIENTS / 2;
        let fft = balanced_fft::forward_f32(half);
        let unit = |angle: f64| Complex::new(angle.cos() as f32, angle.sin() as f32);
        Self {
            window: shape(window).iter().map(|w| *w as f32).collect(),
            before: (0..half).map(|i| unit(-PI * (i as f64 + 0.25) / COEFFICIENTS as f64)).collect(),
            after: (0..half).map(|i| unit(-PI * i as f64 / COEFFICIENTS as f64)).collect(),
            folded: vec![0.0; COEFFICIENTS],
            work: vec![Complex::default(); half],
            scratch: vec![Complex::default(); fft.get_inplace_scratch_len()],
            coefficients: vec![0.0; COEFFICIENTS],
            fft,
        }
    }

    fn run(&mut self, samples: &[f32]) {
        const N: usize = COEFFICIENTS;
        let (s, w) = (&samples[..2 * N], &self.window);
        let at = |i: usize| s[i] * w[i];
        for i in 0..N / 2 {
            self.folded[i] = -at(3 * N / 2 - 1 - i) - at(3 * N / 2 + i);
            self.folded[N / 2 + i] = at(i) - at(N - 1 - i);
        }
        for (i, (w, t)) in self.work.iter_mut().zip(&self.before).enumerate() {
            *w = Complex::new(self.folded[2 * i], self.folded[N - 1 - 2 * i]) * t;
        }
        self.fft.process_with_scratch(&mut self.work, &mut self.scratch);
        for (i, (w, t)) in self.work.iter().zip(&self.after).enumerate() {
            let value = w * t;
            self.coefficients[2 * i] = value.re;
            self.coefficients[N - 1 - 2 * i] = -value.im;
        }
    }

    /// Mean logarithm of the coefficients over the logarithm of their root mean square.
    fn sparseness(&mut self, samples: &[f32]) -> f64 {
        self.run(samples);
        let (mut log_sum, mut power) = (0.0, 0.0);
        // Logarithms of products of eight: squares between the floor and full scale keep them in range.
        for group in self.coefficients[LOOKED_AT].as_chunks::<8>().0 {
            let squares = group.map(|c| f64::from(c * c / COEFFICIENTS as f32 + FLOOR));
            power += squares.iter().sum::<f64>();
            log_sum += squares.iter().product::<f64>().ln();
        }
        let count = LOOKED_AT.len() as f64;
        0.5 * (log_sum / count - (power / count).ln())
    }
}

fn shape(window: Window) -> Vec<f64> {
    let n = COEFFICIENTS;
    let sine = |i: usize| (PI * (i as f64 + 0.5) / (2.0 * n as f64)).sin();
    let half: Vec<f64> = match window {
        Window::Sine => (0..n).map(sine).collect(),
        Window::PowerSine => (0..n).map(|i| (FRAC_PI_2 * sine(i).powi(2)).sin()).collect(),
        Window::KaiserBessel => {
            let kaiser =
                |i: usize| bessel_i0(4.0 * PI * (1.0 - (2.0 * i as f64 / n as f64 - 1.0).powi(2)).max(0.0).sqrt());
            let total: f64 = (0..=n).map(kaiser).sum();
            let mut sum = 0.0;
            (0..n)
                .map(|i| {
                    sum += kaiser(i);
                    (sum / total).sqrt()
                })
                .collect()
        }
    };
    half.iter().chain(half.iter().rev()).copied().collect()
}

fn bessel_i0(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..60 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::music::Rng;

    #[test]
    fn the_fast_transform_is_the_definition() {
        let mut rng = Rng::new(4);
        let samples: Vec<f32> = (0..2 * COEFFICIENTS).map(|_| rng.bipolar() as f32).collect();
        let mut mdct = Mdct::new(Window::PowerSine);
        mdct.run(&samples);
        let (window, n) = (shape(Window::PowerSine), COEFFICIENTS as f64);
        for k in [0, 1, 500, 1023] {
            let term = |i: usize| {
                let angle = PI / n * (i as f64 + 0.5 + n / 2.0) * (k as f64 + 0.5);
                f64::from(samples[i]) * window[i] * angle.cos()
            };
            let expected: f64 = (0..2 * COEFFICIENTS).map(term).sum();
            assert!((f64::from(mdct.coefficients[k]) - expected).abs() < 1e-3, "{k}");
        }
    }

    #[test]
    fn windows_reconstruct() {
        for window in [Window::KaiserBessel, Window::Sine, Window::PowerSine] {
            let w = shape(window);
            for i in 0..COEFFICIENTS {
                assert!((w[i].powi(2) + w[i + COEFFICIENTS].powi(2) - 1.0).abs() < 1e-9, "Princen-Bradley");
            }
        }
    }
}
