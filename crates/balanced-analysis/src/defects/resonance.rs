//! A resonance: one narrow region that rings over every note.
//!
//! A note comes and goes; a resonance of a room, an instrument or a filter raises whatever sounds in its region, between the notes
//! too. So the mean of the *logarithm* of the fine spectrum is taken, its lines are planed off (opened: what is narrower than the
//! resonance would be is cut down to its surroundings), and what is left is compared with the shape of a bell of Q 12. It is told
//! where the shape fits, where no other place of the spectrum looks like it, and where the region stands over its neighbours in nearly
//! every frame.

use balanced_dsp::{lanes, vector_loop};
use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use super::steadiness::Steadiness;
use crate::spectrum::engine::{Frame, Geometry};

/// Points an octave of the curve that is judged, and its range.
const PER_OCTAVE: usize = 48;
const RANGE_HZ: (f64, f64) = (200.0, 10_000.0);
/// Below this the fine low spectrum is read.
const JOIN_HZ: f64 = 1050.0;
/// Quality of the resonance looked for, and the share of its width under which a peak is a line.
const Q: f64 = 12.0;
const LINE_SHARE: f64 = 0.3;
/// Half of the bell's window, in points: half an octave.
const HALF: usize = PER_OCTAVE / 2;
/// A bell so high (dB), that fits so well (share of the variance), that stands so far over the usual unevenness, beside which the
/// next is no higher than a share.
const LEAST_DB: f64 = 9.0;
const LEAST_FIT: f64 = 0.5;
const LEAST_DEVIATIONS: f64 = 3.4;
const MOST_SECOND: f64 = 0.75;
const MAJOR_DB: f64 = 11.5;
/// The level over the neighbours moves by no more than this (standard deviation). Notes of one pitch move it by 8 to 25 dB, resonances in
/// mixes that have them by 3 to 8.
const STEADY_DB: f64 = 7.3;
/// Below this a drum, a voice or a piano has a place of its own that rings.
const LOWEST_HZ: f64 = 420.0;
/// Frames under -70 dBFS are pauses; eight seconds of others are needed.
const PAUSE_POWER: f32 = 1e-7;
const SHORTEST_S: f64 = 8.0;

/// Sums of the logarithms of power, by bin.
struct MeanLog {
    bin_hz: f64,
    first: usize,
    sums: Vec<f64>,
    frames: f64,
}

/// Watches the fine spectrum of all channels together.
pub(crate) struct Resonance {
    hop_s: f64,
    low: MeanLog,
    high: MeanLog,
    steadiness: Steadiness,
}

impl MeanLog {
    fn new(bin_hz: f64, size: usize, (from_hz, to_hz): (f64, f64)) -> Self {
        let bin = |hz: f64| ((hz / bin_hz) as usize).min(size / 2);
        let first = bin(from_hz);
        Self { bin_hz, first, sums: vec![0.0; bin(to_hz) - first], frames: 0.0 }
    }

    fn push(&mut self, frame: &Frame<'_>) {
        let power = &frame.spectrum.mean;
        let range = self.first..self.first + self.sums.len();
        if frame.weight < 0.99 || range.end > power.len() || lanes::sum(power) < PAUSE_POWER {
            return;
        }
        self.frames += 1.0;
        add_logarithms(&mut self.sums, &power[range]);
    }

    /// Lowest mean level (dB of density) within a share of the bell's width around `hz`.
    fn planed_db(&self, hz: f64) -> f64 {
        let half_hz = 0.5 * LINE_SHARE * hz / Q;
        let bin = |hz: f64| {
            ((hz / self.bin_hz).round() as usize).clamp(self.first, self.first + self.sums.len() - 1) - self.first
        };
        let lowest = self.sums[bin(hz - half_hz)..=bin(hz + half_hz)].iter().copied().fold(f64::INFINITY, f64::min);
        10.0 * (std::f64::consts::LOG10_2 * lowest / self.frames - self.bin_hz.log10())
    }
}

