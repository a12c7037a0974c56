//! A/B comparison of two signals, aligned in time and matched in loudness, without a click.
//!
//! Louder sounds better, so a comparison at different levels compares levels. Both signals are metered with the
//! K-weighting of ITU-R BS.1770-5, and the louder one is turned down; nothing is ever turned up, so the comparison
//! cannot clip.

use balanced_dsp::decibel::{db_to_gain, gain_to_db};
use balanced_dsp::loudness::{ABSOLUTE_GATE_LUFS, HOP_S, LoudnessWindows, lufs_to_power};
use balanced_dsp::{Block, BlockMut, Delay, OnePole, PlanarBuffer, Ramp, StreamFormat};

use super::link::crossfade_frames;
use super::{Chain, ChainSpec};
use crate::guard::{Grid, sanitise, silence};
use crate::{BuildError, MAX_BLOCK_FRAMES};

/// Time constant of the running comparison: long enough that the match does not breathe with the music.
const MEMORY_S: f64 = 10.0;
/// Time constant with which gains follow.
const GAIN_S: f64 = 0.3;
/// A gain this near its target is there.
const THERE: f64 = 1e-6;
/// Hops in a part of at most [`MAX_BLOCK_FRAMES`], at the lowest rate.
const MAX_HOPS: usize = 16;

/// Signal that is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listen {
    /// The processed signal.
    #[default]
    Processed,
    /// The original signal.
    Original,
    /// The processed signal minus the original, which is turned in phase as crossovers turn the processed one: what the chain
    /// changed.
    Difference,
}

/// Loudness matching of the two signals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum LoudnessMatch {
    /// Off: both signals are heard at their own level.
    #[default]
    Off,
    /// Matches by the running loudness of both signals.
    Running,
    /// Matches by a known difference: loudness of the processed signal minus that of the original, in LU.
    Given(f64),
}

/// A/B switch between two signals that are aligned in time.
#[derive(Clone, Debug)]
pub struct AbSwitch {
    meters: [LoudnessWindows; 2],
    /// Sums of gated powers, old ones fading.
    powers: [f64; 2],
    matching: LoudnessMatch,
    /// Present gains of the matching, and where they are going: decided anew every [`MAX_BLOCK_FRAMES`].
    gains: [f64; 2],
    targets: [f64; 2],
    grid: Grid,
    gain_step: f64,
    /// Weights of original, processed and aligned original in what is heard.
    weights: [Ramp; 3],
}

/// Loudness that a running comparison has gathered: with it another switch goes on where one stopped, without a jump in level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoudnessMemory {
    powers: [f64; 2],
}

