//! Oversampling by 2, 4, 8 or 16 with linear phase, images and aliases at least 120 dB down.
//!
//! A cascade of half-band filters in polyphase form: every second tap of a half-band filter is zero, so one phase is a
//! short FIR and the other a pure delay (M. Bellanger, J. Daguet, G. Lepagnol, "Interpolation, extrapolation, and
//! reduction of computation speed in digital filters", IEEE Trans. ASSP 22, 1974). The first stage passes everything to 0.4535 of
//! the rate (20 kHz at 44.1 kHz); later ones have room and are short. Kaiser windows throughout.

pub(crate) mod half_band;

use crate::vector_loop;

/// Non-zero taps beside the centre (half of them) and Kaiser's shape of every stage: the fewest that keep 124 dB, with the
/// shape that keeps most (found by search: Kaiser's formulas are for filters much longer than the last three).
const STAGES: [(usize, f64); 4] = [(44, 12.86), (8, 13.76), (6, 14.7), (5, 13.52)];
/// The stages of [`Oversampler::short`], with a seventh of the taps.
const SHORT_STAGES: [(usize, f64); 2] = [(6, 6.0), (4, 6.0)];

/// An oversampler of one channel: up, any work at the high rate, and down again.
#[derive(Clone, Debug)]
pub struct Oversampler {
    stages: Vec<Stage>,
    /// Samples at each rate, the base rate's excluded.
    buffers: Vec<Vec<f64>>,
    alignment: Line,
    latency_frames: usize,
    max_frames: usize,
}

/// One doubling of the rate.
#[derive(Clone, Debug)]
struct Stage {
    /// Non-zero taps beside the centre, first half (the rest mirrors it); they sum to a quarter.
    taps: Vec<f64>,
    up: Line,
    down_even: Line,
    down_odd: Line,
}

/// Input with the history that the FIR reaches back to, which moves along a stretch of memory.
#[derive(Clone, Debug)]
struct Line {
    samples: Vec<f64>,
    history: usize,
    /// Where the history begins.
    at: usize,
}

impl Oversampler {
    /// Creates an oversampler by `factor` (1, 2, 4, 8 or 16) for blocks of up to `max_frames`. Allocates.
    ///
    /// `work_delay` is the delay in samples at the high rate that the work itself causes: it is counted in, so that the
    /// whole is late by a whole number of frames.
    ///
    /// # Panics
    /// If `factor` is not one of those.
    #[must_use]
    pub fn new(factor: usize, max_frames: usize, work_delay: usize) -> Self {
        Self::with_stages(&STAGES, factor, max_frames, work_delay)
    }

    /// Creates a low-latency oversampler by `factor` (1, 2 or 4): short filters, 15 frames at most. Allocates.
    ///
    /// The 15 frames include two samples of work at the high rate. Images and aliases are 60 dB down only beyond 0.66 of the rate, so that what is made between half the rate and there
    /// falls back to above a third of it (15 kHz at 44.1 kHz), and the pass-band ends there: for work whose result is added
    /// to the input, not for the input itself.
    ///
    /// # Panics
    /// If `factor` is not 1, 2 or 4.
    #[must_use]
    pub fn short(factor: usize, max_frames: usize, work_delay: usize) -> Self {
        Self::with_stages(&SHORT_STAGES, factor, max_frames, work_delay)
    }

    fn with_stages(table: &[(usize, f64)], factor: usize, max_frames: usize, work_delay: usize) -> Self {
        let doublings = factor.trailing_zeros() as usize;
        assert!(factor == 1 << doublings && doublings <= table.len(), "oversampling by {factor}");
        let stages: Vec<Stage> =
            table[..doublings].iter().enumerate().map(|(d, stage)| Stage::new(*stage, max_frames << d)).collect();
        let filters: usize = stages.iter().enumerate().map(|(d, stage)| 2 * stage.delay() * (factor >> (d + 1))).sum();
        let latency_frames = (filters + work_delay).div_ceil(factor);
        Self {
            buffers: (0..doublings).map(|d| vec![0.0; max_frames << (d + 1)]).collect(),
            alignment: Line::new(latency_frames * factor - filters - work_delay, max_frames * factor),
            stages,
            latency_frames,
            max_frames,
        }
    }

