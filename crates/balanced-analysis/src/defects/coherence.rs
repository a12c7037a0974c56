//! Mains hum under a band: lines whose phase runs on through the track as only a mains frequency's does.
//!
//! Bass and drums cover the level of a hum, but not its phase. Each line at a multiple of 50 or 60 Hz is read from the fine low
//! spectrum as a complex number a frame; turned back by the phase that a mains frequency would have gained, the numbers of a hum
//! point one way and add up, those of music point anywhere. Loops that repeat exactly have lines of their own, at multiples of both
//! mains frequencies alike; so one must stand out of the other.

use std::f64::consts::TAU;

use balanced_model::{Defect, DefectKind, Severity};
use rustfft::num_complex::Complex;

use super::finding::finding;
use super::hum::{HARMONICS, MAINS_HZ};
use crate::spectrum::engine::{Frame, Geometry};

/// Frames (0.74 s) whose phase is followed at once: longer than this no mains frequency is steady.
const SEGMENT: usize = 64;
/// The mains are within this of their nominal frequency, in steps fine enough for a segment.
const DRIFT_HZ: f64 = 0.1;
const STEPS: usize = 21;
/// Sum of the coherences of all lines, the lines that have one worth the name, and the lead over the other mains frequency.
const LEAST_SUM: f64 = 2.0;
const LEAST_COHERENCE: f64 = 0.35;
const FEWEST_LINES: usize = 3;
const LEAD: f64 = 1.33;
/// Segments shorter than this agree by chance.
const FEWEST_FRAMES: usize = 24;
/// Hum softer than this (of full scale) is left to the ear.
const QUIETEST_DBFS: f64 = -75.0;
/// Frames under this power are silence.
const SILENCE_POWER: f32 = 1e-10;

/// One line of one segment: what both channels held in every frame.
type Line = Vec<[Complex<f32>; 2]>;

/// Coherence and level of one line at one candidate frequency, summed over segments.
#[derive(Clone, Copy, Default)]
struct Sum {
    together: f64,
    apart: f64,
    power: f64,
}

impl Sum {
    fn coherence(&self) -> f64 {
        if self.apart > 0.0 { self.together / self.apart } else { 0.0 }
    }
}

/// Follows the phase of every line.
pub(crate) struct Coherence {
    bin_hz: f64,
    hop_s: f64,
    scale: f64,
    lines: Vec<Line>,
    sums: Vec<[Sum; STEPS]>,
    /// Frames in all segments.
    frames: f64,
}

