//! The shape of a resonance: a bell of one width over even steps of pitch, compared with what lies around a point.

/// Points an octave, and half of the window that is compared: half an octave.
pub(super) const PER_OCTAVE: usize = 48;
pub(super) const HALF: usize = PER_OCTAVE / 2;
/// Quality of the resonance that is looked for.
pub(super) const Q: f64 = 12.0;

/// Levels around a point, and the point.
pub(super) const WINDOW: usize = 2 * HALF + 1;

/// A bell scaled to a height of 1, without mean and slope.
pub(super) struct Bell {
    shape: [f64; WINDOW],
    norm: f64,
}

impl Bell {
    pub fn new() -> Self {
        let amplitude = 10f64.powf(10.0 / 40.0);
        let level_db = |octaves: f64| {
            let w = octaves.exp2();
            let squared = |width: f64| (1.0 - w * w).powi(2) + (w * width / Q).powi(2);
            10.0 * (squared(amplitude) / squared(1.0 / amplitude)).log10()
        };
        let mut shape = std::array::from_fn(|i| level_db((i as f64 - HALF as f64) / PER_OCTAVE as f64) / 10.0);
        straighten(&mut shape);
        Self { norm: dot(&shape, &shape), shape }
    }

    /// Height of the bell that fits the window best.
    pub fn height(&self, window: &[f64]) -> f64 {
        dot(window, &self.shape) / self.norm
    }

    /// Share of the window's variance, mean and slope aside, that a bell explains; 0 where it would be a dent.
    pub fn fit(&self, window: &[f64; WINDOW]) -> f64 {
        let mut window = *window;
        straighten(&mut window);
        let product = dot(&window, &self.shape).max(0.0);
        product * product / (dot(&window, &window) * self.norm).max(1e-12)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Takes mean and slope out.
fn straighten(values: &mut [f64; WINDOW]) {
    let x = |i: usize| i as f64 - HALF as f64;
    let mean = values.iter().sum::<f64>() / WINDOW as f64;
    let squares: f64 = (0..WINDOW).map(|i| x(i) * x(i)).sum();
    let slope = values.iter().enumerate().map(|(i, v)| x(i) * v).sum::<f64>() / squares;
    values.iter_mut().enumerate().for_each(|(i, v)| *v -= mean + slope * x(i));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_is_measured_and_a_slope_is_none() {
        let bell = Bell::new();
        let slope: [f64; WINDOW] = std::array::from_fn(|i| 3.0 - 0.05 * i as f64);
        assert!(bell.height(&slope).abs() < 1e-9 && bell.fit(&slope) < 1e-9);
        let hill: [f64; WINDOW] = std::array::from_fn(|i| slope[i] + 9.0 * bell.shape[i]);
        assert!((bell.height(&hill) - 9.0).abs() < 1e-6 && bell.fit(&hill) > 0.999);
        let dent: [f64; WINDOW] = std::array::from_fn(|i| slope[i] - 9.0 * bell.shape[i]);
        assert!(bell.height(&dent) < -8.9 && bell.fit(&dent) == 0.0);
    }
}
