//! MP3 frames by LAME.

use mp3lame_encoder::{Bitrate, Builder, DualPcm, Encoder, FlushGap, MonoPcm, Quality, max_required_buffer_size};

use crate::{CodecError, CodecErrorKind};

/// Encoder of MP3 at a constant bit rate, whose bytes the caller collects.
pub struct Lame {
    encoder: Encoder,
    is_mono: bool,
}

impl Lame {
    /// Creates an encoder of frames only: no tag, no header that would name the encoder.
    ///
    /// LAME itself converts from `source_hz` to `output_hz`. A bit rate that is none of the standard's becomes 128 kbit/s.
    ///
    /// # Errors
    /// Returns [`CodecErrorKind::Unsupported`] for a rate that LAME refuses.
    pub fn bare(source_hz: u32, output_hz: u32, is_mono: bool, kbps: u32) -> Result<Self, CodecError> {
        Self::new(source_hz, output_hz, is_mono, kbps, Quality::Good, false)
    }

    /// Creates an encoder as `lame -b KBPS` is one, whose first frame becomes the gapless header in the end.
    pub(super) fn with_header(rate_hz: u32, is_mono: bool, kbps: u32) -> Result<Self, CodecError> {
        Self::new(rate_hz, rate_hz, is_mono, kbps, Quality::VeryNice, true)
    }

    fn new(
        source_hz: u32,
        output_hz: u32,
        is_mono: bool,
        kbps: u32,
        quality: Quality,
        has_header: bool,
    ) -> Result<Self, CodecError> {
        let failed = |error: mp3lame_encoder::BuildError| {
            CodecError::new(
                CodecErrorKind::Unsupported,
                format!("the MP3 encoder refuses {source_hz} Hz ({error})"),
                "convert the file to 44.1 or 48 kHz",
            )
        };
        let mut builder = Builder::new().ok_or_else(|| CodecError::failed("no memory for the MP3 encoder"))?;
        builder.set_num_channels(if is_mono { 1 } else { 2 }).map_err(failed)?;
        builder.set_sample_rate(source_hz).map_err(failed)?;
        builder.set_output_sample_rate(std::num::NonZeroU32::new(output_hz)).map_err(failed)?;
        builder.set_brate(bitrate(kbps)).map_err(failed)?;
        builder.set_quality(quality).map_err(failed)?;
        builder.set_to_write_vbr_tag(has_header).map_err(failed)?;
        Ok(Self { encoder: builder.build().map_err(failed)?, is_mono })
    }

    /// Returns the name of the encoder with its version.
    #[must_use]
    pub fn name() -> String {
        format!("LAME {}", mp3lame_encoder::mp3lame_version())
    }

    /// Encodes samples and appends what is ready to `bytes`; `right` is not read for mono.
    ///
    /// # Errors
    /// Returns [`CodecErrorKind::Failed`] if LAME fails.
    pub fn push(&mut self, left: &[f64], right: &[f64], bytes: &mut Vec<u8>) -> Result<(), CodecError> {
        bytes.reserve(max_required_buffer_size(left.len()));
        let encoded = if self.is_mono {
            self.encoder.encode_to_vec(MonoPcm(left), bytes)
        } else {
            self.encoder.encode_to_vec(DualPcm { left, right }, bytes)
        };
        encoded.map(drop).map_err(failed)
    }

    /// Appends the last frames to `bytes` and returns the header that replaces the first frame; empty if there is none.
    ///
    /// # Errors
    /// Returns [`CodecErrorKind::Failed`] if LAME fails.
    pub fn finish(mut self, bytes: &mut Vec<u8>) -> Result<Vec<u8>, CodecError> {
        bytes.reserve(max_required_buffer_size(0));
        self.encoder.flush_to_vec::<FlushGap>(bytes).map_err(failed)?;
        let mut header = Vec::with_capacity(self.encoder.lame_tag_size());
        self.encoder.lame_tag_encode_to_vec(&mut header);
        Ok(header)
    }
}

fn failed(error: mp3lame_encoder::EncodeError) -> CodecError {
    CodecError::failed(format!("the MP3 encoder failed ({error})"))
}

fn bitrate(kbps: u32) -> Bitrate {
    match kbps {
        320 => Bitrate::Kbps320,
        256 => Bitrate::Kbps256,
        224 => Bitrate::Kbps224,
        192 => Bitrate::Kbps192,
        160 => Bitrate::Kbps160,
        112 => Bitrate::Kbps112,
        96 => Bitrate::Kbps96,
        64 => Bitrate::Kbps64,
        _ => Bitrate::Kbps128,
    }
}
