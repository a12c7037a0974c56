//! Mains hum: lines at 50 or 60 Hz and their multiples that are always there and always equally strong.
//!
//! The fine low spectrum (0.67 Hz a bin at 44.1 kHz) is sorted by how loud it is, and only the quietest part of the programme is
//! judged: there hum stands free, if anywhere, and only there is it heard. A note at the same pitch comes, goes and decays; hum
//! does not.

use balanced_dsp::interpolate;
use balanced_model::{Defect, DefectKind, Severity};

use crate::spectrum::engine::{Frame, Geometry};

use super::finding::finding;

pub(super) const MAINS_HZ: [f64; 2] = [50.0, 60.0];
pub(super) const HARMONICS: usize = 6;
/// The mains drift by less than this.
const DRIFT_HZ: f64 = 0.4;
/// A line stands this much over its surroundings…
const PROMINENCE_DB: f64 = 12.0;
/// …which are those bins nearer than this and further than its own window's lobe.
const SURROUNDINGS_HZ: (f64, f64) = (2.5, 9.0);
/// Share of the quiet frames in which it does.
const PRESENCE: f64 = 0.9;
/// Levels of a line over the quiet frames spread by less (twice the standard deviation).
const SPREAD_DB: f64 = 3.0;
/// Lines that must agree.
const FEWEST_LINES: usize = 2;
/// Lines quieter than this are not heard.
const QUIETEST_DBFS: f64 = -95.0;
/// Frames (1.5 s, half overlapping) that make a judgement, and the share of the programme that is "quiet".
const FEWEST_FRAMES: u32 = 6;
const QUIET_SHARE: f64 = 0.2;
/// Loudness classes of 6 dB down from full scale.
const CLASSES: usize = 24;
const CLASS_DB: f64 = 6.0;

#[derive(Clone, Copy, Default)]
struct Line {
    prominent: u32,
    sum_db: f64,
    sum_squares: f64,
    /// Distances of the line from its nominal frequency.
    sum_hz: f64,
}

#[derive(Clone, Copy, Default)]
struct Class {
    frames: u32,
    lines: [[Line; HARMONICS]; 2],
}

/// Collects what hum would need, by loudness.
pub(crate) struct Hum {
    bin_hz: f64,
    classes: Box<[Class; CLASSES]>,
}

impl Hum {
    pub fn new(geometry: Geometry) -> Self {
        Self { bin_hz: geometry.low_rate / geometry.low_size as f64, classes: Box::new([Class::default(); CLASSES]) }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        // A frame that is part padding has smeared lines.
        if frame.weight < 0.99 || 460.0 / self.bin_hz > frame.spectrum.mean.len() as f64 {
            return;
        }
        let power = &frame.spectrum.mean;
        let loudness: f32 = power[(20.0 / self.bin_hz) as usize..(460.0 / self.bin_hz) as usize].iter().sum();
        if loudness < 1e-13 {
            return;
        }
        let class = (-10.0 * f64::from(loudness).log10() / CLASS_DB).clamp(0.0, (CLASSES - 1) as f64) as usize;
        let class = &mut self.classes[class];
        class.frames += 1;
        for (mains, lines) in MAINS_HZ.iter().zip(&mut class.lines) {
            for (harmonic, line) in lines.iter_mut().enumerate() {
                let hz = mains * (harmonic + 1) as f64;
                if let Some((level_db, line_hz)) = line_of(power, hz, self.bin_hz) {
                    line.prominent += 1;
                    line.sum_hz += line_hz - hz;
                    line.sum_db += level_db;
                    line.sum_squares += level_db * level_db;
                }
            }
        }
    }

    /// The quiet end of the programme as one class.
    fn quiet(&self) -> Class {
        let total: u32 = self.classes.iter().map(|c| c.frames).sum();
        let wanted = (QUIET_SHARE * f64::from(total)).max(f64::from(FEWEST_FRAMES)) as u32;
        let mut quiet = Class::default();
        for class in self.classes.iter().rev() {
            if quiet.frames >= wanted {
                break;
            }
            quiet.frames += class.frames;
            for (sums, lines) in quiet.lines.iter_mut().zip(&class.lines) {
                for (sum, line) in sums.iter_mut().zip(lines) {
                    sum.prominent += line.prominent;
                    sum.sum_db += line.sum_db;
                    sum.sum_squares += line.sum_squares;
                    sum.sum_hz += line.sum_hz;
                }
            }
        }
        quiet
    }

