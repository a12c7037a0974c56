//! The two ways to split: recursive without latency, or by symmetric impulse responses.

use balanced_dsp::convolver::{MatrixConvolver, Route};
use balanced_dsp::{BlockMut, Delay, PlanarBuffer, StreamFormat};

use super::params::{CrossoverType, MultibandSpec};
use crate::DrySignal;
use crate::crossovers::{CHUNK_FRAMES, Crossovers};
use crate::zero_phase::{Redesign, ZeroPhaseDesigner, share_latency};

/// Splits all channels into bands.
pub(super) enum Splitter {
    Minimum(Crossovers),
    Linear(Box<LinearPhase>),
}

impl Splitter {
    pub fn new(spec: &MultibandSpec, format: &StreamFormat, glide_frames: usize) -> Self {
        match spec.phase {
            CrossoverType::Minimum => Self::Minimum(Crossovers::new(&spec.crossovers_hz, format, glide_frames)),
            CrossoverType::Linear => Self::Linear(Box::new(LinearPhase::new(spec, format))),
        }
    }

    pub fn latency_frames(&self) -> usize {
        match self {
            Self::Minimum(_) => 0,
            Self::Linear(split) => split.latency_frames,
        }
    }

    /// Frames that may be split at once.
    pub fn steady_frames(&self) -> usize {
        match self {
            Self::Minimum(split) => split.steady_frames(),
            Self::Linear(split) => split.redesign.left().min(CHUNK_FRAMES),
        }
    }

    /// Split `block`, of at most [`steady_frames`](Self::steady_frames), into one buffer a band.
    pub fn split(&mut self, block: &BlockMut<'_>, bands: &mut [PlanarBuffer]) {
        match self {
            Self::Minimum(split) => split.split(block.as_block(), bands, |band| band, 0),
            Self::Linear(split) => split.split(block, bands),
        }
    }

    /// Whether it can glide to the corners of `spec`.
    pub fn accepts(&self, spec: &MultibandSpec) -> bool {
        match self {
            Self::Minimum(split) => spec.phase == CrossoverType::Minimum && split.count() == spec.crossovers_hz.len(),
            Self::Linear(split) => split.accepts(spec),
        }
    }

    /// To corners that it accepts.
    pub fn glide_to(&mut self, spec: &MultibandSpec) {
        match self {
            Self::Minimum(split) => split.glide_to(&spec.crossovers_hz),
            Self::Linear(split) => split.glide_to(spec),
        }
    }

    pub fn reset(&mut self) {
        match self {
            Self::Minimum(split) => split.reset(),
            Self::Linear(split) => {
                split.catch_up();
                split.convolver.reset();
                split.redesign.reset();
                split.delays.iter_mut().for_each(Delay::reset);
            }
        }
    }

    pub fn flush(&mut self) {
        if let Self::Minimum(split) = self {
            split.flush();
        }
    }

    /// Turn a dry signal as the sum of the bands is turned; with linear phase a delay is all there is.
    pub fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        if let Self::Minimum(split) = self {
            split.align_dry(dry, whose);
        }
    }
}

/// Complementary low-passes with the magnitude of Linkwitz-Riley's, `1 / (1 + (f / corner)^4)`, and no phase but a delay.
/// Every band is the difference of two, the highest what is left of the delayed input: the sum is the input, exactly.
pub(super) struct LinearPhase {
    convolver: MatrixConvolver,
    designer: ZeroPhaseDesigner,
    redesign: Redesign,
    delays: Vec<Delay>,
    /// The low-passes of every channel: all channels of the first corner, then of the next.
    lows: PlanarBuffer,
    crossovers_hz: Vec<f64>,
    latency_ms: f64,
    latency_frames: usize,
    sample_rate_hz: f64,
}

impl LinearPhase {
    fn new(spec: &MultibandSpec, format: &StreamFormat) -> Self {
        let (channels, corners) = (format.channels(), spec.crossovers_hz.len());
        let latency_frames = (1e-3 * spec.linear_phase_latency_ms * format.sample_rate_hz).round() as usize;
        let (partition_frames, half_frames) = share_latency(latency_frames);
        let all = (0..corners).flat_map(|filter| (0..channels).map(move |from| (filter, from)));
        let routes = all.map(|(filter, from)| Route { from, to: filter * channels + from, filter }).collect();
        let lanes = channels * corners;
        let mut split = Self {
            convolver: MatrixConvolver::new(lanes, partition_frames, 2 * half_frames + 1, corners, routes),
            designer: ZeroPhaseDesigner::new(half_frames),
            redesign: Redesign::default(),
            delays: vec![Delay::new(latency_frames); channels],
            lows: PlanarBuffer::new(lanes, CHUNK_FRAMES),
            crossovers_hz: spec.crossovers_hz.clone(),
            latency_ms: spec.linear_phase_latency_ms,
            latency_frames,
            sample_rate_hz: format.sample_rate_hz,
        };
        split.design(true);
        split
    }

    /// Bounded work of one transform a corner.
    fn design(&mut self, at_once: bool) {
        let bin_hz = self.sample_rate_hz * self.designer.bin_width();
        for (filter, corner_hz) in self.crossovers_hz.iter().enumerate() {
            let taps = self.designer.design(|bin| 1.0 / (1.0 + (bin as f64 * bin_hz / corner_hz).powi(4)));
            self.convolver.prepare(filter, taps);
        }
        self.convolver.commit(at_once);
    }

    fn accepts(&self, spec: &MultibandSpec) -> bool {
        spec.phase == CrossoverType::Linear
            && spec.linear_phase_latency_ms == self.latency_ms
            && spec.crossovers_hz.len() == self.crossovers_hz.len()
    }

    fn glide_to(&mut self, spec: &MultibandSpec) {
        if spec.crossovers_hz != self.crossovers_hz {
            self.crossovers_hz.clone_from(&spec.crossovers_hz);
            self.redesign.ask();
        }
    }

    /// Design at once what was asked for, while nothing is heard.
    fn catch_up(&mut self) {
        if self.redesign.is_due() {
            self.design(true);
        }
    }

    fn split(&mut self, block: &BlockMut<'_>, bands: &mut [PlanarBuffer]) {
        if self.redesign.begins() {
            self.design(false);
        }
        self.redesign.advance(block.frames());
        let channels = block.channels();
        self.lows.set_frames(block.frames());
        self.convolver.process_into(block.as_block(), &mut self.lows);
        let highest = bands.len() - 1;
        for (channel, delay) in self.delays.iter_mut().enumerate() {
            delay.process(block.channel(channel), bands[highest].channel_mut(channel));
            let (lows, bands) = (&self.lows, &mut *bands);
            for index in (0..=highest).rev() {
                let out = bands[index].channel_mut(channel);
                if index < highest {
                    out.copy_from_slice(lows.channel(index * channels + channel));
                }
                if index > 0 {
                    let below = lows.channel((index - 1) * channels + channel);
                    out.iter_mut().zip(below).for_each(|(band, low)| *band -= low);
                }
            }
        }
    }
}