impl Coherence {
    pub fn new(geometry: Geometry) -> Self {
        let count = MAINS_HZ.len() * HARMONICS;
        Self {
            bin_hz: geometry.low_rate / geometry.low_size as f64,
            hop_s: 0.5 * geometry.low_size as f64 / geometry.low_rate,
            scale: 0.0,
            lines: vec![Vec::with_capacity(SEGMENT); count],
            sums: vec![[Sum::default(); STEPS]; count],
            frames: 0.0,
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        let spectrum = frame.spectrum;
        if frame.weight < 0.99 || 420.0 / self.bin_hz > spectrum.mean.len() as f64 {
            return;
        }
        self.scale = spectrum.scale();
        for (index, line) in self.lines.iter_mut().enumerate() {
            line.push(spectrum.values_at((nominal_hz(index) / self.bin_hz).round() as usize));
        }
        // A pause breaks the phase of nothing, but has none.
        let silent = balanced_dsp::lanes::sum(&spectrum.mean) < SILENCE_POWER;
        if silent || self.lines[0].len() == SEGMENT {
            self.end_segment();
        }
    }

    /// The frames so far go into the sums.
    pub fn end_segment(&mut self) {
        let count = self.lines[0].len();
        if count >= FEWEST_FRAMES {
            self.frames += count as f64;
            for (index, (line, sums)) in self.lines.iter().zip(&mut self.sums).enumerate() {
                for (step, sum) in sums.iter_mut().enumerate() {
                    let hz = candidate_hz(index / HARMONICS, step) * (index % HARMONICS + 1) as f64;
                    add(sum, line, TAU * hz * self.hop_s);
                }
            }
        }
        self.lines.iter_mut().for_each(Vec::clear);
    }

    /// A finding, if the lines of one mains frequency run on.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let best = [0, 1].map(|mains| self.best(mains));
        let mains = usize::from(best[1].1 > best[0].1);
        let (step, sum) = best[mains];
        if sum < LEAST_SUM || sum < LEAD * best[1 - mains].1 {
            return None;
        }
        let mains_hz = candidate_hz(mains, step);
        let lines: Vec<(usize, f64)> = (0..HARMONICS)
            .filter(|i| self.sums[mains * HARMONICS + i][step].coherence() >= LEAST_COHERENCE)
            .map(|i| (i + 1, self.level_dbfs(mains * HARMONICS + i, step)))
            .collect();
        let level_dbfs = 10.0 * lines.iter().map(|(_, db)| 10f64.powf(0.1 * db)).sum::<f64>().log10();
        if lines.len() < FEWEST_LINES || level_dbfs < QUIETEST_DBFS {
            return None;
        }
        let message = format!(
            "A mains hum of {:.0} Hz runs under the music at about {level_dbfs:.0} dBFS, with {} of its multiples, from beginning to end.",
            MAINS_HZ[mains],
            lines.len()
        );
        let severity = if level_dbfs > -50.0 { Severity::Major } else { Severity::Minor };
        let mut defect = finding(DefectKind::Hum, severity, (0.0, duration_s), message)
            .with("mains_hz", mains_hz)
            .with("lines", lines.len() as f64)
            .with("level_dbfs", level_dbfs);
        for (multiple, level_dbfs) in lines {
            defect = defect.with(&format!("line_{multiple}_dbfs"), level_dbfs);
        }
        Some(defect)
    }

    /// The candidate whose lines agree best, and how well.
    fn best(&self, mains: usize) -> (usize, f64) {
        let lines = &self.sums[mains * HARMONICS..(mains + 1) * HARMONICS];
        let agreement = |step: usize| lines.iter().map(|sums| sums[step].coherence()).sum::<f64>();
        (0..STEPS).map(|step| (step, agreement(step))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
    }

    /// Level of a line: its mean amplitude, over the lobe of the window.
    fn level_dbfs(&self, line: usize, step: usize) -> f64 {
        10.0 * (1.5 * self.scale * self.sums[line][step].power / self.frames.max(1.0)).max(1e-20).log10()
    }
}

fn nominal_hz(line: usize) -> f64 {
    MAINS_HZ[line / HARMONICS] * (line % HARMONICS + 1) as f64
}

fn candidate_hz(mains: usize, step: usize) -> f64 {
    MAINS_HZ[mains] - DRIFT_HZ + 2.0 * DRIFT_HZ * step as f64 / (STEPS - 1) as f64
}

/// Turns the values back by `turn` radians a frame and adds them up; loud frames (a kick, a bass note) count for no more than usual ones.
fn add(sum: &mut Sum, line: &Line, turn: f64) {
    let count = line.len() as f64;
    for channel in 0..2 {
        let mut sizes: Vec<f32> = line.iter().map(|values| values[channel].norm()).collect();
        sizes.sort_by(f32::total_cmp);
        let usual = sizes[sizes.len() / 2];
        let (mut total, mut apart) = (Complex::new(0.0f64, 0.0), 0.0);
        for (index, values) in line.iter().enumerate() {
            let value = values[channel];
            let size = value.norm();
            let weight = if size > usual { usual / size } else { 1.0 };
            let value = Complex::new(f64::from(value.re * weight), f64::from(value.im * weight));
            let back = Complex::from_polar(1.0, -turn * index as f64);
            total += value * back;
            apart += value.norm_sqr();
        }
        sum.together += total.norm_sqr();
        sum.apart += count * apart;
        sum.power += 0.5 * total.norm_sqr() / count;
    }
}
