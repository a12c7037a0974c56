//! Mains hum under a band: lines whose phase runs on through the track as only a mains frequency's does.
//!
//! Bass and drums cover the level of a hum, but not its phase. Each line at a multiple of 50 or 60 Hz is read from the fine low
//! spectrum as a complex number a frame; turned back by the phase that a mains frequency would have gained, the numbers of a hum
//! point one way and add up, those of music point anywhere. Loops that repeat exactly have lines of their own, one every beat or bar
//! apart, and some lie on mains frequencies; so hum must stand out of the lines beside it, and of the other mains frequency.

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
const LEAST_SUM: f64 = 1.7;
const LEAST_COHERENCE: f64 = 0.35;
const FEWEST_LINES: usize = 3;
const LEAD: f64 = 1.33;
/// Where a loop would have lines of its own (distance from the mains frequency), in steps as fine as a segment tells apart, and the lead
/// of hum over the strongest of them.
const BESIDE_HZ: (f64, f64) = (0.7, 4.2);
const BESIDE_STEP_HZ: f64 = 0.025;
const LEAD_BESIDE: f64 = 2.0;
/// Sum of what the coherence of each line has over the strongest beside it.
const LEAST_ADVANTAGE: f64 = 0.5;
/// Segments shorter than this agree by chance.
const FEWEST_FRAMES: usize = 24;
/// Hum softer than this (of full scale) is left to the ear.
const QUIETEST_DBFS: f64 = -75.0;
/// Frames under this power are silence.
const SILENCE_POWER: f32 = 1e-10;

/// Both channels of one bin of one frame.
type Value = [Complex<f32>; 2];

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

/// One multiple of a mains frequency and its neighbourhood.
struct Line {
    nominal_hz: f64,
    /// First bin of the neighbourhood, and what every frame of the segment holds from there on.
    first_bin: usize,
    bins: usize,
    values: Vec<Value>,
    /// The multiple at each candidate of the mains frequency.
    sums: [Sum; STEPS],
    /// Lines on both sides, which a loop has and hum has not.
    beside: Vec<Sum>,
}

/// Follows the phase of every line.
pub(crate) struct Coherence {
    bin_hz: f64,
    hop_s: f64,
    scale: f64,
    lines: Vec<Line>,
    /// Frames in the segment, and in all before it.
    in_segment: usize,
    frames: f64,
}

