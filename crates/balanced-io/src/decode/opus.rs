//! Opus: a decoder for symphonia's packets, around a translation of libopus.
//!
//! The identification header (RFC 7845, section 5.1) sets the channels, the gain and the frames to skip; where a container
//! pads the end, its packets say so.

mod head;
mod libopus;

use symphonia::core::audio::{AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::PacketRef;

pub(crate) use head::{Head, Refused};
use libopus::{MAX_PACKET_FRAMES, Multistream};

/// Sample rate of decoded Opus in Hz, whatever the rate of the source was.
const RATE_HZ: u32 = 48_000;

const INFO: CodecInfo = CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] };

/// Decoder of one Opus stream.
pub(crate) struct OpusDecoder {
    params: AudioCodecParameters,
    streams: Multistream,
    head: Head,
    /// Frames still to skip at the start.
    to_skip: usize,
    /// One packet as libopus returns it.
    interleaved: Vec<f32>,
    buffer: AudioBuffer<f32>,
}

impl OpusDecoder {
    /// Creates the decoder for a track whose extra data is its identification header.
    pub(crate) fn new(params: &AudioCodecParameters) -> std::result::Result<Self, Refused> {
        let head = Head::read(params.extra_data.as_deref().unwrap_or(&[]))?;
        let streams = Multistream::new(&head).ok_or(Refused::Damaged)?;
        let mut params = params.clone();
        params.with_channels(head.layout()).with_sample_rate(RATE_HZ);
        let buffer = AudioBuffer::new(AudioSpec::new(RATE_HZ, head.layout()), MAX_PACKET_FRAMES);
        let interleaved = vec![0.0; MAX_PACKET_FRAMES * head.channels()];
        Ok(Self { params, streams, to_skip: head.frames_to_skip(), head, interleaved, buffer })
    }

    fn decode_packet(&mut self, packet: &PacketRef<'_>) -> Option<()> {
        let frames = self.streams.decode(packet.data, &mut self.interleaved)?;
        self.buffer.render_uninit(Some(frames));
        let channels = self.head.channels();
        let gain = self.head.gain();
        for (coded, plane) in self.head.planes().enumerate() {
            let plane = self.buffer.plane_mut(plane)?;
            for (out, frame) in plane.iter_mut().zip(self.interleaved.chunks_exact(channels)) {
                *out = frame[coded] * gain;
            }
        }
        let skipped = self.to_skip.min(frames);
        self.to_skip -= skipped;
        let trim = |frames: u64| usize::try_from(frames).unwrap_or(usize::MAX);
        let start = skipped.saturating_add(trim(packet.trim_start.get())).min(frames);
        self.buffer.trim(start, trim(packet.trim_end.get()).min(frames - start));
        Some(())
    }
}

impl AudioDecoder for OpusDecoder {
    fn reset(&mut self) {
        // The header was valid before.
        if let Some(streams) = Multistream::new(&self.head) {
            self.streams = streams;
        }
    }

    fn codec_info(&self) -> &CodecInfo {
        &INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.buffer.clear();
        if self.decode_packet(packet).is_none() {
            self.buffer.clear();
            return Err(Error::DecodeError("opus: invalid packet"));
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