impl Resonance {
    pub fn new(geometry: Geometry) -> Self {
        let bin_hz = geometry.rate / geometry.size as f64;
        let low_bin_hz = geometry.low_rate / geometry.low_size as f64;
        let reach = 1.1;
        Self {
            hop_s: 0.5 * geometry.size as f64 / geometry.rate,
            low: MeanLog::new(low_bin_hz, geometry.low_size, (RANGE_HZ.0 / reach, JOIN_HZ * reach)),
            high: MeanLog::new(bin_hz, geometry.size, (JOIN_HZ / 2.0, RANGE_HZ.1 * reach)),
            steadiness: Steadiness::new(geometry),
        }
    }

    pub fn frame(&mut self, frame: &Frame<'_>) {
        self.high.push(frame);
        self.steadiness.push(frame);
    }

    pub fn low_frame(&mut self, frame: &Frame<'_>) {
        self.low.push(frame);
    }

    /// A finding about the one place that rings, if there is one.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        if self.high.frames * self.hop_s < SHORTEST_S || self.low.frames < 4.0 {
            return None;
        }
        let curve = self.curve()?;
        let bells = bells(&curve);
        let fits = |i: usize| frequency_hz(i) >= LOWEST_HZ && bells[i] >= LEAST_DB && fit(&curve, i) >= LEAST_FIT;
        let (at, height_db) = highest(&bells, fits)?;
        let second_db = highest(&bells, |i| i.abs_diff(at) > HALF && fits(i)).map_or(0.0, |(_, db)| db);
        let usual_db = 1.4826 * median(bells[HALF..bells.len() - HALF].iter().map(|db| db.abs()).collect());
        let sure = height_db >= LEAST_DEVIATIONS * usual_db
            && second_db <= MOST_SECOND * height_db
            && self.steadiness.spread_db(frequency_hz(at)) <= STEADY_DB;
        if !sure {
            return None;
        }
        let hz = frequency_hz(at);
        let message = format!(
            "One narrow region around {hz:.0} Hz rings about {height_db:.0} dB over its surroundings, whatever is played: a resonance of a room, \
             an instrument or a filter."
        );
        let severity = if height_db >= MAJOR_DB { Severity::Major } else { Severity::Minor };
        Some(
            finding(DefectKind::Resonance, severity, (0.0, duration_s), message)
                .with("frequency_hz", hz)
                .with("excess_db", height_db)
                .with("spread_db", self.steadiness.spread_db(hz))
                .with("q", Q),
        )
    }

    /// The planed spectrum in even steps of pitch, both spectra joined; `None` where they do not reach.
    fn curve(&self) -> Option<Vec<f64>> {
        let reach_hz = |spectrum: &MeanLog| (spectrum.first + spectrum.sums.len()) as f64 * spectrum.bin_hz;
        if reach_hz(&self.low) < JOIN_HZ || reach_hz(&self.high) < RANGE_HZ.1 {
            return None;
        }
        let points = ((RANGE_HZ.1 / RANGE_HZ.0).log2() * PER_OCTAVE as f64) as usize;
        let join = ((JOIN_HZ / RANGE_HZ.0).log2() * PER_OCTAVE as f64) as usize;
        let low: Vec<f64> = (0..join).map(|i| self.low.planed_db(frequency_hz(i))).collect();
        let high: Vec<f64> = (join - HALF..points).map(|i| self.high.planed_db(frequency_hz(i))).collect();
        let (low, high) = (swollen(&low), swollen(&high));
        // The two windows spread noise differently: the half octave both have says by how much.
        let offset_db = median(low[join - HALF..].iter().zip(&high).map(|(low, high)| low - high).collect());
        let mut curve = low;
        curve.extend(high[HALF..].iter().map(|db| db + offset_db));
        Some(curve)
    }
}

fn frequency_hz(point: usize) -> f64 {
    RANGE_HZ.0 * (point as f64 / PER_OCTAVE as f64).exp2()
}

/// The second half of the opening: the highest of the neighbours, over the width that was planed.
fn swollen(values: &[f64]) -> Vec<f64> {
    let reach = ((0.5 * LINE_SHARE / Q).ln_1p() / std::f64::consts::LN_2 * PER_OCTAVE as f64).round().max(1.0) as usize;
    let around = |i: usize| &values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())];
    (0..values.len()).map(|i| around(i).iter().copied().fold(f64::NEG_INFINITY, f64::max)).collect()
}

