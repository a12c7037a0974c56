//! Tracks of a Matroska file: which is the audio, and the parameters of its decoder.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3, CODEC_ID_OPUS,
    CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64LE, CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24BE,
    CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};

use super::ebml::{children, float, id, unsigned};
use crate::IoError;
use crate::decode::info::check_shape;
use crate::decode::xiph_channels;

/// Type of audio tracks.
const AUDIO: u64 = 2;
/// Size of a FLAC stream information block, and where it starts: after the mark and the head of the block.
const STREAM_INFO: std::ops::Range<usize> = 8..42;
/// Most bytes that every frame may start with: programs leave out what frames have in common, a few bytes. The frames of a
/// block are in memory together, up to 256 of them, so that more would let a small file fill the memory.
const MAX_STRIPPED_BYTES: usize = 64;

/// A track.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u32,
    kind: u64,
    is_default: bool,
    codec: String,
    private: Vec<u8>,
    /// Nanoseconds of audio in front of the programme.
    pub(crate) delay_ns: u64,
    rate_hz: f64,
    channels: u64,
    bits: u64,
    /// Bytes that every frame starts with and that were left out.
    pub(crate) stripped: Vec<u8>,
    /// Whether frames are compressed again, or encrypted.
    is_opaque: bool,
}

/// Reads a track entry; `None` if it has no usable number.
pub(crate) fn read(payload: &[u8]) -> Option<Entry> {
    let mut entry = Entry {
        number: 0,
        kind: 0,
        is_default: true,
        codec: String::new(),
        private: Vec::new(),
        delay_ns: 0,
        rate_hz: 8000.0,
        channels: 1,
        bits: 0,
        stripped: Vec::new(),
        is_opaque: false,
    };
    for (child, value) in children(payload) {
        match child {
            id::TRACK_NUMBER => entry.number = u32::try_from(unsigned(value)?).ok()?,
            id::TRACK_TYPE => entry.kind = unsigned(value)?,
            id::FLAG_DEFAULT => entry.is_default = unsigned(value)? != 0,
            id::CODEC_ID => entry.codec = String::from_utf8_lossy(value).trim_end_matches('\0').to_owned(),
            id::CODEC_PRIVATE => entry.private = value.to_vec(),
            id::CODEC_DELAY => entry.delay_ns = unsigned(value)?,
            id::AUDIO => entry.read_audio(value),
            id::CONTENT_ENCODINGS => entry.read_encodings(value),
            _ => {}
        }
    }
    (entry.number > 0).then_some(entry)
}

/// Returns the length that an information element states, in nanoseconds.
pub(crate) fn duration_ns(payload: &[u8]) -> Option<u128> {
    let find = |wanted| children(payload).find(|(child, _)| *child == wanted).map(|(_, value)| value);
    let scale = find(id::TIMESTAMP_SCALE).and_then(unsigned).unwrap_or(1_000_000);
    let ns = find(id::DURATION).and_then(float)? * scale as f64;
    (ns > 0.0 && ns < 1e18).then_some(ns as u128)
}

/// Returns the audio track that a player would choose.
pub(crate) fn choose(file: &str, entries: Vec<Entry>) -> Result<Entry, IoError> {
    let mut audio: Vec<Entry> = entries.into_iter().filter(Entry::is_audio).collect();
    let at = audio.iter().position(|entry| entry.is_default).unwrap_or(0);
    if audio.is_empty() {
        return Err(IoError::unsupported(file, "is Matroska or WebM without an audio track"));
    }
    Ok(audio.swap_remove(at))
}

impl Entry {
    pub(crate) fn is_audio(&self) -> bool {
        self.kind == AUDIO
    }

    pub(crate) fn is_opus(&self) -> bool {
        self.codec == "A_OPUS"
    }

    pub(crate) fn is_flac(&self) -> bool {
        self.codec == "A_FLAC"
    }

    /// Returns the sample rate in Hz; Opus always decodes at 48 kHz.
    pub(crate) fn rate_hz(&self) -> u32 {
        if self.is_opus() { 48_000 } else { self.rate_hz as u32 }
    }

    fn read_audio(&mut self, payload: &[u8]) {
        for (child, value) in children(payload) {
            match child {
                id::SAMPLING_FREQUENCY => self.rate_hz = float(value).unwrap_or(0.0),
                id::CHANNELS => self.channels = unsigned(value).unwrap_or(0),
                id::BIT_DEPTH => self.bits = unsigned(value).unwrap_or(0),
                _ => {}
            }
        }
    }

