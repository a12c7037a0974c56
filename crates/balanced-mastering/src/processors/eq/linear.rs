//! The linear-phase equaliser at work: the prototypes' magnitudes as symmetric impulse responses.

use balanced_dsp::convolver::{MatrixConvolver, Route};
use balanced_dsp::{BlockMut, Ramp, StreamFormat, decibel};

use super::kernel::{COMMON, FILTERS, KernelDesigner, LEFT_TO_LEFT, LEFT_TO_RIGHT, RIGHT_TO_LEFT, RIGHT_TO_RIGHT};
use super::params::EqSpec;
use crate::zero_phase::{Redesign, share_latency};
use crate::{Processor, ProcessorSpec};

const GLIDE_MS: f64 = 30.0;

pub(super) struct LinearPhaseEq {
    spec: EqSpec,
    convolver: MatrixConvolver,
    designer: KernelDesigner,
    redesign: Redesign,
    output_gain: Ramp,
    latency_frames: usize,
}

impl LinearPhaseEq {
    pub(super) fn new(spec: &EqSpec, format: &StreamFormat) -> Self {
        let latency_frames = (1e-3 * spec.linear_phase_latency_ms * format.sample_rate_hz).round() as usize;
        let (partition_frames, half_frames) = share_latency(latency_frames);
        let routes = routes(format);
        let glide_frames = (GLIDE_MS * 1e-3 * format.sample_rate_hz).round() as usize;
        let mut eq = Self {
            spec: spec.clone(),
            convolver: MatrixConvolver::new(format.channels(), partition_frames, 2 * half_frames + 1, FILTERS, routes),
            designer: KernelDesigner::new(half_frames, format.sample_rate_hz, format.layout.front_pair().is_none()),
            redesign: Redesign::default(),
            output_gain: Ramp::new(decibel::db_to_gain(spec.output_gain_db), glide_frames),
            latency_frames,
        };
        eq.spec.bands.reserve(super::MAX_BANDS.saturating_sub(spec.bands.len()));
        eq.design(true);
        eq
    }

    /// Bounded work of five transforms.
    fn design(&mut self, at_once: bool) {
        let Self { spec, convolver, designer, .. } = self;
        designer.design(&spec.bands, |filter, taps| convolver.prepare(filter, taps));
        convolver.commit(at_once);
    }
}

/// The front pair by a matrix, since mid and side bands cross it; every other channel by the common filter.
fn routes(format: &StreamFormat) -> Vec<Route> {
    let pair = format.layout.front_pair();
    let others = (0..format.channels()).filter(|channel| pair.is_none_or(|(l, r)| *channel != l && *channel != r));
    let mut routes: Vec<_> = others.map(|channel| Route { from: channel, to: channel, filter: COMMON }).collect();
    if let Some((left, right)) = pair {
        routes.extend([
            Route { from: left, to: left, filter: LEFT_TO_LEFT },
            Route { from: left, to: right, filter: LEFT_TO_RIGHT },
            Route { from: right, to: left, filter: RIGHT_TO_LEFT },
            Route { from: right, to: right, filter: RIGHT_TO_RIGHT },
        ]);
    }
    routes
}

