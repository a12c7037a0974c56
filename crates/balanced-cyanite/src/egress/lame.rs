//! MP3 by LAME.

use mp3lame_encoder::{Bitrate, Builder, DualPcm, Encoder, FlushGap, MonoPcm, Quality, max_required_buffer_size};

use crate::error::{Error, Result};

/// An encoder with constant bit rate and without tags.
pub(super) struct Mp3 {
    encoder: Encoder,
    bytes: Vec<u8>,
    is_mono: bool,
}

impl Mp3 {
    pub(super) fn new(source_hz: u32, output_hz: u32, is_mono: bool, bitrate_kbps: u32) -> Result<Self> {
        let failed = |error: mp3lame_encoder::BuildError| {
            Error::audio(
                format!("the MP3 encoder refuses {source_hz} Hz ({error})"),
                "convert the file to 44.1 or 48 kHz",
            )
        };
        let mut builder = Builder::new().ok_or_else(|| Error::audio("no memory for the MP3 encoder", "try again"))?;
        builder.set_num_channels(if is_mono { 1 } else { 2 }).map_err(failed)?;
        builder.set_sample_rate(source_hz).map_err(failed)?;
        builder.set_output_sample_rate(std::num::NonZeroU32::new(output_hz)).map_err(failed)?;
        builder.set_brate(bitrate(bitrate_kbps)).map_err(failed)?;
        builder.set_quality(Quality::Good).map_err(failed)?;
        // The Xing frame would name the encoder and be rewritten at the end; constant bit rate needs none.
        builder.set_to_write_vbr_tag(false).map_err(failed)?;
        Ok(Self { encoder: builder.build().map_err(failed)?, bytes: Vec::new(), is_mono })
    }

    pub(super) fn push(&mut self, left: &[f64], right: &[f64]) -> Result<()> {
        self.bytes.reserve(max_required_buffer_size(left.len()));
        let encoded = if self.is_mono {
            self.encoder.encode_to_vec(MonoPcm(left), &mut self.bytes)
        } else {
            self.encoder.encode_to_vec(DualPcm { left, right }, &mut self.bytes)
        };
        encoded.map(drop).map_err(|error| Error::audio(format!("the MP3 encoder failed ({error})"), "try again"))
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>> {
        self.bytes.reserve(max_required_buffer_size(0));
        let flushed = self.encoder.flush_to_vec::<FlushGap>(&mut self.bytes);
        flushed.map_err(|error| Error::audio(format!("the MP3 encoder failed ({error})"), "try again"))?;
        Ok(self.bytes)
    }
}

fn bitrate(kbps: u32) -> Bitrate {
    match kbps {
        320 => Bitrate::Kbps320,
        256 => Bitrate::Kbps256,
        224 => Bitrate::Kbps224,
        192 => Bitrate::Kbps192,
        160 => Bitrate::Kbps160,
        _ => Bitrate::Kbps128,
    }
}
