//! Delay by a fixed number of frames.

/// A delay line for one channel.
#[derive(Clone, Debug)]
pub struct Delay {
    ring: Vec<f64>,
    position: usize,
}

impl Delay {
    /// A delay of `frames`, which may be 0.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        Self { ring: vec![0.0; frames], position: 0 }
    }

    /// The delay in frames.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.ring.len()
    }

    /// Forget what is inside.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        self.position = 0;
    }

    /// Put one sample in, take the one of `frames` ago out.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        if self.ring.is_empty() {
            return sample;
        }
        let delayed = std::mem::replace(&mut self.ring[self.position], sample);
        self.position += 1;
        if self.position == self.ring.len() {
            self.position = 0;
        }
        delayed
    }

    /// Delay `input` into `output`; both have the same length.
    pub fn process(&mut self, input: &[f64], output: &mut [f64]) {
        if self.ring.is_empty() {
            output.copy_from_slice(input);
            return;
        }
        for (out, sample) in output.iter_mut().zip(input) {
            *out = self.push(*sample);
        }
    }

    /// Delay `samples` in place.
    pub fn process_in_place(&mut self, samples: &mut [f64]) {
        if !self.ring.is_empty() {
            samples.iter_mut().for_each(|sample| *sample = self.push(*sample));
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
        }
    }
}
