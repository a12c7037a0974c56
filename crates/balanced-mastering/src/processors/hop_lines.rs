//! Audio gathered in hops, with what came before and what comes after: the frame of processors that look at a stretch at once.

use balanced_dsp::{BlockMut, PlanarBuffer};

use crate::{Processor, ProcessorSpec};

/// Lengths of the parts of a line, in frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    /// Frames that are processed at once.
    pub hop: usize,
    /// Frames of context before the hop.
    pub past: usize,
    /// Frames of context after the hop.
    pub future: usize,
    /// Frames before the hop that may still be changed.
    pub margin: usize,
}

impl Geometry {
    /// Length of a hop at a sample rate: about 20 ms, a power of two.
    pub fn hop_at(sample_rate_hz: f64) -> usize {
        let exact = 1024.0 * sample_rate_hz / 48_000.0;
        2usize.pow((exact.log2().round() as u32).clamp(7, 13))
    }

    /// Length of a line.
    pub fn len(&self) -> usize {
        self.past + self.hop + self.future
    }
}

/// A line of every channel.
pub(super) struct HopLines {
    geometry: Geometry,
    lines: Vec<Vec<f64>>,
    /// Input of the hop that is gathered, behind the output of the one before.
    queue: PlanarBuffer,
    queued_frames: usize,
    padding_frames: usize,
}

impl HopLines {
    pub fn new(channels: usize, geometry: Geometry) -> Self {
        let mut queue = PlanarBuffer::new(channels, geometry.hop);
        queue.clear();
        let lines = vec![vec![0.0; geometry.len()]; channels];
        Self { geometry, lines, queue, queued_frames: 0, padding_frames: 0 }
    }

    pub fn latency_frames(&self) -> usize {
        self.geometry.hop + self.geometry.future + self.geometry.margin
    }

    /// See [`Processor::lead_in`](crate::Processor::lead_in).
    pub fn lead_in(&mut self, frames: usize) {
        let hop = self.geometry.hop;
        self.padding_frames = (hop - frames % hop) % hop;
        self.reset();
    }

    pub fn reset(&mut self) {
        self.queue.clear();
        self.queued_frames = self.padding_frames;
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
    }

    /// Delays `block`; `work` gets every line once a hop, and may change it from the margin on.
    pub fn process(&mut self, block: &mut BlockMut<'_>, mut work: impl FnMut(usize, &mut [f64])) {
        let hop = self.geometry.hop;
        let mut done = 0;
        while done < block.frames() {
            let frames = (block.frames() - done).min(hop - self.queued_frames);
            let mut part = block.slice_mut(done..done + frames);
            let at = self.queued_frames..self.queued_frames + frames;
            for channel in 0..part.channels() {
                part.channel_mut(channel).swap_with_slice(&mut self.queue.channel_mut(channel)[at.clone()]);
            }
            self.queued_frames += frames;
            done += frames;
            if self.queued_frames == hop {
                self.queued_frames = 0;
                self.turn(&mut work);
            }
        }
    }

    fn turn(&mut self, work: &mut impl FnMut(usize, &mut [f64])) {
        let Geometry { hop, past, margin, .. } = self.geometry;
        for (channel, line) in self.lines.iter_mut().enumerate() {
            let queue = self.queue.channel_mut(channel);
            line.copy_within(hop.., 0);
            let newest = line.len() - hop;
            line[newest..].copy_from_slice(queue);
            work(channel, line);
            queue.copy_from_slice(&line[past - margin..past - margin + hop]);
        }
    }
}

/// A repair with low latency: none, because it needs what comes after.
pub(super) struct Passage;

impl Processor for Passage {
    fn process(&mut self, _: &mut BlockMut<'_>) {}

    fn reset(&mut self) {}

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Declick(_) | ProcessorSpec::Declip(_))
    }
}
