//! Blocks of any size in, centred overlapping frames of one size out.

use balanced_dsp::vector_loop;

/// Collects planar samples into frames of `2 * hop`, one every `hop`; frame `k` is centred on sample `k * hop`.
///
/// The first frame begins with `hop` samples of silence and the last ends in silence, as in librosa's `center=True` with
/// constant padding: every sample lies in exactly two frames, and the second half of each frame is new.
pub(crate) struct Framer {
    channels: Vec<Vec<f32>>,
    hop: usize,
    filled: usize,
}

/// Samples that frames are made of.
pub(crate) trait Sample: Sized {
    /// Copy into a frame.
    fn copy(source: &[Self], target: &mut [f32]);
}

impl Sample for f32 {
    fn copy(source: &[Self], target: &mut [f32]) {
        target.copy_from_slice(source);
    }
}

impl Sample for f64 {
    fn copy(source: &[Self], target: &mut [f32]) {
        narrow(source, target);
    }
}

vector_loop! {
    fn narrow<'a>(source: &'a [f64], target: &'a mut [f32]) {
        target.iter_mut().zip(source).for_each(|(t, s)| *t = *s as f32);
    }
}

impl Framer {
    /// Frames of `2 * hop` samples for each of `channels` channels.
    pub fn new(channels: usize, hop: usize) -> Self {
        Self { channels: vec![vec![0.0; 2 * hop]; channels], hop, filled: hop }
    }

    /// Take `frames` samples of each channel; `full` is called for each full frame.
    pub fn push<'a, S: Sample + 'a>(
        &mut self,
        frames: usize,
        channel: impl Fn(usize) -> &'a [S],
        mut full: impl FnMut(&[Vec<f32>]),
    ) {
        let mut at = 0;
        while at < frames {
            let take = (2 * self.hop - self.filled).min(frames - at);
            for (index, buffer) in self.channels.iter_mut().enumerate() {
                S::copy(&channel(index)[at..at + take], &mut buffer[self.filled..self.filled + take]);
            }
            at += take;
            self.filled += take;
            if self.filled == 2 * self.hop {
                full(&self.channels);
                for buffer in &mut self.channels {
                    buffer.copy_within(self.hop.., 0);
                }
                self.filled = self.hop;
            }
        }
    }

    /// The last frame, filled up with silence, and how many samples of its second half are audio (less than a hop, maybe none).
    pub fn rest(&mut self) -> (&[Vec<f32>], usize) {
        let filled = self.filled;
        self.channels.iter_mut().for_each(|buffer| buffer[filled..].fill(0.0));
        (&self.channels, filled - self.hop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(block: usize) -> Vec<(Vec<f32>, usize)> {
        let samples: Vec<f32> = (1..=11).map(|i| i as f32).collect();
        let mut framer = Framer::new(1, 4);
        let mut seen = Vec::new();
        for part in samples.chunks(block) {
            framer.push(part.len(), |_| part, |frame| seen.push((frame[0].clone(), 4)));
        }
        let (frame, filled) = framer.rest();
        seen.push((frame[0].clone(), filled));
        seen
    }

    #[test]
    fn frames_are_centred_and_do_not_depend_on_blocks() {
        let whole = frames(11);
        assert_eq!(whole.len(), 3);
        assert_eq!(whole[0].0, [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(whole[1].0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(whole[2], (vec![5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 0.0], 3));
        for block in [1, 3, 4, 7] {
            assert_eq!(frames(block), whole);
        }
    }
}
