//! Digital silence: where nothing sounds there are no beats, and the music on either side of a long gap is tracked by itself.

use std::ops::Range;

use super::bands::{FRAMES_PER_S, Frame};

/// A frame is silent if its levels add up to less: 100 dB below full scale in each band, so the dither of 16 bits is silence.
const SILENT: f32 = 0.5;
/// Silence inside the music ends a stretch if it is longer than the slowest beat, whose notes may be short.
const LEAST_GAP_S: f64 = 2.5;

/// Whether nothing sounds in a frame.
pub(super) fn is_silent(frame: &Frame) -> bool {
    frame.iter().sum::<f32>() < SILENT
}

/// Finds the stretches in which something sounds, as the frames come.
#[derive(Default)]
pub(super) struct Gaps {
    frames: usize,
    /// Stretches between gaps; the last one may still grow.
    stretches: Vec<Range<usize>>,
}

impl Gaps {
    /// The next frame.
    pub fn push(&mut self, frame: &Frame) {
        let now = self.frames;
        self.frames += 1;
        if is_silent(frame) {
            return;
        }
        let least = (LEAST_GAP_S * FRAMES_PER_S) as usize;
        match self.stretches.last_mut() {
            Some(last) if now - last.end < least => last.end = now + 1,
            _ => self.stretches.push(now..now + 1),
        }
    }

    /// Frames from the first to the last that sounds, without the gaps between.
    pub fn stretches(&self) -> &[Range<usize>] {
        &self.stretches
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::BANDS;
    use super::*;

    #[test]
    fn long_silence_parts_the_music_and_short_silence_does_not() {
        let mut gaps = Gaps::default();
        for frame in 0..3000 {
            let sounds = (200..1000).contains(&frame) && !(500..700).contains(&frame) || (1300..2500).contains(&frame);
            gaps.push(&[if sounds { 1.0 } else { 0.0 }; BANDS]);
        }
        assert_eq!(gaps.stretches(), [200..1000, 1300..2500]);
        assert!(Gaps::default().stretches().is_empty());
    }
}
