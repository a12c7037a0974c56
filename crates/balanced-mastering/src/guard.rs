//! Wrapper around every processor: bounded blocks, finite samples, the right number of channels.

use balanced_dsp::{BlockMut, vector_loop};

use crate::{DrySignal, MAX_BLOCK_FRAMES, Processor, ProcessorSpec};

/// Samples beyond this (+120 dBFS) are no audio; they are held here so that no detector's square can overflow.
pub(crate) const LARGEST_SAMPLE: f64 = 1e6;

/// Splits long blocks and keeps NaN, infinities and absurd levels away from the processor within.
pub(crate) struct Guard {
    inner: Box<dyn Processor>,
    channels: usize,
    grid: Grid,
}

impl Guard {
    pub(crate) fn new(inner: Box<dyn Processor>, channels: usize) -> Self {
        Self { inner, channels, grid: Grid::default() }
    }
}

impl Processor for Guard {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != self.channels {
            return silence(block);
        }
        self.grid.for_each_part(block, |mut part| {
            sanitise(&mut part);
            self.inner.process(&mut part);
        });
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.inner.reset();
    }

    fn latency_frames(&self) -> usize {
        self.inner.latency_frames()
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        self.inner.accepts(spec)
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        self.inner.apply(spec);
    }

    fn lead_in(&mut self, frames: usize) {
        self.inner.lead_in(frames);
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        self.inner.align_dry(dry, whose);
    }

    fn gain_reduction_db(&self) -> f64 {
        self.inner.gain_reduction_db()
    }
}

/// Cuts audio at multiples of [`MAX_BLOCK_FRAMES`] since the last reset: no part is longer, and none straddles one.
/// Work that processors do at those times (housekeeping, transforms) therefore does not depend on the caller's blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Grid {
    position: usize,
}

impl Grid {
    pub(crate) fn for_each_part(&mut self, block: &mut BlockMut<'_>, mut visit: impl FnMut(BlockMut<'_>)) {
        let frames = block.frames();
        let mut start = 0;
        while start < frames {
            let end = (start + self.left()).min(frames);
            visit(block.slice_mut(start..end));
            self.advance(end - start);
            start = end;
        }
    }

    /// Frames up to the next multiple.
    pub(crate) fn left(&self) -> usize {
        MAX_BLOCK_FRAMES - self.position
    }

    /// Go on by `frames`, which do not straddle a multiple; whether one is reached.
    pub(crate) fn advance(&mut self, frames: usize) -> bool {
        self.position = (self.position + frames) % MAX_BLOCK_FRAMES;
        self.position == 0
    }
}

/// Silences a block with a wrong number of channels: passed on, it would be unprocessed, and unlimited.
pub(crate) fn silence(block: &mut BlockMut<'_>) {
    for channel in 0..block.channels() {
        block.channel_mut(channel).fill(0.0);
    }
}

/// NaN and infinities become silence, absurd levels are held at [`LARGEST_SAMPLE`]; everything else stays bit-exact.
pub(crate) fn sanitise(block: &mut BlockMut<'_>) {
    for channel in 0..block.channels() {
        sanitise_channel(block.channel_mut(channel));
    }
}

vector_loop! {
    fn sanitise_channel<'a>(samples: &'a mut [f64]) {
        for sample in samples {
            let finite = if sample.is_finite() { *sample } else { 0.0 };
            *sample = finite.clamp(-LARGEST_SAMPLE, LARGEST_SAMPLE);
        }
    }
}
