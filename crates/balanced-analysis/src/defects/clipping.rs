//! Clipping: flat tops at the top of a channel's range, at full scale or below it (clipped, then turned down).
//!
//! A flat top is a run of at least [`SHORTEST`] samples within the rounding of 16 bits that the waveform enters and leaves in
//! a kink. The crest of a slow wave is flat too, but a parabola leaves slowly: three samples within `e` of the crest mean at most
//! 5.4 `e` two samples further on (curvature `a`, `a(1.5)² <= e`, `a(3.5)² = 5.4 e`), so [`KINK`] tells them apart. Square
//! waves are flat all along and jump across zero; limiters touch their ceiling with single samples. What was clipped and
//! filtered or coded afterwards has lost its flat tops and is not found.

use balanced_dsp::decibel::gain_to_db;
use balanced_model::{Defect, DefectKind, Severity};

use super::cells::Window;
use super::finding::{Regions, channel_name, finding, occasions};

/// Samples a flat top has at least.
const SHORTEST: usize = 3;
/// Samples of one top may differ by this: two and a half steps of 16 bits, which covers dither.
const FLAT: f32 = 2.5 / 32_768.0;
/// Two samples beyond the top the waveform has left it by this many times [`FLAT`].
const KINK: f32 = 12.0;
/// Quieter than this is not the top of anything (-40 dBFS).
const QUIETEST: f32 = 0.01;
/// Evidence that a channel needs before clipping is reported: one flat top of this many samples…
const LONGEST_AT_LEAST: usize = 5;
/// …and this many flat samples in all, beyond two a top. Limiters on slow waves make tops of three.
const FEWEST_EXCESS: u64 = 6;
/// …and of all waves that reach the top, this share cut flat: a limiter that lets some rest on its ceiling bends most.
const LEAST_SHARE: f64 = 0.1;
/// Flat tops closer than this are one finding.
const MERGE_S: f64 = 10.0;

/// Flat tops of one channel and one polarity.
struct Side {
    sign: f32,
    top: f32,
    regions: Regions,
    longest: usize,
    /// Waves that reached the top, flat or not.
    reached: u64,
}

/// Watches one channel.
pub(crate) struct Clipping {
    sides: [Side; 2],
}

impl Clipping {
    pub fn new(rate: f64) -> Self {
        let side = |sign| Side { sign, top: QUIETEST, regions: Regions::new(MERGE_S * rate), longest: 0, reached: 0 };
        Self { sides: [side(1.0), side(-1.0)] }
    }

    pub fn push(&mut self, window: &Window<'_>) {
        let cells = window.peaks.len();
        let peak = window.peaks[cells / 2..].iter().fold(0f32, |a, b| a.max(*b));
        for side in &mut self.sides {
            if peak >= side.top - 2.0 * FLAT {
                side.push(window);
            }
        }
    }

    /// Findings, if there are enough flat tops to be sure.
    pub fn finish(&self, channel: usize, channels: usize, rate: f64) -> Vec<Defect> {
        let regions = || self.sides.iter().flat_map(|s| s.regions.list());
        let excess: u64 = regions().map(|r| r.frames - 2 * r.count).sum();
        let longest = self.sides.iter().map(|s| s.longest).max().unwrap_or(0);
        let flat: u64 = regions().map(|r| r.count).sum();
        let reached: u64 = self.sides.iter().map(|s| s.reached).sum();
        if longest < LONGEST_AT_LEAST || excess < FEWEST_EXCESS || (flat as f64) < LEAST_SHARE * reached as f64 {
            return Vec::new();
        }
        let mut merged = Regions::new(MERGE_S * rate);
        let mut all: Vec<_> = regions().collect();
        all.sort_by_key(|r| r.start);
        let mut out: Vec<Defect> = Vec::new();
        for region in &all {
            merged.add(region.start, region.end, region.worst);
        }
        for region in merged.list() {
            let inside = || all.iter().filter(|r| r.start >= region.start && r.end <= region.end);
            let events: u64 = inside().map(|r| r.count).sum();
            let frames: u64 = inside().map(|r| r.frames).sum();
            let range_s = (region.start as f64 / rate, region.end as f64 / rate);
            let level_dbfs = gain_to_db(region.worst);
            let message = format!(
                "{} is clipped {}: the tops of the waveform are cut flat at {level_dbfs:.1} dBFS, which is heard as \
                 distortion. Export again with more headroom.",
                sentence(&channel_name(channel, channels)),
                occasions(events, range_s),
            );
            out.push(
                finding(DefectKind::Clipping, severity(events, frames, rate), range_s, message)
                    .in_channel(channel)
                    .with("flat_tops", events as f64)
                    .with("clipped_frames", frames as f64)
                    .with("longest_frames", longest as f64)
                    .with("level_dbfs", level_dbfs),
            );
        }
        out
    }
}

impl Side {
    fn push(&mut self, window: &Window<'_>) {
        let sign = self.sign;
        let highest = window.samples[window.fresh..window.end].iter().fold(0f32, |a, s| a.max(sign * s));
        if highest > self.top + 2.0 * FLAT {
            // What was flat below a higher top is not clipped at this one.
            self.regions.clear();
            self.longest = 0;
            self.reached = 0;
        }
        self.top = self.top.max(highest);
        let near = self.top - 2.0 * FLAT;
        if highest < near {
            return;
        }
        let range = window.delayed(2);
        for end in range.start..range.end.min(window.samples.len() - 2) {
            if sign * window.samples[end] >= near && sign * window.samples[end + 1] < near {
                self.reached += 1;
                self.judge(window, end);
            }
        }
    }

    /// A run near the top ends with index `last`.
    fn judge(&mut self, window: &Window<'_>, last: usize) {
        let at = |i: usize| self.sign * window.samples[i];
        let mut first = last;
        while first > 2 && at(first - 1) > self.top - 3.0 * FLAT {
            first -= 1;
        }
        let length = last - first + 1;
        if length < SHORTEST || first <= 2 {
            return;
        }
        let level = self.top;
        let left_by = |near: usize, far: usize| level - at(near).min(at(far)) > KINK * FLAT;
        let kinked = left_by(first - 1, first - 2) && left_by(last + 1, last + 2);
        let square = at(first - 1) < 0.0 && at(last + 1) < 0.0;
        if kinked && !square {
            let start = window.frame(first);
            self.regions.add(start, start + length as u64, f64::from(level));
            self.longest = self.longest.max(length);
        }
    }
}

fn severity(events: u64, frames: u64, rate: f64) -> Severity {
    let clipped_s = frames as f64 / rate;
    match (events, clipped_s) {
        (_, s) if s > 0.1 => Severity::Critical,
        (events, s) if events >= 20 || s > 0.002 => Severity::Major,
        _ => Severity::Minor,
    }
}

/// With a capital first letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