    /// Returns the latency in frames.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.latency_frames
    }

    /// Replaces `samples` by what `work` makes of them at the high rate.
    ///
    /// # Panics
    /// If there are more samples than promised.
    pub fn process(&mut self, samples: &mut [f64], work: impl FnOnce(&mut [f64])) {
        assert!(samples.len() <= self.max_frames, "block longer than promised");
        let frames = samples.len();
        raise(&mut self.stages, &mut self.buffers, samples, frames);
        let factor_log2 = self.stages.len();
        let top = self.buffers.last_mut().map_or(&mut *samples, |buffer| &mut buffer[..frames << factor_log2]);
        work(top);
        self.alignment.delay(top);
        lower(&mut self.stages, &mut self.buffers, samples, frames);
    }

    /// Clears the history of all filters.
    pub fn reset(&mut self) {
        self.alignment.reset();
        for stage in &mut self.stages {
            [&mut stage.up, &mut stage.down_even, &mut stage.down_odd].into_iter().for_each(Line::reset);
        }
    }
}

/// Fill the buffers of all rates from `samples`, of which there are `frames`.
fn raise(stages: &mut [Stage], buffers: &mut [Vec<f64>], samples: &[f64], frames: usize) {
    for d in 0..stages.len() {
        let (lower, upper) = buffers.split_at_mut(d);
        let input = lower.last().map_or(samples, |buffer| &buffer[..frames << d]);
        stages[d].raise(input, &mut upper[0][..frames << (d + 1)]);
    }
}

/// The way back from [`raise`].
fn lower(stages: &mut [Stage], buffers: &mut [Vec<f64>], samples: &mut [f64], frames: usize) {
    for d in (0..stages.len()).rev() {
        let (lower, upper) = buffers.split_at_mut(d);
        let output = lower.last_mut().map_or(&mut *samples, |buffer| &mut buffer[..frames << d]);
        stages[d].lower(&upper[0][..frames << (d + 1)], output);
    }
}

impl Stage {
    /// A stage of one row of the table, for `max_samples` at the lower rate.
    fn new((half, shape): (usize, f64), max_samples: usize) -> Self {
        let taps = half_band::taps(half, shape);
        let reach = 2 * taps.len();
        Self {
            up: Line::new(reach - 1, max_samples),
            down_even: Line::new(reach - 1, max_samples),
            down_odd: Line::new(taps.len(), max_samples),
            taps,
        }
    }

    /// Group delay of the filter in samples at the upper rate.
    fn delay(&self) -> usize {
        2 * self.taps.len() - 1
    }

    /// Twice as many samples.
    fn raise(&mut self, input: &[f64], output: &mut [f64]) {
        self.up.space(input.len()).copy_from_slice(input);
        let (up, pairs) = (self.up.window(input.len()), output.as_chunks_mut::<2>().0);
        half_band::raise(up, &self.taps, pairs);
        self.up.advance(input.len());
    }

    /// The way back.
    fn lower(&mut self, input: &[f64], output: &mut [f64]) {
        let frames = output.len();
        part(input, self.down_even.space(frames), self.down_odd.space(frames));
        let (even, odd) = (self.down_even.window(frames), self.down_odd.window(frames));
        half_band::lower(even, odd, &self.taps, output);
        self.down_even.advance(frames);
        self.down_odd.advance(frames);
    }
}

vector_loop! {
    /// Every second sample here, the others there.
    fn part<'a>(samples: &'a [f64], even: &'a mut [f64], odd: &'a mut [f64]) {
        for ((even, odd), pair) in even.iter_mut().zip(odd).zip(samples.as_chunks::<2>().0) {
            [*even, *odd] = *pair;
        }
    }
}

impl Line {
    fn new(history: usize, max_samples: usize) -> Self {
        let room = max_samples.max(3 * history);
        Self { samples: vec![0.0; history + room], history, at: 0 }
    }

    fn reset(&mut self) {
        self.samples.fill(0.0);
        self.at = 0;
    }

    /// Where the next `samples` go.
    fn space(&mut self, samples: usize) -> &mut [f64] {
        if self.at + self.history + samples > self.samples.len() {
            self.samples.copy_within(self.at..self.at + self.history, 0);
            self.at = 0;
        }
        &mut self.samples[self.at + self.history..][..samples]
    }

    /// The history and the `samples` last put behind it.
    fn window(&self, samples: usize) -> &[f64] {
        &self.samples[self.at..][..self.history + samples]
    }

    /// Delay `samples` by the history's length.
    fn delay(&mut self, samples: &mut [f64]) {
        if self.history > 0 {
            self.space(samples.len()).copy_from_slice(samples);
            samples.copy_from_slice(&self.samples[self.at..][..samples.len()]);
            self.advance(samples.len());
        }
    }

