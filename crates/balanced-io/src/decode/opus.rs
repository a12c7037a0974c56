//! Opus: a decoder for symphonia's packets, around a translation of libopus.
//!
//! The identification header (RFC 7845, section 5.1) sets the channels, the gain and the frames to skip; where a container
//! pads the end, its packets say so.

mod head;
mod libopus;

use symphonia::core::audio::{AudioBuffer, AudioMut, AudioSpec};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::AudioCodecParameters;

use super::packet_decoder::{Codec, PacketDecoder};
pub(crate) use head::{Head, Refused};
use libopus::{MAX_PACKET_FRAMES, Multistream};

/// Sample rate of decoded Opus in Hz, whatever the rate of the source was.
const RATE_HZ: u32 = 48_000;

/// Decoder of one Opus stream.
pub(crate) type OpusDecoder = PacketDecoder<Opus>;

/// State of an Opus stream.
pub(crate) struct Opus {
    streams: Multistream,
    head: Head,
    /// Frames still to skip at the start.
    to_skip: usize,
    /// One packet as libopus returns it.
    interleaved: Vec<f32>,
}

impl OpusDecoder {
    /// Creates the decoder for a track whose extra data is its identification header.
    pub(crate) fn new(params: &AudioCodecParameters) -> Result<Self, Refused> {
        let head = Head::read(params.extra_data.as_deref().unwrap_or(&[]))?;
        let streams = Multistream::new(&head).ok_or(Refused::Damaged)?;
        let spec = AudioSpec::new(RATE_HZ, head.layout());
        let interleaved = vec![0.0; MAX_PACKET_FRAMES * head.channels()];
        let opus = Opus { streams, to_skip: head.frames_to_skip(), head, interleaved };
        Ok(Self::of(opus, params, spec, MAX_PACKET_FRAMES))
    }
}

impl Codec for Opus {
    const INFO: CodecInfo = CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] };
    const INVALID: &'static str = "opus: invalid packet";

    fn decode(&mut self, packet: &[u8], buffer: &mut AudioBuffer<f32>) -> Option<usize> {
        let frames = self.streams.decode(packet, &mut self.interleaved)?;
        buffer.render_uninit(Some(frames));
        let channels = self.head.channels();
        let gain = self.head.gain();
        for (coded, plane) in self.head.planes().enumerate() {
            let plane = buffer.plane_mut(plane)?;
            for (out, frame) in plane.iter_mut().zip(self.interleaved.chunks_exact(channels)) {
                *out = frame[coded] * gain;
            }
        }
        let skipped = self.to_skip.min(frames);
        self.to_skip -= skipped;
        Some(skipped)
    }

    fn reset(&mut self) {
        // The header was valid before.
        if let Some(streams) = Multistream::new(&self.head) {
            self.streams = streams;
        }
    }
}
