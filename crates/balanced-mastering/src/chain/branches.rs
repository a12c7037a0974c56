//! A parallel step at work: split, branches, sum.

use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat};

use super::link::{Row, crossfade_frames};
use super::{ParallelSpec, Split};
use crate::channels::decode_mid_side;
use crate::crossovers::Crossovers;
use crate::guard::Grid;
use crate::{BuildError, BuildOptions, DrySignal, MAX_BLOCK_FRAMES};

/// Branches whose outputs are summed, each as late as the latest of them.
pub(super) struct Branches {
    splitter: Splitter,
    branches: Vec<Running>,
    latency_frames: usize,
}

/// One branch at work.
struct Running {
    row: Row,
    level: Ramp,
    /// Makes every channel as late as the latest branch.
    delays: Vec<Delay>,
    audio: PlanarBuffer,
}

enum Splitter {
    Whole,
    MidSide(MidSide),
    Bands(Box<Bands>),
}

/// Middle and sides of the front pair; the other channels wait.
struct MidSide {
    /// `None` where there is no front pair: everything is middle.
    pair: Option<(usize, usize)>,
    others: Vec<(usize, Delay)>,
}

struct Bands {
    crossovers: Crossovers,
    grid: Grid,
}

impl Branches {
    pub(super) fn build(
        spec: &ParallelSpec,
        format: &StreamFormat,
        options: &BuildOptions<'_>,
    ) -> Result<Self, BuildError> {
        let formats = spec.split.formats(spec.branches.len(), format);
        let rows = spec.branches.iter().zip(&formats).enumerate().map(|(index, (branch, format))| {
            Row::build(&branch.steps, format, options).map_err(|error| error.within(&format!("branches[{index}]")))
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let latency_frames = rows.iter().map(Row::latency_frames).max().unwrap_or(0);
        let branches = rows.into_iter().zip(&formats).zip(spec.levels()).map(|((row, format), level)| {
            let delay = Delay::new(latency_frames - row.latency_frames());
            Running {
                row,
                level: Ramp::new(level, crossfade_frames(format)),
                delays: vec![delay; format.channels()],
                audio: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
            }
        });
        Ok(Self { branches: branches.collect(), splitter: Splitter::new(spec, format, latency_frames), latency_frames })
    }

    pub(super) fn process(&mut self, block: &mut BlockMut<'_>) {
        self.branches.iter_mut().for_each(|branch| branch.audio.set_frames(block.frames()));
        match &mut self.splitter {
            Splitter::Whole => {
                self.branches.iter_mut().for_each(|branch| branch.audio.block_mut().copy_from(block.as_block()));
            }
            Splitter::MidSide(split) => split.fill(&mut self.branches, block),
            Splitter::Bands(split) => split.fill(&mut self.branches, block),
        }
        self.branches.iter_mut().for_each(Running::process);
        match &mut self.splitter {
            Splitter::MidSide(split) => split.join(&self.branches, block),
            Splitter::Whole | Splitter::Bands(_) => sum(&self.branches, block),
        }
    }

    /// See [`Processor::lead_in`](crate::Processor::lead_in).
    pub(super) fn lead_in(&mut self, frames: usize) {
        self.branches.iter_mut().for_each(|branch| branch.row.lead_in(frames));
    }

    /// See [`Processor::align_dry`](crate::Processor::align_dry).
    pub(super) fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        if let Splitter::Bands(split) = &mut self.splitter {
            split.crossovers.align_dry(dry, whose);
        }
    }

    pub(super) fn reset(&mut self) {
        self.branches.iter_mut().for_each(Running::reset);
        match &mut self.splitter {
            Splitter::Whole => {}
            Splitter::MidSide(split) => split.others.iter_mut().for_each(|(_, delay)| delay.reset()),
            Splitter::Bands(split) => split.reset(),
        }
    }

    pub(super) fn latency_frames(&self) -> usize {
        self.latency_frames
    }

    pub(super) fn gain_reduction_db(&self) -> f64 {
        self.branches.iter().flat_map(|branch| branch.row.gain_reductions_db()).fold(0.0, f64::max)
    }

    /// Whether splitter and branches can change to `spec`.
    pub(super) fn accepts(&self, spec: &ParallelSpec) -> bool {
        let splits = match (&self.splitter, spec.split) {
            (Splitter::Whole, Split::Whole) | (Splitter::MidSide(_), Split::MidSide) => true,
            (Splitter::Bands(split), Split::Bands) => split.crossovers.count() == spec.crossovers_hz.len(),
            _ => false,
        };
        let mut pairs = self.branches.iter().zip(&spec.branches);
        splits
            && spec.branches.len() == self.branches.len()
            && pairs.all(|(branch, new)| branch.row.accepts(&new.steps))
    }

    /// Change to settings that all accept.
    pub(super) fn apply(&mut self, spec: &ParallelSpec) {
        for ((branch, new), level) in self.branches.iter_mut().zip(&spec.branches).zip(spec.levels()) {
            branch.row.apply(&new.steps);
            branch.level.glide_to(level);
        }
        if let Splitter::Bands(split) = &mut self.splitter {
            split.crossovers.glide_to(&spec.crossovers_hz);
        }
    }
}

impl Running {
    fn process(&mut self) {
        self.row.process(&mut self.audio.block_mut());
        let start = self.level;
        for (channel, delay) in self.delays.iter_mut().enumerate() {
            let samples = self.audio.channel_mut(channel);
            delay.process_in_place(samples);
            self.level = start;
            self.level.apply(samples);
        }
    }

