//! How the programme begins and ends: silence before and after it, and starts and ends that were cut.

use std::collections::VecDeque;

use balanced_model::{Defect, DefectKind, Severity};

use super::cells::Window;
use super::finding::{clock, finding};

/// Programme is what reaches -60 dBFS.
const AUDIBLE: f32 = 1e-3;
/// The brink of a cut sounds at least this loud (-45 dBFS).
const BRINK_RMS: f64 = 0.0056;
/// Length of the brink, and of the stretch further in that it is compared with.
const BRINK_S: f64 = 0.003;
const INSIDE_S: (f64, f64) = (0.03, 0.25);
/// Level of the brink beside the stretch inside: lower is an attack or a decay, higher at a start is a struck note.
const LEAST_SHARE: f64 = 0.35;
const MOST_SHARE: f64 = 2.5;
/// First (or last) audible sample beside the level inside: a note that begins by itself begins near zero.
const JUMP: f64 = 0.25;
/// A cut lies at the border of the file; what begins at full level after a pause is an instrument that does so.
const BORDER_S: f64 = 0.05;
/// Silences longer than this are mentioned, and than this complained of.
const LEADING_S: (f64, f64) = (1.0, 5.0);
const TRAILING_S: (f64, f64) = (3.0, 10.0);

/// Head and tail of one channel, in cells.
pub(crate) struct Edges {
    cells_kept: usize,
    head: Vec<f32>,
    tail: VecDeque<f32>,
    /// First and last audible sample: position and size.
    first: Option<(u64, f32)>,
    last: Option<(u64, f32)>,
    cell: usize,
}

impl Edges {
    pub fn new(rate: f64) -> Self {
        // A cell lasts at least a sixth of a millisecond at any rate.
        let cells_kept = ((INSIDE_S.1 + 0.01) * rate / 16.0) as usize + 2;
        Self { cells_kept, head: Vec::new(), tail: VecDeque::new(), first: None, last: None, cell: 16 }
    }

    pub fn push(&mut self, window: &Window<'_>) {
        self.cell = window.cell;
        let half = window.peaks.len() / 2;
        let used = half..half + (window.end - window.fresh).div_ceil(window.cell);
        if self.first.is_none() {
            let Some(cell) = used.clone().find(|i| window.peaks[*i] > AUDIBLE) else { return };
            self.first = audible(window, cell, false);
            self.head.extend_from_slice(&window.energies[cell..used.end]);
        } else if self.head.len() < self.cells_kept {
            self.head.extend_from_slice(&window.energies[used.clone()]);
        }
        if let Some(cell) = used.clone().rev().find(|i| window.peaks[*i] > AUDIBLE) {
            self.last = audible(window, cell, true);
            // The tail ends with the cell of the last audible sample.
            let from = half + (cell + 1 - half).saturating_sub(self.cells_kept);
            self.tail.extend(&window.energies[from..=cell]);
        }
        let excess = self.tail.len().saturating_sub(self.cells_kept);
        self.tail.drain(..excess);
    }

    fn starts_cut(&self, rate: f64) -> Option<f64> {
        let (_, jump) = self.first?;
        is_cut(&|i| self.head.get(i).copied(), jump, self.cell, rate, MOST_SHARE)
    }

    fn ends_cut(&self, rate: f64) -> Option<f64> {
        let (_, jump) = self.last?;
        let cells = self.tail.len();
        is_cut(&|i| (i < cells).then(|| self.tail[cells - 1 - i]), jump, self.cell, rate, f64::INFINITY)
    }
}

/// First or last audible sample of a cell.
fn audible(window: &Window<'_>, cell: usize, last: bool) -> Option<(u64, f32)> {
    let start = cell * window.cell;
    let end = (start + window.cell).min(window.end);
    let is_audible = |i: &usize| window.samples[*i].abs() > AUDIBLE;
    let index = if last { (start..end).rev().find(is_audible) } else { (start..end).find(is_audible) }?;
    Some((window.frame(index), window.samples[index].abs()))
}

