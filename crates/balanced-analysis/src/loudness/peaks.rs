//! True peaks of a whole programme, cell by cell.

use balanced_dsp::true_peak::{TruePeak, TruePeakMeter};
use balanced_dsp::{Block, StreamFormat};
use balanced_model::{ClippedRun, TruePeakOver};

use super::cells::CELL_S;
use super::clipped::{ClipTrace, collect};

/// Overs listed at most: a file that is over throughout is told once, not by the thousand.
const MAX_OVERS: usize = 1000;

/// Follows peaks.
pub(super) struct PeakTrace {
    meter: TruePeakMeter,
    clips: Vec<ClipTrace>,
    sample_rate_hz: f64,
    /// True peak of each channel and cell.
    cells: Vec<Vec<f32>>,
}

/// The peaks of a programme, linear.
pub(super) struct Peaks {
    pub true_peaks: Vec<Option<TruePeak>>,
    pub sample_peaks: Vec<f64>,
    /// Runs at full scale: how many, and the first of them.
    pub clipped: (u64, Vec<ClippedRun>),
    cells: Vec<Vec<f32>>,
}

impl PeakTrace {
    pub fn new(format: &StreamFormat) -> Self {
        Self {
            meter: TruePeakMeter::new(format),
            clips: vec![ClipTrace::default(); format.channels()],
            sample_rate_hz: format.sample_rate_hz,
            cells: vec![Vec::new(); format.channels()],
        }
    }

    pub fn push(&mut self, part: Block<'_>, is_complete: bool) {
        self.meter.process(part);
        for (channel, clips) in self.clips.iter_mut().enumerate() {
            clips.push(part.channel(channel), self.meter.block_peak(channel));
        }
        if is_complete {
            self.close_cell();
        }
    }

    pub fn finish(mut self) -> Peaks {
        self.meter.flush();
        // What the flush finds belongs to the last whole cell, or to the unfinished one after it.
        self.close_cell();
        let channels = 0..self.cells.len();
        Peaks {
            true_peaks: channels.clone().map(|channel| self.meter.peak(channel)).collect(),
            sample_peaks: channels.map(|channel| self.meter.sample_peak(channel)).collect(),
            clipped: collect(self.clips, self.sample_rate_hz),
            cells: self.cells,
        }
    }

    fn close_cell(&mut self) {
        for (channel, cells) in self.cells.iter_mut().enumerate() {
            cells.push(self.meter.take_interval(channel) as f32);
        }
    }
}

impl Peaks {
    /// Highest channel of each cell; the last cell may be unfinished.
    pub fn highest(&self) -> Vec<f64> {
        let cells = self.cells.first().map_or(0, Vec::len);
        let highest = |cell: usize| self.cells.iter().map(|channel| f64::from(channel[cell])).fold(0.0, f64::max);
        (0..cells).map(highest).collect()
    }

    /// Stretches of cells over full scale, in order of time.
    pub fn overs(&self) -> Vec<TruePeakOver> {
        let mut overs: Vec<TruePeakOver> = Vec::new();
        for (channel, cells) in self.cells.iter().enumerate() {
            for stretch in cells.iter().enumerate().collect::<Vec<_>>().chunk_by(|a, b| (*a.1 > 1.0) == (*b.1 > 1.0)) {
                let peak = stretch.iter().map(|(_, peak)| f64::from(**peak)).fold(0.0, f64::max);
                if peak > 1.0 {
                    let (first, last) = (stretch[0].0, stretch[stretch.len() - 1].0);
                    let (start_s, end_s) = (first as f64 * CELL_S, (last + 1) as f64 * CELL_S);
                    overs.push(TruePeakOver { start_s, end_s, channel, peak_dbtp: 20.0 * peak.log10() });
                }
            }
        }
        overs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        overs.truncate(MAX_OVERS);
        overs
    }
}
