//! A small temporal convolutional network of our own, in the manner of Davies & Böck (EUSIPCO 2019) and Böck & Davies
//! (ISMIR 2020): how much each frame looks like a beat and like the beginning of a bar, and how likely each tempo is.
//!
//! `tools/beat-training/` has the music it was trained on, the training, and the model card. It runs as
//! the frames come and keeps a third of a megabyte.

mod layers;
mod weights;

use std::collections::VecDeque;
use std::ops::Range;

use layers::{Convolution, Residual};

use super::bands::{BANDS, Frame};
use super::gaps::{self, Gaps};
use crate::neural::{Matrix, Numbers, rectify};

pub(crate) use weights::{NAME, SHA256};

/// Steps handed from layer to layer at once.
const BLOCK_STEPS: usize = 64;
/// Frames in a step.
const FRAMES_PER_STEP: usize = 2;
/// Sizes of the layers, as in `tools/beat-training/network.py`.
const FRONT: usize = 12;
const FRONT_TAPS: usize = 5;
const FRONT_BANDS: usize = 6;
const FRONT_STRIDE: usize = 3;
const FRONT_PLACES: usize = (BANDS - FRONT_BANDS) / FRONT_STRIDE + 1;
const MIDDLE: usize = 16;
const MIDDLE_TAPS: usize = 3;
const MIDDLE_BANDS: usize = 3;
const MIDDLE_STRIDE: usize = 2;
const MIDDLE_PLACES: usize = (FRONT_PLACES - MIDDLE_BANDS) / MIDDLE_STRIDE + 1;
const WIDTH: usize = 32;
const TAPS: usize = 5;
const DILATIONS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// Level that enters as zero, and the frames over which its rise is taken.
const LEVEL_MEAN: f32 = 1.5;
const RISE_LAG: usize = 2;
/// Steps over which one distribution of tempo is taken: what training saw.
const TEMPO_STEPS: usize = 1280;

/// Weight of a whole window against all the music where the tempo is asked at a place.
const LOCAL_SHARE: f64 = 0.5;

/// Tempo of the first bin, and bins an octave.
pub(super) const TEMPO_SLOWEST_BPM: f64 = 30.0;
pub(super) const TEMPO_BINS_PER_OCTAVE: f64 = 36.0;
/// Bins of tempo.
pub(super) const TEMPO_BINS: usize = 120;

/// Output of the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Activations {
    /// Log odds of a beat in each frame, in steps of [`Activations::STEP`].
    pub beat: Vec<i8>,
    /// Log odds of the beginning of a bar, in the same steps.
    pub down: Vec<i8>,
    /// Mean distribution of tempo over the bins, in the stretches of music.
    pub tempo: Vec<f64>,
    /// Frames from the first to the last that sounds, without long gaps between.
    pub stretches: Vec<Range<usize>>,
    /// Windows of [`TEMPO_STEPS`] sounding steps.
    pub windows: Vec<TempoWindow>,
}

/// Tempo in a part of the music.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TempoWindow {
    /// Frame at which it ends.
    end: usize,
    /// Sounding steps in it, and what they say of each bin.
    steps: usize,
    shares: Vec<f64>,
}

impl Activations {
    /// Log odds a unit.
    pub const STEP: f32 = 1.0 / 12.0;

    /// Distributions of tempo for the windows that `frames` touch, and which of them counts at each frame: half by the
    /// window, half by all the music.
    pub fn tempi(&self, frames: Range<usize>) -> (Vec<Vec<f64>>, Vec<u16>) {
        if self.windows.len() < 2 {
            return (vec![self.tempo.clone()], vec![0; frames.len()]);
        }
        let of = |frame: usize| self.windows.partition_point(|w| w.end <= frame).min(self.windows.len() - 1);
        let first = of(frames.start);
        let mixed = |window: &TempoWindow| {
            let own = LOCAL_SHARE * window.steps as f64 / TEMPO_STEPS as f64;
            self.tempo.iter().zip(&window.shares).map(|(all, here)| (1.0 - own) * all + own * here).collect()
        };
        let tempi = self.windows[first..=of(frames.end.saturating_sub(1))].iter().map(mixed).collect();
        (tempi, frames.map(|frame| (of(frame) - first) as u16).collect())
    }