/// A bell of 10 dB in even steps of pitch over an octave, scaled to a height of 1, without mean and slope.
fn bell() -> [f64; 2 * HALF + 1] {
    let amplitude = 10f64.powf(10.0 / 40.0);
    let level_db = |octaves: f64| {
        let w = octaves.exp2();
        let squared = |width: f64| (1.0 - w * w).powi(2) + (w * width / Q).powi(2);
        10.0 * (squared(amplitude) / squared(1.0 / amplitude)).log10()
    };
    let mut shape = std::array::from_fn(|i| level_db((i as f64 - HALF as f64) / PER_OCTAVE as f64) / 10.0);
    straighten(&mut shape);
    shape
}

/// Takes mean and slope out.
fn straighten(values: &mut [f64; 2 * HALF + 1]) {
    let x = |i: usize| i as f64 - HALF as f64;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = (0..values.len()).map(|i| x(i) * x(i)).sum();
    let slope = values.iter().enumerate().map(|(i, v)| x(i) * v).sum::<f64>() / squares;
    values.iter_mut().enumerate().for_each(|(i, v)| *v -= mean + slope * x(i));
}

/// Height of the bell that fits best at every point; 0 at the ends.
fn bells(curve: &[f64]) -> Vec<f64> {
    let shape = bell();
    let norm: f64 = shape.iter().map(|s| s * s).sum();
    let mut heights = vec![0.0; curve.len()];
    for at in HALF..curve.len() - HALF {
        let window = &curve[at - HALF..=at + HALF];
        heights[at] = window.iter().zip(&shape).map(|(v, s)| v * s).sum::<f64>() / norm;
    }
    heights
}

/// Share of the curve's variance around a point that the bell explains.
fn fit(curve: &[f64], at: usize) -> f64 {
    let shape = bell();
    let mut window: [f64; 2 * HALF + 1] = std::array::from_fn(|i| curve[at - HALF + i]);
    straighten(&mut window);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(&window, &shape).powi(2) / (dot(&window, &window) * dot(&shape, &shape)).max(1e-12)
}

fn highest(heights: &[f64], counts: impl Fn(usize) -> bool) -> Option<(usize, f64)> {
    let inside = HALF..heights.len() - HALF;
    inside.filter(|i| counts(*i)).map(|i| (i, heights[i])).max_by(|a, b| a.1.total_cmp(&b.1))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

vector_loop! {
    /// Adds the binary logarithm of every power, to a hundredth: exponent of the number, parabola for its mantissa.
    fn add_logarithms<'a>(sums: &'a mut [f64], power: &'a [f32]) {
        for (sum, power) in sums.iter_mut().zip(power) {
            let bits = (power + 1e-13).to_bits();
            let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
            let exponent = (bits >> 23) as f32 - 127.0;
            *sum += f64::from(exponent + (2.0 - mantissa * (1.0 / 3.0)) * mantissa - 5.0 / 3.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_good_to_a_hundredth() {
        for exponent in -40..3 {
            for part in 0..32 {
                let power = (exponent as f32 + part as f32 / 32.0).exp2();
                let mut sums = [0.0];
                add_logarithms(&mut sums, &[power]);
                assert!((sums[0] - f64::from(power + 1e-13).log2()).abs() < 0.012, "{power}: {}", sums[0]);
            }
        }
    }

    #[test]
    fn a_bell_is_measured_and_a_slope_is_none() {
        let shape = bell();
        let mut curve: Vec<f64> = (0..200).map(|i| 3.0 - 0.05 * f64::from(i)).collect();
        assert!(bells(&curve).iter().all(|db| db.abs() < 1e-9));
        shape.iter().enumerate().for_each(|(i, s)| curve[80 - HALF + i] += 9.0 * s);
        let (at, height_db) = highest(&bells(&curve), |_| true).unwrap();
        assert!(at == 80 && (height_db - 9.0).abs() < 1e-6 && fit(&curve, at) > 0.999, "{at} {height_db}");
    }
}
