//! Where the middle of a mix lies: the level difference that most of what both channels share has.
//!
//! Voice, bass and drums are panned to the middle of nearly every mix, so a histogram of the level differences of single bins has a peak at
//! 0 dB, whatever else is panned where. A channel that is too low moves the peak; a guitar on one side does not. Panning by level leaves
//! both channels in phase, so bins out of phase do not count (as in Avendano and Jot, JAES 52, 2004).

use crate::spectrum::engine::{Frame, Geometry};

/// Where the middle is mixed, and where level is panned rather than time.
const RANGE_HZ: (f64, f64) = (150.0, 6000.0);
/// One frame of these is enough.
const EVERY: usize = 4;
/// Squared cosine of the phase between the channels from which they count as in phase.
const IN_PHASE: f32 = 0.96;
/// Bins this far under the loudest of the frame are noise.
const QUIET: f32 = 1e-4;
/// Classes of the histogram.
const STEP_DB: f64 = 0.25;
const WIDEST_DB: f64 = 15.0;
const CLASSES: usize = (2.0 * WIDEST_DB / STEP_DB) as usize;
/// Share of the whole that lies within three classes of a peak that is a middle.
const LEAST_SHARE: f64 = 0.035;
const PEAK_CLASSES: usize = 3;

/// Histogram of the level differences of bins in phase.
pub(crate) struct Centre {
    bins: std::ops::Range<usize>,
    frames: usize,
    whole: f64,
    classes: [f64; CLASSES],
}

impl Centre {
    pub fn new(geometry: Geometry) -> Self {
        let bin = |hz: f64| ((hz * geometry.size as f64 / geometry.rate) as usize).min(geometry.size / 2);
        Self { bins: bin(RANGE_HZ.0)..bin(RANGE_HZ.1), frames: 0, whole: 0.0, classes: [0.0; CLASSES] }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        self.frames += 1;
        if !self.frames.is_multiple_of(EVERY) {
            return;
        }
        let spectrum = frame.spectrum;
        let (left, right) = (&spectrum.power[0][self.bins.clone()], &spectrum.power[1][self.bins.clone()]);
        let loudest = left.iter().chain(right).fold(0f32, |a, b| a.max(*b));
        for ((l, r), cross) in left.iter().zip(right).zip(&spectrum.cross[self.bins.clone()]) {
            if l.max(*r) <= QUIET * loudest {
                continue;
            }
            let weight = f64::from((l + r).sqrt());
            self.whole += weight;
            if *cross > 0.0 && cross * cross > IN_PHASE * l * r {
                let difference_db = 10.0 * f64::from((r + 1e-20).log10() - (l + 1e-20).log10());
                let class = ((difference_db + WIDEST_DB) / STEP_DB) as usize;
                if difference_db > -WIDEST_DB && class < CLASSES {
                    self.classes[class] += weight;
                }
            }
        }
    }

    /// Level difference of the peak, if it stands for enough of the mix.
    pub fn level_db(&self) -> Option<f64> {
        let smooth = |class: usize| -> f64 {
            [(0, 0.25), (1, 0.5), (2, 0.5), (3, 0.5), (4, 0.25)]
                .iter()
                .filter_map(|(offset, weight)| Some(weight * self.classes.get((class + offset).checked_sub(2)?)?))
                .sum()
        };
        let peak = (0..CLASSES).max_by(|a, b| smooth(*a).total_cmp(&smooth(*b)))?;
        let around = peak.saturating_sub(PEAK_CLASSES)..(peak + PEAK_CLASSES + 1).min(CLASSES);
        let share: f64 = self.classes[around].iter().sum::<f64>() / self.whole.max(f64::MIN_POSITIVE);
        (share >= LEAST_SHARE).then_some(STEP_DB * (peak as f64 + 0.5) - WIDEST_DB)
    }
}