    /// Frames in the stretches of music.
    pub fn sounding_frames(&self) -> usize {
        self.stretches.iter().map(Range::len).sum()
    }

    fn packed(odds: f32) -> i8 {
        // Saturates at ten and a half, where the probability is one in forty thousand.
        (odds / Self::STEP).round() as i8
    }
}

/// The network at work.
pub(super) struct Network {
    front: Matrix,
    middle: Matrix,
    join: Matrix,
    layers: Vec<Residual>,
    heads: Matrix,
    tempo_mix: Matrix,
    tempo: Matrix,
    frames: u64,
    earlier: [Frame; RISE_LAG],
    /// Planes of frames that later steps need: level, then rise.
    planes: Vec<[[f32; BANDS]; 2]>,
    /// Outputs of the front that later steps need.
    places: Vec<f32>,
    /// Scratch of the layers.
    flow: [Vec<f32>; 2],
    gathered: Vec<f32>,
    pooled: [f64; WIDTH],
    pooled_steps: usize,
    /// Frames that are behind, sounding or not.
    pooled_frames: usize,
    tempo_weight: f64,
    /// Stretches of music, and which frames sound: those that tell the tempo.
    gaps: Gaps,
    sounds: VecDeque<bool>,
    result: Activations,
}

impl Network {
    pub fn new() -> Self {
        let mut numbers = Numbers::new(weights::BYTES);
        let mut matrix = |inputs: usize, outputs: usize| numbers.matrix(inputs, outputs);
        Self {
            front: matrix(FRONT_TAPS * 2 * FRONT_BANDS, FRONT),
            middle: matrix(MIDDLE_TAPS * MIDDLE_BANDS * FRONT, MIDDLE),
            join: matrix(MIDDLE_PLACES * MIDDLE, WIDTH),
            layers: DILATIONS
                .iter()
                .map(|dilation| {
                    let wide = Convolution::new(matrix(TAPS * WIDTH, WIDTH), WIDTH, TAPS, *dilation);
                    Residual::new(wide, matrix(WIDTH, WIDTH))
                })
                .collect(),
            heads: matrix(WIDTH, 2 * FRAMES_PER_STEP),
            tempo_mix: matrix(WIDTH, WIDTH),
            tempo: matrix(WIDTH, TEMPO_BINS),
            frames: 0,
            earlier: [[0.0; BANDS]; RISE_LAG],
            planes: vec![[[0.0; BANDS]; 2]; FRONT_TAPS / 2],
            places: vec![0.0; MIDDLE_TAPS / 2 * FRONT_PLACES * FRONT],
            flow: [Vec::new(), Vec::new()],
            gathered: Vec::new(),
            pooled: [0.0; WIDTH],
            pooled_steps: 0,
            pooled_frames: 0,
            tempo_weight: 0.0,
            gaps: Gaps::default(),
            sounds: VecDeque::new(),
            result: Activations { tempo: vec![0.0; TEMPO_BINS], ..Activations::default() },
        }
    }

    /// The next frame.
    pub fn push(&mut self, frame: &Frame) {
        if self.frames == 0 {
            self.earlier = [*frame; RISE_LAG];
        }
        let before = self.earlier[0];
        self.earlier.rotate_left(1);
        self.earlier[RISE_LAG - 1] = *frame;
        self.frames += 1;
        self.gaps.push(frame);
        self.sounds.push_back(!gaps::is_silent(frame));
        let level = std::array::from_fn(|band| frame[band] - LEVEL_MEAN);
        self.planes.push([level, std::array::from_fn(|band| (frame[band] - before[band]).max(0.0))]);
        if self.planes.len() == FRAMES_PER_STEP * (BLOCK_STEPS - 1) + FRONT_TAPS {
            self.block();
        }
    }