/// Level of the brink in dBFS if the audio is cut there; `energy(i)` is the cell `i` cells away from the brink.
fn is_cut(energy: &dyn Fn(usize) -> Option<f32>, jump: f32, cell: usize, rate: f64, most_share: f64) -> Option<f64> {
    let rms = |from_s: f64, to_s: f64| {
        let cells = |s: f64| (s * rate / cell as f64).round() as usize;
        // The outermost cell is partly silence.
        let (from, to) = (cells(from_s) + 1, cells(to_s) + 1);
        let sum: f64 = (from..to).map(|i| energy(i).map(f64::from)).sum::<Option<f64>>()?;
        Some((sum / ((to - from) * cell) as f64).sqrt())
    };
    let (brink, inside) = (rms(0.0, BRINK_S)?, rms(INSIDE_S.0, INSIDE_S.1)?);
    let cut = brink >= BRINK_RMS
        && brink >= LEAST_SHARE * inside
        && brink <= most_share * inside
        && f64::from(jump) >= JUMP * brink.max(inside);
    cut.then(|| 20.0 * brink.log10())
}

/// Findings about all channels together.
pub(crate) fn finish(channels: &[Edges], rate: f64, frames: u64) -> Vec<Defect> {
    let first = channels.iter().filter_map(|c| c.first).map(|(frame, _)| frame).min();
    let last = channels.iter().filter_map(|c| c.last).map(|(frame, _)| frame).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let near = |a: u64, b: u64| a.abs_diff(b) as f64 <= 0.005 * rate;
    let duration_s = frames as f64 / rate;
    let (first_s, last_s) = (first as f64 / rate, (last + 1) as f64 / rate);
    let mut out = Vec::new();
    let starting = channels.iter().filter(|c| first_s < BORDER_S && c.first.is_some_and(|(f, _)| near(f, first)));
    if let Some(level_dbfs) = starting.filter_map(|c| c.starts_cut(rate)).max_by(f64::total_cmp) {
        let message = "The music starts in the middle of a sound, without attack or fade: the beginning may be cut off. (Normal for a track \
                       that continues the one before.)";
        let range_s = (first_s, first_s + BRINK_S);
        let severity = if level_dbfs > -25.0 { Severity::Major } else { Severity::Minor };
        out.push(finding(DefectKind::CutStart, severity, range_s, message.to_owned()).with("level_dbfs", level_dbfs));
    }
    let at_end = duration_s - last_s < BORDER_S;
    let ending = channels.iter().filter(|c| at_end && c.last.is_some_and(|(f, _)| near(f, last)));
    if let Some(level_dbfs) = ending.filter_map(|c| c.ends_cut(rate)).max_by(f64::total_cmp) {
        let message = "The music stops in the middle of a sound, without decay or fade: the end may be cut off. (Normal for a track that runs \
                       into the next one.)";
        let severity = if level_dbfs > -25.0 { Severity::Major } else { Severity::Minor };
        let range_s = (last_s - BRINK_S, last_s);
        out.push(finding(DefectKind::CutEnd, severity, range_s, message.to_owned()).with("level_dbfs", level_dbfs));
    }
    out.extend(silence(DefectKind::LeadingSilence, (0.0, first_s), LEADING_S));
    out.extend(silence(DefectKind::TrailingSilence, (last_s, duration_s), TRAILING_S));
    out
}

fn silence(kind: DefectKind, range_s: (f64, f64), limits_s: (f64, f64)) -> Option<Defect> {
    let length_s = range_s.1 - range_s.0;
    if length_s < limits_s.0 {
        return None;
    }
    let message = if kind == DefectKind::LeadingSilence {
        format!("There are {length_s:.1} s of silence before the music starts at {}.", clock(range_s.1))
    } else {
        format!("There are {length_s:.1} s of silence after the music ends at {}.", clock(range_s.0))
    };
    let severity = if length_s < limits_s.1 { Severity::Info } else { Severity::Minor };
    Some(finding(kind, severity, range_s, message).with("length_s", length_s))
}
