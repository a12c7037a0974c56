//! The detectors that look at samples: they need no spectrum, and so can work on another thread.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{AnalysisConfig, Defect, Family, Measurements};

use super::cells::Cells;
use super::clicks::Clicks;
use super::clipping::Clipping;
use super::edges::{self, Edges};
use super::fades::Fades;
use super::gaps::Gaps;
use super::limiting::Limiting;
use super::numbers::{Depth, Unusable};
use super::offset::Offset;
use super::overs::{self, Overs};
use super::rank;
use crate::programme::Programme;
use crate::spectrum::engine::{frame_size, sane_rate};
use crate::spectrum::framer::Framer;
use crate::stage::Stage;

/// Detectors over windows of samples.
pub(crate) struct SampleDefects {
    framer: Framer,
    detectors: Detectors,
    depth: Depth,
    /// Only where the loudness family does not look for overs.
    overs: Option<Overs>,
}

struct Detectors {
    rate: f64,
    frames: u64,
    channels: Vec<Channel>,
    edges: Vec<Edges>,
    fades: Fades,
    limiting: Limiting,
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

impl SampleDefects {
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Self {
        let rate = sane_rate(format);
        let hop = frame_size(rate) / 2;
        let loudness = config.families().contains(Family::Loudness);
        Self {
            framer: Framer::new(format.channels(), hop),
            detectors: Detectors::new(rate, hop, format.channels()),
            depth: Depth::new(config.bit_depth),
            overs: (!loudness).then(|| Overs::new(format)),
        }
    }
}

impl Stage for SampleDefects {
    fn weight(&self) -> u32 {
        110
    }

    fn unusable(&mut self, channel: usize, frame: u64) {
        self.detectors.channels[channel].unusable.add(frame);
    }

    fn push(&mut self, block: Block<'_>) {
        self.depth.push(block);
        if let Some(overs) = &mut self.overs {
            overs.push(block);
        }
        let detectors = &mut self.detectors;
        self.framer.push(
            block.frames(),
            |channel| block.channel(channel),
            |samples| detectors.window(samples, samples[0].len() / 2, false),
        );
    }

    fn conclude(&mut self) {
        let (samples, fresh) = self.framer.rest();
        self.detectors.window(samples, fresh, true);
    }

    fn finish(self: Box<Self>, result: &mut Measurements, _: &Programme) {
        let Self { detectors, depth, overs, .. } = *self;
        let (rate, count) = (detectors.rate, detectors.channels.len());
        let mut out = detectors.finish();
        out.extend(depth.finish(detectors.duration_s()));
        match (overs, &result.loudness) {
            (Some(overs), _) => out.extend(overs.finish(rate)),
            (None, Some(loudness)) => out.extend(overs::from_loudness(&loudness.true_peak_overs, count, rate)),
            (None, None) => {}
        }
        rank(&mut out);
        result.defects = Some(out);
        result.effective_bit_depth = depth.effective();
    }
}

impl Detectors {
    fn new(rate: f64, hop: usize, channels: usize) -> Self {
        let channel = |_| Channel {
            cells: Cells::new(hop),
            clipping: Clipping::new(rate),
            clicks: Clicks::new(rate),
            gaps: Gaps::new(rate),
            offset: Offset::new(rate),
            unusable: Unusable::new(rate),
        };
        Self {
            rate,
            frames: 0,
            channels: (0..channels).map(channel).collect(),
            edges: (0..channels).map(|_| Edges::new(rate)).collect(),
            fades: Fades::new(hop, rate),
            limiting: Limiting::new(),
        }
    }

    /// Two hops of samples, the second new, of which `fresh` are audio.
    fn window(&mut self, samples: &[Vec<f32>], fresh: usize, last: bool) {
        self.frames += fresh as u64;
        for (index, channel) in self.channels.iter_mut().enumerate() {
            let window = channel.cells.push(&samples[index], fresh, last);
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
    }

    fn duration_s(&self) -> f64 {
        self.frames as f64 / self.rate
    }

    fn finish(&self) -> Vec<Defect> {
        let (rate, count, duration_s) = (self.rate, self.channels.len(), self.duration_s());
        let mut out = Vec::new();
        for (index, channel) in self.channels.iter().enumerate() {
            out.extend(channel.unusable.finish(index, count, rate));
            out.extend(channel.clipping.finish(index, count, rate));
            out.extend(channel.clicks.finish(index, count, rate, duration_s));
            out.extend(channel.gaps.finish(index, count, duration_s));
            out.extend(channel.offset.finish(index, count, rate));
        }
        out.extend(edges::finish(&self.edges, rate, self.frames));
        out.extend(self.fades.finish(duration_s));
        out.extend(self.limiting.finish(duration_s));
        out
    }
}
