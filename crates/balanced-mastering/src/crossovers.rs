//! Linkwitz-Riley crossovers at work on all channels, their corners gliding: what multiband and parallel bands share.

use balanced_dsp::crossover::{BandPair, Crossover, CrossoverPhase, MAX_CROSSOVER_BANDS, corner};
use balanced_dsp::svf::SvfCoefficients;
use balanced_dsp::{Block, BlockMut, PlanarBuffer, Ramp, StreamFormat};

use crate::DrySignal;

/// Frames split at once: all bands of them stay in the first-level cache.
pub(crate) const CHUNK_FRAMES: usize = 64;

/// Splits blocks into bands, two channels in one register.
pub(crate) struct Crossovers {
    corners: Corners,
    pairs: Vec<Crossover<2>>,
    /// Phase response of the crossovers' sum, channel by channel, for every dry signal.
    phases: [Vec<CrossoverPhase>; DrySignal::COUNT],
}

impl Crossovers {
    /// At corners that rise, of which there are [`MAX_CROSSOVER_BANDS`] less one at most.
    pub(crate) fn new(crossovers_hz: &[f64], format: &StreamFormat, glide_frames: usize) -> Self {
        Self {
            corners: Corners::new(crossovers_hz, format.sample_rate_hz, glide_frames),
            pairs: vec![Crossover::default(); format.channels().div_ceil(2)],
            phases: std::array::from_fn(|_| vec![CrossoverPhase::default(); format.channels()]),
        }
    }

    /// How many corners there are.
    pub(crate) fn count(&self) -> usize {
        self.corners.count()
    }

    /// Frames that may be split at once.
    pub(crate) fn steady_frames(&self) -> usize {
        if self.corners.is_settled() { CHUNK_FRAMES } else { 1 }
    }

    /// Split `block`, of at most [`steady_frames`](Self::steady_frames), into the `audio` of each of `bands`, from its frame
    /// `at` on.
    pub(crate) fn split<B>(
        &mut self,
        block: Block<'_>,
        bands: &mut [B],
        audio: impl Fn(&mut B) -> &mut PlanarBuffer,
        at: usize,
    ) {
        let (corners, frames) = (self.corners.next(), block.frames());
        for (index, pair) in self.pairs.iter_mut().enumerate() {
            let first = 2 * index;
            let second = (first + 1).min(block.channels() - 1);
            let mut nowhere = [[0.0; CHUNK_FRAMES]; MAX_CROSSOVER_BANDS];
            let mut outputs: [BandPair<'_>; MAX_CROSSOVER_BANDS] = Default::default();
            for ((output, band), nowhere) in outputs.iter_mut().zip(&mut *bands).zip(&mut nowhere) {
                *output = match audio(band) {
                    band if first < second => {
                        let (left, right) = band.pair_mut(first, second);
                        [&mut left[at..][..frames], &mut right[at..][..frames]]
                    }
                    band => [&mut band.channel_mut(first)[at..][..frames], &mut nowhere[..frames]],
                };
            }
            let input = [block.channel(first), block.channel(second)];
            pair.process(input, corners, &mut outputs[..=corners.len()]);
        }
    }

    /// Turn a dry signal as the sum of the bands is turned.
    pub(crate) fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        for (channel, phase) in self.phases[whose as usize].iter_mut().enumerate() {
            let samples = dry.channel_mut(channel).iter_mut();
            samples.for_each(|sample| *sample = phase.next(*sample, self.corners.current()));
        }
    }

    /// To as many corners as there are.
    pub(crate) fn glide_to(&mut self, crossovers_hz: &[f64]) {
        self.corners.glide_to(crossovers_hz);
    }

    /// See [`balanced_dsp::svf::Svf::flush`].
    pub(crate) fn flush(&mut self) {
        self.pairs.iter_mut().for_each(Crossover::flush);
        self.phases.iter_mut().flatten().for_each(CrossoverPhase::flush);
    }

    /// Corners where they were going, and no memory of the signal.
    pub(crate) fn reset(&mut self) {
        self.corners.jump();
        self.pairs.fill(Crossover::default());
        self.phases.iter_mut().for_each(|phases| phases.fill(CrossoverPhase::default()));
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

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.coefficients.len()
    }

    /// To as many corners as there are.
    pub(crate) fn glide_to(&mut self, frequencies_hz: &[f64]) {
        self.frequencies_hz.iter_mut().zip(frequencies_hz).for_each(|(ramp, hz)| ramp.glide_to(*hz));
    }

    pub(crate) fn jump(&mut self) {
        for (ramp, coefficients) in self.frequencies_hz.iter_mut().zip(&mut self.coefficients) {
            ramp.jump();
            *coefficients = corner(ramp.value(), self.sample_rate_hz);
        }
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
