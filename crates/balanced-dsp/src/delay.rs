//! A delay by a fixed number of frames.

/// A delay line of one channel.
#[derive(Clone, Debug)]
pub struct Delay {
    ring: Vec<f64>,
    position: usize,
}

impl Delay {
    /// Creates a delay of `frames`, which may be 0. Allocates.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        Self { ring: vec![0.0; frames], position: 0 }
    }

    /// Returns the delay in frames.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.ring.len()
    }

    /// Clears the delayed samples.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        self.position = 0;
    }

    /// Takes one sample and returns the one of `frames` ago.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        if self.ring.is_empty() {
            return sample;
        }
        let delayed = std::mem::replace(&mut self.ring[self.position], sample);
        self.advance(1);
        delayed
    }

    /// Delays `input` into `output`, which is as long.
    pub fn process(&mut self, input: &[f64], output: &mut [f64]) {
        if self.ring.is_empty() {
            output.copy_from_slice(input);
            return;
        }
        let mut done = 0;
        while done < input.len() {
            let run = (input.len() - done).min(self.ring.len() - self.position);
            let slots = &mut self.ring[self.position..self.position + run];
            output[done..done + run].copy_from_slice(slots);
            slots.copy_from_slice(&input[done..done + run]);
            self.advance(run);
            done += run;
        }
    }

    /// Takes `input` in and drops what comes out.
    pub fn remember(&mut self, input: &[f64]) {
        let mut rest = &input[input.len().saturating_sub(self.ring.len())..];
        if rest.len() < input.len() && !self.ring.is_empty() {
            self.position = (self.position + input.len() - rest.len()) % self.ring.len();
        }
        while !rest.is_empty() {
            let run = rest.len().min(self.ring.len() - self.position);
            let (now, later) = rest.split_at(run);
            self.ring[self.position..self.position + run].copy_from_slice(now);
            self.advance(run);
            rest = later;
        }
    }

    fn advance(&mut self, frames: usize) {
        self.position += frames;
        if self.position == self.ring.len() {
            self.position = 0;
        }
    }

    /// Delays `samples` in place.
    pub fn process_in_place(&mut self, samples: &mut [f64]) {
        let mut rest = samples;
        while !rest.is_empty() && !self.ring.is_empty() {
            let run = rest.len().min(self.ring.len() - self.position);
            let (now, later) = rest.split_at_mut(run);
            now.swap_with_slice(&mut self.ring[self.position..self.position + run]);
            self.advance(run);
            rest = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_out_after_exactly_the_delay() {
        for frames in [0, 1, 5] {
            let mut delay = Delay::new(frames);
            let input: Vec<f64> = (1..=12).map(f64::from).collect();
            let mut output = [0.0; 12];
            delay.process(&input[..5], &mut output[..5]);
            delay.process(&input[5..], &mut output[5..]);
            assert!(output[..frames].iter().all(|s| *s == 0.0));
            assert_eq!(output[frames..], input[..12 - frames]);
            delay.reset();
            let mut in_place = input.clone();
            in_place.chunks_mut(4).for_each(|part| delay.process_in_place(part));
            assert_eq!(in_place, output);
            delay.reset();
            let mut late = [0.0; 3];
            delay.remember(&input[..2]);
            delay.remember(&input[2..9]);
            delay.process(&input[9..], &mut late);
            assert_eq!(late, output[9..]);
        }
    }
}
