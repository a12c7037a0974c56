//! The front of the chain in outline: peak and K-weighted energy of every half millisecond.
//!
//! With the limiter's gain from such peaks ([`LimiterForecast`]) and these energies, the loudness behind the limiter at any
//! drive costs a few milliseconds a minute of audio instead of a render. The outline lies in a temporary file beside the
//! audio, sixteen bytes a cell, so that memory does not grow with the track.

use std::collections::VecDeque;

use balanced_dsp::loudness::KWeightedHops;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_mastering::{LimiterForecast, LimiterSpec};

use super::cache::{CACHE_BLOCK_FRAMES, Cache, CacheWriter, Part};
use super::level::Levels;
use crate::Error;

/// Cells a second: half a millisecond each, a small part of any attack or hold.
const CELLS_PER_S: f64 = 2000.0;
/// Gating blocks of 400 ms every 100 ms (ITU-R BS.1770-5).
const STEP_CELLS: u64 = 200;
const STEPS_A_BLOCK: usize = 4;

/// Cells as they are measured.
pub(crate) struct SketchWriter {
    hops: KWeightedHops,
    cells: CacheWriter,
    cell: PlanarBuffer,
    peak: f64,
    done: u64,
    left: usize,
}

/// The outline of a track.
pub(crate) struct Sketch {
    cells: Cache,
    sample_rate_hz: f64,
    frames: u64,
}

/// Cells are handed to the cache in lots of so many.
const LOT: usize = 1024;

impl SketchWriter {
    pub(crate) fn new(format: &StreamFormat) -> Result<Self, Error> {
        let hops = KWeightedHops::with_hops_per_s(format, CELLS_PER_S);
        let mut cell = PlanarBuffer::new(2, LOT);
        cell.set_frames(0);
        Ok(Self {
            left: hops.boundary_frames(1) as usize,
            hops,
            cells: CacheWriter::new(&StreamFormat::new(CELLS_PER_S, 2))?,
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
    /// Levels of `part` (of the audio's cache) as it is.
    pub(crate) fn levels(&self, part: Part) -> Result<Levels, Error> {
        let mut blocks = GatingBlocks::new(self.sample_rate_hz);
        self.for_each(part, |_, energy| blocks.push(energy))?;
        Ok(blocks.finish())
    }

    /// Levels of `part` behind the limiter.
    pub(crate) fn limited(&self, part: Part, limiter: &LimiterSpec) -> Result<Levels, Error> {
        let mut forecast = LimiterForecast::new(limiter, CELLS_PER_S);
        let mut waiting: VecDeque<f64> = VecDeque::with_capacity(forecast.delay_cells() + 1);
        let mut blocks = GatingBlocks::new(self.sample_rate_hz);
        let mut next = |peak: f64, energy: Option<f64>| {
            waiting.extend(energy);
            let gain = forecast.next(peak);
            if waiting.len() > forecast.delay_cells() || energy.is_none() {
                blocks.push(gain * gain * waiting.pop_front().unwrap_or(0.0));
            }
        };
        self.for_each(part, |peak, energy| next(peak, Some(energy)))?;
        let delay_cells = LimiterForecast::new(limiter, CELLS_PER_S).delay_cells();
        (0..delay_cells).for_each(|_| next(0.0, None));
        Ok(blocks.finish())
    }

    /// Hand peak and energy of every cell that begins in `part` to `each`.
    fn for_each(&self, part: Part, mut each: impl FnMut(f64, f64)) -> Result<(), Error> {
        let (mut index, frames_a_cell) = (0u64, self.sample_rate_hz / CELLS_PER_S);
        self.cells.for_each(Part::Whole, |cells| {
            for (peak, energy) in cells.channel(0).iter().zip(cells.channel(1)) {
                let frame = (index as f64 * frames_a_cell) as u64;
                index += 1;
                if frame < self.frames && part.contains(frame / CACHE_BLOCK_FRAMES as u64) {
                    each(*peak, *energy);
                }
            }
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
