//! Steps at work: a row of them, each with its bypass and mix.

use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat};

use super::branches::Branches;
use super::{ClapSpec, Step, StepKind};
use crate::guard::Guard;
use crate::{BuildError, BuildOptions, DrySignal, MAX_BLOCK_FRAMES, Processor, SpecError};

/// How long a change of bypass, mix or a branch's level takes.
const CROSSFADE_MS: f64 = 20.0;

pub(super) fn crossfade_frames(format: &StreamFormat) -> usize {
    (CROSSFADE_MS * 1e-3 * format.sample_rate_hz).round() as usize
}

/// Steps one after the other. Blocks must not straddle multiples of [`MAX_BLOCK_FRAMES`].
pub(super) struct Row {
    links: Vec<Link>,
}

/// One step.
struct Link {
    body: Body,
    /// Share of the processed signal while the step is on.
    wet: Ramp,
    /// 1 while the step is on, 0 while it is bypassed.
    on: Ramp,
    /// The input of every channel, as late as the output.
    delays: Vec<Delay>,
    dry: PlanarBuffer,
    /// The dry share of a mix, turned in phase as the processed one is.
    aligned: PlanarBuffer,
}

enum Body {
    Processor(Box<dyn Processor>),
    Branches(Branches),
    /// With its settings, which cannot change while it runs.
    External(Box<dyn Processor>, ClapSpec),
    /// A bypassed effect from outside: it is not even loaded, so that one that cannot be is no obstacle.
    Absent,
}

impl Row {
    pub(super) fn build(steps: &[Step], format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Self, BuildError> {
        let numbered = steps.iter().enumerate();
        let links = numbered.map(|(index, step)| {
            Link::build(step, format, options).map_err(|error| error.within(&format!("steps[{index}]")))
        });
        Ok(Self { links: links.collect::<Result<_, _>>()? })
    }

    pub(super) fn process(&mut self, block: &mut BlockMut<'_>) {
        self.links.iter_mut().for_each(|link| link.process(block));
    }

    /// Turns the original programme, of which every step had its share, as the steps at rest turn it.
    pub(super) fn align_original(&mut self, original: &mut BlockMut<'_>) {
        for link in self.links.iter_mut().filter(|link| !(link.on.is_settled() && link.on.value() == 0.0)) {
            link.body.align_dry(original, DrySignal::Original);
        }
    }

    pub(super) fn reset(&mut self) {
        self.links.iter_mut().for_each(Link::reset);
    }

    pub(super) fn latency_frames(&self) -> usize {
        self.links.iter().map(|link| link.body.latency_frames()).sum()
    }

    /// See [`Processor::lead_in`].
    pub(super) fn lead_in(&mut self, frames: usize) {
        let mut lead = frames;
        for link in &mut self.links {
            link.body.lead_in(lead);
            lead += link.body.latency_frames();
        }
    }

    pub(super) fn gain_reductions_db(&self) -> impl Iterator<Item = f64> {
        self.links.iter().map(|link| link.body.gain_reduction_db())
    }

    /// Whether every step can change to its new settings.
    pub(super) fn accepts(&self, steps: &[Step]) -> bool {
        steps.len() == self.links.len() && self.links.iter().zip(steps).all(|(link, step)| link.body.accepts(step))
    }

    /// Change to settings that all steps accept.
    pub(super) fn apply(&mut self, steps: &[Step]) {
        self.links.iter_mut().zip(steps).for_each(|(link, step)| link.apply(step));
    }
}

fn on(step: &Step) -> f64 {
    if step.bypass { 0.0 } else { 1.0 }
}

impl Link {
    fn build(step: &Step, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Self, BuildError> {
        let body = Body::build(step, format, options)?;
        let latency_frames = body.latency_frames();
        let buffer = || PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES);
        Ok(Self {
            body,
            wet: Ramp::new(step.mix, crossfade_frames(format)),
            on: Ramp::new(on(step), crossfade_frames(format)),
            delays: vec![Delay::new(latency_frames); format.channels()],
            dry: buffer(),
            aligned: buffer(),
        })
    }