impl Coherence {
    pub fn new(geometry: Geometry) -> Self {
        let bin_hz = geometry.low_rate / geometry.low_size as f64;
        Self {
            bin_hz,
            hop_s: 0.5 * geometry.low_size as f64 / geometry.low_rate,
            scale: 0.0,
            lines: (0..MAINS_HZ.len() * HARMONICS).map(|index| Line::new(nominal_hz(index), bin_hz)).collect(),
            in_segment: 0,
            frames: 0.0,
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        let spectrum = frame.spectrum;
        if frame.weight < 0.99 || 420.0 / self.bin_hz > spectrum.mean.len() as f64 {
            return;
        }
        self.scale = spectrum.scale();
        for line in &mut self.lines {
            line.values.extend((line.first_bin..line.first_bin + line.bins).map(|bin| spectrum.values_at(bin)));
        }
        self.in_segment += 1;
        // A pause breaks the phase of nothing, but has none.
        let silent = balanced_dsp::lanes::sum(&spectrum.mean) < SILENCE_POWER;
        if silent || self.in_segment == SEGMENT {
            self.end_segment();
        }
    }

    /// The frames so far go into the sums.
    pub fn end_segment(&mut self) {
        if self.in_segment >= FEWEST_FRAMES {
            self.frames += self.in_segment as f64;
            for (index, line) in self.lines.iter_mut().enumerate() {
                let candidate = |step: usize| candidate_hz(index / HARMONICS, step) * (index % HARMONICS + 1) as f64;
                line.end_segment(candidate, self.bin_hz, self.hop_s);
            }
        }
        self.lines.iter_mut().for_each(|line| line.values.clear());
        self.in_segment = 0;
    }

    /// A finding, if the lines of one mains frequency run on.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let best = [0, 1].map(|mains| self.best(mains));
        let mains = usize::from(best[1].1 > best[0].1);
        let (step, sum) = best[mains];
        let stands_out =
            sum >= LEAD_BESIDE * self.strongest_beside(mains) && self.advantage(mains, step) >= LEAST_ADVANTAGE;
        if sum < LEAST_SUM || sum < LEAD * best[1 - mains].1 || !stands_out {
            return None;
        }
        let mains_hz = candidate_hz(mains, step);
        let lines: Vec<(usize, f64)> = (0..HARMONICS)
            .filter(|i| self.lines[mains * HARMONICS + i].sums[step].coherence() >= LEAST_COHERENCE)
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

    /// Lines of a mains frequency.
    fn lines_of(&self, mains: usize) -> &[Line] {
        &self.lines[mains * HARMONICS..(mains + 1) * HARMONICS]
    }

    /// The candidate whose lines agree best, and how well.
    fn best(&self, mains: usize) -> (usize, f64) {
        let lines = self.lines_of(mains);
        let agreement = |step: usize| lines.iter().map(|line| line.sums[step].coherence()).sum::<f64>();
        (0..STEPS).map(|step| (step, agreement(step))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
    }

    /// The highest agreement of lines that lie equally far from every multiple of a mains frequency.
    fn strongest_beside(&self, mains: usize) -> f64 {
        let lines = self.lines_of(mains);
        let agreement = |step: usize| lines.iter().map(|line| line.beside[step].coherence()).sum::<f64>();
        (0..lines[0].beside.len()).map(agreement).fold(0.0, f64::max)
    }

    /// How far the lines stand out of all that lie beside each, summed.
    fn advantage(&self, mains: usize, step: usize) -> f64 {
        let over = |line: &Line| {
            let beside = line.beside.iter().map(Sum::coherence).fold(0.0, f64::max);
            (line.sums[step].coherence() - beside).max(0.0)
        };
        self.lines_of(mains).iter().map(over).sum()
    }

    /// Level of a line: its mean amplitude, over the lobe of the window.
    fn level_dbfs(&self, line: usize, step: usize) -> f64 {
        10.0 * (1.5 * self.scale * self.lines[line].sums[step].power / self.frames.max(1.0)).max(1e-20).log10()
    }
}

impl Line {
    fn new(nominal_hz: f64, bin_hz: f64) -> Self {
        let bin = |hz: f64| (hz / bin_hz).round() as usize;
        let (first_bin, last_bin) = (bin(nominal_hz - BESIDE_HZ.1), bin(nominal_hz + BESIDE_HZ.1));
        let bins = last_bin + 1 - first_bin;
        Self {
            nominal_hz,
            first_bin,
            bins,
            values: Vec::with_capacity(SEGMENT * bins),
            sums: [Sum::default(); STEPS],
            beside: vec![Sum::default(); offsets_hz().count()],
        }
    }

    fn end_segment(&mut self, candidate_hz: impl Fn(usize) -> f64, bin_hz: f64, hop_s: f64) {
        let column = |bin: usize| limited(self.values.iter().skip(bin).step_by(self.bins).copied());
        let columns: Vec<Vec<Value>> = (0..self.bins).map(column).collect();
        let nearest = |hz: f64| {
            let bin = (hz / bin_hz).round() as usize;
            &columns[bin.clamp(self.first_bin, self.first_bin + self.bins - 1) - self.first_bin]
        };
        for (step, sum) in self.sums.iter_mut().enumerate() {
            add(sum, nearest(self.nominal_hz), TAU * candidate_hz(step) * hop_s);
        }
        for (sum, offset_hz) in self.beside.iter_mut().zip(offsets_hz()) {
            let hz = self.nominal_hz + offset_hz;
            add(sum, nearest(hz), TAU * hz * hop_s);
        }
    }
}

/// Distances from a mains frequency at which lines of loops are looked for.
fn offsets_hz() -> impl Iterator<Item = f64> {
    let steps = ((BESIDE_HZ.1 - BESIDE_HZ.0) / BESIDE_STEP_HZ).round() as usize;
    let above = (0..=steps).map(|step| BESIDE_HZ.0 + BESIDE_STEP_HZ * step as f64);
    above.clone().map(|hz| -hz).chain(above)
}

fn nominal_hz(line: usize) -> f64 {
    MAINS_HZ[line / HARMONICS] * (line % HARMONICS + 1) as f64
}

fn candidate_hz(mains: usize, step: usize) -> f64 {
    MAINS_HZ[mains] - DRIFT_HZ + 2.0 * DRIFT_HZ * step as f64 / (STEPS - 1) as f64
}

/// The values of a line, none larger than usual: loud frames (a kick, a bass note) count for no more than others.
fn limited(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut line: Vec<Value> = values.collect();
    for channel in 0..2 {
        let mut sizes: Vec<f32> = line.iter().map(|values| values[channel].norm()).collect();
        sizes.sort_by(f32::total_cmp);
        let usual = sizes[sizes.len() / 2];
        for values in &mut line {
            let size = values[channel].norm();
            values[channel] = if size > usual { values[channel] * (usual / size) } else { values[channel] };
        }
    }
    line
}

/// Turns the values back by `turn` radians a frame and adds them up.
fn add(sum: &mut Sum, line: &[Value], turn: f64) {
    let count = line.len() as f64;
    let step = Complex::from_polar(1.0, -turn);
    let mut back = Complex::new(1.0f64, 0.0);
    let (mut totals, mut apart) = ([Complex::new(0.0f64, 0.0); 2], 0.0);
    for values in line {
        for (total, value) in totals.iter_mut().zip(values) {
            let value = Complex::new(f64::from(value.re), f64::from(value.im));
            *total += value * back;
            apart += value.norm_sqr();
        }
        back *= step;
    }
    let together = totals[0].norm_sqr() + totals[1].norm_sqr();
    sum.together += together;
    sum.apart += count * apart;
    sum.power += 0.5 * together / count;
}
