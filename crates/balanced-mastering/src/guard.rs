//! The wrapper around every processor: bounded blocks, finite samples.

use balanced_dsp::BlockMut;

use crate::{MAX_BLOCK_FRAMES, Processor, ProcessorSpec, Update};

/// Samples beyond this (+120 dBFS) are no audio; they are held here so that no detector's square can overflow.
pub(crate) const LARGEST_SAMPLE: f64 = 1e6;

/// Splits long blocks and keeps NaN, infinities and absurd levels away from the processor within.
pub(crate) struct Guard {
    inner: Box<dyn Processor>,
    channels: usize,
}

impl Guard {
    pub(crate) fn new(inner: Box<dyn Processor>, channels: usize) -> Self {
        Self { inner, channels }
    }
}

impl Processor for Guard {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != self.channels {
            debug_assert!(false, "built for {} channels, given {}", self.channels, block.channels());
            return;
        }
        for_each_part(block, |mut part| {
            sanitise(&mut part);
            self.inner.process(&mut part);
        });
    }

    fn reset(&mut self) {
        self.inner.reset();
    }

    fn latency_frames(&self) -> usize {
        self.inner.latency_frames()
    }

    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        self.inner.update(spec)
    }

    fn gain_reduction_db(&self) -> f64 {
        self.inner.gain_reduction_db()
    }
}

/// Visit `block` in parts of at most [`MAX_BLOCK_FRAMES`].
pub(crate) fn for_each_part(block: &mut BlockMut<'_>, mut visit: impl FnMut(BlockMut<'_>)) {
    let frames = block.frames();
    let mut start = 0;
    while start < frames {
        let end = (start + MAX_BLOCK_FRAMES).min(frames);
        visit(block.slice_mut(start..end));
        start = end;
    }
}

/// NaN and infinities become silence, absurd levels are held at [`LARGEST_SAMPLE`]; everything else stays bit-exact.
pub(crate) fn sanitise(block: &mut BlockMut<'_>) {
    for channel in 0..block.channels() {
        for sample in block.channel_mut(channel) {
            let finite = if sample.is_finite() { *sample } else { 0.0 };
            *sample = finite.clamp(-LARGEST_SAMPLE, LARGEST_SAMPLE);
        }
    }
}
