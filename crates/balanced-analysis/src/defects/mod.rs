//! Faults, found in one pass over the audio and a few sums. See `README.md` here for what each detector needs, how often it is right
//! and how often it is wrong.
//!
//! Rules of the house: a detector that is not sure says nothing; its thresholds are named and explained where they stand; memory is
//! fixed; results do not depend on how the audio was cut into blocks.

mod bridge;
mod cells;
mod clicks;
mod clipping;
mod drone;
mod edges;
mod fades;
mod finding;
mod gaps;
mod hum;
mod image;
mod limiting;
mod lossy;
mod numbers;
mod offset;
mod overs;
mod swap;
mod upsampled;

use balanced_dsp::{Block, StreamFormat};

use crate::model::{Defect, Measurements, Stereo};
use crate::spectrum::engine::{Frame, Geometry, Listener, stereo_pair};
use crate::spectrum::ltas::MeanPower;
use crate::{AnalysisConfig, Family};
use cells::Cells;
use clicks::Clicks;
use clipping::Clipping;
use drone::Drone;
use edges::Edges;
use fades::Fades;
use gaps::Gaps;
use hum::Hum;
use limiting::Limiting;
use lossy::Excerpts;
use numbers::{Depth, Unusable};
use offset::Offset;
use overs::Overs;
use swap::Swap;

/// A spectrum with more than this share of its power in three neighbouring bins is a test tone.
const TONE_SHARE: f64 = 0.8;

/// All detectors.
pub(crate) struct DefectStage {
    rate: f64,
    frames: u64,
    channels: Vec<Channel>,
    edges: Vec<Edges>,
    depth: Depth,
    hum: Hum,
    drone: Drone,
    fades: Fades,
    swap: Option<Swap>,
    limiting: Limiting,
    excerpts: Excerpts,
    /// What [`conclude`](Self::conclude) found.
    concluded: Vec<Defect>,
    /// Only where the loudness family does not look for overs.
    overs: Option<Overs>,
}

/// Detectors that look at each channel by itself.
struct Channel {
    cells: Cells,
    clipping: Clipping,
    clicks: Clicks,
    gaps: Gaps,
    offset: Offset,
    unusable: Unusable,
}

impl DefectStage {
    pub fn new(geometry: Geometry, format: &StreamFormat, config: &AnalysisConfig) -> Self {
        let rate = geometry.rate;
        let channel = |_| Channel {
            cells: Cells::new(geometry.size / 2),
            clipping: Clipping::new(rate),
            clicks: Clicks::new(rate),
            gaps: Gaps::new(rate),
            offset: Offset::new(rate),
            unusable: Unusable::new(rate),
        };
        let loudness = config.families().contains(Family::Loudness);
        Self {
            rate,
            frames: 0,
            channels: (0..format.channels()).map(channel).collect(),
            edges: (0..format.channels()).map(|_| Edges::new(rate)).collect(),
            depth: Depth::new(config.bit_depth),
            hum: Hum::new(geometry),
            drone: Drone::new(geometry),
            fades: Fades::new(geometry.size / 2, rate),
            swap: stereo_pair(format)
                .map(|_| Swap::new(rate / geometry.size as f64, 0.5 * geometry.size as f64 / rate)),
            limiting: Limiting::new(),
            excerpts: Excerpts::new(),
            concluded: Vec::new(),
            overs: (!loudness).then(|| Overs::new(format)),
        }
    }

    /// A sample that is not a usable number.
    pub fn unusable(&mut self, channel: usize, frame: u64) {
        self.channels[channel].unusable.add(frame);
    }

    /// The block as it came, before it becomes frames.
    pub fn raw(&mut self, block: Block<'_>) {
        self.depth.push(block);
        if let Some(overs) = &mut self.overs {
            overs.push(block);
        }
    }

    /// The search that takes longest and needs no other family. `power` is the mean spectrum.
    pub fn conclude(&mut self, power: &MeanPower) {
        let duration_s = self.frames as f64 / self.rate;
        let found = lossy::judge(&self.excerpts, self.rate, &power.bins(), power.bin_hz(), duration_s);
        self.concluded.extend(found);
    }

    /// After [`conclude`](Self::conclude): findings in order of severity, the worst first, and the bits that carry information. `power` is the mean spectrum; `result` holds what the other families have written.
    pub fn finish(
        self,
        power: &MeanPower,
        stereo: Option<&Stereo>,
        result: &Measurements,
    ) -> (Vec<Defect>, Option<u16>) {
        let (rate, count) = (self.rate, self.channels.len());
        let duration_s = self.frames as f64 / rate;
        let bins = power.bins();
        let mut out = Vec::new();
        for (index, channel) in self.channels.iter().enumerate() {
            out.extend(channel.unusable.finish(index, count, rate));
            out.extend(channel.clipping.finish(index, count, rate));
            out.extend(channel.clicks.finish(index, count, rate, duration_s));
            out.extend(channel.gaps.finish(index, count, duration_s));
            out.extend(channel.offset.finish(index, count, rate));
        }
        out.extend(edges::finish(&self.edges, rate, self.frames));
        out.extend(self.hum.finish(duration_s).or_else(|| self.drone.finish(duration_s)));
        out.extend(self.fades.finish(duration_s));
        out.extend(self.swap.and_then(|swap| swap.finish(duration_s)));
        out.extend(self.limiting.finish(duration_s, is_tone(&bins)));
        out.extend(stereo.into_iter().flat_map(|stereo| image::judge(stereo, duration_s)));
        out.extend(self.depth.finish(duration_s));
        out.extend(self.concluded);
        out.extend(upsampled::judge(&bins, power.bin_hz(), rate, duration_s));
        match (self.overs, &result.loudness) {
            (Some(overs), _) => out.extend(overs.finish(rate)),
            (None, Some(loudness)) => out.extend(overs::from_loudness(&loudness.true_peak_overs, count, rate)),
            (None, None) => {}
        }
        out.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.start_s.total_cmp(&b.start_s)).then(a.kind.cmp(&b.kind)));
        (out, self.depth.effective())
    }
}

impl Listener for DefectStage {
    fn frame(&mut self, frame: &Frame<'_>) {
        let before = self.frames;
        self.frames += frame.fresh as u64;
        for (index, channel) in self.channels.iter_mut().enumerate() {
            let window = channel.cells.push(&frame.samples[index], frame.fresh, frame.last);
            channel.clipping.push(&window);
            channel.clicks.push(&window);
            channel.gaps.push(&window);
            channel.offset.push(&window.samples[window.fresh..window.end]);
            self.edges[index].push(&window);
            self.limiting.push(&window);
            self.fades.push(&window);
        }
        self.limiting.end_window();
        self.fades.end_window();
        if let Some(swap) = &mut self.swap {
            swap.push(frame);
        }
        let hop = frame.samples[0].len() / 2;
        if let Some(start) = before.checked_sub(hop as u64) {
            self.excerpts.offer(frame.samples, hop + frame.fresh, start);
        }
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        self.hum.push(frame);
        self.drone.push(frame);
    }
}

fn is_tone(power: &[f64]) -> bool {
    let total: f64 = power.iter().sum();
    power.windows(3).any(|bins| bins.iter().sum::<f64>() > TONE_SHARE * total)
}
