//! The K-weighted energy of consecutive hops of 10 ms, all channels summed by weight.

use super::loudness_weights;
use crate::k_weighting::KWeighting;
use crate::{Block, StreamFormat};

/// Hops a second. A hop of 10 ms satisfies EBU Tech 3341, whose signals 13 and 14 a 100 ms hop fails.
const HOPS_PER_S: f64 = 100.0;
/// Filter memory outside this range is put to zero after each hop: below it (-600 dB) it would become denormal, and
/// above it, or not a number, a single bad sample would spoil everything after.
const SOUND_MEMORY: std::ops::Range<f64> = 1e-30..1e100;

/// The energy of one hop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hop {
    /// The channel-weighted sum of the squares of the K-weighted samples.
    pub energy: f64,
    /// The number of frames in the hop: 441 at 44.1 kHz; alternating where the rate is no multiple of 100.
    pub frames: u64,
}

/// A K-weighting filter that sums a stream's energy hop by hop.
#[derive(Clone, Debug)]
pub struct KWeightedHops {
    filter: KWeighting,
    sample_rate_hz: f64,
    hops_per_s: f64,
    pairs: Vec<Pair>,
    silence: Vec<f64>,
    hops_done: u64,
    frames_left: u64,
}

/// Two channels that are filtered side by side. A missing partner has weight 0.
#[derive(Clone, Debug)]
struct Pair {
    channels: [Option<usize>; 2],
    weights: [f64; 2],
    state: PairState,
}

type Lanes = [f64; 2];

#[derive(Clone, Copy, Debug, Default)]
struct PairState {
    shelf: SectionState,
    high_pass: SectionState,
    energy: Lanes,
}

/// Of a second-order section: its last output, and what earlier samples add to the next two outputs beside that.
#[derive(Clone, Copy, Debug, Default)]
struct SectionState {
    output: Lanes,
    next: Lanes,
    after: Lanes,
}

impl KWeightedHops {
    /// Frames that are filtered in one go.
    const RUN_FRAMES: usize = 1024;

    /// Creates a filter for `format` with hops of 10 ms. Allocates.
    #[must_use]
    pub fn new(format: &StreamFormat) -> Self {
        Self::with_hops_per_s(format, HOPS_PER_S)
    }

    /// Creates a filter for `format` with `hops_per_s` hops a second. Allocates.
    #[must_use]
    pub fn with_hops_per_s(format: &StreamFormat, hops_per_s: f64) -> Self {
        let weights = loudness_weights(&format.layout);
        let heard: Vec<usize> = (0..weights.len()).filter(|c| weights[*c] > 0.0).collect();
        let pair = |pair: &[usize]| Pair {
            channels: [Some(pair[0]), pair.get(1).copied()],
            weights: [weights[pair[0]], pair.get(1).map_or(0.0, |c| weights[*c])],
            state: PairState::default(),
        };
        let mut hops = Self {
            filter: KWeighting::new(format.sample_rate_hz),
            sample_rate_hz: format.sample_rate_hz,
            hops_per_s,
            pairs: heard.chunks(2).map(pair).collect(),
            silence: vec![0.0; Self::RUN_FRAMES],
            hops_done: 0,
            frames_left: 0,
        };
        hops.reset();
        hops
    }

    /// Clears everything heard.
    pub fn reset(&mut self) {
        self.pairs.iter_mut().for_each(|pair| pair.state = PairState::default());
        self.hops_done = 0;
        self.frames_left = self.boundary_frames(1);
    }

    /// Returns the first frame of hop `index`.
    #[must_use]
    pub fn boundary_frames(&self, index: u64) -> u64 {
        // At least one frame a hop, so that absurd rates cannot stall the clock.
        ((index as f64 * self.sample_rate_hz / self.hops_per_s).round() as u64).max(index)
    }

    /// Filters `block` and hands every hop that it completes to `on_hop`.
    ///
    /// A hop with NaN or infinity in it counts as silence.
    pub fn process(&mut self, block: Block<'_>, mut on_hop: impl FnMut(Hop)) {
        let mut at = 0;
        while at < block.frames() {
            let left = usize::try_from(self.frames_left).unwrap_or(usize::MAX);
            let frames = left.min(block.frames() - at).min(Self::RUN_FRAMES);
            self.filter_run(block.slice(at..at + frames));
            at += frames;
            self.frames_left -= frames as u64;
            if self.frames_left == 0 {
                on_hop(self.complete());
            }
        }
    }

    fn filter_run(&mut self, run: Block<'_>) {
        for pair in &mut self.pairs {
            let samples = pair.channels.map(|c| c.map_or(&self.silence[..run.frames()], |c| run.channel(c)));
            pair.state.run(&self.filter, samples);
        }
    }

    fn complete(&mut self) -> Hop {
        let mut energy = 0.0;
        for pair in &mut self.pairs {
            let [first, second] = pair.state.take_energy();
            energy += pair.weights[0] * first + pair.weights[1] * second;
        }
        let start = self.boundary_frames(self.hops_done);
        let end = self.boundary_frames(self.hops_done + 1);
        self.hops_done += 1;
        self.frames_left = self.boundary_frames(self.hops_done + 1) - end;
        // The filter runs without the high-pass gain, which the energy takes squared.
        Hop { energy: energy * self.filter.high_pass_gain * self.filter.high_pass_gain, frames: end - start }
    }
}

impl PairState {
    /// Both sections in transposed direct form II; the two channels are lanes of one vector. The feedback of the last output
    /// is subtracted last, so that each output waits for a product and a difference only.
    fn run(&mut self, filter: &KWeighting, [first, second]: [&[f64]; 2]) {
        let ([b0, b1, b2], [a1, a2], [c1, c2]) = (filter.shelf_b, filter.shelf_a, filter.high_pass_a);
        let Self { mut shelf, mut high_pass, mut energy } = *self;
        for (x0, x1) in first.iter().zip(second) {
            let x = [*x0, *x1];
            for lane in 0..2 {
                let y = (b0 * x[lane] + shelf.next[lane]) - a1 * shelf.output[lane];
                shelf.next[lane] = b1 * x[lane] + shelf.after[lane];
                shelf.after[lane] = b2 * x[lane] - a2 * y;
                shelf.output[lane] = y;
                let z = (y + high_pass.next[lane]) - c1 * high_pass.output[lane];
                high_pass.next[lane] = high_pass.after[lane] - 2.0 * y;
                high_pass.after[lane] = y - c2 * z;
                high_pass.output[lane] = z;
                energy[lane] += z * z;
            }
        }
        *self = Self { shelf, high_pass, energy };
    }

    fn take_energy(&mut self) -> Lanes {
        for SectionState { output, next, after } in [&mut self.shelf, &mut self.high_pass] {
            for memory in [output, next, after].into_iter().flatten() {
                if !SOUND_MEMORY.contains(&memory.abs()) {
                    *memory = 0.0;
                }
            }
        }
        std::mem::take(&mut self.energy).map(|energy| if energy.is_finite() { energy } else { 0.0 })
    }
}
