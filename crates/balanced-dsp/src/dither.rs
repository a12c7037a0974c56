//! Requantisation to a whole number of bits with dither.
//!
//! Triangular dither two steps wide makes the mean and the variance of the total error independent of the signal: mean 0,
//! variance q²/4 (Lipshitz, Wannamaker, Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40, 1992).
//! Noise shaping feeds that error back through a filter; it needs the white triangular source, since a coloured one would
//! add its own colour to the curve.

use crate::{Random, vector_loop};

/// Five coefficients for 44.1 kHz from an inverse of the ear's E-weighting: Lipshitz, Vanderkooy, Wannamaker,
/// "Minimally Audible Noise Shaping", JAES 39, 1991.
const E_WEIGHTED: [f64; 5] = [2.033, -2.165, 1.959, -1.590, 0.6149];

/// Nine coefficients for 44.1 kHz from F-weighting: Wannamaker, "Psychoacoustically Optimal Noise Shaping", JAES 40, 1992.
const F_WEIGHTED: [f64; 9] = [2.412, -3.370, 3.937, -4.174, 3.353, -2.205, 1.281, -0.569, 0.0847];

/// Twice a difference: for rates with room above hearing, error goes up with 12 dB per octave.
const DIFFERENCE: [f64; 2] = [2.0, -1.0];

const TAPS: usize = 9;

/// Samples worked on at once.
const CHUNK: usize = 64;

/// Digital silence for this long stops the dither.
const BLANK_AFTER_S: f64 = 0.1;

/// The kind of dither noise and its spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DitherNoise {
    /// No dither: plain rounding.
    None,
    /// White dither with a triangular distribution (TPDF).
    Triangular,
    /// High-pass triangular dither, differences of one uniform sequence: less below a third of the sample rate, more above.
    HighPassTriangular,
    /// Triangular dither with mild noise shaping after the ear's sensitivity.
    Shaped,
    /// Triangular dither with strong noise shaping after the ear's sensitivity: more noise at the top.
    StronglyShaped,
}

/// Coefficients of `1 - sum c[k] z^-k`, which the total error's spectrum follows.
fn shaping(noise: DitherNoise, sample_rate_hz: f64) -> [f64; TAPS] {
    let curve: &[f64] = match noise {
        DitherNoise::None | DitherNoise::Triangular | DitherNoise::HighPassTriangular => &[],
        _ if sample_rate_hz < 40_000.0 => &[],
        _ if sample_rate_hz > 60_000.0 => &DIFFERENCE,
        DitherNoise::Shaped => &E_WEIGHTED,
        DitherNoise::StronglyShaped => &F_WEIGHTED,
    };
    std::array::from_fn(|index| curve.get(index).copied().unwrap_or(0.0))
}

/// Requantises one channel with dither and noise shaping.
#[derive(Clone, Debug)]
pub struct Quantizer {
    noise: DitherNoise,
    step: f64,
    /// 1 / step, exact: both are powers of two.
    steps: f64,
    shaping: [f64; TAPS],
    shaped: bool,
    errors: [f64; TAPS],
    random: Random,
    previous: f64,
    auto_blank: bool,
    silent_frames: usize,
    blank_after_frames: usize,
}

impl Quantizer {
    /// Creates a quantizer to `bits` (2 to 32), full scale being -1 to `1 - 2^(1 - bits)`.
    ///
    /// Below 40 kHz shaped noise is white, and above 60 kHz it leaves the whole audible band. `auto_blank` stops the dither
    /// under lasting digital silence.
    #[must_use]
    pub fn new(bits: u32, noise: DitherNoise, auto_blank: bool, random: Random, sample_rate_hz: f64) -> Self {
        let shaping = shaping(noise, sample_rate_hz);
        let blank_after_frames = (BLANK_AFTER_S * sample_rate_hz) as usize;
        Self {
            noise,
            step: 2f64.powi(1 - bits as i32),
            steps: 2f64.powi(bits as i32 - 1),
            shaping,
            shaped: shaping[0] != 0.0,
            errors: [0.0; TAPS],
            random,
            previous: 0.0,
            auto_blank,
            silent_frames: blank_after_frames,
            blank_after_frames,
        }
    }

    /// Requantises `samples` in place, as [`next`](Self::next) does one by one, in less time.
    pub fn process(&mut self, samples: &mut [f64]) {
        for samples in samples.chunks_mut(CHUNK) {
            if self.noise == DitherNoise::Triangular && !samples.contains(&0.0) {
                let mut dither = [0.0; CHUNK];
                let mut random = self.random.clone();
                dither[..samples.len()].iter_mut().for_each(|value| *value = random.centred_pair().iter().sum());
                self.random = random;
                self.silent_frames = 0;
                quantize(samples, &dither, self.step, self.steps);
            } else {
                samples.iter_mut().for_each(|sample| *sample = self.next(*sample));
            }
        }
    }

