//! The two ways to split: recursive without latency, or by symmetric impulse responses.

use balanced_dsp::convolver::{MatrixConvolver, Route};
use balanced_dsp::crossover::{Crossover, CrossoverPhase, MAX_CROSSOVER_BANDS, corner};
use balanced_dsp::svf::SvfCoefficients;
use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat, vector_loop};

use super::params::{CrossoverType, MultibandSpec};
use crate::zero_phase::{ZeroPhaseDesigner, share_latency};

/// Frames split at once: all bands of them stay in the first-level cache.
pub(super) const CHUNK_FRAMES: usize = 64;

/// Splits all channels into bands.
pub(super) enum Splitter {
    Minimum(MinimumPhase),
    Linear(Box<LinearPhase>),
}

impl Splitter {
    pub fn new(spec: &MultibandSpec, format: &StreamFormat, glide_frames: usize) -> Self {
        match spec.phase {
            CrossoverType::Minimum => Self::Minimum(MinimumPhase::new(spec, format, glide_frames)),
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
            Self::Minimum(split) if !split.corners.is_settled() => 1,
            _ => CHUNK_FRAMES,
        }
    }

    /// Split `block`, of at most [`steady_frames`](Self::steady_frames), into one buffer a band.
    pub fn split(&mut self, block: &BlockMut<'_>, bands: &mut [PlanarBuffer]) {
        match self {
            Self::Minimum(split) => split.split(block, bands),
            Self::Linear(split) => split.split(block, bands),
        }
    }

    /// False, and nothing done, if these corners need another splitter.
    pub fn glide_to(&mut self, spec: &MultibandSpec) -> bool {
        match self {
            Self::Minimum(split) => spec.phase == CrossoverType::Minimum && split.corners.glide_to(&spec.crossovers_hz),
            Self::Linear(split) => split.glide_to(spec),
        }
    }

    pub fn reset(&mut self) {
        match self {
            Self::Minimum(split) => {
                split.corners.jump();
                split.pairs.fill(Crossover::default());
                split.phases.fill(CrossoverPhase::default());
            }
            Self::Linear(split) => {
                split.convolver.reset();
                split.delays.iter_mut().for_each(Delay::reset);
            }
        }
    }

    pub fn flush(&mut self) {
        if let Self::Minimum(split) = self {
            split.pairs.iter_mut().for_each(Crossover::flush);
            split.phases.iter_mut().for_each(CrossoverPhase::flush);
        }
    }

    /// Turn the dry share of a mix as the sum of the bands is turned; with linear phase a delay is all there is.
    pub fn align_dry(&mut self, dry: &mut BlockMut<'_>) {
        if let Self::Minimum(split) = self {
            let corners = split.corners.current();
            for (channel, phase) in split.phases.iter_mut().enumerate() {
                dry.channel_mut(channel).iter_mut().for_each(|sample| *sample = phase.next(*sample, corners));
            }
        }
    }
}

/// Linkwitz-Riley crossovers, two channels in one register.
pub(super) struct MinimumPhase {
    corners: Corners,
    pairs: Vec<Crossover<2>>,
    /// What the crossovers do to the phase of their sum, channel by channel.
    phases: Vec<CrossoverPhase>,
}

impl MinimumPhase {
    fn new(spec: &MultibandSpec, format: &StreamFormat, glide_frames: usize) -> Self {
        Self {
            corners: Corners::new(&spec.crossovers_hz, format.sample_rate_hz, glide_frames),
            pairs: vec![Crossover::default(); format.channels().div_ceil(2)],
            phases: vec![CrossoverPhase::default(); format.channels()],
        }
    }

    fn split(&mut self, block: &BlockMut<'_>, bands: &mut [PlanarBuffer]) {
        let corners = self.corners.next();
        for (index, pair) in self.pairs.iter_mut().enumerate() {
            let first = 2 * index;
            let second = (first + 1).min(block.channels() - 1);
            let (left, right) = (block.channel(first), block.channel(second));
            split_pair(pair, corners, [left, right], bands, [first, second]);
        }
    }
}

