//! The drum pattern, coarsely: how much four ranges of the spectrum rise in each frame. Kick and bass, low drums, snare and
//! hats repeat and alternate differently at the level of the beat and at half or twice it.

use std::collections::VecDeque;
use std::ops::Range;

use super::bands::{BANDS, Frame};

/// Ranges of bands: 40 to 130 Hz, to 570 Hz, to 3.2 kHz, to 8.4 kHz.
const RANGES: [Range<usize>; VOICES] = [0..4, 4..16, 16..36, 36..BANDS];
/// Number of ranges.
pub(super) const VOICES: usize = 4;
/// Frames between the two levels compared, and steps of a kept rise.
const LAG: usize = 2;
const STEPS: f32 = 32.0;
/// Frames within which a rise belongs to a place.
const NEAR_FRAMES: usize = 2;

/// Rises of the frames: 400 bytes a second.
#[derive(Default)]
pub(super) struct Pattern {
    earlier: VecDeque<Frame>,
    kept: Vec<[u8; VOICES]>,
}

impl Pattern {
    /// The next frame.
    pub fn push(&mut self, frame: &Frame) {
        let before = if self.earlier.len() == LAG { self.earlier.pop_front() } else { None };
        self.kept.push(std::array::from_fn(|voice| {
            let range = RANGES[voice].clone();
            let count = range.len() as f32;
            let rise =
                before.map_or(0.0, |before| range.map(|band| (frame[band] - before[band]).max(0.0)).sum::<f32>());
            (rise / count * STEPS).round().min(255.0) as u8
        }));
        self.earlier.push_back(*frame);
    }

    /// Greatest rise of a voice near a place in frames.
    pub fn near(&self, voice: usize, place: f64) -> f64 {
        let at = place.round().max(0.0) as usize;
        let range = at.saturating_sub(NEAR_FRAMES).min(self.kept.len())..(at + NEAR_FRAMES + 1).min(self.kept.len());
        self.kept[range].iter().map(|rises| f64::from(rises[voice])).fold(0.0, f64::max) / f64::from(STEPS)
    }

    /// Rises of a voice around their mean, for autocorrelation.
    pub fn centred(&self, voice: usize) -> Vec<f32> {
        let mean = self.kept.iter().map(|rises| f32::from(rises[voice])).sum::<f32>() / self.kept.len().max(1) as f32;
        self.kept.iter().map(|rises| f32::from(rises[voice]) - mean).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kick_rises_low_and_a_hat_high() {
        let mut pattern = Pattern::default();
        for frame in 0..200 {
            let mut levels = [0.5; BANDS];
            if frame % 50 == 10 {
                levels[..4].fill(3.0);
            }
            if frame % 50 == 35 {
                levels[36..].fill(2.0);
            }
            pattern.push(&levels);
        }
        assert!(pattern.near(0, 110.0) > 2.0 && pattern.near(0, 135.0) < 0.1);
        assert!(pattern.near(3, 135.0) > 1.0 && pattern.near(3, 110.0) < 0.1);
        let centred = pattern.centred(0);
        assert_eq!(centred.len(), 200);
        assert!(centred.iter().sum::<f32>().abs() < 0.1);
    }
}