    fn reset(&mut self) {
        self.row.reset();
        self.level.jump();
        self.delays.iter_mut().for_each(Delay::reset);
    }
}

/// The branches' outputs in `block`, added in their order.
fn sum(branches: &[Running], block: &mut BlockMut<'_>) {
    let Some((first, rest)) = branches.split_first() else { return };
    block.copy_from(first.audio.block());
    for branch in rest {
        for channel in 0..block.channels() {
            let samples = block.channel_mut(channel).iter_mut();
            samples.zip(branch.audio.channel(channel)).for_each(|(sum, sample)| *sum += sample);
        }
    }
}

impl Split {
    /// Returns the input of each of `count` branches for audio in `format`.
    fn formats(self, count: usize, format: &StreamFormat) -> Vec<StreamFormat> {
        let mono = StreamFormat::new(format.sample_rate_hz, 1);
        match self {
            Self::MidSide if format.layout.front_pair().is_some() => vec![mono.clone(), mono],
            Self::MidSide => vec![format.clone(), mono],
            Self::Whole | Self::Bands => vec![format.clone(); count],
        }
    }
}

impl Splitter {
    fn new(spec: &ParallelSpec, format: &StreamFormat, latency_frames: usize) -> Self {
        match spec.split {
            Split::Whole => Self::Whole,
            Split::MidSide => {
                let pair = format.layout.front_pair();
                let waits = |channel: &usize| pair.is_some_and(|(left, right)| ![left, right].contains(channel));
                let others = (0..format.channels()).filter(waits);
                let others = others.map(|channel| (channel, Delay::new(latency_frames))).collect();
                Self::MidSide(MidSide { pair, others })
            }
            Split::Bands => Self::Bands(Box::new(Bands {
                crossovers: Crossovers::new(&spec.crossovers_hz, format, crossfade_frames(format)),
                grid: Grid::default(),
            })),
        }
    }
}

impl MidSide {
    fn fill(&mut self, branches: &mut [Running], block: &BlockMut<'_>) {
        let [mid, side] = branches else { return };
        let Some((left, right)) = self.pair else {
            mid.audio.block_mut().copy_from(block.as_block());
            side.audio.channel_mut(0).fill(0.0);
            return;
        };
        let (mid, side) = (mid.audio.channel_mut(0), side.audio.channel_mut(0));
        let pairs = block.channel(left).iter().zip(block.channel(right));
        for ((left, right), (mid, side)) in pairs.zip(mid.iter_mut().zip(side)) {
            (*mid, *side) = (0.5 * (left + right), 0.5 * (left - right));
        }
    }

    fn join(&mut self, branches: &[Running], block: &mut BlockMut<'_>) {
        let [mid, side] = branches else { return };
        let Some((left, right)) = self.pair else {
            block.copy_from(mid.audio.block());
            return;
        };
        block.channel_mut(left).copy_from_slice(mid.audio.channel(0));
        block.channel_mut(right).copy_from_slice(side.audio.channel(0));
        decode_mid_side(block, (left, right));
        self.others.iter_mut().for_each(|(channel, delay)| delay.process_in_place(block.channel_mut(*channel)));
    }
}

impl Bands {
    fn fill(&mut self, branches: &mut [Running], block: &BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            let end = (start + self.crossovers.steady_frames()).min(block.frames());
            let part = block.as_block().slice(start..end);
            self.crossovers.split(part, branches, |branch| &mut branch.audio, start);
            start = end;
        }
        if self.grid.advance(block.frames()) {
            self.crossovers.flush();
        }
    }

    fn reset(&mut self) {
        self.crossovers.reset();
        self.grid = Grid::default();
    }
}
