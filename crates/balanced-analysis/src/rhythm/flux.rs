//! Onsets: where bands get louder. SuperFlux (Böck & Widmer, DAFx 2013): each band is compared with the loudest of its
//! neighbourhood two frames earlier, so that vibrato is no onset.

use std::collections::VecDeque;

use super::bands::{BANDS, FRAMES_PER_S, Frame};

/// Frames between the two spectra compared: for notes that begin at once, and for bowed and sung ones, which take ten
/// times as long to begin.
const LAG: usize = 2;
const SLOW_LAG: usize = 10;
/// An onset exceeds all within this of it, and the mean of the surroundings by `LEAST_RISE`.
const PEAK_RADIUS: usize = 3;
const MEAN_RADIUS: usize = 10;
const LEAST_RISE: f32 = 3.2;
/// Both distances, for slow onsets.
const SLOW_PEAK_RADIUS: usize = 10;
const SLOW_MEAN_RADIUS: usize = 40;
/// A slow rise this long before an onset, or within [`SLOW_LAG`] and twice this after it, is that onset.
const SAME_BEFORE: usize = 4;
/// Surroundings a rise is compared with for its salience, and what is added to their deviation, so that faint rises in
/// silence do not count.
const SALIENCE_RADIUS: usize = 100;
const LEAST_DEVIATION: f64 = 0.6;

/// Computes the rise of frames as they come.
pub(super) struct Flux {
    earlier: VecDeque<Frame>,
    lag: usize,
}

impl Flux {
    pub fn new() -> Self {
        Self::over(LAG)
    }

    /// The rise over a tenth of a second, in which bowed and sung notes begin.
    pub fn slow() -> Self {
        Self::over(SLOW_LAG)
    }

    fn over(lag: usize) -> Self {
        Self { earlier: VecDeque::with_capacity(lag + 1), lag }
    }

    /// Rise of the next frame, summed over the bands.
    pub fn push(&mut self, frame: &Frame) -> f32 {
        let full = self.earlier.len() == self.lag;
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

/// Frames where a note begins at once.
pub(super) fn onsets(flux: &[f32]) -> Vec<usize> {
    peaks(flux, PEAK_RADIUS, MEAN_RADIUS)
}

/// Number of notes that begin, at once (`onsets`) or slowly.
pub(super) fn notes(onsets: &[usize], slow_flux: &[f32]) -> usize {
    let get = |i: usize| slow_flux.get(i).copied().unwrap_or(0.0);
    let smooth: Vec<f32> = (0..slow_flux.len())
        .map(|i| {
            let sides = |distance: usize| get(i.wrapping_sub(distance)) + get(i + distance);
            (4.0 * get(i) + 3.0 * sides(1) + sides(2)) / 12.0
        })
        .collect();
    let is_known = |at: usize| {
        let before = at.saturating_sub(SLOW_LAG + 2 * SAME_BEFORE);
        let next = onsets.partition_point(|onset| *onset < before);
        onsets.get(next).is_some_and(|onset| *onset <= at + SAME_BEFORE)
    };
    let slow = peaks(&smooth, SLOW_PEAK_RADIUS, SLOW_MEAN_RADIUS);
    onsets.len() + slow.into_iter().filter(|at| !is_known(*at)).count()
}

/// Frames that exceed all within `peak_radius`, and the mean within `mean_radius` by [`LEAST_RISE`].
fn peaks(flux: &[f32], peak_radius: usize, mean_radius: usize) -> Vec<usize> {
    (0..flux.len())
        .filter(|at| {
            let around = |radius: usize| &flux[at.saturating_sub(radius)..(at + radius + 1).min(flux.len())];
            // The cheapest first: few frames rise at all.
            if flux[*at] <= LEAST_RISE {
                return false;
            }
            let first = around(peak_radius).iter().copied().fold(0.0, f32::max);
            // The first of equals only.
            let repeated = flux[at.saturating_sub(peak_radius)..*at].contains(&flux[*at]);
            let mean = || around(mean_radius).iter().sum::<f32>() / around(mean_radius).len() as f32;
            flux[*at] >= first && !repeated && flux[*at] > mean() + LEAST_RISE
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

    /// Sixteen notes of twelve bands each that take 0.15 s to begin, as bowed ones do, over others that end as slowly.
    #[test]
    fn notes_that_begin_slowly_are_counted_too() {
        let (each, attack) = (70, 15);
        let level = |at: usize, note: usize| {
            let since = at as f32 - (50 + note * each) as f32;
            let rise = (since / attack as f32).clamp(0.0, 1.0);
            let fall = ((since - each as f32) / attack as f32).clamp(0.0, 1.0);
            2.0 * (rise - fall)
        };
        let frame = |at: usize| -> Frame {
            std::array::from_fn(|band| {
                0.3 + (0..16).filter(|note| band % 4 == note % 4).map(|note| level(at, note)).sum::<f32>()
            })
        };
        let frames: Vec<Frame> = (0..1250).map(frame).collect();
        let mut slow = Flux::slow();
        let slow: Vec<f32> = frames.iter().map(|frame| slow.push(frame)).collect();
        let at_once = onsets(&flux(&frames));
        assert!(at_once.is_empty(), "{at_once:?}");
        assert_eq!(notes(&at_once, &slow), 16);
    }

    #[test]
    fn a_click_is_no_slow_note_beside_itself_and_noise_has_none() {
        let mut frames = vec![[1.0; BANDS]; 500];
        (50..500).step_by(50).for_each(|click| frames[click..click + 10].fill([4.0; BANDS]));
        let of = |frames: &[Frame]| {
            let mut slow = Flux::slow();
            let slow: Vec<f32> = frames.iter().map(|frame| slow.push(frame)).collect();
            notes(&onsets(&flux(frames)), &slow)
        };
        assert_eq!(of(&frames), 9);
        let vibrato: Vec<Frame> = (0..500)
            .map(|at| {
                let middle = 20.0 + 0.6 * (at as f32 * 0.35).sin();
                std::array::from_fn(|band| 3.0 * (-(band as f32 - middle).powi(2)).exp())
            })
            .collect();
        assert_eq!(of(&vibrato), 0);
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
