//! Dither: the only rounding, to the bit depth of the file.

use balanced_dsp::dither::{DitherNoise as Noise, Quantizer};
use balanced_dsp::{BlockMut, Random, StreamFormat};

use crate::settings::{choices, settings};
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

settings! {
    /// Settings of the dither.
    pub struct DitherSpec {
        /// Bit depth of the file that the output is written to.
        bits: u32 in 8..=24 "bit" = 24,
        /// Kind of dither noise.
        noise: DitherNoise = DitherNoise::Tpdf,
        /// Leaves digital silence silent.
        auto_blank: bool = true,
        /// Number of the noise sequence; the same seed gives the same file.
        seed: u32 in 0..=4_294_967_295 = 0,
    }
}

choices! {
    /// Kind of dither noise.
    #[non_exhaustive]
    pub enum DitherNoise {
        /// White noise of triangular distribution, two steps wide: no distortion, no noise modulation.
        Tpdf = "tpdf",
        /// Noise of triangular distribution with less energy in the bass and more in the treble.
        TpdfHighPass = "tpdf_high_pass",
        /// Noise shaped after the sensitivity of the ear (Lipshitz, Vanderkooy, Wannamaker 1991).
        NoiseShaped = "noise_shaped",
        /// Noise shaped more strongly after the sensitivity of the ear (Wannamaker 1992).
        NoiseShapedStrong = "noise_shaped_strong",
        /// Rounding without dither.
        None = "none",
    }
}

impl Settings for DitherSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let mut dither = Dither {
            spec: self.clone(),
            sample_rate_hz: format.sample_rate_hz,
            channels: Vec::with_capacity(format.channels()),
        };
        dither.channels.extend((0..format.channels()).map(|channel| quantizer(self, channel, format.sample_rate_hz)));
        Ok(Box::new(dither))
    }

    fn examples() -> Vec<Self> {
        let with = |bits, noise| Self { bits, noise, seed: 7, ..Self::default() };
        vec![
            Self::default(),
            with(16, DitherNoise::Tpdf),
            with(20, DitherNoise::TpdfHighPass),
            with(16, DitherNoise::NoiseShaped),
            with(16, DitherNoise::NoiseShapedStrong),
            with(16, DitherNoise::None),
        ]
    }
}

fn quantizer(spec: &DitherSpec, channel: usize, sample_rate_hz: f64) -> Quantizer {
    let noise = match spec.noise {
        DitherNoise::Tpdf => Noise::Triangular,
        DitherNoise::TpdfHighPass => Noise::HighPassTriangular,
        DitherNoise::NoiseShaped => Noise::Shaped,
        DitherNoise::NoiseShapedStrong => Noise::StronglyShaped,
        DitherNoise::None => Noise::None,
    };
    let random = Random::new(u64::from(spec.seed), channel as u64);
    Quantizer::new(spec.bits, noise, spec.auto_blank, random, sample_rate_hz)
}

struct Dither {
    spec: DitherSpec,
    sample_rate_hz: f64,
    channels: Vec<Quantizer>,
}

impl Processor for Dither {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        for (channel, quantizer) in self.channels.iter_mut().enumerate() {
            quantizer.process(block.channel_mut(channel));
        }
    }

    fn reset(&mut self) {
        for (channel, slot) in self.channels.iter_mut().enumerate() {
            *slot = quantizer(&self.spec, channel, self.sample_rate_hz);
        }
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Dither(_))
    }

    /// There is nothing to glide: noise of one kind follows noise of another.
    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Dither(spec) = spec else { return };
        if *spec != self.spec {
            self.spec.clone_from(spec);
            self.reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_dsp::PlanarBuffer;

    #[test]
    fn channels_get_unrelated_noise() {
        let frames = 20_000;
        let mut audio = PlanarBuffer::from_channels(&[vec![0.1; frames], vec![0.1; frames]]);
        let spec = ProcessorSpec::Dither(DitherSpec { bits: 16, ..DitherSpec::default() });
        spec.build(&StreamFormat::new(44_100.0, 2)).unwrap().process(&mut audio.block_mut());
        let error = |channel: usize, frame: usize| (audio.channel(channel)[frame] - 0.1) * 32_768.0;
        let covariance = (0..frames).map(|n| error(0, n) * error(1, n)).sum::<f64>() / frames as f64;
        assert!(covariance.abs() < 0.01, "{covariance}");
    }
}