    fn process(&mut self, block: &mut BlockMut<'_>) {
        let wholly = |share: &Ramp| share.is_settled() && share.value() == 1.0;
        if wholly(&self.wet) && wholly(&self.on) {
            for (channel, delay) in self.delays.iter_mut().enumerate() {
                delay.remember(block.channel(channel));
            }
            self.body.process(block);
            return;
        }
        self.dry.set_frames(block.frames());
        for (channel, delay) in self.delays.iter_mut().enumerate() {
            delay.process(block.channel(channel), self.dry.channel_mut(channel));
        }
        self.body.process(block);
        if !wholly(&self.wet) {
            self.aligned.set_frames(block.frames());
            self.aligned.block_mut().copy_from(self.dry.block());
            self.body.align_dry(&mut self.aligned.block_mut(), DrySignal::Mix);
            crossfade(&mut self.wet, &self.aligned, block);
        }
        if !wholly(&self.on) {
            crossfade(&mut self.on, &self.dry, block);
        }
    }

    fn reset(&mut self) {
        self.body.reset();
        self.wet.jump();
        self.on.jump();
        self.delays.iter_mut().for_each(Delay::reset);
    }

    fn apply(&mut self, step: &Step) {
        self.body.apply(step);
        self.wet.glide_to(step.mix);
        self.on.glide_to(on(step));
    }
}

/// Mix `block` into `dry` by `share`; at a settled 0 the result is `dry` to the bit.
fn crossfade(share: &mut Ramp, dry: &PlanarBuffer, block: &mut BlockMut<'_>) {
    let start = *share;
    for channel in 0..block.channels() {
        *share = start;
        for (wet, dry) in block.channel_mut(channel).iter_mut().zip(dry.channel(channel)) {
            let share = share.next();
            *wet = if share == 0.0 { *dry } else { dry + share * (*wet - dry) };
        }
    }
}

fn no_externals() -> SpecError {
    SpecError::new("", "CLAP effects run where files are rendered, not here").with_remedy("bypass or remove this step")
}

impl Body {
    fn build(step: &Step, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Self, BuildError> {
        match &step.kind {
            StepKind::Processor(spec) => spec.build_with(format, options).map(Self::Processor),
            StepKind::Parallel(spec) => Branches::build(spec, format, options).map(Self::Branches),
            StepKind::Clap(_) if step.bypass => Ok(Self::Absent),
            StepKind::Clap(spec) => {
                let inner = match options.externals {
                    Some(build) => build(spec, format),
                    None => Err(no_externals()),
                };
                let inner = inner.map_err(BuildError::External)?;
                Ok(Self::External(Box::new(Guard::new(inner, format.channels())), spec.clone()))
            }
        }
    }

    fn process(&mut self, block: &mut BlockMut<'_>) {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.process(block),
            Self::Branches(branches) => branches.process(block),
            Self::Absent => {}
        }
    }

    fn lead_in(&mut self, frames: usize) {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.lead_in(frames),
            Self::Branches(branches) => branches.lead_in(frames),
            Self::Absent => {}
        }
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.align_dry(dry, whose),
            Self::Branches(branches) => branches.align_dry(dry, whose),
            Self::Absent => {}
        }
    }

    fn reset(&mut self) {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.reset(),
            Self::Branches(branches) => branches.reset(),
            Self::Absent => {}
        }
    }

    fn latency_frames(&self) -> usize {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.latency_frames(),
            Self::Branches(branches) => branches.latency_frames(),
            Self::Absent => 0,
        }
    }

    fn gain_reduction_db(&self) -> f64 {
        match self {
            Self::Processor(processor) | Self::External(processor, _) => processor.gain_reduction_db(),
            Self::Branches(branches) => branches.gain_reduction_db(),
            Self::Absent => 0.0,
        }
    }

    fn accepts(&self, step: &Step) -> bool {
        match (self, &step.kind) {
            (Self::Processor(processor), StepKind::Processor(spec)) => processor.accepts(spec),
            (Self::Branches(branches), StepKind::Parallel(spec)) => branches.accepts(spec),
            (Self::External(_, now), StepKind::Clap(spec)) => now == spec,
            (Self::Absent, StepKind::Clap(_)) => step.bypass,
            _ => false,
        }
    }

    fn apply(&mut self, step: &Step) {
        match (self, &step.kind) {
            (Self::Processor(processor), StepKind::Processor(spec)) => processor.apply(spec),
            (Self::Branches(branches), StepKind::Parallel(spec)) => branches.apply(spec),
            _ => {}
        }
    }
}