    /// A finding, for the mains frequency with more lines.
    pub fn finish(&self, duration_s: f64) -> Option<Defect> {
        let quiet = self.quiet();
        if quiet.frames < FEWEST_FRAMES {
            return None;
        }
        let steady = |line: &Line| {
            let (mean_db, spread_db) = line.mean_and_spread_db();
            f64::from(line.prominent) >= PRESENCE * f64::from(quiet.frames)
                && 2.0 * spread_db <= SPREAD_DB
                && mean_db > QUIETEST_DBFS
        };
        let (mains_hz, lines) = MAINS_HZ
            .iter()
            .zip(&quiet.lines)
            .map(|(mains_hz, lines)| {
                let steady = lines.iter().enumerate().filter(|(_, line)| steady(line));
                (*mains_hz, steady.collect::<Vec<(usize, &Line)>>())
            })
            .max_by_key(|(_, lines)| lines.len())?;
        let power: f64 = lines.iter().map(|(_, line)| 10f64.powf(0.1 * line.mean_and_spread_db().0)).sum();
        let level_db = 10.0 * power.log10();
        let offsets = lines.iter().map(|(index, line)| (index + 1, line.sum_hz / f64::from(line.prominent)));
        let measured_hz = mains_hz + deviation_hz(offsets);
        let (lines, highest) = (lines.len(), lines.last().map_or(0, |(index, _)| index + 1));
        if lines < FEWEST_LINES {
            return None;
        }
        let message = format!(
            "There is a constant {mains_hz:.0} Hz mains hum at {level_db:.0} dBFS with {lines} of its harmonics, best heard in quiet passages. \
             Check grounding and cables, or notch it out."
        );
        let severity = match level_db {
            db if db > -50.0 => Severity::Major,
            db if db > -70.0 => Severity::Minor,
            _ => Severity::Info,
        };
        Some(
            finding(DefectKind::Hum, severity, (0.0, duration_s), message)
                .with("mains_hz", measured_hz)
                .with("lines", lines as f64)
                .with("highest_line", highest as f64)
                .with("level_dbfs", level_db),
        )
    }
}

impl Line {
    fn mean_and_spread_db(&self) -> (f64, f64) {
        let count = f64::from(self.prominent.max(1));
        let mean = self.sum_db / count;
        (mean, (self.sum_squares / count - mean * mean).max(0.0).sqrt())
    }
}

/// How far a mains frequency is from its nominal value, by the numbers of its lines and their distances from theirs (least squares).
pub(super) fn deviation_hz(offsets: impl Iterator<Item = (usize, f64)>) -> f64 {
    let (products, squares) = offsets.fold((0.0, 0.0), |(products, squares), (line, offset_hz)| {
        let line = line as f64;
        (products + line * offset_hz, squares + line * line)
    });
    if squares > 0.0 { products / squares } else { 0.0 }
}

/// Level and frequency of a line near `hz` if one stands out there.
fn line_of(power: &[f32], hz: f64, bin_hz: f64) -> Option<(f64, f64)> {
    let bin = |hz: f64| (hz / bin_hz).round() as usize;
    let (lowest, highest) = (bin(hz - SURROUNDINGS_HZ.1), bin(hz + SURROUNDINGS_HZ.1));
    let region = power.get(lowest..=highest)?;
    let (peak, _) = region.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let peak = lowest + peak;
    if (peak as f64 * bin_hz - hz).abs() > DRIFT_HZ + 0.5 * bin_hz || peak < 2 || peak + 2 >= power.len() {
        return None;
    }
    let gap = (SURROUNDINGS_HZ.0 / bin_hz).ceil() as usize;
    let around =
        power[lowest..peak.saturating_sub(gap).max(lowest)].iter().chain(&power[(peak + gap).min(highest)..=highest]);
    // The highest of the surroundings, not their mean: another line near by makes the ground unsafe.
    let highest_around = f64::from(around.fold(0f32, |a, b| a.max(*b)));
    let lobe: f64 = power[peak - 2..=peak + 2].iter().map(|p| f64::from(*p)).sum();
    let prominence_db = 10.0 * (f64::from(power[peak]) / highest_around.max(1e-30)).log10();
    (prominence_db >= PROMINENCE_DB).then(|| (10.0 * lobe.log10(), peak_hz(power, peak, bin_hz)))
}

/// Frequency of the highest of the bins around `centre`, by a parabola through the logarithms.
pub(super) fn peak_hz(power: &[f32], centre: usize, bin_hz: f64) -> f64 {
    let peak = (centre - 1..=centre + 1).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap_or(centre);
    let log = |bin: usize| f64::from(power[bin] + 1e-30).ln();
    let offset = interpolate::maximum([log(peak - 1), log(peak), log(peak + 1)]).offset;
    (peak as f64 + offset) * bin_hz
}