    /// Returns the allowed value nearest to `input` plus dither.
    #[inline]
    pub fn next(&mut self, input: f64) -> f64 {
        self.silent_frames = if input == 0.0 { self.silent_frames.saturating_add(1) } else { 0 };
        if self.auto_blank && self.silent_frames > self.blank_after_frames {
            self.errors = [0.0; TAPS];
            return 0.0;
        }
        let step = self.step;
        let wanted = if self.shaped { input - self.fed_back() } else { input };
        let rounded = nearest(wanted * self.steps + self.dither()) * step;
        let output = rounded.clamp(-1.0, 1.0 - step);
        if self.shaped {
            // An error from clipping is no noise to be shaped: it must not build up.
            self.errors.copy_within(0..TAPS - 1, 1);
            self.errors[0] = (output - wanted).clamp(-2.0 * step, 2.0 * step);
        }
        output
    }

    fn fed_back(&self) -> f64 {
        self.shaping.iter().zip(&self.errors).map(|(c, e)| c * e).sum()
    }

    /// Dither in steps.
    #[inline]
    fn dither(&mut self) -> f64 {
        match self.noise {
            DitherNoise::None => 0.0,
            DitherNoise::HighPassTriangular => {
                let fresh = self.random.centred();
                fresh - std::mem::replace(&mut self.previous, fresh)
            }
            _ => self.random.centred_pair().iter().sum(),
        }
    }
}

vector_loop! {
    /// The nearest allowed values to `samples` plus `dither`, which is in steps.
    fn quantize<'a>(samples: &'a mut [f64], dither: &'a [f64], step: f64, steps: f64) {
        for (sample, dither) in samples.iter_mut().zip(dither) {
            *sample = (nearest(*sample * steps + dither) * step).clamp(-1.0, 1.0 - step);
        }
    }
}

