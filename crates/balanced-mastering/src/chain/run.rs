//! A running chain.

use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat};

use super::{ChainSpec, Step};
use crate::guard::{Grid, sanitise};
use crate::{BuildError, MAX_BLOCK_FRAMES, Processor, Update};

/// How long a change of bypass or mix takes.
const CROSSFADE_MS: f64 = 20.0;

/// Processors in a row, each with a bypass and a mix whose dry path is aligned with the processed one.
///
/// Blocks may have any length; the output does not depend on it. A bypassed step passes its input on bit-exactly,
/// delayed by the processor's latency, so that switching moves nothing in time.
pub struct Chain {
    links: Vec<Link>,
    channels: usize,
    grid: Grid,
}

/// One step at work.
struct Link {
    processor: Box<dyn Processor>,
    /// Share of the processed signal; 0 is bypass.
    wet: Ramp,
    /// The dry path of every channel.
    delays: Vec<Delay>,
    dry: PlanarBuffer,
}

impl Chain {
    /// Allocate and check everything. `[main]`
    ///
    /// # Errors
    /// Wrong settings by their path, no channels, or a sample rate outside 8 to 384 kHz.
    pub fn build(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, BuildError> {
        spec.validate()?;
        if !crate::spec::SAMPLE_RATES_HZ.contains(&format.sample_rate_hz) {
            return Err(BuildError::SampleRate(format.sample_rate_hz));
        }
        if format.channels() == 0 {
            return Err(BuildError::NoChannels);
        }
        let links = spec.steps.iter().map(|step| Link::build(step, format)).collect::<Result<_, _>>()?;
        Ok(Self { links, channels: format.channels(), grid: Grid::default() })
    }

    /// Process `block` in place; a block with another number of channels than built for is left alone. `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != self.channels {
            debug_assert!(false, "built for {} channels, given {}", self.channels, block.channels());
            return;
        }
        self.grid.for_each_part(block, |mut part| {
            sanitise(&mut part);
            for link in &mut self.links {
                link.process(&mut part);
            }
        });
    }

    /// Forget all history and jump to the set parameters. `[audio]`
    pub fn reset(&mut self) {
        self.grid = Grid::default();
        self.links.iter_mut().for_each(Link::reset);
    }

    /// Frames by which the output lags the input: the sum over all steps, bypassed ones included. `[any]`
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.links.iter().map(|link| link.processor.latency_frames()).sum()
    }

    /// Largest gain reduction of late of every step, in dB ≥ 0, for meters. `[audio]`
    pub fn gain_reductions_db(&self) -> impl Iterator<Item = f64> {
        self.links.iter().map(|link| link.processor.gain_reduction_db())
    }

    /// Take over new settings of the same steps, gliding. Another order or number of steps, or a step that cannot follow,
    /// answers [`Update::NeedsRebuild`]; steps before that one have then taken theirs over. `[audio]`
    pub fn update(&mut self, spec: &ChainSpec) -> Update {
        if spec.steps.len() != self.links.len() {
            return Update::NeedsRebuild;
        }
        for (link, step) in self.links.iter_mut().zip(&spec.steps) {
            if link.processor.update(&step.processor) == Update::NeedsRebuild {
                return Update::NeedsRebuild;
            }
            link.wet.glide_to(wet_share(step));
        }
        Update::Applied
    }
}

fn wet_share(step: &Step) -> f64 {
    if step.bypass { 0.0 } else { step.mix }
}

impl Link {
    fn build(step: &Step, format: &StreamFormat) -> Result<Self, BuildError> {
        let processor = step.processor.build(format)?;
        let latency_frames = processor.latency_frames();
        Ok(Self {
            processor,
            wet: Ramp::new(wet_share(step), (CROSSFADE_MS * 1e-3 * format.sample_rate_hz).round() as usize),
            delays: vec![Delay::new(latency_frames); format.channels()],
            dry: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
        })
    }

    fn process(&mut self, block: &mut BlockMut<'_>) {
        self.dry.set_frames(block.frames());
        for (channel, delay) in self.delays.iter_mut().enumerate() {
            delay.process(block.channel(channel), self.dry.channel_mut(channel));
        }
        self.processor.process(block);
        if self.wet.is_settled() && self.wet.value() == 1.0 {
            return;
        }
        let start = self.wet;
        for channel in 0..block.channels() {
            self.wet = start;
            for (wet, dry) in block.channel_mut(channel).iter_mut().zip(self.dry.channel(channel)) {
                let share = self.wet.next();
                *wet = if share == 0.0 { *dry } else { dry + share * (*wet - dry) };
            }
        }
    }

    fn reset(&mut self) {
        self.processor.reset();
        self.wet.jump();
        self.delays.iter_mut().for_each(Delay::reset);
    }
}
