//! Mains hum under music that never pauses.
//!
//! Hum is a floor: at its frequencies the level never falls under it, however the music moves. So the lowest levels of such a line,
//! over the whole track, lie on a sharp edge, far over the lowest levels beside it, and the frequency is a multiple of 50 or 60 Hz
//! to a tenth of a hertz. Bass notes come and go: their lowest levels trail off.

use balanced_model::{Defect, DefectKind, Severity};

use super::finding::finding;
use super::hum::{HARMONICS, MAINS_HZ, deviation_hz, peak_hz};
use crate::spectrum::engine::{Frame, Geometry};

/// Frames (half overlapping) of twenty seconds.
const FEWEST_FRAMES: u32 = 28;
/// The lowest levels of a line: those at these shares of the frames differ by no more than this.
const EDGE_SHARES: (f64, f64) = (0.05, 0.25);
const SHARPEST_DB: usize = 3;
/// They lie this much over the level beside the line at the same share.
const PROMINENCE_DB: usize = 10;
/// Distance of "beside": further than the lobe of a line, nearer than the next note.
const BESIDE_HZ: f64 = 5.0;
/// Frequency over all frames in which the line stands out: mean within this of the multiple, spread below it.
const ACCURACY_HZ: f64 = 0.15;
const FEWEST_CLEAR: u32 = 10;
/// Lines that must agree, and the level that all of them have at least.
const FEWEST_LINES: usize = 3;
const QUIETEST_DB: usize = 90;
/// Histogram of levels in steps of 1 dB down from full scale.
const LEVELS: usize = 140;

#[derive(Clone)]
struct Line {
    on: [u32; LEVELS],
    beside: [u32; LEVELS],
    clear: u32,
    sum_hz: f64,
    sum_squares: f64,
}

/// Levels of every line over the whole track.
pub(crate) struct Drone {
    bin_hz: f64,
    frames: u32,
    lines: Vec<Line>,
}

impl Drone {
    pub fn new(geometry: Geometry) -> Self {
        let line = Line { on: [0; LEVELS], beside: [0; LEVELS], clear: 0, sum_hz: 0.0, sum_squares: 0.0 };
        Self {
            bin_hz: geometry.low_rate / geometry.low_size as f64,
            frames: 0,
            lines: vec![line; MAINS_HZ.len() * HARMONICS],
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        let power = &frame.spectrum.mean;
        let reach = (BESIDE_HZ / self.bin_hz).round() as usize;
        if frame.weight < 0.99 || (400.0 / self.bin_hz) as usize + reach > power.len() || reach < 4 {
            return;
        }
        // Digital silence holds no hum and says nothing.
        if power[1..].iter().take((400.0 / self.bin_hz) as usize).sum::<f32>() < 1e-13 {
            return;
        }
        self.frames += 1;
        for (index, line) in self.lines.iter_mut().enumerate() {
            let hz = MAINS_HZ[index / HARMONICS] * (index % HARMONICS + 1) as f64;
            let centre = (hz / self.bin_hz).round() as usize;
            let lobe = |at: usize| power[at - 2..=at + 2].iter().sum::<f32>();
            let (on, beside) = (lobe(centre), lobe(centre - reach).max(lobe(centre + reach)));
            line.on[level(on)] += 1;
            line.beside[level(beside)] += 1;
            if on > 15.0 * beside {
                let offset_hz = peak_hz(power, centre, self.bin_hz) - hz;
                line.clear += 1;
                line.sum_hz += offset_hz;
                line.sum_squares += offset_hz * offset_hz;
            }
        }
    }

    /// A finding, if several lines are floors.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        if self.frames < FEWEST_FRAMES {
            return None;
        }
        let floors = |lines: &[Line]| -> Vec<(usize, f64, f64)> {
            let lines = lines.iter().enumerate();
            lines.filter_map(|(i, line)| Some((i + 1, line.offset_hz(), line.floor_dbfs(self.frames)?))).collect()
        };
        let (mains_hz, lines) = MAINS_HZ
            .iter()
            .zip(self.lines.chunks(HARMONICS))
            .map(|(hz, lines)| (hz, floors(lines)))
            .max_by_key(|(_, lines)| lines.len())?;
        if lines.len() < FEWEST_LINES {
            return None;
        }
        let level_dbfs = 10.0 * lines.iter().map(|(.., db)| 10f64.powf(0.1 * db)).sum::<f64>().log10();
        let measured_hz = mains_hz + deviation_hz(lines.iter().map(|(line, offset_hz, _)| (*line, *offset_hz)));
        let message = format!(
            "There is a constant {mains_hz:.0} Hz mains hum at {level_dbfs:.0} dBFS under the music, {} lines of it, from beginning to end. Check \
             grounding and cables of what was recorded, or notch it out.",
            lines.len()
        );
        let severity = if level_dbfs > -50.0 { Severity::Major } else { Severity::Minor };
        Some(
            finding(DefectKind::Hum, severity, (0.0, duration_s), message)
                .with("mains_hz", measured_hz)
                .with("lines", lines.len() as f64)
                .with("highest_line", lines.last().map_or(0.0, |(line, ..)| *line as f64))
                .with("level_dbfs", level_dbfs),
        )
    }
}

impl Line {
    /// Mean distance of the line from its nominal frequency.
    fn offset_hz(&self) -> f64 {
        self.sum_hz / f64::from(self.clear.max(1))
    }

    /// Level of the floor, if this line is one.
    fn floor_dbfs(&self, frames: u32) -> Option<f64> {
        let (low, high) = (share(&self.on, frames, EDGE_SHARES.0), share(&self.on, frames, EDGE_SHARES.1));
        let beside = share(&self.beside, frames, EDGE_SHARES.1);
        let mean_hz = self.offset_hz();
        let spread_hz = (self.sum_squares / f64::from(self.clear.max(1)) - mean_hz * mean_hz).max(0.0).sqrt();
        // Levels count downwards.
        let is_floor = low.abs_diff(high) <= SHARPEST_DB
            && high + PROMINENCE_DB <= beside
            && low < QUIETEST_DB
            && self.clear >= FEWEST_CLEAR
            && mean_hz.abs() < ACCURACY_HZ
            && spread_hz < ACCURACY_HZ;
        is_floor.then_some(-(high as f64))
    }
}

/// Level class below which a share of the frames lies.
fn share(levels: &[u32; LEVELS], frames: u32, share: f64) -> usize {
    let wanted = share * f64::from(frames);
    let mut count = 0.0;
    levels
        .iter()
        .rposition(|n| {
            count += f64::from(*n);
            count >= wanted
        })
        .unwrap_or(0)
}

fn level(power: f32) -> usize {
    ((-10.0 * (power + 1e-20).log10()) as usize).min(LEVELS - 1)
}
