//! Convolution with long impulse responses between channels, by uniformly partitioned overlap-save (FFT convolution).
//!
//! After Stockham's fast convolution; partitions and the frequency-domain delay line as in Wefers, "Partitioned
//! convolution algorithms for real-time auralization", 2014. The delay beyond the filters' own is one partition.

use std::sync::Arc;

use balanced_fft::{real_forward_f64, real_inverse_f64};
use realfft::{ComplexToReal, RealToComplex};
use rustfft::num_complex::Complex64;

use crate::{Block, BlockMut, PlanarBuffer};

const ZERO: Complex64 = Complex64::new(0.0, 0.0);

/// One path through the matrix: from one channel through one filter into another channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The input channel.
    pub from: usize,
    /// The output channel.
    pub to: usize,
    /// The number of the filter.
    pub filter: usize,
}

/// A matrix of FIR filters between channels; new filters crossfade in over one partition.
pub struct MatrixConvolver {
    partition_frames: usize,
    routes: Vec<Route>,
    /// The filters at work and those to come, as spectra of every partition.
    filters: [Vec<Vec<Complex64>>; 2],
    /// Whether a filter of either set does anything.
    audible: [Vec<bool>; 2],
    current: usize,
    swap_due: bool,
    lanes: Vec<Lane>,
    position: usize,
    /// Slot of the newest spectrum in every lane's history.
    newest: usize,
    transform: Transform,
}

/// One channel's signal on both sides.
#[derive(Clone)]
struct Lane {
    /// Whether any route starts here.
    heard: bool,
    /// The last partition and the one being filled.
    input: Vec<f64>,
    output: Vec<f64>,
    history: Vec<Complex64>,
}

struct Transform {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    time: Vec<f64>,
    spectrum: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl MatrixConvolver {
    /// Creates a convolver with `filters` filters of up to `taps` coefficients, all silent at first. Allocates.
    ///
    /// # Panics
    /// If a route names a channel or filter that is not there, or `partition_frames` is 0.
    #[must_use]
    pub fn new(channels: usize, partition_frames: usize, taps: usize, filters: usize, routes: Vec<Route>) -> Self {
        let exists = |route: &Route| route.from < channels && route.to < channels && route.filter < filters;
        assert!(partition_frames > 0 && routes.iter().all(exists));
        let (partitions, bins) = (taps.div_ceil(partition_frames).max(1), partition_frames + 1);
        let set = vec![vec![ZERO; partitions * bins]; filters];
        let lane = |channel| Lane {
            heard: routes.iter().any(|route| route.from == channel),
            input: vec![0.0; 2 * partition_frames],
            output: vec![0.0; partition_frames],
            history: vec![ZERO; partitions * bins],
        };
        Self {
            partition_frames,
            lanes: (0..channels).map(lane).collect(),
            routes,
            filters: [set.clone(), set],
            audible: [vec![false; filters], vec![false; filters]],
            current: 0,
            swap_due: false,
            position: 0,
            newest: 0,
            transform: Transform::new(2 * partition_frames),
        }
    }

    /// Returns the latency in frames: one partition.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.partition_frames
    }

    /// Prepares filter number `filter`, which takes effect with [`commit`](Self::commit).
    ///
    /// Each change prepares every filter anew.
    pub fn prepare(&mut self, filter: usize, taps: &[f64]) {
        let next = 1 - self.current;
        self.audible[next][filter] = taps.iter().any(|tap| *tap != 0.0);
        let bins = self.partition_frames + 1;
        let mut parts = taps.chunks(self.partition_frames);
        for spectrum in self.filters[next][filter].chunks_exact_mut(bins) {
            let part = parts.next().unwrap_or(&[]);
            self.transform.time.fill(0.0);
            self.transform.time[..part.len()].copy_from_slice(part);
            self.transform.forward(spectrum);
        }
    }

    /// Changes over to the prepared filters, at once or by a crossfade in the next partition.
    pub fn commit(&mut self, at_once: bool) {
        self.swap_due = true;
        if at_once {
            self.finish_swap();
        }
    }