    /// Moves on by `samples`: what was put in last becomes history.
    fn advance(&mut self, samples: usize) {
        self.at += samples;
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::Delay;

    /// Pass-band edge as a fraction of the base rate: 20 kHz at 44.1 kHz.
    const PASS_BAND: f64 = 20.0 / 44.1;

    fn response(stage: &Stage, frequency: f64) -> f64 {
        let reach = stage.delay() as f64;
        let sum: f64 = stage
            .taps
            .iter()
            .enumerate()
            .map(|(i, tap)| tap * (2.0 * PI * frequency * (reach - 2.0 * i as f64)).cos())
            .sum();
        0.5 + 2.0 * sum
    }

    #[test]
    fn every_stage_passes_and_stops_what_it_should() {
        for doubling in 0..4 {
            let stage = Stage::new(STAGES[doubling], 1);
            let edge = PASS_BAND / f64::from(2u32 << doubling);
            let (mut ripple, mut leak) = (0.0f64, 0.0f64);
            for step in 0..=2000 {
                let frequency = edge * f64::from(step) / 2000.0;
                ripple = ripple.max((response(&stage, frequency) - 1.0).abs());
                leak = leak.max(response(&stage, 0.5 - frequency).abs());
            }
            let leak_db = 20.0 * leak.log10();
            println!("stage {doubling}: {} taps, stop-band {leak_db:.1} dB", 4 * stage.taps.len() - 1);
            assert!(leak_db < -124.0 && ripple < 1e-6, "{doubling}: {leak_db} {ripple}");
        }
    }

    #[test]
    fn short_stages_are_60_db_down_beyond_two_thirds_of_the_rate() {
        for (doubling, edge) in [(0, 0.66 / 2.0), (1, (2.0 - 0.5) / 4.0)] {
            let stage = Stage::new(SHORT_STAGES[doubling], 1);
            let leaks = (0..=2000).map(|step| response(&stage, edge + (0.5 - edge) * f64::from(step) / 2000.0).abs());
            let leak_db = 20.0 * leaks.fold(0.0, f64::max).log10();
            println!("short stage {doubling}: {} taps, stop-band {leak_db:.1} dB", 4 * stage.taps.len() - 1);
            assert!(leak_db < -60.0, "{doubling}: {leak_db}");
        }
        assert_eq!([1, 2, 4].map(|factor| Oversampler::short(factor, 8, 0).latency_frames()), [0, 11, 15]);
    }

    #[test]
    fn a_tone_comes_back_whole_after_exactly_the_latency() {
        for factor in [1, 2, 4, 8, 16] {
            for work_delay in [0, 1, 3] {
                let mut oversampler = Oversampler::new(factor, 64, work_delay);
                let latency = oversampler.latency_frames();
                let mut delay = Delay::new(work_delay);
                let tone = |n: f64| (n * 0.45 * 2.0 * PI).sin();
                let mut samples: Vec<f64> = (0..4000).map(|n| tone(f64::from(n))).collect();
                for block in samples.chunks_mut(61) {
                    oversampler.process(block, |high| delay.process_in_place(high));
                }
                let error =
                    (1000..4000).map(|n| (samples[n] - tone(n as f64 - latency as f64)).abs()).fold(0.0, f64::max);
                assert!(error < 4e-6, "{factor}x, {work_delay}: {error}");
            }
        }
    }

    #[test]
    fn blocks_and_resets_leave_no_trace() {
        let input: Vec<f64> = (0..500).map(|n| f64::from(n * n % 101) - 50.0).collect();
        let run = |oversampler: &mut Oversampler, block: usize| {
            let mut out = input.clone();
            out.chunks_mut(block)
                .for_each(|b| oversampler.process(b, |high| high.iter_mut().for_each(|x| *x = x.tanh())));
            out
        };
        let mut oversampler = Oversampler::new(8, 500, 0);
        let whole = run(&mut oversampler, 500);
        for block in [1, 7, 64] {
            oversampler.reset();
            assert_eq!(run(&mut oversampler, block), whole);
        }
    }

    #[test]
    fn what_lies_between_the_samples_is_where_it_belongs() {
        let mut oversampler = Oversampler::new(4, 512, 0);
        let mut samples: Vec<f64> = (0..512).map(|n| (0.3 * f64::from(n)).sin()).collect();
        let mut high = Vec::new();
        oversampler.process(&mut samples, |block| high.extend_from_slice(block));
        // Half the filters' delay, at the high rate.
        let delay = (2 * oversampler.stages[0].delay() + oversampler.stages[1].delay()) as f64;
        for (n, y) in high.iter().enumerate().skip(1000) {
            assert!((y - (0.3 * (n as f64 - delay) / 4.0).sin()).abs() < 1e-5);
        }
    }
}
