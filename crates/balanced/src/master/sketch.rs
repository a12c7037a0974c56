//! Outline of the chain's output before the limiter: peak and K-weighted energy of every half millisecond.
//!
//! [`LimiterForecast`] computes the limiter's gain from the peaks. With the energies, that gives the loudness after
//! the limiter at any drive in a few milliseconds per minute of audio, without a render. The outline lies in a
//! temporary file beside the audio, sixteen bytes per cell, so that memory does not grow with the track.

use std::rc::Rc;

use balanced_dsp::loudness::KWeightedHops;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_mastering::{LimiterForecast, LimiterSpec};

use super::cache::{CACHE_BLOCK_FRAMES, Cache, CacheWriter, Part};
use super::level::Levels;
use crate::Error;
use crate::scratch::Scratch;

/// Cells per second: each is half a millisecond, much shorter than any attack or hold.
const CELLS_PER_S: f64 = 2000.0;
/// Cells per step of the gating blocks: 400 ms blocks every 100 ms (ITU-R BS.1770-5).
const STEP_CELLS: u64 = 200;
const STEPS_A_BLOCK: usize = 4;

/// Writer of an outline.
pub(crate) struct SketchWriter {
    hops: KWeightedHops,
    cells: CacheWriter,
    cell: PlanarBuffer,
    peak: f64,
    done: u64,
    left: usize,
}

/// Outline of a track.
pub(crate) struct Sketch {
    cells: Cache,
    sample_rate_hz: f64,
    frames: u64,
}

/// Returns the size in bytes of the outline of that many frames.
pub(crate) fn sketch_bytes(frames: u64, sample_rate_hz: f64) -> u64 {
    (frames as f64 / sample_rate_hz * CELLS_PER_S) as u64 * 16
}

/// Cells passed to the cache at a time.
const LOT: usize = 1024;

impl SketchWriter {
    pub(crate) fn new(format: &StreamFormat, scratch: &Rc<Scratch>) -> Result<Self, Error> {
        let hops = KWeightedHops::with_hops_per_s(format, CELLS_PER_S);
        let mut cell = PlanarBuffer::new(2, LOT);
        cell.set_frames(0);
        Ok(Self {
            left: hops.boundary_frames(1) as usize,
            hops,
            cells: CacheWriter::new(&StreamFormat::new(CELLS_PER_S, 2), scratch)?,
            cell,
            peak: 0.0,
            done: 0,
        })
    }

    pub(crate) fn push(&mut self, block: Block<'_>) -> Result<(), Error> {
        let mut at = 0;
        while at < block.frames() {
            let frames = self.left.min(block.frames() - at);
            let part = block.slice(at..at + frames);
            for channel in 0..part.channels() {
                let samples = part.channel(channel);
                self.peak = samples.iter().fold(self.peak, |peak, x| if x.abs() > peak { x.abs() } else { peak });
            }
            let mut energy = None;
            self.hops.process(part, |hop| energy = Some(hop.energy));
            at += frames;
            self.left -= frames;
            if let Some(energy) = energy {
                self.store(energy)?;
            }
        }
        Ok(())
    }

    fn store(&mut self, energy: f64) -> Result<(), Error> {
        let at = self.cell.frames();
        self.cell.set_frames(at + 1);
        self.cell.channel_mut(0)[at] = self.peak;
        self.cell.channel_mut(1)[at] = energy;
        (self.peak, self.done) = (0.0, self.done + 1);
        self.left = (self.hops.boundary_frames(self.done + 1) - self.hops.boundary_frames(self.done)) as usize;
        if self.cell.frames() == LOT {
            self.cells.write(self.cell.block())?;
            self.cell.set_frames(0);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, format: &StreamFormat, frames: u64) -> Result<Sketch, Error> {
        self.cells.write(self.cell.block())?;
        Ok(Sketch { cells: self.cells.finish()?, sample_rate_hz: format.sample_rate_hz, frames })
    }
}

impl Sketch {
    /// Returns the levels of `part` (of the audio's cache) before the limiter.
    pub(crate) fn levels(&self, part: Part) -> Result<Levels, Error> {
        let mut blocks = GatingBlocks::new(self.sample_rate_hz);
        self.for_each(part, |_, energies| energies.iter().for_each(|energy| blocks.push(*energy)))?;
        Ok(blocks.finish())
    }

