//! Dither: the one and last rounding to the bits of the file.

use balanced_dsp::dither::{DitherNoise as Noise, Quantizer};
use balanced_dsp::{BlockMut, Random, StreamFormat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BuildError, Param, Processor, ProcessorSpec, Settings, Update};

/// Settings of the dither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DitherSpec {
    /// Bits of the file the output is for.
    pub bits: u32,
    /// Kind of noise (`noise`, because `kind` names the processor in files).
    pub noise: DitherNoise,
    /// Let digital silence be silent.
    pub auto_blank: bool,
    /// Number of the noise sequence; the same seed gives the same file.
    pub seed: u32,
}

/// Kind of dither noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DitherNoise {
    /// White triangular noise of two steps: no distortion, no noise modulation.
    #[default]
    Tpdf,
    /// The same distribution with less noise in the bass and more in the treble.
    TpdfHighPass,
    /// Noise shaped after the ear (Lipshitz, Vanderkooy, Wannamaker 1991).
    NoiseShaped,
    /// Noise shaped harder after the ear (Wannamaker 1992).
    NoiseShapedStrong,
    /// Rounding without dither.
    None,
}

impl Default for DitherSpec {
    fn default() -> Self {
        Self { bits: 24, noise: DitherNoise::Tpdf, auto_blank: true, seed: 0 }
    }
}

impl Settings for DitherSpec {
    const PARAMS: &'static [Param] = &[
        Param::integer("bits", "bit", (8.0, 24.0), 24.0, "Bits of the file the output is for."),
        Param::choice(
            "noise",
            &["tpdf", "tpdf_high_pass", "noise_shaped", "noise_shaped_strong", "none"],
            0,
            "Kind of dither noise.",
        ),
        Param::toggle("auto_blank", true, "Leaves digital silence silent."),
        Param::integer("seed", "", (0.0, 4_294_967_295.0), 0.0, "Number of the noise sequence."),
    ];

    fn build(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError> {
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

    /// There is nothing to glide: noise of one kind follows noise of another.
    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        let ProcessorSpec::Dither(spec) = spec else { return Update::NeedsRebuild };
        if *spec != self.spec {
            self.spec.clone_from(spec);
            self.reset();
        }
        Update::Applied
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
