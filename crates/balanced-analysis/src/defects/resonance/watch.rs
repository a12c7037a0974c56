//! Moment by moment: the floor between the lines of the spectrum, and how high a bell stands in it at every place.

use std::ops::Range;

use super::bell::{Bell, HALF, PER_OCTAVE, Q, WINDOW};
use crate::defects::levels::Levels;

/// The floor of a place is the level that this share of the bins lie under, within this share of the bell's width.
const FLOOR_QUANTILE: f64 = 0.25;
const FLOOR_WIDTH: f64 = 0.3;
/// More bins than any place has.
const MOST_BINS: usize = 64;
/// A place rings where even its low moments do: height over which all but this share of the moments lie.
const LOW_SHARE: f64 = 0.05;
/// Moments this far under the loudest one so far, or under -70 dBFS, are pauses.
const PAUSE: f64 = 1e-4;
const SILENCE_POWER: f64 = 1e-7;
/// What a good shape adds to the height of the low moments, in dB; the least fit, and the most height: what stands higher is a tone that is
/// held.
const FIT_DB: f64 = 5.0;
const LEAST_FIT: f64 = 0.3;
const MOST_HEIGHT_DB: f64 = 19.0;

/// The place of a spectrum that rings most.
pub(super) struct Place {
    pub hz: f64,
    /// Mean height of the bell, and its height in the low moments.
    pub height_db: f64,
    pub low_db: f64,
    /// Share of the mean floor's shape that the bell explains.
    pub fit: f64,
    /// Low height and shape as one number.
    pub score_db: f64,
}

/// Watches one spectrum between two frequencies.
pub(super) struct Watch {
    first_hz: f64,
    bins: Vec<Range<usize>>,
    bell: Bell,
    floors: Vec<f64>,
    floor_sums: Vec<f64>,
    heights: Vec<Levels>,
    height_sums: Vec<f64>,
    moments: u32,
    loudest: f64,
}

impl Watch {
    /// Places from `range_hz.0` to `range_hz.1` in a spectrum whose bins lie `bin_hz` apart; `None` where it does not reach
    /// half an octave further.
    pub fn new(range_hz: (f64, f64), bin_hz: f64, bins: usize) -> Option<Self> {
        let reach = 0.5f64.exp2();
        let first_hz = range_hz.0 / reach;
        let places = ((range_hz.1 / range_hz.0).log2() * PER_OCTAVE as f64) as usize + 1;
        let bin = |hz: f64| (hz / bin_hz).round() as usize;
        let half = 0.5 * FLOOR_WIDTH / Q;
        let around = |point: usize| {
            let hz = first_hz * (point as f64 / PER_OCTAVE as f64).exp2();
            bin(hz * (1.0 - half))..bin(hz * (1.0 + half)) + 1
        };
        let bins_of: Vec<Range<usize>> = (0..places + 2 * HALF).map(around).collect();
        (bins_of.last()?.end <= bins).then(|| Self {
            first_hz,
            bell: Bell::new(),
            floors: vec![0.0; bins_of.len()],
            floor_sums: vec![0.0; bins_of.len()],
            heights: vec![Levels::new(-30.0, 40.0); places],
            height_sums: vec![0.0; places],
            moments: 0,
            loudest: 0.0,
            bins: bins_of,
        })
    }

    /// Takes the power spectrum of one moment.
    pub fn push(&mut self, power: &[f32]) {
        let whole = f64::from(balanced_dsp::lanes::sum(power));
        self.loudest = self.loudest.max(whole);
        if whole < SILENCE_POWER || whole <= PAUSE * self.loudest {
            return;
        }
        self.moments += 1;
        for (floor, bins) in self.floors.iter_mut().zip(&self.bins) {
            *floor = 10.0 * (f64::from(low_quantile(&power[bins.clone()])) + 1e-14).log10();
        }
        let mean = self.floors.iter().sum::<f64>() / self.floors.len() as f64;
        self.floor_sums.iter_mut().zip(&self.floors).for_each(|(sum, floor)| *sum += floor - mean);
        let windows = self.floors.windows(WINDOW);
        for ((window, levels), sum) in windows.zip(&mut self.heights).zip(&mut self.height_sums) {
            let height_db = self.bell.height(window);
            levels.add(height_db);
            *sum += height_db;
        }
    }

    /// How many moments were not pauses.
    pub fn moments(&self) -> u32 {
        self.moments
    }

    /// The place with the highest score among those that have the shape of a bell and are no held tone.
    pub fn best(&self) -> Option<Place> {
        (0..self.heights.len()).filter_map(|index| self.place(index)).max_by(|a, b| a.score_db.total_cmp(&b.score_db))
    }

    fn place(&self, index: usize) -> Option<Place> {
        let moments = f64::from(self.moments.max(1));
        let height_db = self.height_sums[index] / moments;
        let low_db = self.heights[index].quantile_db(LOW_SHARE)?;
        let floor: &[f64; WINDOW] = self.floor_sums[index..].first_chunk()?;
        let fit = self.bell.fit(&floor.map(|sum| sum / moments));
        let hz = self.first_hz * ((index + HALF) as f64 / PER_OCTAVE as f64).exp2();
        let place = Place { hz, height_db, low_db, fit, score_db: low_db + FIT_DB * fit };
        (fit >= LEAST_FIT && height_db <= MOST_HEIGHT_DB).then_some(place)
    }
}

/// The power that a quarter of the bins lie under, between two of them.
fn low_quantile(bins: &[f32]) -> f32 {
    let place = FLOOR_QUANTILE * (bins.len().clamp(1, MOST_BINS) - 1) as f64;
    let (at, share) = (place as usize, (place - place.floor()) as f32);
    // Only the lowest are wanted, and in order: they are few.
    let mut lowest = [f32::INFINITY; MOST_BINS / 4 + 2];
    let kept = &mut lowest[..at + 2];
    for power in bins.iter().take(MOST_BINS) {
        let mut held = *power;
        for low in kept.iter_mut() {
            let (lower, higher) = if held < *low { (held, *low) } else { (*low, held) };
            (*low, held) = (lower, higher);
        }
    }
    let above = if kept[at + 1].is_finite() { kept[at + 1] } else { kept[at] };
    kept[at] + share * (above - kept[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_bins_lie_under_the_floor() {
        assert_eq!(low_quantile(&[3.0]), 3.0);
        assert_eq!(low_quantile(&[4.0, 0.0]), 1.0);
        assert_eq!(low_quantile(&[8.0, 1.0, 2.0, 9.0, 3.0]), 2.0);
    }

    #[test]
    fn a_bell_over_flat_noise_is_found_where_it_stands_and_a_spectrum_too_short_is_none() {
        let mut watch = Watch::new((424.0, 900.0), 2.7, 2049).unwrap();
        assert!(Watch::new((424.0, 900.0), 2.7, 400).is_none());
        let level = |hz: f64| {
            let w = hz / 640.0;
            let squared = |width: f64| (1.0 - w * w).powi(2) + (w * width / Q).powi(2);
            1e-6 * squared(10f64.powf(0.3)) / squared(10f64.powf(-0.3))
        };
        let power: Vec<f32> = (0..2049).map(|bin| level(f64::from(bin) * 2.7 + 1e-3) as f32).collect();
        (0..40).for_each(|_| watch.push(&power));
        let place = watch.best().unwrap();
        assert!((place.hz / 640.0 - 1.0).abs() < 0.01 && place.fit > 0.95, "{} {}", place.hz, place.fit);
        assert!((place.height_db - 12.0).abs() < 2.0 && (place.low_db - place.height_db).abs() < 0.3);
    }
}
