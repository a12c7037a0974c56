//! The hybrid filter bank of MPEG-1 Layer III: 32 polyphase bands, an MDCT of 18 lines in each, and butterflies against the
//! aliases between bands. Each of its 576 lines is one finite impulse response, written out here.

use std::f64::consts::PI;

/// Lines of a granule, and frames from one granule to the next.
pub(super) const LINES: usize = 576;
/// Lines of a polyphase band.
const BAND_LINES: usize = 18;
/// Frames from one sample of a band to the next.
const BANDS: usize = 32;
/// Samples of a band in a long window.
const SLOTS: usize = 2 * BAND_LINES;
const TAPS: usize = 512;
/// Frames that a line reads.
pub(super) const SPAN: usize = TAPS + (SLOTS - 1) * BANDS;

/// Butterfly constants: ISO/IEC 11172-3, table 3-B.9.
const BUTTERFLIES: [f64; 8] = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037];

/// The prototype low-pass in steps of 2^-16, first half and centre: ISO/IEC 11172-3, table 3-B.3 without the signs that belong to the
/// modulation. The second half mirrors it.
#[rustfmt::skip]
const PROTOTYPE: [i32; 257] = [
    0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16,
    -17, -19, -21, -24, -26, -29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104,
    -111, -117, -125, -132, -139, -147, -154, -161, -169, -176, -183, -190, -196, -202, -208, -213, -218, -222,
    -225, -227, -228, -228, -227, -224, -221, -215, -208, -200, -189, -177, -163, -146, -127, -106, -83, -57, -29,
    2, 36, 72, 111, 153, 197, 244, 294, 347, 401, 459, 519, 581, 645, 711, 779, 848, 919, 991, 1064, 1137, 1210,
    1283, 1356, 1428, 1498, 1567, 1634, 1698, 1759, 1817, 1870, 1919, 1962, 2001, 2032, 2057, 2075, 2085, 2087,
    2080, 2063, 2037, 2000, 1952, 1893, 1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45,
    -288, -545, -814, -1095, -1388, -1692, -2006, -2330, -2663, -3004, -3351, -3705, -4063, -4425, -4788, -5153,
    -5517, -5879, -6237, -6589, -6935, -7271, -7597, -7910, -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727,
    -9838, -9916, -9959, -9966, -9935, -9863, -9750, -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, -6574,
    -5959, -5288, -4561, -3776, -2935, -2037, -1082, -70, 998, 2122, 3300, 4533, 5818, 7154, 8540, 9975, 11455,
    12980, 14548, 16155, 17799, 19478, 21189, 22929, 24694, 26482, 28289, 30112, 31947, 33791, 35640, 37489, 39336,
    41176, 43006, 44821, 46617, 48390, 50137, 51853, 53534, 55178, 56778, 58333, 59838, 61289, 62684, 64019, 65290,
    66494, 67629, 68692, 69679, 70590, 71420, 72169, 72835, 73415, 73908, 74313, 74630, 74856, 74992, 75038,
];

/// Impulse responses of the long-block lines, as correlation kernels: a line's value is the sum of `kernel[n] * x[offset + n]`.
pub(super) struct Hybrid {
    /// Responses of the bands, oldest frame first.
    bands: Vec<Vec<f64>>,
}

impl Hybrid {
    pub fn new() -> Self {
        let tap = |i: usize| f64::from(PROTOTYPE[i.min(TAPS - i)]);
        let band = |band: usize| {
            let angle = (2 * band + 1) as f64 * PI / 64.0;
            // Tap 0 belongs to the newest frame.
            (0..TAPS).rev().map(|i| tap(i) * (angle * (i as f64 - 16.0)).cos()).collect()
        };
        Self { bands: (0..BANDS).map(band).collect() }
    }

    /// Kernel of a line, of unit energy.
    pub fn kernel(&self, line: usize) -> Vec<f64> {
        let (band, at) = (line / BAND_LINES, line % BAND_LINES);
        let mut kernel = vec![0.0; SPAN];
        let constants = |i: usize| {
            let scale = 1.0 / (1.0 + BUTTERFLIES[i].powi(2)).sqrt();
            (scale, BUTTERFLIES[i] * scale)
        };
        let mirror = BAND_LINES - 1 - at;
        if mirror < BUTTERFLIES.len() && band + 1 < BANDS {
            let (own, other) = constants(mirror);
            self.add(&mut kernel, band, at, own);
            self.add(&mut kernel, band + 1, mirror, other);
        } else if at < BUTTERFLIES.len() && band > 0 {
            let (own, other) = constants(at);
            self.add(&mut kernel, band, at, own);
            self.add(&mut kernel, band - 1, mirror, -other);
        } else {
            self.add(&mut kernel, band, at, 1.0);
        }
        let energy: f64 = kernel.iter().map(|k| k * k).sum();
        kernel.iter_mut().for_each(|k| *k /= energy.sqrt());
        kernel
    }

    /// Add `gain` times the line before the butterflies.
    fn add(&self, kernel: &mut [f64], band: usize, at: usize, gain: f64) {
        for slot in 0..SLOTS {
            let window = (PI / SLOTS as f64 * (slot as f64 + 0.5)).sin();
            let angle = PI / (2 * SLOTS) as f64 * ((2 * slot + 1 + BAND_LINES) * (2 * at + 1)) as f64;
            // Odd bands run backwards in frequency: every other of their samples is inverted.
            let sign = if band % 2 == 1 && slot % 2 == 1 { -1.0 } else { 1.0 };
            let weight = gain * sign * window * angle.cos();
            for (k, tap) in kernel[slot * BANDS..].iter_mut().zip(&self.bands[band]) {
                *k += weight * tap;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_at_their_frequencies_and_are_orthogonal() {
        let hybrid = Hybrid::new();
        for line in [30, 100, 201, 377] {
            let kernel = hybrid.kernel(line);
            let level = |hz_of_line: f64| {
                let angle = PI * hz_of_line / LINES as f64;
                let (re, im) = kernel.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, k)| {
                    (re + k * (angle * n as f64).cos(), im + k * (angle * n as f64).sin())
                });
                f64::hypot(re, im)
            };
            let own = level(line as f64 + 0.5);
            assert!((-6..=6).filter(|d| *d != 0).all(|d| level(line as f64 + 0.5 + f64::from(d)) < own), "{line}");
            // The bank nearly reconstructs perfectly, so one line sees next to nothing of another, now or a granule later.
            let other = hybrid.kernel(line + 1);
            let dot = |shift: usize| kernel[shift..].iter().zip(&other).map(|(a, b)| a * b).sum::<f64>();
            assert!(dot(0).abs() < 2e-3 && dot(LINES).abs() < 2e-3, "{line}: {} {}", dot(0), dot(LINES));
        }
    }
}