    fn read_encodings(&mut self, payload: &[u8]) {
        const HEADER_STRIPPING: u64 = 3;
        for (_, encoding) in children(payload).filter(|(child, _)| *child == id::CONTENT_ENCODING) {
            for (kind, value) in children(encoding) {
                let find = |wanted| children(value).find(|(child, _)| *child == wanted).map(|(_, value)| value);
                match kind {
                    id::CONTENT_COMPRESSION => match find(id::CONTENT_COMP_ALGO).map_or(Some(0), unsigned) {
                        Some(HEADER_STRIPPING) => {
                            self.stripped = find(id::CONTENT_COMP_SETTINGS).unwrap_or(&[]).to_vec();
                        }
                        _ => self.is_opaque = true,
                    },
                    id::CONTENT_ENCRYPTION => self.is_opaque = true,
                    _ => {}
                }
            }
        }
    }

    /// Returns the parameters of the decoder.
    pub(crate) fn params(&self, file: &str) -> Result<AudioCodecParameters, IoError> {
        if self.is_opaque {
            return Err(IoError::unsupported(file, "is Matroska with compressed or encrypted packets"));
        }
        let stripped = self.stripped.len();
        if stripped > MAX_STRIPPED_BYTES {
            return Err(IoError::damaged(file, format!("declares {stripped} bytes that every packet starts with")));
        }
        let Some(codec) = self.codec_id() else {
            let name = if self.codec.is_empty() { "a codec without a name" } else { &self.codec };
            return Err(IoError::unsupported(file, format!("holds {name} in Matroska, which is not supported")));
        };
        let channels = usize::try_from(self.channels).unwrap_or(usize::MAX);
        check_shape(file, channels, f64::from(self.rate_hz()))?;
        let mut params = AudioCodecParameters::new();
        params.for_codec(codec).with_sample_rate(self.rate_hz());
        let is_ordered = matches!(codec, CODEC_ID_VORBIS | CODEC_ID_FLAC);
        let layout = if is_ordered { xiph_channels::layout(channels) } else { None };
        params.with_channels(layout.unwrap_or(Channels::Discrete(channels as u16)));
        if self.codec.starts_with("A_PCM") {
            params.with_bits_per_sample(self.bits as u32).with_bits_per_coded_sample(self.bits as u32);
        }
        let private = if self.is_flac() { self.private.get(STREAM_INFO).unwrap_or(&[]) } else { &self.private };
        if !private.is_empty() {
            params.with_extra_data(private.into());
        }
        Ok(params)
    }

    fn codec_id(&self) -> Option<AudioCodecId> {
        Some(match (self.codec.as_str(), self.bits) {
            ("A_OPUS", _) => CODEC_ID_OPUS,
            ("A_VORBIS", _) => CODEC_ID_VORBIS,
            ("A_FLAC", _) => CODEC_ID_FLAC,
            ("A_ALAC", _) => CODEC_ID_ALAC,
            ("A_MPEG/L1", _) => CODEC_ID_MP1,
            ("A_MPEG/L2", _) => CODEC_ID_MP2,
            ("A_MPEG/L3", _) => CODEC_ID_MP3,
            (codec, _) if codec.starts_with("A_AAC") => CODEC_ID_AAC,
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", 8) => CODEC_ID_PCM_U8,
            ("A_PCM/INT/LIT", 16) => CODEC_ID_PCM_S16LE,
            ("A_PCM/INT/LIT", 24) => CODEC_ID_PCM_S24LE,
            ("A_PCM/INT/LIT", 32) => CODEC_ID_PCM_S32LE,
            ("A_PCM/INT/BIG", 16) => CODEC_ID_PCM_S16BE,
            ("A_PCM/INT/BIG", 24) => CODEC_ID_PCM_S24BE,
            ("A_PCM/INT/BIG", 32) => CODEC_ID_PCM_S32BE,
            ("A_PCM/FLOAT/IEEE", 32) => CODEC_ID_PCM_F32LE,
            ("A_PCM/FLOAT/IEEE", 64) => CODEC_ID_PCM_F64LE,
            _ => return None,
        })
    }
}
