//! Features of the sound at beats: where it changes, where the bass is struck, after how many beats it comes back. Beats at
//! which it changes are likely to begin a bar.

use super::bands::{BANDS, Frame};

/// Frames, and neighbouring bands, that are kept as one value.
const FRAMES: usize = 4;
const NEIGHBOURS: usize = 2;
/// Values kept: the lower two thirds of the bands.
const VALUES: usize = BANDS / 3;
/// Number of those values that are bass.
const BASS: usize = 3;
/// Steps of a kept level.
const LEVEL_STEPS: f32 = 32.0;
/// Frames after a beat in which a struck bass is loud.
const STRUCK_FRAMES: f64 = 8.0;
/// Longest distance of beats that are compared, and parts of a beat that are told apart.
pub(super) const LAGS: usize = 12;
const PARTS: usize = 2;
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

    /// For each beat (in frames), by how many deviations the sound changes more there than at the others.
    pub fn changes(&self, beats: &[f64]) -> Vec<f64> {
        limited((0..beats.len()).map(|i| self.change(beats, i)).collect())
    }

    /// For each beat, by how many deviations the bass is louder just after it than after the others.
    pub fn struck(&self, beats: &[f64]) -> Vec<f64> {
        let bass = |beat: f64| self.mean(beat, beat + STRUCK_FRAMES).iter().take(BASS).sum::<f64>();
        limited(beats.iter().map(|beat| bass(*beat)).collect())
    }

    /// How much beats differ from those one to [`LAGS`] beats later, on the mean, relative to the mean over these distances; 1
    /// where the music is too short to say.
    pub fn differences(&self, beats: &[f64]) -> [f64; LAGS] {
        let heard: Vec<[[f64; VALUES]; PARTS]> = beats
            .windows(2)
            .map(|pair| {
                let at = |part: usize| pair[0] + (pair[1] - pair[0]) * part as f64 / PARTS as f64;
                std::array::from_fn(|part| self.mean(at(part), at(part + 1)))
            })
            .collect();
        let distance = |(a, b): (&[[f64; VALUES]; PARTS], &[[f64; VALUES]; PARTS])| -> f64 {
            a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b).abs()).sum()
        };
        let at_lag = |lag: usize| {
            let later = heard.get(lag..).filter(|later| !later.is_empty())?;
            Some(heard.iter().zip(later).map(distance).sum::<f64>() / later.len() as f64)
        };
        let all: [Option<f64>; LAGS] = std::array::from_fn(|lag| at_lag(lag + 1));
        let known = all.iter().flatten();
        let mean = (known.clone().sum::<f64>() / known.count().max(1) as f64).max(1e-9);
        all.map(|difference| difference.map_or(1.0, |difference| difference / mean))
    }

    /// From the interval before a beat to that after it: how much everything changes.
    fn change(&self, beats: &[f64], i: usize) -> f64 {
        let interval = if i > 0 { beats[i] - beats[i - 1] } else { beats.get(1).map_or(50.0, |next| next - beats[0]) };
        let (before, after) = (self.mean(beats[i] - interval, beats[i]), self.mean(beats[i], beats[i] + interval));
        after.iter().zip(&before).map(|(after, before)| (after - before).abs()).sum()
    }

    /// Mean levels between two frames.
    fn mean(&self, from: f64, to: f64) -> [f64; VALUES] {
        let place = |frame: f64| ((frame / FRAMES as f64).round().max(0.0) as usize).min(self.kept.len());
        let part = &self.kept[place(from)..place(to).max(place(from))];
        let scale = f64::from(LEVEL_STEPS) * part.len().max(1) as f64;
        std::array::from_fn(|value| part.iter().map(|levels| f64::from(levels[value])).sum::<f64>() / scale)
    }
}

/// In deviations from the mean, at most [`LARGEST`].
fn limited(values: Vec<f64>) -> Vec<f64> {
    standardised(values, 1e-6).into_iter().map(|value| value.clamp(-LARGEST, LARGEST)).collect()
}

/// In deviations from the mean, where a smaller deviation than `least` counts as that.
pub(super) fn standardised(values: Vec<f64>, least: f64) -> Vec<f64> {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt().max(least);
    values.into_iter().map(|v| (v - mean) / deviation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_a_struck_bass_and_what_comes_back_stand_out() {
        let mut levels = Levels::default();
        for frame in 0..1800usize {
            // Every third beat of 50 frames has another chord, and the bass is struck.
            let (bar, beat) = (frame / 150, frame / 50 % 3);
            levels.push(&std::array::from_fn(|band| {
                let chord = if band / 4 % 4 == bar % 4 { 3.0 } else { 1.0 };
                if band < 6 && beat == 0 { 5.0 } else { chord }
            }));
        }
        let beats: Vec<f64> = (0..36).map(|k| 50.0 * f64::from(k)).collect();
        let struck = levels.struck(&beats);
        assert!((0..36).all(|k| (struck[k] > 1.0) == (k % 3 == 0)), "{struck:?}");
        let changes = levels.changes(&beats);
        assert!((3..36).step_by(3).all(|k| changes[k] > changes[k - 1]), "{changes:?}");
        let differences = levels.differences(&beats);
        let nearest = (0..LAGS).min_by(|a, b| differences[*a].total_cmp(&differences[*b]));
        assert_eq!(nearest.map(|lag| (lag + 1) % 3), Some(0), "{differences:?}");
        assert_eq!(Levels::default().changes(&[]), Vec::<f64>::new());
        assert_eq!(levels.differences(&[1.0, 2.0]), [1.0; LAGS]);
    }
}