impl AbSwitch {
    /// Creates a switch for audio of `format` that starts with the processed signal, unmatched. Allocates. `[main]`
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        let ramp = |weight| Ramp::new(weight, crossfade_frames(format));
        let weights = Listen::default().weights();
        Self {
            meters: [LoudnessWindows::new(format), LoudnessWindows::new(format)],
            powers: [0.0; 2],
            matching: LoudnessMatch::default(),
            gains: [1.0; 2],
            targets: [1.0; 2],
            grid: Grid::default(),
            gain_step: OnePole::coefficient_for_time(GAIN_S, format.sample_rate_hz),
            weights: weights.map(ramp),
        }
    }

    /// Selects the signal that is heard; the crossfade takes 20 ms. `[audio]`
    pub fn listen(&mut self, to: Listen) {
        self.weights.iter_mut().zip(to.weights()).for_each(|(ramp, weight)| ramp.glide_to(weight));
    }

    /// Selects the loudness matching; gains follow within about a second. `[audio]`
    pub fn match_loudness(&mut self, how: LoudnessMatch) {
        self.matching = how;
        self.targets = self.target_gains();
    }

    /// Returns the loudness of the processed signal minus that of the original over the last ten seconds or so, in LU; `None`
    /// while one of them has been silent so far. `[audio]`
    #[must_use]
    pub fn difference_lu(&self) -> Option<f64> {
        let [original, processed] = self.powers;
        (original > 0.0 && processed > 0.0).then(|| 10.0 * (processed / original).log10())
    }

    /// Returns the gains of the original and the processed signal in dB, 0 or less. `[audio]`
    #[must_use]
    pub fn gains_db(&self) -> [f64; 2] {
        self.gains.map(gain_to_db)
    }

    /// Returns the loudness of both signals gathered so far. `[audio]`
    #[must_use]
    pub fn memory(&self) -> LoudnessMemory {
        LoudnessMemory { powers: self.powers }
    }

    /// Goes on from loudness gathered before, at its gains at once. Called before the first block, or after a reset. `[audio]`
    pub fn recall(&mut self, memory: LoudnessMemory) {
        self.powers = memory.powers;
        self.targets = self.target_gains();
        self.gains = self.targets;
    }

    /// Ends the crossfade and the glide of the gains at once, as a bounce that begins needs it. `[audio]`
    pub fn jump(&mut self) {
        self.weights.iter_mut().for_each(Ramp::jump);
        self.gains = self.targets;
    }

    /// Measures both signals, which have the same shape, and replaces `processed` by the signal that is heard. Without loudness
    /// matching the processed signal passes bit-exactly. `[audio]`
    pub fn process(&mut self, original: Block<'_>, processed: &mut BlockMut<'_>) {
        self.process_aligned(original, original, processed);
    }

    /// Whether the aligned original has a share in what is heard.
    fn needs_aligned(&self) -> bool {
        !self.weights[2].is_settled() || self.weights[2].value() != 0.0
    }

    /// Processes a block like [`process`](Self::process), with the original in the phase of the processed signal for the difference.
    fn process_aligned(&mut self, original: Block<'_>, aligned: Block<'_>, processed: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < processed.frames() {
            let end = (start + self.grid.left()).min(processed.frames());
            let sources = [original, aligned].map(|source| source.slice(start..end));
            self.part(sources, &mut processed.slice_mut(start..end));
            if self.grid.advance(end - start) {
                self.targets = self.target_gains();
            }
            start = end;
        }
    }

    /// Forgets all history and jumps to the selected signal and gains. `[audio]`
    pub fn reset(&mut self) {
        self.meters.iter_mut().for_each(LoudnessWindows::reset);
        self.powers = [0.0; 2];
        self.weights.iter_mut().for_each(Ramp::jump);
        self.targets = self.target_gains();
        self.gains = self.targets;
        self.grid = Grid::default();
    }

    fn part(&mut self, [original, aligned]: [Block<'_>; 2], processed: &mut BlockMut<'_>) {
        self.measure(original, processed.as_block());
        let (gains, weights) = (self.gains, self.weights);
        for channel in 0..processed.channels() {
            (self.gains, self.weights) = (gains, weights);
            let originals = original.channel(channel).iter().zip(aligned.channel(channel));
            for (processed, (original, aligned)) in processed.channel_mut(channel).iter_mut().zip(originals) {
                for (gain, target) in self.gains.iter_mut().zip(self.targets) {
                    let left = target - *gain;
                    *gain = if left.abs() < THERE { target } else { *gain + self.gain_step * left };
                }
                let [a, b, c] = [0, 1, 2].map(|signal: usize| self.weights[signal].next() * self.gains[signal % 2]);
                *processed = weighted(a, *original) + weighted(b, *processed) + weighted(c, *aligned);
            }
        }
    }

    fn measure(&mut self, original: Block<'_>, processed: Block<'_>) {
        let mut hops = [[0.0; MAX_HOPS]; 2];
        let mut counts = [0; 2];
        for (side, block) in [original, processed].into_iter().enumerate() {
            self.meters[side].process(block, |window| {
                if counts[side] < MAX_HOPS {
                    hops[side][counts[side]] = window.momentary;
                    counts[side] += 1;
                }
            });
        }
        let fade = (-HOP_S / MEMORY_S).exp();
        for hop in 0..counts[0].min(counts[1]) {
            if hops[0][hop] > lufs_to_power(ABSOLUTE_GATE_LUFS) {
                self.powers = [0, 1].map(|side| fade * self.powers[side] + hops[side][hop]);
            }
        }
    }

    fn target_gains(&self) -> [f64; 2] {
        let difference_lu = match self.matching {
            LoudnessMatch::Off => 0.0,
            LoudnessMatch::Running => self.difference_lu().unwrap_or(0.0),
            LoudnessMatch::Given(difference_lu) => difference_lu,
        };
        [difference_lu.min(0.0), (-difference_lu).min(0.0)].map(db_to_gain)
    }
}

