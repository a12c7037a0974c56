//! How steadily a narrow region stands over its neighbours: a resonance raises whatever is played, a note comes and goes.

use std::ops::Range;

use crate::spectrum::engine::{Frame, Geometry};

/// Places that are watched, in steps of pitch.
const PER_OCTAVE: f64 = 16.0;
const RANGE_HZ: (f64, f64) = (400.0, 10_000.0);
/// The region and its neighbours, as multiples of its middle.
const REGION: (f64, f64) = (0.975, 1.025);
const BELOW: (f64, f64) = (0.84, 0.93);
const ABOVE: (f64, f64) = (1.075, 1.19);
/// Frames this far under the loudest one so far are pauses.
const PAUSE: f64 = 1e-4;

/// Bins of one place, and the sums of its levels over its neighbours.
struct Place {
    bins: [Range<usize>; 3],
    sum_db: f64,
    sum_squares: f64,
}

/// Watches the level of narrow regions over their louder neighbour, frame by frame.
pub(crate) struct Steadiness {
    places: Vec<Place>,
    /// Power of all bins up to each.
    below: Vec<f64>,
    loudest: f64,
    frames: f64,
}

impl Steadiness {
    pub fn new(geometry: Geometry) -> Self {
        let bin_hz = geometry.rate / geometry.size as f64;
        let last = geometry.size / 2;
        let bins = |hz: f64, (from, to): (f64, f64)| {
            let first = ((hz * from / bin_hz).ceil() as usize).min(last);
            first..((hz * to / bin_hz).floor() as usize + 1).clamp(first + 1, last + 1)
        };
        let count = ((RANGE_HZ.1 / RANGE_HZ.0).log2() * PER_OCTAVE) as usize + 1;
        let place = |index: usize| {
            let hz = RANGE_HZ.0 * (index as f64 / PER_OCTAVE).exp2();
            Place { bins: [REGION, BELOW, ABOVE].map(|reach| bins(hz, reach)), sum_db: 0.0, sum_squares: 0.0 }
        };
        Self { places: (0..count).map(place).collect(), below: vec![0.0; last + 2], loudest: 0.0, frames: 0.0 }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        if frame.weight < 0.99 {
            return;
        }
        let mut sum = 0.0;
        for (below, power) in self.below[1..].iter_mut().zip(&frame.spectrum.mean) {
            sum += f64::from(*power);
            *below = sum;
        }
        self.loudest = self.loudest.max(sum);
        if sum <= PAUSE * self.loudest {
            return;
        }
        self.frames += 1.0;
        for place in &mut self.places {
            let [region, below, above] = place.bins.clone().map(|bins| {
                let count = (bins.end - bins.start) as f64;
                ((self.below[bins.end] - self.below[bins.start]) / count).max(1e-14)
            });
            let over_db = 10.0 * (region / below.max(above)).log10();
            place.sum_db += over_db;
            place.sum_squares += over_db * over_db;
        }
    }

    /// Standard deviation in dB of the level over the neighbours, at the steadiest of the places around `hz`.
    pub fn spread_db(&self, hz: f64) -> f64 {
        let last = self.places.len() - 1;
        let index = ((hz / RANGE_HZ.0).log2() * PER_OCTAVE).round().clamp(0.0, last as f64) as usize;
        let around = &self.places[index.saturating_sub(1)..=(index + 1).min(last)];
        around.iter().map(|place| place.spread_db(self.frames.max(1.0))).fold(f64::INFINITY, f64::min)
    }
}

impl Place {
    fn spread_db(&self, frames: f64) -> f64 {
        let mean_db = self.sum_db / frames;
        (self.sum_squares / frames - mean_db * mean_db).max(0.0).sqrt()
    }
}
