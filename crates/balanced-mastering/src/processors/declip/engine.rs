//! Flat tops of one channel, and what was there before they were cut.

use std::ops::Range;

use balanced_dsp::autoregression::{Autoregression, Interpolator};

use super::Geometry;

/// Order of the model: enough for the partials of music at any rate.
const ORDER: usize = 48;
/// How often the model is fitted.
const FITS: usize = 2;
/// How often the samples that came out too near to zero are held, and the others filled in again.
const ROUNDS: usize = 4;
/// White noise assumed beneath the music, as a share of its power.
const WHITENING: f64 = 1e-7;
/// Samples of one top may differ by this share of its level: three steps of 16 bits at full scale, which covers dither.
const FLAT: f64 = 3.0 / 32_768.0;
/// Fewer flat samples are no top: any wave has one highest.
const SHORTEST: usize = 2;
/// Two samples beyond a top the wave has left it by this many times [`FLAT`]: that of a parabola of two flat samples by nine.
const KINK: f64 = 12.0;
/// Samples at the end of the line that are looked at with what follows.
const EDGE: usize = 4;
/// A top is put back to at most this many times what is left of it.
const MOST_RISE: f64 = 4.0;
/// Of the samples seen at once, at most one in so many may be missing: else too little is left to tell what was there.
const LEAST_KNOWN: usize = 2;
/// Samples that are filled in at most in one hop, rounds included, in hops.
const MOST_WORK: usize = 3;

/// Works on one channel.
pub(super) struct Engine {
    geometry: Geometry,
    /// Which samples of the line are cut off.
    cut: Vec<bool>,
    taper: Vec<f64>,
    model: Autoregression,
    interpolator: Interpolator,
    unknown: Vec<usize>,
    /// Estimate of the stretch; what is left of the tops stays in the line meanwhile.
    estimate: Vec<f64>,
}

impl Engine {
    pub fn new(geometry: Geometry) -> Self {
        let length = geometry.len();
        let phase = |frame: usize| std::f64::consts::TAU * (frame as f64 + 0.5) / length as f64;
        Self {
            geometry,
            cut: vec![false; length],
            taper: (0..length).map(|frame| 0.5 - 0.5 * phase(frame).cos()).collect(),
            model: Autoregression::new(ORDER, length),
            interpolator: Interpolator::new(ORDER, length / LEAST_KNOWN),
            unknown: Vec::with_capacity(length),
            estimate: vec![0.0; length],
        }
    }

    pub fn reset(&mut self) {
        self.cut.fill(false);
    }

    /// Fills in the tops of the hop in the middle of `line` that are cut flat at `threshold` or above.
    pub fn work(&mut self, line: &mut [f64], threshold: f64) {
        let Geometry { hop, past, .. } = self.geometry;
        self.find(line, threshold);
        let middle = past..past + hop;
        if !self.cut[middle.clone()].contains(&true) {
            return;
        }
        let reach = past..line.len() - ORDER;
        self.unknown.clear();
        self.unknown.extend(reach.filter(|frame| self.cut[*frame]));
        if self.unknown.len() > line.len() / LEAST_KNOWN {
            return;
        }
        self.estimate.copy_from_slice(line);
        let mut left = MOST_WORK * hop;
        for _ in 0..FITS {
            self.model.fit_tapered(&self.estimate, &self.taper, WHITENING);
            self.fill(line, &mut left);
        }
        for frame in middle {
            if self.cut[frame] {
                line[frame] = self.estimate[frame];
            }
        }
    }

    /// Marks the flat tops of the newest hop; those of earlier ones move on with the line.
    fn find(&mut self, line: &[f64], threshold: f64) {
        let hop = self.geometry.hop;
        self.cut.copy_within(hop.., 0);
        let newest = line.len() - hop;
        self.cut[newest..].fill(false);
        let is_high = |frame: usize| line[frame].abs() >= threshold * (1.0 - FLAT);
        let goes_on =
            |frame: usize| is_high(frame) && line[frame].is_sign_positive() == line[frame - 1].is_sign_positive();
        // What reached over the end of the line is seen as a whole now.
        let mut frame = newest - EDGE;
        while frame > newest - hop && is_high(frame - 1) && goes_on(frame) {
            frame -= 1;
        }
        while frame < line.len() - EDGE {
            let start = frame;
            frame += 1;
            if is_high(start) {
                while frame < line.len() && goes_on(frame) {
                    frame += 1;
                }
                mark(line, start..frame, &mut self.cut);
            }
        }
    }

    /// Fills in the unknown samples and holds those that came out too near to zero, while `left` samples of work last.
    fn fill(&mut self, line: &[f64], left: &mut usize) {
        let Self { cut, model, interpolator, unknown, estimate, geometry, .. } = self;
        unknown.clear();
        unknown.extend((geometry.past..line.len() - ORDER).filter(|frame| cut[*frame]));
        for _ in 0..ROUNDS {
            if unknown.is_empty() || unknown.len() > *left {
                break;
            }
            *left -= unknown.len();
            interpolator.fill(model, estimate, unknown);
            let before = unknown.len();
            unknown.retain(|frame| {
                let (cut_at, filled) = (&line[*frame], estimate[*frame]);
                let rise = filled / *cut_at;
                let fits = (1.0..=MOST_RISE).contains(&rise);
                if !fits {
                    // Beyond the range, or not a number where the level is 0.
                    estimate[*frame] = if rise > MOST_RISE { MOST_RISE * cut_at } else { *cut_at };
                }
                fits
            });
            if unknown.len() == before {
                break;
            }
        }
    }
}

/// Marks what is flat in `run`, samples over the threshold on one side: at the highest level since the run began, entered and
/// left in a kink. The crest of a slow wave is flat too, but a parabola leaves slowly.
fn mark(line: &[f64], run: Range<usize>, cut: &mut [bool]) {
    let level = run.clone().map(|frame| line[frame].abs()).fold(0.0, f64::max);
    let side = line[run.start].signum();
    let is_flat = |frame: &usize| side * line[*frame] >= level * (1.0 - FLAT);
    let mut frame = run.start;
    while frame < run.end {
        let start = frame;
        while frame < run.end && is_flat(&frame) {
            frame += 1;
        }
        let is_kink = |at: usize| level - side * line[at] > KINK * FLAT * level;
        let is_seen = frame - start >= SHORTEST && start >= 2 && frame + 2 <= line.len();
        // A square wave is flat all along, and crosses zero at once.
        let is_square = is_seen && side * line[start - 1] < 0.0 && side * line[frame] < 0.0;
        if is_seen && !is_square && [start - 1, start - 2, frame, frame + 1].into_iter().all(is_kink) {
            cut[start..frame].fill(true);
        }
        frame += usize::from(frame == start);
    }
}
