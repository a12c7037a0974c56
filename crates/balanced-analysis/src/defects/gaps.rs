//! Gaps: dropouts of up to a tenth of a second, and longer digital silence inside the programme.
//!
//! A gap is a run of zeros (within two steps of 16 bits) that the programme falls into from full level. Music that decays,
//! fades or is gated with a release reaches silence at a low level and is left alone; a dropout must also end as abruptly.

use balanced_model::{Defect, DefectKind, Severity};

use super::cells::Window;
use super::clipping::sentence;
use super::finding::{Regions, channel_name, finding, occasions};

/// Samples up to this size count as silence.
const SILENT: f32 = 2.0 / 32_768.0;
/// Shortest gap, in samples at 44.1 kHz: a third of a millisecond more than a cell, so that it fills one.
const SHORTEST_S: f64 = 31.0 / 44_100.0;
/// Longer gaps are silences, not dropouts.
const LONGEST_DROPOUT_S: f64 = 0.1;
/// The programme just before (and after) a gap: its length, the level it has at least, and its level beside what came before.
const BRINK_S: f64 = 0.002;
const BRINK_RMS: f64 = 0.01;
const BRINK_SHARE: f64 = 0.3;
/// The last sample before a gap, beside that level: a gate closes over some samples, however fast, a dropout within one.
const JUMP: f64 = 0.06;
/// Stretch before the gap that says how loud the programme is.
const PROGRAMME_S: f64 = 0.03;
/// Gaps closer than this are one finding.
const MERGE_S: f64 = 0.5;
/// More gaps a second than this are a waveform or an effect.
const MOST_A_SECOND: f64 = 5.0;

struct Gap {
    start: u64,
    programme_rms: f64,
    abrupt: bool,
    exact: bool,
}

/// Watches one channel.
pub(crate) struct Gaps {
    rate: f64,
    open: Option<Gap>,
    dropouts: Regions,
    silences: Regions,
}

impl Gaps {
    pub fn new(rate: f64) -> Self {
        Self { rate, open: None, dropouts: Regions::new(MERGE_S * rate), silences: Regions::new(0.0) }
    }

    pub fn push(&mut self, window: &Window<'_>) {
        let cell = window.cell;
        let brink = (BRINK_S * self.rate) as usize;
        let delay = (brink + cell).next_multiple_of(cell);
        if window.fresh < 4 * delay {
            return;
        }
        let range = window.delayed(delay);
        for index in range.start / cell..range.end.div_ceil(cell) {
            let silent = window.peaks[index] <= SILENT;
            match (&mut self.open, silent) {
                (None, true) => self.open = Some(self.begin(window, index * cell, brink)),
                (Some(gap), true) => gap.exact &= window.peaks[index] == 0.0,
                (Some(_), false) => self.end(window, index * cell, brink),
                (None, false) => {}
            }
        }
    }

    fn begin(&self, window: &Window<'_>, cell_start: usize, brink: usize) -> Gap {
        let mut start = cell_start;
        while start > cell_start - window.cell && window.samples[start - 1].abs() <= SILENT {
            start -= 1;
        }
        let programme = (PROGRAMME_S * self.rate) as usize;
        let programme_rms = window.rms(start.saturating_sub(programme), start);
        let brink_rms = window.rms(start - brink, start);
        let jump = f64::from(window.samples[start - 1].abs());
        Gap {
            start: window.frame(start),
            programme_rms,
            abrupt: brink_rms >= BRINK_RMS.max(BRINK_SHARE * programme_rms) && jump >= JUMP * brink_rms,
            exact: window.peaks[cell_start / window.cell] == 0.0,
        }
    }

    fn end(&mut self, window: &Window<'_>, cell_start: usize, brink: usize) {
        let Some(gap) = self.open.take() else { return };
        let cell = &window.samples[cell_start..cell_start + window.cell];
        let end = cell_start + cell.iter().position(|s| s.abs() > SILENT).unwrap_or(0);
        let end_frame = window.frame(end);
        let length_s = (end_frame - gap.start) as f64 / self.rate;
        if !gap.abrupt || length_s < SHORTEST_S {
            return;
        }
        let resumes = window.rms(end, end + brink) >= BRINK_RMS.max(BRINK_SHARE * gap.programme_rms);
        if length_s > LONGEST_DROPOUT_S {
            if gap.exact {
                self.silences.add(gap.start, end_frame, length_s);
            }
        } else if resumes {
            self.dropouts.add(gap.start, end_frame, length_s);
        }
    }

    /// Findings.
    pub fn finish(&self, channel: usize, channels: usize, duration_s: f64) -> Vec<Defect> {
        let name = sentence(&channel_name(channel, channels));
        let range_s = |start: u64, end: u64| (start as f64 / self.rate, end as f64 / self.rate);
        let mut out = Vec::new();
        if self.dropouts.count() as f64 <= MOST_A_SECOND * duration_s.max(1.0) {
            out.extend(self.dropouts.list().iter().map(|region| {
                let range_s = range_s(region.start, region.end);
                let length_ms = 1000.0 * region.worst;
                let message = format!(
                    "{name} drops out {}, for {}{length_ms:.1} ms: the sound stops and resumes at once. Samples were lost in recording, \
                     transfer or export.",
                    occasions(region.count, range_s),
                    if region.count == 1 { "" } else { "up to " },
                );
                finding(DefectKind::Dropout, Severity::Major, range_s, message)
                    .in_channel(channel)
                    .with("dropouts", region.count as f64)
                    .with("longest_ms", length_ms)
            }));
        }
        out.extend(self.silences.list().iter().map(|region| {
            let range_s = range_s(region.start, region.end);
            let message = format!(
                "{name} is cut to digital silence {}, for {}{:.2} s, in the middle of the programme. If this is not meant, a region or \
                 clip is missing there.",
                occasions(region.count, range_s),
                if region.count == 1 { "" } else { "up to " },
                region.worst,
            );
            finding(DefectKind::DigitalSilence, Severity::Minor, range_s, message)
                .in_channel(channel)
                .with("length_s", region.worst)
        }));
        out
    }
}
