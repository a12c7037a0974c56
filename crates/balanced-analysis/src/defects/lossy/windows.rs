//! Windows of the codecs' transforms.

use std::f64::consts::{FRAC_PI_2, PI};

use balanced_dsp::window::kaiser_bessel_derived;

/// Shape of an MDCT window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    /// Kaiser-Bessel derived, alpha 4: AAC (ISO/IEC 14496-3, 4.6.11).
    KaiserBessel,
    /// Sine: AAC's other one.
    Sine,
    /// Sine of a squared sine: Vorbis I, section 4.3.1.
    PowerSine,
    /// Flat, with power-sine slopes of an eighth of the frame: CELT in Opus (RFC 6716, 4.3.7).
    FlatPowerSine,
}

/// The window of a frame of `size` coefficients: `2 * size` values.
pub(super) fn window(shape: Shape, size: usize) -> Vec<f64> {
    let sine = |i: usize, slope: usize| (PI * (i as f64 + 0.5) / (2.0 * slope as f64)).sin();
    let power_sine = |i: usize, slope: usize| (FRAC_PI_2 * sine(i, slope).powi(2)).sin();
    let half: Vec<f64> = match shape {
        Shape::Sine => (0..size).map(|i| sine(i, size)).collect(),
        Shape::PowerSine => (0..size).map(|i| power_sine(i, size)).collect(),
        Shape::KaiserBessel => kaiser_bessel_derived(size, 4.0),
        Shape::FlatPowerSine => {
            let slope = size / 8;
            let before = (size - slope) / 2;
            let value = |i: usize| match i.checked_sub(before) {
                None => 0.0,
                Some(at) if at < slope => power_sine(at, slope),
                Some(_) => 1.0,
            };
            (0..size).map(value).collect()
        }
    };
    half.iter().chain(half.iter().rev()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reconstruct() {
        for shape in [Shape::KaiserBessel, Shape::Sine, Shape::PowerSine, Shape::FlatPowerSine] {
            let w = window(shape, 960);
            for i in 0..960 {
                assert!((w[i].powi(2) + w[i + 960].powi(2) - 1.0).abs() < 1e-9, "Princen-Bradley");
            }
        }
    }
}