    fn finish_swap(&mut self) {
        if self.swap_due {
            self.current = 1 - self.current;
            self.swap_due = false;
        }
    }

    /// Clears the signal; prepared filters take effect.
    pub fn reset(&mut self) {
        self.finish_swap();
        self.position = 0;
        self.newest = 0;
        for lane in &mut self.lanes {
            lane.input.fill(0.0);
            lane.output.fill(0.0);
            lane.history.fill(ZERO);
        }
    }

    /// Convolves `block` in place.
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            let count = (block.frames() - start).min(self.partition_frames - self.position);
            for (channel, lane) in self.lanes.iter_mut().enumerate() {
                let samples = &mut block.channel_mut(channel)[start..start + count];
                lane.input[self.partition_frames + self.position..][..count].copy_from_slice(samples);
                samples.copy_from_slice(&lane.output[self.position..][..count]);
            }
            start += count;
            self.advance(count);
        }
    }

    /// Convolves `input`, which holds the first channels only, into all channels of `output`.
    ///
    /// # Panics
    /// If `output` has not the convolver's channels or another number of frames than `input`.
    pub fn process_into(&mut self, input: Block<'_>, output: &mut PlanarBuffer) {
        assert_eq!((self.lanes.len(), input.frames()), (output.channels(), output.frames()));
        let mut start = 0;
        while start < input.frames() {
            let count = (input.frames() - start).min(self.partition_frames - self.position);
            for (channel, lane) in self.lanes.iter_mut().enumerate() {
                if channel < input.channels() {
                    let samples = &input.channel(channel)[start..start + count];
                    lane.input[self.partition_frames + self.position..][..count].copy_from_slice(samples);
                }
                output.channel_mut(channel)[start..start + count]
                    .copy_from_slice(&lane.output[self.position..][..count]);
            }
            start += count;
            self.advance(count);
        }
    }

    fn advance(&mut self, frames: usize) {
        self.position += frames;
        if self.position == self.partition_frames {
            self.position = 0;
            self.turn();
        }
    }

    /// A partition is full: transform it and compute the next partition of output.
    fn turn(&mut self) {
        let (frames, bins) = (self.partition_frames, self.partition_frames + 1);
        let partitions = self.lanes.first().map_or(1, |lane| lane.history.len() / bins);
        self.newest = (self.newest + partitions - 1) % partitions;
        for lane in self.lanes.iter_mut().filter(|lane| lane.heard) {
            self.transform.time.copy_from_slice(&lane.input);
            self.transform.forward(&mut lane.history[self.newest * bins..][..bins]);
            lane.input.copy_within(frames.., 0);
        }
        for to in 0..self.lanes.len() {
            self.convolve(to, self.current);
            self.lanes[to].output.copy_from_slice(&self.transform.time[frames..]);
            if self.swap_due {
                self.convolve(to, 1 - self.current);
                let new = &self.transform.time[frames..];
                for (index, (sample, new)) in self.lanes[to].output.iter_mut().zip(new).enumerate() {
                    let phase = std::f64::consts::PI * (index as f64 + 0.5) / frames as f64;
                    *sample += (0.5 - 0.5 * phase.cos()) * (new - *sample);
                }
            }
        }
        self.finish_swap();
    }

    /// The newest partition of output channel `to` by filter set `set`, in the second half of `transform.time`.
    fn convolve(&mut self, to: usize, set: usize) {
        let bins = self.partition_frames + 1;
        let sum = &mut self.transform.spectrum;
        sum.fill(ZERO);
        for route in self.routes.iter().filter(|route| route.to == to && self.audible[set][route.filter]) {
            let history = &self.lanes[route.from].history;
            let partitions = history.len() / bins;
            for (age, filter) in self.filters[set][route.filter].chunks_exact(bins).enumerate() {
                let signal = &history[(self.newest + age) % partitions * bins..][..bins];
                for ((sum, x), h) in sum.iter_mut().zip(signal).zip(filter) {
                    *sum += x * h;
                }
            }
        }
        self.transform.inverse();
    }
}

