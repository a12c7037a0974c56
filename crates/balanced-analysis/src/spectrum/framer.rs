//! Blocks of any size in, overlapping frames of one size out.

/// Larger samples are not audio (96 dB over full scale) and would overflow the squares; they and NaN count as silence here.
const SANE: f64 = 65_536.0;

/// The sample as the spectral stages see it.
#[inline(always)]
pub(crate) fn sane(sample: f64) -> f32 {
    // One comparison refuses NaN, infinity and nonsense alike.
    if sample.abs() < SANE { sample as f32 } else { 0.0 }
}

/// Collects planar samples into frames of `size`, one every `hop`.
pub(crate) struct Framer {
    channels: Vec<Vec<f32>>,
    hop: usize,
    filled: usize,
    /// Samples at the end of the buffer that no frame has held yet.
    fresh: usize,
}

impl Framer {
    pub fn new(channels: usize, size: usize, hop: usize) -> Self {
        Self { channels: vec![vec![0.0; size]; channels], hop, filled: 0, fresh: 0 }
    }

    fn size(&self) -> usize {
        self.channels[0].len()
    }

    /// Take `frames` samples of each channel, read through `sample(channel, range)`; `full` is called for each full frame.
    pub fn push<'a, S: Copy + 'a>(
        &mut self,
        frames: usize,
        channel: impl Fn(usize) -> &'a [S],
        convert: impl Fn(S) -> f32,
        mut full: impl FnMut(&[Vec<f32>]),
    ) {
        let mut at = 0;
        while at < frames {
            let take = (self.size() - self.filled).min(frames - at);
            for (index, buffer) in self.channels.iter_mut().enumerate() {
                let source = &channel(index)[at..at + take];
                let target = &mut buffer[self.filled..self.filled + take];
                target.iter_mut().zip(source).for_each(|(t, s)| *t = convert(*s));
            }
            at += take;
            self.filled += take;
            self.fresh += take;
            if self.filled == self.size() {
                full(&self.channels);
                self.advance();
            }
        }
    }

    fn advance(&mut self) {
        let kept = self.size() - self.hop;
        for buffer in &mut self.channels {
            buffer.copy_within(self.hop.., 0);
        }
        self.filled = kept;
        self.fresh = 0;
    }

    /// The last frame, filled up with silence, and how many of its samples are audio; `None` if none is new.
    pub fn rest(&mut self) -> Option<(&[Vec<f32>], usize)> {
        if self.fresh == 0 {
            return None;
        }
        let filled = self.filled;
        self.channels.iter_mut().for_each(|buffer| buffer[filled..].fill(0.0));
        self.fresh = 0;
        Some((&self.channels, filled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(block: usize) -> Vec<(Vec<f32>, usize)> {
        let samples: Vec<f64> = (0..23).map(f64::from).collect();
        let mut framer = Framer::new(1, 8, 4);
        let mut seen = Vec::new();
        for part in samples.chunks(block) {
            framer.push(part.len(), |_| part, sane, |frame| seen.push((frame[0].clone(), 8)));
        }
        seen.extend(framer.rest().map(|(frame, filled)| (frame[0].clone(), filled)));
        seen
    }

    #[test]
    fn frames_do_not_depend_on_blocks() {
        let whole = frames(23);
        assert_eq!(whole.len(), 5);
        assert_eq!(whole[1].0, [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
        assert_eq!(whole[4], (vec![16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 0.0], 7));
        for block in [1, 3, 5, 8] {
            assert_eq!(frames(block), whole);
        }
    }

    #[test]
    fn what_is_not_audio_is_silence() {
        assert_eq!([f64::NAN, f64::INFINITY, -1e30, 0.5].map(sane), [0.0, 0.0, 0.0, 0.5]);
    }
}