    /// Everything is in: what it says of each frame.
    pub fn finish(mut self) -> Activations {
        if self.frames == 0 {
            return Activations::default();
        }
        self.planes.extend([[[0.0; BANDS]; 2]; FRONT_TAPS / 2]);
        self.block();
        // The front's own zeros come after its last step; those beyond belong to the layers.
        self.places.extend([0.0; MIDDLE_TAPS / 2 * FRONT_PLACES * FRONT]);
        self.middle_steps();
        for first in 0..self.layers.len() {
            let rest = vec![0.0; self.layers[first].delay() * WIDTH];
            rest.chunks(BLOCK_STEPS * WIDTH).for_each(|steps| self.through(first, steps));
        }
        self.tempo_window();
        let frames = self.frames as usize;
        self.result.beat.truncate(frames);
        self.result.down.truncate(frames);
        let total = self.tempo_weight.max(1.0);
        self.result.tempo.iter_mut().for_each(|p| *p /= total);
        self.result.stretches = self.gaps.stretches().to_vec();
        self.result
    }

    /// Turn the planes that are there into steps.
    fn block(&mut self) {
        let steps = (self.planes.len() + FRAMES_PER_STEP).saturating_sub(FRONT_TAPS) / FRAMES_PER_STEP;
        self.gathered.clear();
        for step in 0..steps {
            for place in 0..FRONT_PLACES {
                let bands = place * FRONT_STRIDE..place * FRONT_STRIDE + FRONT_BANDS;
                for frame in &self.planes[step * FRAMES_PER_STEP..][..FRONT_TAPS] {
                    frame.iter().for_each(|plane| self.gathered.extend_from_slice(&plane[bands.clone()]));
                }
            }
        }
        let from = self.places.len();
        self.places.resize(from + steps * FRONT_PLACES * FRONT, 0.0);
        self.front.run(&self.gathered, steps * FRONT_PLACES, &mut self.places[from..]);
        rectify(&mut self.places[from..]);
        self.planes.drain(..steps * FRAMES_PER_STEP);
        self.middle_steps();
    }

    /// Second and third layer on the steps that are complete, then the others.
    fn middle_steps(&mut self) {
        let step_width = FRONT_PLACES * FRONT;
        let steps = (self.places.len() / step_width).saturating_sub(MIDDLE_TAPS - 1);
        self.gathered.clear();
        for step in 0..steps {
            for place in 0..MIDDLE_PLACES {
                for tap in 0..MIDDLE_TAPS {
                    let at = (step + tap) * step_width + place * MIDDLE_STRIDE * FRONT;
                    self.gathered.extend_from_slice(&self.places[at..at + MIDDLE_BANDS * FRONT]);
                }
            }
        }
        let mut middle = vec![0.0; steps * MIDDLE_PLACES * MIDDLE];
        self.middle.run(&self.gathered, steps * MIDDLE_PLACES, &mut middle);
        rectify(&mut middle);
        let mut joined = vec![0.0; steps * WIDTH];
        self.join.run(&middle, steps, &mut joined);
        rectify(&mut joined);
        self.places.drain(..steps * step_width);
        self.through(0, &joined);
    }

