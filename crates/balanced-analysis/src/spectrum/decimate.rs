//! Decimation by powers of four: as shared, what lies below about 450 Hz, at a rate where an FFT of 4096 resolves 0.7 Hz.

use std::f64::consts::PI;

use balanced_dsp::{vector_loop, window};

/// Highest frequency that must come through untouched (within 0.001 dB).
pub(crate) const PASS_HZ: f64 = 450.0;
/// Lowest rate the chain stops at; `PASS_HZ` fits below it with room for the last filter's slope.
const LOWEST_RATE_HZ: f64 = 1300.0;
/// One sample of so many is kept by a stage.
const KEEP: usize = 4;
/// Outputs that are computed side by side.
const SIDE_BY_SIDE: usize = 32;
/// Attenuation of everything that would fold onto the pass band (Kaiser window design).
const STOP_DB: f64 = 90.0;

/// A chain of FIR stages that each keep one sample of four.
pub(crate) struct Decimator {
    stages: Vec<Stage>,
    rate: f64,
}

struct Stage {
    taps: Vec<f32>,
    /// Input not consumed yet, oldest first.
    line: Vec<f32>,
    /// The taps, every fourth one side by side, so that neighbouring outputs read neighbouring samples.
    phases: [Vec<f32>; KEEP],
}

impl Decimator {
    /// Down to what [`PASS_HZ`] needs.
    pub fn new(rate: f64) -> Self {
        Self::passing(rate, PASS_HZ, LOWEST_RATE_HZ)
    }

    /// Down to no less than `lowest_rate_hz`, with everything below `pass_hz` (under half of that rate) as it is.
    pub fn passing(rate: f64, pass_hz: f64, lowest_rate_hz: f64) -> Self {
        let (mut stages, mut rate) = (Vec::new(), rate);
        while rate / 4.0 >= lowest_rate_hz {
            let taps = design(rate, pass_hz);
            stages.push(Stage { line: vec![0.0; taps.len() - 1], taps, phases: Default::default() });
            rate /= 4.0;
        }
        Self { stages, rate }
    }

    /// Rate of the output.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Append to `out` what `input` gives.
    pub fn push(&mut self, input: &[f32], out: &mut Vec<f32>) {
        let (Some((last, rest)), mut current) = (self.stages.split_last_mut(), None::<Vec<f32>>) else {
            return out.extend_from_slice(input);
        };
        for stage in rest {
            let mut next = Vec::with_capacity(input.len() / 4 + 1);
            stage.push(current.as_deref().unwrap_or(input), &mut next);
            current = Some(next);
        }
        last.push(current.as_deref().unwrap_or(input), out);
    }
}

impl Stage {
    fn push(&mut self, input: &[f32], out: &mut Vec<f32>) {
        self.line.extend_from_slice(input);
        let Some(spare) = self.line.len().checked_sub(self.taps.len()) else { return };
        let outputs = spare / KEEP + 1;
        let padded = outputs.next_multiple_of(SIDE_BY_SIDE);
        self.part(padded + self.taps.len() / KEEP);
        let start = out.len();
        out.resize(start + padded, 0.0);
        filter(&self.taps, &self.phases, &mut out[start..]);
        out.truncate(start + outputs);
        self.line.drain(..outputs * KEEP);
    }

    /// Parts the line into its phases, `length` samples each, with silence behind its end.
    fn part(&mut self, length: usize) {
        let (whole, rest) = self.line.as_chunks::<KEEP>();
        for samples in &mut self.phases {
            samples.clear();
            samples.resize(length, 0.0);
        }
        let [first, second, third, fourth] = &mut self.phases;
        let outs = first.iter_mut().zip(second).zip(third).zip(fourth);
        for (samples, (((a, b), c), d)) in whole.iter().zip(outs) {
            [*a, *b, *c, *d] = *samples;
        }
        for (phase, sample) in self.phases.iter_mut().zip(rest) {
            phase.get_mut(whole.len()).into_iter().for_each(|out| *out = *sample);
        }
    }
}

vector_loop! {
    /// One output for every [`KEEP`] samples, a multiple of [`SIDE_BY_SIDE`] of them; the taps are added in order.
    fn filter<'a>(taps: &'a [f32], phases: &'a [Vec<f32>; KEEP], out: &'a mut [f32]) {
        for (part, out) in out.as_chunks_mut::<SIDE_BY_SIDE>().0.iter_mut().enumerate() {
            let mut sums = [0f32; SIDE_BY_SIDE];
            for (index, taps) in taps.as_chunks::<KEEP>().0.iter().enumerate() {
                let at = part * SIDE_BY_SIDE + index;
                for (tap, samples) in taps.iter().zip(phases) {
                    let Some(samples) = samples[at..].first_chunk::<SIDE_BY_SIDE>() else { continue };
                    for lane in 0..SIDE_BY_SIDE {
                        sums[lane] += tap * samples[lane];
                    }
                }
            }
            *out = sums;
        }
    }
}

/// Low-pass with unit gain at DC whose stop band begins where folding would reach the pass band.
/// Length after Kaiser: `(A - 8) / (2.285 * width)`, a multiple of eight for the inner product.
fn design(rate: f64, pass_hz: f64) -> Vec<f32> {
    let (pass, stop) = (pass_hz / rate, (rate / 4.0 - pass_hz) / rate);
    let width = 2.0 * PI * (stop - pass);
    let length = (((STOP_DB - 8.0) / (2.285 * width)).ceil() as usize).next_multiple_of(8);
    let (cutoff, beta) = (0.5 * (pass + stop), window::kaiser_beta(STOP_DB));
    let middle = (length - 1) as f64 / 2.0;
    let mut taps: Vec<f64> = (0..length)
        .map(|i| {
            let t = i as f64 - middle;
            let ideal = if t == 0.0 { 2.0 * cutoff } else { (2.0 * PI * cutoff * t).sin() / (PI * t) };
            ideal * window::kaiser(t / (middle + 0.5), beta)
        })
        .collect();
    let gain: f64 = taps.iter().sum();
    taps.iter_mut().for_each(|t| *t /= gain);
    taps.iter().map(|t| *t as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_db(rate: f64, hz: f64) -> f64 {
        let input: Vec<f32> = (0..rate as usize * 2).map(|i| (2.0 * PI * hz * i as f64 / rate).sin() as f32).collect();
        let mut decimator = Decimator::new(rate);
        let mut out = Vec::new();
        for part in input.chunks(1000) {
            decimator.push(part, &mut out);
        }
        let tail = &out[out.len() / 2..];
        10.0 * (2.0 * tail.iter().map(|s| f64::from(s * s)).sum::<f64>() / tail.len() as f64).log10()
    }

    #[test]
    fn the_pass_band_is_flat_and_nothing_folds_onto_it() {
        for rate in [8000.0, 44_100.0, 96_000.0] {
            let low = Decimator::new(rate).rate();
            assert!((1300.0..5200.0).contains(&low));
            for hz in [20.0, 100.0, 440.0] {
                assert!(level_db(rate, hz).abs() < 0.01, "{rate} {hz} {}", level_db(rate, hz));
            }
            for hz in [low - 100.0, low + 300.0, 2.0 * low - 50.0] {
                if hz < rate / 2.0 {
                    assert!(level_db(rate, hz) < -80.0, "{rate} {hz} {}", level_db(rate, hz));
                }
            }
        }
    }
}
