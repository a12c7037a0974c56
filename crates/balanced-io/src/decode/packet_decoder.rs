//! Decoders of this crate in symphonia's form: what is the same for every codec.

use symphonia::core::audio::{AsGenericAudioBufferRef, Audio, AudioBuffer, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::PacketRef;

/// Codec that decodes one packet after the other.
pub(crate) trait Codec: Send + Sync {
    const INFO: CodecInfo;
    /// Error of a packet that cannot be decoded.
    const INVALID: &'static str;

    /// Decodes a packet into the empty `buffer` and returns the number of frames to skip at its start; `None` if the packet
    /// is invalid.
    fn decode(&mut self, packet: &[u8], buffer: &mut AudioBuffer<f32>) -> Option<usize>;

    /// Forgets all earlier packets.
    fn reset(&mut self);
}

/// Decoder of one stream of the codec `C`.
pub(crate) struct PacketDecoder<C> {
    codec: C,
    info: CodecInfo,
    params: AudioCodecParameters,
    buffer: AudioBuffer<f32>,
}

impl<C: Codec> PacketDecoder<C> {
    /// Creates a decoder of audio as `spec` has it, of which no packet holds more than `max_frames` frames.
    pub(crate) fn of(codec: C, params: &AudioCodecParameters, spec: AudioSpec, max_frames: usize) -> Self {
        let mut params = params.clone();
        params.with_channels(spec.channels().clone()).with_sample_rate(spec.rate());
        Self { codec, info: C::INFO, params, buffer: AudioBuffer::new(spec, max_frames) }
    }

    fn decode_packet(&mut self, packet: &PacketRef<'_>) -> Option<()> {
        let skipped = self.codec.decode(packet.data, &mut self.buffer)?;
        let frames = self.buffer.frames();
        let trim = |frames: u64| usize::try_from(frames).unwrap_or(usize::MAX);
        let start = skipped.saturating_add(trim(packet.trim_start.get())).min(frames);
        self.buffer.trim(start, trim(packet.trim_end.get()).min(frames - start));
        Some(())
    }
}

impl<C: Codec> AudioDecoder for PacketDecoder<C> {
    fn reset(&mut self) {
        self.codec.reset();
    }

    fn codec_info(&self) -> &CodecInfo {
        &self.info
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.buffer.clear();
        if self.decode_packet(packet).is_none() {
            self.buffer.clear();
            return Err(Error::DecodeError(C::INVALID));
        }
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
    }
}