/// The product; a weight of 1 or 0 leaves no trace of rounding.
#[inline]
fn weighted(weight: f64, sample: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * sample }
}

impl Listen {
    fn weights(self) -> [f64; 3] {
        match self {
            Self::Processed => [0.0, 1.0, 0.0],
            Self::Original => [1.0, 0.0, 0.0],
            Self::Difference => [0.0, 1.0, -1.0],
        }
    }
}

/// A chain with an A/B switch to its own input, aligned in time: bypass, original and difference, matched in loudness.
///
/// ```
/// use balanced_dsp::{PlanarBuffer, StreamFormat};
/// use balanced_mastering::{Audition, ChainSpec, Listen, LoudnessMatch};
///
/// let spec = ChainSpec::preset("loud").unwrap();
/// let mut audition = Audition::build(&spec, &StreamFormat::new(48_000.0, 2))?;
/// audition.switch_mut().match_loudness(LoudnessMatch::Running);
/// audition.switch_mut().listen(Listen::Original); // and back: no click, no jump in level, nothing moves in time
/// audition.process(&mut PlanarBuffer::new(2, 512).block_mut());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Audition {
    chain: Chain,
    switch: AbSwitch,
    delays: Vec<Delay>,
    original: PlanarBuffer,
    aligned: PlanarBuffer,
    grid: Grid,
}

impl Audition {
    /// Checks the settings and allocates everything. `[main]`
    ///
    /// # Errors
    /// Returns the errors of [`Chain::build`].
    pub fn build(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, BuildError> {
        Ok(Self::new(Chain::build(spec, format)?, format))
    }

    /// Creates an audition of a chain that was built for `format`. Allocates. `[main]`
    #[must_use]
    pub fn new(chain: Chain, format: &StreamFormat) -> Self {
        Self {
            delays: vec![Delay::new(chain.latency_frames()); format.channels()],
            original: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
            aligned: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
            switch: AbSwitch::new(format),
            grid: Grid::default(),
            chain,
        }
    }

    /// Runs the chain over `block` and leaves there what is to be heard. The chain always runs, so that its detectors and
    /// meters stay true while the original is heard. A block with another number of channels than built for becomes silence.
    /// `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        self.process_with(block, |_| {});
    }

    /// Processes a block like [`process`](Self::process), and hands every part of the processed signal to `visit`, in order, before the switch: what
    /// the chain delivers, whatever is heard. `[audio]`
    pub fn process_with(&mut self, block: &mut BlockMut<'_>, mut visit: impl FnMut(Block<'_>)) {
        if block.channels() != self.delays.len() {
            return silence(block);
        }
        let Self { chain, switch, delays, original, aligned, grid } = self;
        grid.for_each_part(block, |mut part| {
            sanitise(&mut part);
            original.set_frames(part.frames());
            for (channel, delay) in delays.iter_mut().enumerate() {
                delay.process(part.channel(channel), original.channel_mut(channel));
            }
            chain.process(&mut part);
            visit(part.as_block());
            if !switch.needs_aligned() {
                return switch.process(original.block(), &mut part);
            }
            aligned.set_frames(part.frames());
            aligned.block_mut().copy_from(original.block());
            chain.align_original(&mut aligned.block_mut());
            switch.process_aligned(original.block(), aligned.block(), &mut part);
        });
    }

    /// Forgets all history. `[audio]`
    pub fn reset(&mut self) {
        self.chain.reset();
        self.switch.reset();
        self.delays.iter_mut().for_each(Delay::reset);
        self.grid = Grid::default();
    }

    /// Returns the chain, to update it or read its meters.
    pub fn chain_mut(&mut self) -> &mut Chain {
        &mut self.chain
    }

    /// Returns the A/B switch.
    pub fn switch_mut(&mut self) -> &mut AbSwitch {
        &mut self.switch
    }

    /// Returns the latency in frames, which is the same for every signal that is heard. `[any]`
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.chain.latency_frames()
    }
}