vector_loop! {
    /// Split two channels into the channels numbered `into` of all bands.
    fn split_pair<'a>(
        pair: &'a mut Crossover<2>,
        corners: &'a [SvfCoefficients],
        input: [&'a [f64]; 2],
        bands: &'a mut [PlanarBuffer],
        into: [usize; 2],
    ) {
        let mut split = [[[0.0; 2]; MAX_CROSSOVER_BANDS]; CHUNK_FRAMES];
        let split = &mut split[..input[0].len()];
        let samples = input[0].iter().zip(input[1]).map(|(left, right)| [*left, *right]);
        pair.process(samples, corners, split);
        for (index, band) in bands.iter_mut().enumerate() {
            for (lane, channel) in into.into_iter().enumerate() {
                band.channel_mut(channel).iter_mut().zip(&*split).for_each(|(sample, bands)| *sample = bands[index][lane]);
            }
        }
    }
}

/// Complementary low-passes with the magnitude of Linkwitz-Riley's, `1 / (1 + (f / corner)^4)`, and no phase but a delay.
/// Every band is the difference of two, the highest what is left of the delayed input: the sum is the input, exactly.
pub(super) struct LinearPhase {
    convolver: MatrixConvolver,
    designer: ZeroPhaseDesigner,
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

    /// Bounded work of one transform a corner; changed corners cost one expensive block.
    fn design(&mut self, at_once: bool) {
        let bin_hz = self.sample_rate_hz * self.designer.bin_width();
        for (filter, corner_hz) in self.crossovers_hz.iter().enumerate() {
            let taps = self.designer.design(|bin| 1.0 / (1.0 + (bin as f64 * bin_hz / corner_hz).powi(4)));
            self.convolver.prepare(filter, taps);
        }
        self.convolver.commit(at_once);
    }

    fn glide_to(&mut self, spec: &MultibandSpec) -> bool {
        let follows = spec.phase == CrossoverType::Linear
            && spec.linear_phase_latency_ms == self.latency_ms
            && spec.crossovers_hz.len() == self.crossovers_hz.len();
        if follows && spec.crossovers_hz != self.crossovers_hz {
            self.crossovers_hz.copy_from_slice(&spec.crossovers_hz);
            self.design(false);
        }
        follows
    }

    fn split(&mut self, block: &BlockMut<'_>, bands: &mut [PlanarBuffer]) {
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

/// The corners of a crossover, gliding.
pub(crate) struct Corners {
    frequencies_hz: Vec<Ramp>,
    coefficients: Vec<SvfCoefficients>,
    sample_rate_hz: f64,
}

impl Corners {
    pub(crate) fn new(frequencies_hz: &[f64], sample_rate_hz: f64, glide_frames: usize) -> Self {
        Self {
            frequencies_hz: frequencies_hz.iter().map(|hz| Ramp::new(*hz, glide_frames)).collect(),
            coefficients: frequencies_hz.iter().map(|hz| corner(*hz, sample_rate_hz)).collect(),
            sample_rate_hz,
        }
    }

    /// False, and nothing done, if there is another number of corners.
    pub(crate) fn glide_to(&mut self, frequencies_hz: &[f64]) -> bool {
        if frequencies_hz.len() != self.frequencies_hz.len() {
            return false;
        }
        self.frequencies_hz.iter_mut().zip(frequencies_hz).for_each(|(ramp, hz)| ramp.glide_to(*hz));
        true
    }

    pub(crate) fn jump(&mut self) {
        for (ramp, coefficients) in self.frequencies_hz.iter_mut().zip(&mut self.coefficients) {
            ramp.jump();
            *coefficients = corner(ramp.value(), self.sample_rate_hz);
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.coefficients.len()
    }

    /// Where they are now.
    pub(crate) fn current(&self) -> &[SvfCoefficients] {
        &self.coefficients
    }

    fn is_settled(&self) -> bool {
        self.frequencies_hz.iter().all(Ramp::is_settled)
    }

    /// The coefficients of the next frame; they hold until the next call where nothing glides.
    #[inline]
    pub(crate) fn next(&mut self) -> &[SvfCoefficients] {
        for (ramp, coefficients) in self.frequencies_hz.iter_mut().zip(&mut self.coefficients) {
            if !ramp.is_settled() {
                *coefficients = corner(ramp.next(), self.sample_rate_hz);
            }
        }
        &self.coefficients
    }
}
