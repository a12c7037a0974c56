//! The 100 ms grid: cuts blocks at its lines and keeps energy and sample peak of each cell and channel.

use balanced_dsp::{Block, StreamFormat};

/// Seconds of a cell: the hop of gating blocks.
pub(crate) const CELL_S: f64 = 0.1;
/// Dividing by a whole number keeps ties exact, so that these lines are those of the loudness windows.
const CELLS_PER_S: f64 = 10.0;

/// One channel within one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// Sum of squares.
    pub energy: f64,
    /// Largest absolute sample.
    pub peak: f64,
}

/// All whole cells, and the totals with the unfinished last one.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// Cells of each channel.
    pub channels: Vec<Vec<Cell>>,
    /// Totals of each channel.
    pub totals: Vec<Cell>,
    /// Frames in all.
    pub frames: u64,
    sample_rate_hz: f64,
}

impl Levels {
    /// Frames of the cells `range`.
    pub fn frames_of(&self, range: std::ops::Range<usize>) -> f64 {
        (boundary_frames(self.sample_rate_hz, range.end as u64)
            - boundary_frames(self.sample_rate_hz, range.start as u64)) as f64
    }

    /// Energy and peak of one channel over cells.
    pub fn total(&self, channel: usize, range: std::ops::Range<usize>) -> Cell {
        let add = |sum: Cell, cell: &Cell| Cell { energy: sum.energy + cell.energy, peak: sum.peak.max(cell.peak) };
        self.channels[channel][range].iter().fold(Cell::default(), add)
    }
}

/// First frame of a cell, rounded: cells of rates that are no multiple of 10 differ by one frame.
fn boundary_frames(sample_rate_hz: f64, cell: u64) -> u64 {
    ((cell as f64 * sample_rate_hz / CELLS_PER_S).round() as u64).max(cell)
}

/// Cuts a stream into cells.
pub(super) struct Cells {
    levels: Levels,
    current: Vec<Cell>,
    /// Whether energies and peaks are kept, or only the cuts are made.
    measured: bool,
    done: u64,
}

impl Cells {
    pub fn new(format: &StreamFormat, measured: bool) -> Self {
        let levels = Levels {
            channels: vec![Vec::new(); format.channels()],
            totals: vec![Cell::default(); format.channels()],
            frames: 0,
            sample_rate_hz: format.sample_rate_hz,
        };
        Self { levels, current: vec![Cell::default(); format.channels()], measured, done: 0 }
    }

    /// Take `block`; `on_part` gets each part between grid lines, and whether it completes its cell.
    pub fn push(&mut self, block: Block<'_>, mut on_part: impl FnMut(Block<'_>, bool)) {
        let mut at = 0;
        while at < block.frames() {
            let end = boundary_frames(self.levels.sample_rate_hz, self.done + 1);
            let left = usize::try_from(end - self.levels.frames).unwrap_or(usize::MAX);
            let take = left.min(block.frames() - at);
            let part = block.slice(at..at + take);
            if self.measured {
                self.measure(part);
            }
            on_part(part, take == left);
            at += take;
            self.levels.frames += take as u64;
            if take == left {
                self.complete();
            }
        }
    }

    pub fn finish(mut self) -> Levels {
        self.add_to_totals();
        self.levels
    }

    fn measure(&mut self, part: Block<'_>) {
        for (channel, cell) in self.current.iter_mut().enumerate() {
            let (energy, peak) = energy_and_peak(part.channel(channel));
            cell.energy += energy;
            cell.peak = cell.peak.max(peak);
        }
    }

    fn complete(&mut self) {
        self.done += 1;
        self.add_to_totals();
        if self.measured {
            for (cells, cell) in self.levels.channels.iter_mut().zip(&self.current) {
                cells.push(*cell);
            }
        }
        self.current.fill(Cell::default());
    }

    fn add_to_totals(&mut self) {
        for (total, cell) in self.levels.totals.iter_mut().zip(&self.current) {
            total.energy += cell.energy;
            total.peak = total.peak.max(cell.peak);
        }
    }
}

/// Sum of squares and largest absolute value, in lanes that a compiler turns into vectors.
fn energy_and_peak(samples: &[f64]) -> (f64, f64) {
    let (chunks, rest) = samples.as_chunks::<8>();
    let (mut energies, mut peaks) = ([0.0f64; 8], [0.0f64; 8]);
    for chunk in chunks {
        for lane in 0..8 {
            let sample = chunk[lane];
            energies[lane] += sample * sample;
            peaks[lane] = if sample.abs() > peaks[lane] { sample.abs() } else { peaks[lane] };
        }
    }
    let energy = energies.iter().sum::<f64>() + rest.iter().map(|s| s * s).sum::<f64>();
    let peak = peaks.iter().chain(rest).fold(0.0f64, |peak, s| peak.max(s.abs()));
    (energy, peak)
}