    /// The residual layers from `first` on, then the heads.
    fn through(&mut self, first: usize, steps: &[f32]) {
        let [mut now, mut next] = std::mem::take(&mut self.flow);
        now.clear();
        now.extend_from_slice(steps);
        for layer in &mut self.layers[first..] {
            next.clear();
            layer.push(&now, &mut next);
            std::mem::swap(&mut now, &mut next);
        }
        rectify(&mut now);
        let count = now.len() / WIDTH;
        let mut odds = vec![0.0; count * 2 * FRAMES_PER_STEP];
        self.heads.run(&now, count, &mut odds);
        for step in odds.chunks_exact(2 * FRAMES_PER_STEP) {
            self.result.beat.extend(step[..FRAMES_PER_STEP].iter().map(|o| Activations::packed(*o)));
            self.result.down.extend(step[FRAMES_PER_STEP..].iter().map(|o| Activations::packed(*o)));
        }
        let mut mixed = vec![0.0; count * WIDTH];
        self.tempo_mix.run(&now, count, &mut mixed);
        rectify(&mut mixed);
        for step in mixed.chunks_exact(WIDTH) {
            let sounds = self.sounds.front().copied().unwrap_or(false);
            self.sounds.drain(..FRAMES_PER_STEP.min(self.sounds.len()));
            self.pooled_frames += FRAMES_PER_STEP;
            if !sounds {
                continue;
            }
            self.pooled.iter_mut().zip(step).for_each(|(sum, value)| *sum += f64::from(*value));
            self.pooled_steps += 1;
            if self.pooled_steps == TEMPO_STEPS {
                self.tempo_window();
            }
        }
        self.flow = [now, next];
    }

    /// Close a window of tempo.
    fn tempo_window(&mut self) {
        if self.pooled_steps == 0 {
            return;
        }
        let mean = self.pooled.map(|sum| (sum / self.pooled_steps as f64) as f32);
        let mut odds = vec![0.0; TEMPO_BINS];
        self.tempo.run(&mean, 1, &mut odds);
        let top = odds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shares: Vec<f64> = odds.iter().map(|o| f64::from(o - top).exp()).collect();
        let (total, weight) = (shares.iter().sum::<f64>(), self.pooled_steps as f64);
        let shares: Vec<f64> = shares.iter().map(|share| share / total).collect();
        self.result.tempo.iter_mut().zip(&shares).for_each(|(sum, share)| *sum += weight * share);
        self.result.windows.push(TempoWindow { end: self.pooled_frames, steps: self.pooled_steps, shares });
        self.tempo_weight += weight;
        (self.pooled, self.pooled_steps) = ([0.0; WIDTH], 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `tools/beat-training/export.py` feeds: pulses of many periods.
    fn golden_frame(frame: usize) -> Frame {
        std::array::from_fn(|band| 5.0 / (1.0 + ((frame * 7 + band * 13) % (50 + 25 * (band % 4))) as f32))
    }

    fn golden(line: usize) -> Vec<f32> {
        let text = include_str!("golden.txt").lines().nth(line).expect("three lines");
        text.split(' ').map(|number| number.parse().expect("a number")).collect()
    }

    #[test]
    fn it_says_what_the_trained_network_said() {
        let mut network = Network::new();
        let frames = 2701;
        (0..frames).for_each(|frame| network.push(&golden_frame(frame)));
        let found = network.finish();
        assert_eq!((found.beat.len(), found.down.len()), (frames, frames));
        for (line, odds) in [&found.beat, &found.down].into_iter().enumerate() {
            for (index, expected) in golden(line).iter().enumerate() {
                let value = f32::from(odds[9 * index]) * Activations::STEP;
                let limit = 127.0 * Activations::STEP;
                let expected = expected.clamp(-limit, limit);
                assert!((value - expected).abs() < 0.51 * Activations::STEP, "{line} {index}: {value} {expected}");
            }
        }
        // Torch takes one mean over everything, here windows of 1280 steps: the same input in both, nearly.
        let worst = golden(2).iter().zip(&found.tempo).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
        assert!(worst < 0.02, "{worst}");
    }

    #[test]
    fn short_and_empty_streams_have_an_answer_for_each_frame() {
        assert_eq!(Network::new().finish(), Activations::default());
        for frames in [1, 2, 3, 127, 128, 129, 200] {
            let mut network = Network::new();
            (0..frames).for_each(|frame| network.push(&golden_frame(frame)));
            let found = network.finish();
            assert_eq!((found.beat.len(), found.down.len()), (frames, frames));
            assert!((found.tempo.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        }
    }
}