impl Processor for LinearPhaseEq {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut start = 0;
        while start < block.frames() {
            if self.redesign.begins() {
                self.design(false);
            }
            let end = (start + self.redesign.left()).min(block.frames());
            self.convolver.process(&mut block.slice_mut(start..end));
            self.redesign.advance(end - start);
            start = end;
        }
        self.output_gain.apply_to_all(block);
    }

    fn reset(&mut self) {
        if self.redesign.is_due() {
            self.design(true);
        }
        self.redesign.reset();
        self.convolver.reset();
        self.output_gain.jump();
    }

    fn latency_frames(&self) -> usize {
        self.latency_frames
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let fixed = |spec: &EqSpec| (spec.phase, spec.linear_phase_latency_ms);
        matches!(spec, ProcessorSpec::Eq(spec) if fixed(spec) == fixed(&self.spec))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Eq(spec) = spec else { return };
        if spec.bands != self.spec.bands {
            self.spec.bands.clear();
            self.spec.bands.extend(spec.bands.iter().take(super::MAX_BANDS).cloned());
            self.redesign.ask();
        }
        self.output_gain.glide_to(decibel::db_to_gain(spec.output_gain_db));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EqBand, EqBandKind, EqChannels, EqPhase, level_db};
    use super::*;
    use balanced_dsp::PlanarBuffer;

    const RATE_HZ: f64 = 44_100.0;

    /// Impulse response on both channels to an impulse on the left, and the latency.
    fn impulse(bands: &[EqBand]) -> (PlanarBuffer, usize) {
        let spec = EqSpec { phase: EqPhase::Linear, bands: bands.to_vec(), ..EqSpec::default() };
        let mut eq = ProcessorSpec::Eq(spec).build(&StreamFormat::new(RATE_HZ, 2)).unwrap();
        let mut audio = PlanarBuffer::new(2, 16_384);
        audio.channel_mut(0)[0] = 1.0;
        eq.process(&mut audio.block_mut());
        (audio, eq.latency_frames())
    }

    fn bands() -> Vec<EqBand> {
        let band = |kind, frequency_hz, gain_db, q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
        vec![
            band(EqBandKind::LowShelf, 150.0, 4.0, 0.7),
            band(EqBandKind::Bell, 400.0, -6.0, 2.0),
            band(EqBandKind::Bell, 3_000.0, 9.0, 0.5),
            band(EqBandKind::HighShelf, 12_000.0, 5.0, 0.7),
        ]
    }

    #[test]
    fn the_impulse_response_is_symmetric_about_exactly_the_latency() {
        let (audio, latency) = impulse(&bands());
        assert_eq!(latency, 4410);
        let h = audio.channel(0);
        let peak = (0..h.len()).max_by(|a, b| h[*a].abs().total_cmp(&h[*b].abs())).unwrap();
        assert_eq!(peak, latency);
        for offset in 1..latency {
            assert!((h[latency - offset] - h[latency + offset]).abs() < 1e-12, "{offset}");
        }
    }

    #[test]
    fn magnitudes_are_the_prototypes() {
        let (audio, _) = impulse(&bands());
        let mut worst = 0.0f64;
        for at_hz in (0..120).map(|step| 20.0 * 1000f64.powf(f64::from(step) / 119.0)) {
            let omega = std::f64::consts::TAU * at_hz / RATE_HZ;
            let taps = audio.channel(0).iter().enumerate();
            let (re, im) = taps.fold((0.0, 0.0), |(re, im), (n, h)| {
                let phase = omega * n as f64;
                (re + h * phase.cos(), im - h * phase.sin())
            });
            worst = worst.max((20.0 * f64::hypot(re, im).log10() - level_db(&bands(), at_hz)).abs());
        }
        println!("linear phase: {worst:.4} dB from the prototypes");
        assert!(worst < 0.1, "{worst}");
        assert!(audio.channel(1).iter().all(|s| *s == 0.0), "nothing crosses over without mid or side bands");
    }

    /// Automation of every frame costs a design every 512 frames at most: only the settings at those times take part.
    #[test]
    fn dense_automation_is_designed_on_a_grid() {
        let spec = |frame: usize| {
            let gain_db = 6.0 * (frame as f64 / 700.0).sin();
            let bands = vec![EqBand { gain_db, ..EqBand::default() }];
            ProcessorSpec::Eq(EqSpec { phase: EqPhase::Linear, bands, ..EqSpec::default() })
        };
        let play = |dense: bool| {
            let mut eq = spec(0).build(&StreamFormat::new(RATE_HZ, 1)).unwrap();
            let mut audio = PlanarBuffer::new(1, 16_384);
            audio.channel_mut(0).iter_mut().enumerate().for_each(|(n, x)| *x = (n as f64 * 0.13).sin());
            for frame in 0..audio.frames() {
                if dense || frame.is_multiple_of(crate::zero_phase::REDESIGN_FRAMES) {
                    eq.apply(&spec(frame));
                }
                eq.process(&mut audio.block_mut().slice_mut(frame..frame + 1));
            }
            audio
        };
        assert_eq!(play(true).channel(0), play(false).channel(0));
    }

    /// Settings that came just before a reset are in effect after it.
    #[test]
    fn a_reset_designs_what_is_due() {
        let spec = |gain_db: f64| EqSpec {
            phase: EqPhase::Linear,
            bands: vec![EqBand { gain_db, ..EqBand::default() }],
            ..EqSpec::default()
        };
        let play = |eq: &mut Box<dyn Processor>| {
            let mut audio = PlanarBuffer::new(1, 16_384);
            audio.channel_mut(0)[0] = 1.0;
            eq.process(&mut audio.block_mut());
            audio
        };
        let format = StreamFormat::new(RATE_HZ, 1);
        let mut fresh = ProcessorSpec::Eq(spec(6.0)).build(&format).unwrap();
        let mut changed = ProcessorSpec::Eq(spec(-3.0)).build(&format).unwrap();
        changed.process(&mut PlanarBuffer::new(1, 100).block_mut());
        changed.apply(&ProcessorSpec::Eq(spec(6.0)));
        changed.reset();
        assert_eq!(play(&mut changed).channel(0), play(&mut fresh).channel(0));
    }

    /// Mid and side of a left-only signal: each is half of it, filtered on its own.
    #[test]
    fn mid_bands_cross_over_as_they_should() {
        let (audio, latency) = impulse(&[EqBand { gain_db: 6.0, channels: EqChannels::Mid, ..EqBand::default() }]);
        let plain = impulse(&[EqBand { gain_db: 6.0, ..EqBand::default() }]).0;
        for n in 0..audio.frames() {
            let (mid, dry) = (plain.channel(0)[n], f64::from(u8::from(n == latency)));
            assert!((audio.channel(0)[n] - 0.5 * (mid + dry)).abs() < 1e-9);
            assert!((audio.channel(1)[n] - 0.5 * (mid - dry)).abs() < 1e-9);
        }
    }
}
