//! Onsets: where bands get louder. SuperFlux (Böck & Widmer, DAFx 2013): each band is compared with the loudest of its
//! neighbourhood two frames earlier, so that vibrato is no onset.

use std::collections::VecDeque;

use super::bands::{BANDS, FRAMES_PER_S, Frame};

/// Frames between the two spectra compared.
const LAG: usize = 2;
/// An onset exceeds all within this of it, and the mean of the surroundings by `LEAST_RISE`.
const PEAK_RADIUS: usize = 3;
const MEAN_RADIUS: usize = 10;
const LEAST_RISE: f32 = 3.2;
/// Surroundings a rise is compared with for its salience, and what is added to their deviation, so that faint rises in
/// silence do not count.
const SALIENCE_RADIUS: usize = 100;
const LEAST_DEVIATION: f64 = 0.6;

/// Computes the rise of frames as they come.
pub(super) struct Flux {
    earlier: VecDeque<Frame>,
}

impl Flux {
    pub fn new() -> Self {
        Self { earlier: VecDeque::with_capacity(LAG + 1) }
    }

    /// Rise of the next frame, summed over the bands.
    pub fn push(&mut self, frame: &Frame) -> f32 {
        let full = self.earlier.len() == LAG;
        let risen = self.earlier.front().filter(|_| full).map_or(0.0, |before| rise(frame, before));
        if full {
            self.earlier.pop_front();
        }
        self.earlier.push_back(*frame);
        risen
    }
}

fn rise(now: &Frame, before: &Frame) -> f32 {
    (0..BANDS)
        .map(|band| {
            let neighbours = &before[band.saturating_sub(1)..(band + 2).min(BANDS)];
            (now[band] - neighbours.iter().copied().fold(0.0, f32::max)).max(0.0)
        })
        .sum()
}

/// Frames where a note begins.
pub(super) fn onsets(flux: &[f32]) -> Vec<usize> {
    (0..flux.len())
        .filter(|at| {
            let around = |radius: usize| &flux[at.saturating_sub(radius)..(at + radius + 1).min(flux.len())];
            let mean = around(MEAN_RADIUS).iter().sum::<f32>() / around(MEAN_RADIUS).len() as f32;
            let first = around(PEAK_RADIUS).iter().copied().fold(0.0, f32::max);
            // The first of equals only.
            let repeated = flux[at.saturating_sub(PEAK_RADIUS)..*at].contains(&flux[*at]);
            flux[*at] >= first && !repeated && flux[*at] > mean + LEAST_RISE
        })
        .collect()
}

/// How many standard deviations of its surroundings (within [`SALIENCE_RADIUS`]) each value of the smoothed flux exceeds
/// their mean.
pub(super) fn salience(flux: &[f32]) -> Vec<f32> {
    let get = |i: usize| flux.get(i).copied().unwrap_or(0.0);
    let smooth: Vec<f32> =
        (0..flux.len()).map(|i| 0.5 * get(i) + 0.25 * (get(i.wrapping_sub(1)) + get(i + 1))).collect();
    // Sums over the surroundings, which move on with the frame.
    let (mut from, mut to, mut sum, mut squares) = (0, 0, 0f64, 0f64);
    (0..smooth.len())
        .map(|i| {
            while to < (i + SALIENCE_RADIUS).min(smooth.len()) {
                let value = f64::from(smooth[to]);
                (sum, squares, to) = (sum + value, squares + value * value, to + 1);
            }
            while from + SALIENCE_RADIUS < i {
                let value = f64::from(smooth[from]);
                (sum, squares, from) = (sum - value, squares - value * value, from + 1);
            }
            let count = (to - from) as f64;
            let mean = sum / count;
            let deviation = (squares / count - mean * mean).max(0.0).sqrt();
            ((f64::from(smooth[i]) - mean) / (deviation + LEAST_DEVIATION)) as f32
        })
        .collect()
}

/// Onsets a second over `frames` frames.
pub(super) fn rate_hz(onsets: usize, frames: usize) -> Option<f64> {
    (frames > 0).then(|| onsets as f64 * FRAMES_PER_S / frames as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flux(frames: &[Frame]) -> Vec<f32> {
        let mut flux = Flux::new();
        frames.iter().map(|frame| flux.push(frame)).collect()
    }

    #[test]
    fn clicks_are_onsets_and_steady_sound_is_none() {
        let mut frames = vec![[1.0; BANDS]; 500];
        for click in (50..500).step_by(50) {
            for tail in 0..10 {
                frames[click + tail] = [4.0 - 0.3 * tail as f32; BANDS];
            }
        }
        let found = onsets(&flux(&frames));
        assert_eq!(found, (50..500).step_by(50).collect::<Vec<_>>());
        assert!(onsets(&flux(&vec![[3.0; BANDS]; 300])).is_empty());
        assert_eq!(rate_hz(9, 500), Some(1.8));
    }

    #[test]
    fn rises_are_salient_by_their_surroundings() {
        let flux: Vec<f32> =
            (0..2000).map(|i| if i % 50 == 7 { if i < 1000 { 20.0 } else { 4.0 } } else { 0.5 }).collect();
        let found = salience(&flux);
        assert_eq!((found.len(), salience(&[]).len()), (2000, 0));
        for at in (357..1950_usize).step_by(50).filter(|at| at.abs_diff(1000) > 150) {
            assert!(found[at] > 1.5 && found[at + 20] < 0.0, "{at}: {} {}", found[at], found[at + 20]);
        }
    }
}
