//! Vorbis with more than two channels, decoded by lewton.
//!
//! Symphonia 0.6.1 undoes the coupling steps first to last; Vorbis I, section 4.3.5, requires last to first. With one step
//! (stereo) the order does not matter; with several, channels leak into each other.

mod books;

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::audio::{AudioBuffer, AudioMut, AudioSpec, Channels};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::AudioCodecParameters;

use super::packet_decoder::{Codec, PacketDecoder};
use super::xiph_channels;

/// Bytes of the identification header.
const IDENT_BYTES: usize = 30;
/// First byte of headers that stand one after the other with their sizes in front.
const LACED: u8 = 2;

/// Returns the number of channels that the identification header states.
pub(crate) fn channels(params: &AudioCodecParameters) -> Option<usize> {
    let (ident, _) = headers(params.extra_data.as_deref()?)?;
    ident.get(11).map(|&channels| usize::from(channels))
}

/// Decoder of one Vorbis stream.
pub(crate) type VorbisDecoder = PacketDecoder<Vorbis>;

/// State of a Vorbis stream.
pub(crate) struct Vorbis {
    ident: IdentHeader,
    setup: SetupHeader,
    overlap: PreviousWindowRight,
}

impl VorbisDecoder {
    /// Creates the decoder for a track whose extra data are its identification and setup headers; `None` if they are
    /// damaged.
    pub(crate) fn new(params: &AudioCodecParameters) -> Option<Self> {
        let (ident, setup) = headers(params.extra_data.as_deref()?)?;
        let ident = read_header_ident(ident).ok()?;
        if !books::are_modest(setup) {
            return None;
        }
        let setup = read_header_setup(setup, ident.audio_channels, (ident.blocksize_0, ident.blocksize_1)).ok()?;
        let channels = usize::from(ident.audio_channels);
        let layout = xiph_channels::layout(channels).unwrap_or(Channels::Discrete(channels as u16));
        let (spec, max_frames) = (AudioSpec::new(ident.audio_sample_rate, layout), 1 << ident.blocksize_1);
        let vorbis = Vorbis { ident, setup, overlap: PreviousWindowRight::new() };
        Some(Self::of(vorbis, params, spec, max_frames))
    }
}

impl Codec for Vorbis {
    const INFO: CodecInfo = CodecInfo { short_name: "vorbis", long_name: "Vorbis", profiles: &[] };
    const INVALID: &'static str = "vorbis: invalid packet";

    fn decode(&mut self, packet: &[u8], buffer: &mut AudioBuffer<f32>) -> Option<usize> {
        let is_first = self.overlap.is_empty();
        let decoded: Vec<Vec<f32>> =
            read_audio_packet_generic(&self.ident, &self.setup, packet, &mut self.overlap).ok()?;
        let frames = decoded.first().map_or(0, Vec::len);
        if is_first || frames == 0 {
            return Some(0); // only the second half of its window is filled
        }
        buffer.render_uninit(Some(frames));
        let channels = decoded.len();
        for (coded, samples) in decoded.iter().enumerate() {
            buffer.plane_mut(xiph_channels::plane(channels, coded))?.copy_from_slice(samples);
        }
        Some(0)
    }

    fn reset(&mut self) {
        self.overlap = PreviousWindowRight::new();
    }
}

/// Splits the extra data into the identification and the setup header: they follow each other (symphonia's Ogg reader), or
/// stand with the comments between them and the sizes in front (Matroska).
fn headers(extra: &[u8]) -> Option<(&[u8], &[u8])> {
    if extra.first() != Some(&LACED) {
        return extra.split_at_checked(IDENT_BYTES);
    }
    let (ident_bytes, rest) = laced_size(&extra[1..])?;
    let (comment_bytes, rest) = laced_size(rest)?;
    let (ident, rest) = rest.split_at_checked(ident_bytes)?;
    Some((ident, rest.get(comment_bytes..)?))
}

/// Reads a size as a sum of bytes that ends below 255.
fn laced_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let last = bytes.iter().position(|&byte| byte < 255)?;
    Some((255 * last + usize::from(bytes[last]), &bytes[last + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_in_both_forms() {
        let (ident, setup) = ([7; IDENT_BYTES], [5, 1, 2]);
        assert_eq!(headers(&[&ident[..], &setup].concat()), Some((&ident[..], &setup[..])));
        let laced = [&[LACED, 30, 255, 45][..], &ident, &[9; 300], &setup].concat();
        assert_eq!(headers(&laced), Some((&ident[..], &setup[..])));
        assert_eq!(headers(&laced[..200]), None);
        assert_eq!(headers(&[0; 10]), None);
    }
}
