//! Vorbis in Ogg, encoded by libvorbis.

use std::num::{NonZeroU8, NonZeroU32};

use balanced_dsp::{Block, StreamFormat};
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoder, VorbisEncoderBuilder, VorbisError};

use super::Target;
use super::sink::{self, Sink};
use crate::CodecError;

/// Name of the encoder.
pub(super) const NAME: &str = "libvorbis (aoTuV)";
/// Serial number of the stream: the only one of its file, so that any number does, and the same audio gives the same file.
const SERIAL: i32 = 0x566F_7262;

/// An Ogg Vorbis file in the making.
pub(super) struct Vorbis<W: Target> {
    encoder: VorbisEncoder<W>,
    planes: Vec<Vec<f32>>,
    name: String,
}

impl<W: Target> Vorbis<W> {
    pub(super) fn start(quality: u32, format: &StreamFormat, sink: Sink<W>) -> Result<Self, CodecError> {
        let (target, name) = sink.split();
        let (rate, channels) = (format.sample_rate_hz as u32, format.channels() as u8);
        let (Some(rate), Some(channels)) = (NonZeroU32::new(rate), NonZeroU8::new(channels)) else {
            return Err(CodecError::failed("the Vorbis encoder has no rate or no channels"));
        };
        let mut builder = VorbisEncoderBuilder::new_with_serial(rate, channels, target, SERIAL);
        let strategy = VorbisBitrateManagementStrategy::QualityVbr { target_quality: quality as f32 / 10.0 };
        let encoder = builder.bitrate_management_strategy(strategy).build().map_err(|error| failed(&name, &error))?;
        Ok(Self { encoder, planes: vec![Vec::new(); format.channels()], name })
    }

    pub(super) fn push(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        for (channel, plane) in self.planes.iter_mut().enumerate() {
            plane.clear();
            plane.extend(block.channel(channel).iter().map(|sample| *sample as f32));
        }
        self.encoder.encode_audio_block(&self.planes).map_err(|error| failed(&self.name, &error))
    }

    pub(super) fn finish(self) -> Result<W, CodecError> {
        let target = self.encoder.finish().map_err(|error| failed(&self.name, &error))?;
        Sink::new(target, self.name).into_target()
    }
}

fn failed(name: &str, error: &VorbisError) -> CodecError {
    match error {
        VorbisError::Io(error) => sink::failed(name, error),
        error => CodecError::failed(format!("the Vorbis encoder failed ({error})")),
    }
}
