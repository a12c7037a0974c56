//! Where bass and harmony change: beats at which they do are likely to begin a bar.

use super::bands::{BANDS, Frame};

/// Frames, and neighbouring bands, that are kept as one value.
const FRAMES: usize = 4;
const NEIGHBOURS: usize = 2;
/// Values kept: the lower two thirds of the bands.
const VALUES: usize = BANDS / 3;
/// Of which the bass.
const BASS: usize = 3;
/// Steps of a kept level.
const LEVEL_STEPS: f32 = 32.0;
/// Deviations beyond this count no more.
const LARGEST: f64 = 2.0;

/// Levels of the sound, coarsely: 400 bytes a second.
#[derive(Default)]
pub(super) struct Levels {
    kept: Vec<[u8; VALUES]>,
    sums: [f32; VALUES],
    frames: usize,
}

impl Levels {
    /// The next frame.
    pub fn push(&mut self, frame: &Frame) {
        for (sum, pair) in self.sums.iter_mut().zip(frame.chunks_exact(NEIGHBOURS)) {
            *sum += pair.iter().sum::<f32>();
        }
        self.frames += 1;
        if self.frames == FRAMES {
            let scale = LEVEL_STEPS / (FRAMES * NEIGHBOURS) as f32;
            self.kept.push(self.sums.map(|sum| (sum * scale).round().clamp(0.0, 255.0) as u8));
            (self.sums, self.frames) = ([0.0; VALUES], 0);
        }
    }

    /// For each beat (in frames), by how many deviations the change there exceeds that at the others.
    pub fn changes(&self, beats: &[f64]) -> Vec<f64> {
        let changes: Vec<f64> = (0..beats.len()).map(|i| self.change(beats, i)).collect();
        let count = changes.len().max(1) as f64;
        let mean = changes.iter().sum::<f64>() / count;
        let deviation = (changes.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / count).sqrt().max(1e-6);
        changes.iter().map(|c| ((c - mean) / deviation).clamp(-LARGEST, LARGEST)).collect()
    }

    /// From the interval before a beat to that after it: how the bass rises, and how much everything changes.
    fn change(&self, beats: &[f64], i: usize) -> f64 {
        let interval = if i > 0 { beats[i] - beats[i - 1] } else { beats.get(1).map_or(50.0, |next| next - beats[0]) };
        let (before, after) = (self.mean(beats[i] - interval, beats[i]), self.mean(beats[i], beats[i] + interval));
        let differences = || after.iter().zip(&before).map(|(after, before)| after - before);
        let bass = differences().take(BASS).sum::<f64>() / BASS as f64;
        bass + 0.5 * differences().map(f64::abs).sum::<f64>() / VALUES as f64
    }

    /// Mean levels between two frames.
    fn mean(&self, from: f64, to: f64) -> [f64; VALUES] {
        let place = |frame: f64| ((frame / FRAMES as f64).round().max(0.0) as usize).min(self.kept.len());
        let part = &self.kept[place(from)..place(to).max(place(from))];
        let scale = f64::from(LEVEL_STEPS) * part.len().max(1) as f64;
        std::array::from_fn(|value| part.iter().map(|levels| f64::from(levels[value])).sum::<f64>() / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_bass_and_harmony_stand_out() {
        let mut levels = Levels::default();
        for frame in 0..1600usize {
            // Every fourth beat of 50 frames has another chord, and the bass sounds.
            let (bar, beat) = (frame / 200, frame / 50 % 4);
            levels.push(&std::array::from_fn(|band| {
                let chord = if band / 4 % 4 == bar % 4 { 3.0 } else { 1.0 };
                if band < 6 && beat == 0 { 5.0 } else { chord }
            }));
        }
        let beats: Vec<f64> = (0..32).map(|k| 50.0 * f64::from(k)).collect();
        let changes = levels.changes(&beats);
        let least = (4..32).step_by(4).map(|k| changes[k]).fold(f64::INFINITY, f64::min);
        let others = (1..32).filter(|k| k % 4 != 0).map(|k| changes[k]).fold(f64::NEG_INFINITY, f64::max);
        assert!(least > others + 1.0, "{changes:?}");
        assert_eq!(Levels::default().changes(&[]), Vec::<f64>::new());
    }
}