/// The nearest whole number, the even one of two: adding 1.5 · 2⁵² leaves no room for a fraction.
#[inline(always)]
fn nearest(value: f64) -> f64 {
    const NO_FRACTION: f64 = 6_755_399_441_055_744.0;
    // Beyond full scale the result is clamped all the same.
    let value = value.clamp(-1e12, 1e12);
    (value + NO_FRACTION) - NO_FRACTION
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: f64 = 1.0 / 32_768.0;

    fn quantizer(noise: DitherNoise) -> Quantizer {
        Quantizer::new(16, noise, false, Random::new(3, 0), 44_100.0)
    }

    /// Mean and variance of the total error, in steps and squared steps, for a constant input.
    fn error_moments(noise: DitherNoise, input: f64) -> (f64, f64) {
        let mut quantizer = quantizer(noise);
        let count = 200_000;
        let errors: Vec<f64> = (0..count).map(|_| (quantizer.next(input) - input) / STEP).collect();
        let mean = errors.iter().sum::<f64>() / f64::from(count);
        (mean, errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / f64::from(count))
    }

    #[test]
    fn many_at_once_are_one_after_another() {
        for noise in [DitherNoise::Triangular, DitherNoise::HighPassTriangular, DitherNoise::Shaped, DitherNoise::None]
        {
            let mut one = Quantizer::new(16, noise, true, Random::new(3, 0), 1_000.0);
            let mut many = one.clone();
            let signal = |n: u32| if n % 700 > 400 { 0.0 } else { 1.2 * (f64::from(n) * 0.37).sin() };
            let expected: Vec<f64> = (0..5_000).map(|n| one.next(signal(n))).collect();
            let mut samples: Vec<f64> = (0..5_000).map(signal).collect();
            samples.chunks_mut(331).for_each(|samples| many.process(samples));
            assert_eq!(samples, expected, "{noise:?}");
        }
    }

    /// Mean 0 and variance q²/4 at any level: no distortion and no noise modulation.
    #[test]
    fn triangular_error_does_not_know_the_signal() {
        for noise in [DitherNoise::Triangular, DitherNoise::HighPassTriangular] {
            for level in [0.0, 0.1, 0.25, 0.5, 0.73, 100.5, -20_000.9] {
                let (mean, variance) = error_moments(noise, level * STEP);
                assert!(mean.abs() < 0.006, "{noise:?} at {level}: mean {mean}");
                assert!((variance - 0.25).abs() < 0.004, "{noise:?} at {level}: variance {variance}");
            }
        }
        let (mean, _) = error_moments(DitherNoise::None, 0.3 * STEP);
        assert!((mean + 0.3).abs() < 1e-9, "rounding alone does know it");
    }

    /// The shaped error's variance is q²/4 times the power of the shaping filter.
    #[test]
    fn shaped_error_has_the_power_of_its_curve() {
        for (noise, curve) in [(DitherNoise::Shaped, &E_WEIGHTED[..]), (DitherNoise::StronglyShaped, &F_WEIGHTED[..])] {
            let power = 1.0 + curve.iter().map(|c| c * c).sum::<f64>();
            for level in [0.0, 0.37, 1000.5] {
                let (mean, variance) = error_moments(noise, level * STEP);
                assert!((variance / (0.25 * power) - 1.0).abs() < 0.02, "{noise:?}: {variance}");
                assert!(mean.abs() < 0.01, "{noise:?}: {mean}");
            }
        }
    }

    /// Gerzon and Craven: a shaping filter moves noise about, the mean of its level in dB over frequency is 0.
    #[test]
    fn curves_are_minimum_phase() {
        for curve in [&E_WEIGHTED[..], &F_WEIGHTED[..]] {
            let mean_db = (0..4096)
                .map(|bin| {
                    let omega = std::f64::consts::PI * (f64::from(bin) + 0.5) / 4096.0;
                    let (mut re, mut im) = (1.0, 0.0);
                    for (k, c) in curve.iter().enumerate() {
                        re -= c * (omega * (k + 1) as f64).cos();
                        im += c * (omega * (k + 1) as f64).sin();
                    }
                    10.0 * f64::log10(re * re + im * im) / 4096.0
                })
                .sum::<f64>();
            assert!(mean_db.abs() < 0.01, "{mean_db}");
        }
    }

    /// A tone of a third of a step comes through 16 bits with its level, and without harmonics.
    #[test]
    fn a_tone_at_minus_100_dbfs_survives() {
        let frames = 441_000;
        let phase = |n: i32| std::f64::consts::TAU * 1000.0 * f64::from(n) / 44_100.0;
        for noise in [DitherNoise::Triangular, DitherNoise::HighPassTriangular, DitherNoise::Shaped] {
            let mut quantizer = quantizer(noise);
            let output: Vec<f64> = (0..frames).map(|n| quantizer.next(1e-5 * phase(n).sin())).collect();
            let level_db = |harmonic: f64| {
                let sum =
                    |f: fn(f64) -> f64| output.iter().zip(0..).map(|(y, n)| y * f(harmonic * phase(n))).sum::<f64>();
                20.0 * (2.0 / f64::from(frames) * sum(f64::sin).hypot(sum(f64::cos))).log10()
            };
            assert!((level_db(1.0) + 100.0).abs() < 0.15, "{noise:?}: {}", level_db(1.0));
            for harmonic in [2.0, 3.0, 5.0] {
                assert!(level_db(harmonic) < -130.0, "{noise:?}: harmonic {harmonic} at {}", level_db(harmonic));
            }
        }
        let mut plain = quantizer(DitherNoise::None);
        assert!((0..1000).all(|n| plain.next(1e-5 * phase(n).sin()) == 0.0), "without dither it is gone");
    }

    #[test]
    fn output_lies_on_the_grid_and_within_full_scale() {
        for noise in [
            DitherNoise::None,
            DitherNoise::Triangular,
            DitherNoise::HighPassTriangular,
            DitherNoise::Shaped,
            DitherNoise::StronglyShaped,
        ] {
            for bits in [8, 16, 20, 24] {
                let mut quantizer = Quantizer::new(bits, noise, true, Random::new(1, 1), 48_000.0);
                let step = 2f64.powi(1 - bits as i32);
                for n in 0..20_000 {
                    let output = quantizer.next(1.2 * (f64::from(n) * 0.07).sin());
                    assert_eq!((output / step).fract(), 0.0);
                    assert!((-1.0..=1.0 - step).contains(&output));
                }
            }
        }
    }

    #[test]
    fn lasting_silence_is_blanked_and_short_silence_is_not() {
        let mut blanking = Quantizer::new(16, DitherNoise::Triangular, true, Random::new(1, 1), 48_000.0);
        assert!((0..100).all(|_| blanking.next(0.0) == 0.0), "silent from the start");
        blanking.next(0.5);
        let tail: Vec<f64> = (0..10_000).map(|_| blanking.next(0.0)).collect();
        assert!(tail[..4_800].iter().any(|s| *s != 0.0));
        assert!(tail[4_801..].iter().all(|s| *s == 0.0));
        let mut steady = Quantizer::new(16, DitherNoise::Triangular, false, Random::new(1, 1), 48_000.0);
        assert!((0..100).any(|_| steady.next(0.0) != 0.0));
    }
}