impl Transform {
    fn new(frames: usize) -> Self {
        let (forward, inverse) = (real_forward_f64(frames), real_inverse_f64(frames));
        let scratch = vec![ZERO; forward.get_scratch_len().max(inverse.get_scratch_len())];
        Self { time: vec![0.0; frames], spectrum: vec![ZERO; frames / 2 + 1], scratch, forward, inverse }
    }

    /// Of `time`, which is spoilt, into `spectrum`.
    fn forward(&mut self, spectrum: &mut [Complex64]) {
        let scratch = &mut self.scratch[..self.forward.get_scratch_len()];
        let done = self.forward.process_with_scratch(&mut self.time, spectrum, scratch);
        debug_assert!(done.is_ok());
    }

    /// Of `spectrum`, which is spoilt, into `time`, normalised.
    fn inverse(&mut self) {
        let last = self.spectrum.len() - 1;
        self.spectrum[0].im = 0.0;
        self.spectrum[last].im = 0.0;
        let scratch = &mut self.scratch[..self.inverse.get_scratch_len()];
        let done = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.time, scratch);
        debug_assert!(done.is_ok());
        let scale = 1.0 / self.time.len() as f64;
        self.time.iter_mut().for_each(|sample| *sample *= scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    fn noise(seed: u64, frames: usize) -> Vec<f64> {
        let mut random = Random::new(seed, 0);
        (0..frames).map(|_| random.centred()).collect()
    }

    fn direct(signal: &[f64], taps: &[f64], delay: usize) -> Vec<f64> {
        let at = |n: usize| (0..taps.len().min(n + 1)).map(|k| taps[k] * signal[n - k]).sum::<f64>();
        (0..signal.len()).map(|n| n.checked_sub(delay).map_or(0.0, at)).collect()
    }

    /// The oracle is the sum that defines convolution.
    #[test]
    fn it_is_the_convolution_sum_a_partition_later() {
        let (a, b) = (noise(1, 700), noise(2, 700));
        let (aa, ab, bb) = (noise(3, 100), noise(4, 77), noise(5, 33));
        let routes = [(0, 0), (0, 1), (1, 1)].iter().enumerate();
        let routes = routes.map(|(filter, (from, to))| Route { from: *from, to: *to, filter }).collect();
        let mut convolver = MatrixConvolver::new(2, 32, 100, 3, routes);
        for (filter, taps) in [&aa, &ab, &bb].into_iter().enumerate() {
            convolver.prepare(filter, taps);
        }
        convolver.commit(true);
        let mut audio = PlanarBuffer::from_channels(&[a.clone(), b.clone()]);
        let mut block = audio.block_mut();
        for range in [0..1, 1..90, 90..122, 122..700] {
            convolver.process(&mut block.slice_mut(range));
        }
        let (from_a, from_b) = (direct(&a, &ab, 32), direct(&b, &bb, 32));
        for (n, expected) in direct(&a, &aa, 32).iter().enumerate() {
            assert!((audio.channel(0)[n] - expected).abs() < 1e-12);
            assert!((audio.channel(1)[n] - from_a[n] - from_b[n]).abs() < 1e-12);
        }
    }

    #[test]
    fn new_filters_fade_in_over_one_partition() {
        let mut convolver = MatrixConvolver::new(1, 64, 64, 1, vec![Route { from: 0, to: 0, filter: 0 }]);
        convolver.prepare(0, &[1.0]);
        convolver.commit(true);
        let mut audio = PlanarBuffer::from_channels(&[vec![1.0; 640]]);
        let mut block = audio.block_mut();
        convolver.process(&mut block.slice_mut(0..200));
        convolver.prepare(0, &[0.25]);
        convolver.commit(false);
        convolver.process(&mut block.slice_mut(200..640));
        let output = audio.channel(0);
        assert!((output[250] - 1.0).abs() < 1e-12 && (output[330] - 0.25).abs() < 1e-12);
        let jump = output[200..].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f64::max);
        assert!(jump < 0.75 * 1.6 / 64.0, "{jump}");
    }
}
