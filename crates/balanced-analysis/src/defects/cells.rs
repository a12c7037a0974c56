//! Peaks of short cells: what the detectors look at before they look at samples.

use balanced_dsp::{lanes, vector_loop};

/// Samples and cells of one channel, two hops of them, the second new; positions are indices into both.
pub(crate) struct Window<'a> {
    /// Two hops of samples; beyond `end` they are padding.
    pub samples: &'a [f32],
    /// Peak of the absolute sample in each cell.
    pub peaks: &'a [f32],
    /// Peak of the absolute second difference in each cell.
    pub bends: &'a [f32],
    /// Sum of squares in each cell.
    pub energies: &'a [f32],
    /// Samples a cell.
    pub cell: usize,
    /// Index of the first new sample: half the window.
    pub fresh: usize,
    /// Index after the last sample of audio.
    pub end: usize,
    /// Position in the stream of index 0; negative for the first window, whose first half is padding.
    pub origin: i64,
    /// Whether no more audio follows.
    pub last: bool,
}

impl Window<'_> {
    /// Range to examine now when `delay` samples beyond each position must be known: every position of the stream falls
    /// into the range of one window.
    pub fn delayed(&self, delay: usize) -> std::ops::Range<usize> {
        let start = self.fresh - delay;
        start..if self.last { self.end } else { self.end - delay }
    }

    /// Position in the stream of an index.
    pub fn frame(&self, index: usize) -> u64 {
        (self.origin + index as i64).max(0) as u64
    }

    /// Root mean square of a stretch, cut to what is audio.
    pub fn rms(&self, from: usize, to: usize) -> f64 {
        let from = from.max((-self.origin).max(0) as usize);
        let to = to.min(self.end);
        if from >= to {
            return 0.0;
        }
        let sum: f64 = self.samples[from..to].iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
        (sum / (to - from) as f64).sqrt()
    }
}

/// Cells of one channel for two hops.
pub(crate) struct Cells {
    cell: usize,
    peaks: Vec<f32>,
    bends: Vec<f32>,
    energies: Vec<f32>,
    position: i64,
}

impl Cells {
    /// `hop` is half the window. A cell is a third of a millisecond, 16 samples at 44.1 kHz.
    pub fn new(hop: usize) -> Self {
        let cell = (hop / 128).max(16).min(hop);
        let cells = 2 * hop / cell;
        Self { cell, peaks: vec![0.0; cells], bends: vec![0.0; cells], energies: vec![0.0; cells], position: 0 }
    }

    /// Read the second hop of `samples`, of which `fresh` are audio.
    pub fn push<'a>(&'a mut self, samples: &'a [f32], fresh: usize, last: bool) -> Window<'a> {
        let hop = samples.len() / 2;
        let half = self.peaks.len() / 2;
        self.peaks.copy_within(half.., 0);
        self.bends.copy_within(half.., 0);
        self.energies.copy_within(half.., 0);
        let fresh_cells = [&mut self.peaks, &mut self.energies, &mut self.bends].map(|values| &mut values[half..]);
        read(&samples[hop - 2..], self.cell, fresh_cells);
        if fresh < hop {
            // The step into the padding is none of the audio's.
            let first = half + fresh.div_ceil(self.cell).min(half);
            self.bends[first..].fill(0.0);
        }
        let origin = self.position - hop as i64;
        self.position += fresh as i64;
        Window {
            samples,
            peaks: &self.peaks,
            bends: &self.bends,
            energies: &self.energies,
            cell: self.cell,
            fresh: hop,
            end: hop + fresh,
            origin,
            last,
        }
    }
}

const LANES: usize = 8;

vector_loop! {
    /// Peak, energy and bend of cell after cell; the first two samples are history.
    fn read<'a>(samples: &'a [f32], cell: usize, values: [&'a mut [f32]; 3]) {
        let [peaks, energies, bends] = values;
        for (index, ((peak, energy), bend)) in peaks.iter_mut().zip(energies).zip(bends).enumerate() {
            let with_history = &samples[index * cell..(index + 1) * cell + 2];
            let own = &with_history[2..];
            *peak = lanes::largest(own);
            *energy = lanes::dot(own, own);
            *bend = largest_bend(with_history);
        }
    }
}

/// Largest absolute second difference; the first two samples are history.
#[inline(always)]
fn largest_bend(samples: &[f32]) -> f32 {
    let count = samples.len() - 2;
    let (a, b, c) = (&samples[..count], &samples[1..=count], &samples[2..]);
    let mut lanes = [0f32; LANES];
    let whole = count / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        for (lane, largest) in lanes.iter_mut().enumerate() {
            let i = start + lane;
            let bend = (a[i] - 2.0 * b[i] + c[i]).abs();
            *largest = if bend > *largest { bend } else { *largest };
        }
    }
    let tail = (whole..count).map(|i| (a[i] - 2.0 * b[i] + c[i]).abs()).fold(0.0, f32::max);
    lanes.into_iter().fold(tail, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_looked_at_once() {
        let mut cells = Cells::new(2048);
        let audio = vec![0.5f32; 5000];
        let (mut seen, mut previous) = (Vec::new(), vec![0f32; 2048]);
        for (index, part) in audio.chunks(2048).enumerate() {
            let mut samples = previous.clone();
            samples.extend_from_slice(part);
            samples.resize(4096, 0.0);
            let window = cells.push(&samples, part.len(), index == 2);
            assert_eq!(window.peaks.len(), 256);
            seen.extend(window.delayed(100).map(|i| window.origin + i as i64));
            previous = samples[2048..].to_vec();
        }
        let expected: Vec<i64> = (-100..5000).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn peaks_and_bends() {
        assert_eq!(lanes::largest(&[0.1, -0.9, 0.3]), 0.9);
        let mut line: Vec<f32> = (0..20).map(|i| i as f32).collect();
        assert_eq!(largest_bend(&line), 0.0);
        line[9] += 1.0;
        assert_eq!(largest_bend(&line), 2.0);
    }
}