    /// Returns the levels of `part` after the limiter.
    pub(crate) fn limited(&self, part: Part, limiter: &LimiterSpec) -> Result<Levels, Error> {
        let mut forecast = LimiterForecast::new(limiter, CELLS_PER_S);
        let delay_cells = forecast.delay_cells();
        let (mut gains, mut waiting) = (Vec::with_capacity(CACHE_BLOCK_FRAMES), Vec::new());
        // The limiter looks ahead, so its first gains belong to no cell.
        let mut early = delay_cells;
        let mut blocks = GatingBlocks::new(self.sample_rate_hz);
        let mut next = |peaks: &[f64], energies: &[f64]| {
            gains.clear();
            gains.extend_from_slice(peaks);
            forecast.process(&mut gains);
            waiting.extend_from_slice(energies);
            let due = &gains[early.min(gains.len())..];
            early -= gains.len() - due.len();
            due.iter().zip(&waiting).for_each(|(gain, energy)| blocks.push(gain * gain * energy));
            waiting.drain(..due.len());
        };
        self.for_each(part, &mut next)?;
        next(&vec![0.0; delay_cells], &[]);
        Ok(blocks.finish())
    }

    /// Passes peaks and energies of the cells that begin in `part` to `each`, many at a time.
    fn for_each(&self, part: Part, mut each: impl FnMut(&[f64], &[f64])) -> Result<(), Error> {
        let (mut index, frames_a_cell) = (0u64, self.sample_rate_hz / CELLS_PER_S);
        let is_inside = |cell: u64| {
            let frame = (cell as f64 * frames_a_cell) as u64;
            frame < self.frames && part.contains(frame / CACHE_BLOCK_FRAMES as u64)
        };
        self.cells.for_each(Part::Whole, |cells| {
            let (peaks, energies) = (cells.channel(0), cells.channel(1));
            let mut start = 0;
            while start < peaks.len() {
                let inside = is_inside(index + start as u64);
                let alike = (start..peaks.len()).take_while(|cell| is_inside(index + *cell as u64) == inside).count();
                if inside {
                    each(&peaks[start..start + alike], &energies[start..start + alike]);
                }
                start += alike;
            }
            index += peaks.len() as u64;
            Ok(())
        })
    }
}

/// Sums cells to gating blocks.
struct GatingBlocks {
    block_frames: f64,
    steps: [f64; STEPS_A_BLOCK],
    energy: f64,
    cells: u64,
    powers: Vec<f64>,
}

impl GatingBlocks {
    fn new(sample_rate_hz: f64) -> Self {
        let block_frames = STEPS_A_BLOCK as f64 * STEP_CELLS as f64 * sample_rate_hz / CELLS_PER_S;
        Self { block_frames, steps: [0.0; STEPS_A_BLOCK], energy: 0.0, cells: 0, powers: Vec::new() }
    }

    fn push(&mut self, energy: f64) {
        self.energy += energy;
        self.cells += 1;
        if self.cells.is_multiple_of(STEP_CELLS) {
            self.steps.rotate_left(1);
            self.steps[STEPS_A_BLOCK - 1] = std::mem::take(&mut self.energy);
            if self.cells >= STEPS_A_BLOCK as u64 * STEP_CELLS {
                self.powers.push(self.steps.iter().sum::<f64>() / self.block_frames);
            }
        }
    }

    fn finish(self) -> Levels {
        Levels::from_powers(self.powers)
    }
}
