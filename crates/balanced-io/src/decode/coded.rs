//! Opening of compressed files: chooses symphonia's reader, finds the audio track, and reads its trim.

use balanced_dsp::{ChannelLayout, Speaker};
use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_OPUS, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE,
    CODEC_ID_PCM_F64LE, CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE,
    CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, ReadBytes};
use symphonia::core::meta::MetadataOptions;
use symphonia::default::formats::{AdtsReader, CafReader, FlacReader, IsoMp4Reader, MpaReader, OggReader, WavReader};

use super::guard::contained;
use super::info::{AudioInfo, check_bits, check_shape, unnamed_layout};
use super::matroska::MatroskaReader;
use super::mp4::{Edit, TrackFacts};
use super::ogg_pages::Pages;
use super::opus::OpusDecoder;
use super::packets::{Audible, Packets, Promise};
use super::vorbis::VorbisDecoder;
use super::window::Window;
use super::{Body, Opened, aac, vorbis};
use crate::{IoError, IoErrorKind};

/// Symphonia's readers, by container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Adts,
    Caf,
    Flac,
    Matroska,
    Mp4,
    Mpeg,
    Ogg,
    Wav,
}

/// Facts about a file that were read before symphonia opens it.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) notes: Vec<String>,
    /// Layout named by a tag.
    pub(crate) layout: Option<ChannelLayout>,
    /// Container, where it is not the usual one of the family.
    pub(crate) container: Option<&'static str>,
    /// Samples of each channel in all frames of a stream without a container, counted.
    pub(crate) samples: Option<u64>,
    /// Whether an MPEG stream tells its number of frames itself.
    pub(crate) has_count: bool,
    /// Samples of each channel that the bytes of the file promise.
    pub(crate) promised: Option<u64>,
    /// Packets before which bytes are missing.
    pub(crate) restarts: Vec<u64>,
    /// Bytes of all packets, where they are the whole window.
    pub(crate) packet_bytes: Option<u64>,
    /// State of the pages of an Ogg file.
    pub(crate) pages: Option<Pages>,
}

impl Family {
    fn probe(self) -> Probe {
        let mut probe = Probe::new();
        match self {
            Self::Adts => probe.register_format::<AdtsReader<'_>>(),
            Self::Caf => probe.register_format::<CafReader<'_>>(),
            Self::Flac => probe.register_format::<FlacReader<'_>>(),
            Self::Matroska => {} // has a reader of this crate
            Self::Mp4 => probe.register_format::<IsoMp4Reader<'_>>(),
            Self::Mpeg => probe.register_format::<MpaReader<'_>>(),
            Self::Ogg => probe.register_format::<OggReader<'_>>(),
            Self::Wav => probe.register_format::<WavReader<'_>>(),
        }
        probe
    }

    fn container(self) -> Option<&'static str> {
        Some(match self {
            Self::Adts => "adts",
            Self::Caf => "caf",
            Self::Flac => "flac",
            Self::Matroska => "matroska",
            Self::Mp4 => "mp4",
            Self::Mpeg => return None, // named by its layer: mp1, mp2, mp3
            Self::Ogg => "ogg",
            Self::Wav => "wav",
        })
    }
}

/// Opens the audio in `window`. `facts` returns the facts about a track by its id, for containers with several tracks.
pub(crate) fn open(
    file: &str,
    window: Window,
    family: Family,
    known: Known,
    facts: impl FnOnce(u32) -> TrackFacts,
) -> Result<Opened, IoError> {
    let mut reader = reader(file, window, family)?;
    let track = reader.default_track(TrackType::Audio).cloned();
    let Some((mut track, mut params)) = track.and_then(|t| t.codec_params.as_ref()?.audio().cloned().map(|p| (t, p)))
    else {
        return Err(IoError::unsupported(file, "holds no audio track with a supported codec"));
    };
    let facts = facts(track.id);
    if facts.big_endian {
        params.codec = big_endian(params.codec);
    }
    if params.codec == CODEC_ID_AAC {
        reader = aac::checked(file, &params, reader, track.id)?;
    }
    let decoder = decoder(file, &params)?;
    let codec = decoder.codec_info().short_name;
    if params.codec == CODEC_ID_OPUS {
        params = decoder.codec_params().clone(); // its header names the loudspeakers
        // The position of the last page counts the frames to skip too (RFC 7845, section 4.3).
        track.num_frames = track.num_frames.map(|frames| frames.saturating_sub(u64::from(track.delay.unwrap_or(0))));
    }
    let container = known.container.or(family.container()).unwrap_or(codec).to_owned();
    let bits = bit_depth(&[decoder.codec_params(), &params]);
    let mut packets = Packets::new(reader, decoder, track.id);
    let declared = (params.channels.as_ref().map_or(0, Channels::count), params.sample_rate.unwrap_or(0));
    let Some((channels, rate_hz)) = packets.prime(file)?.or((declared.0 > 0 && declared.1 > 0).then_some(declared))
    else {
        return Err(IoError::damaged(file, format!("is {container}, but no audio in it could be decoded")));
    };
    check_shape(file, channels, f64::from(rate_hz))?;
    let mut notes = known.notes;
    if declared.1 != 0 && declared.1 != rate_hz {
        notes
            .push(format!("the header declares {} Hz but the audio has {rate_hz} Hz; the latter was used", declared.1));
    }
    notes.extend(known.pages.and_then(|pages| pages.note(rate_hz)));
    let lossless = is_lossless(codec);
    if let Some(bits) = bits.filter(|_| lossless) {
        check_bits(file, bits)?;
    }
    let mut audible = audible(family, &track, rate_hz, facts.edit);
    audible.trim_to_duration &= !facts.has_mean_times;
    let mut frames = audible.keep.or_else(|| frames_of(&track, audible.skip));
    let mut promise = Promise { frames: known.promised, bytes: known.packet_bytes };
    if let Some(samples) = known.samples {
        let declared = declared_samples(&track).filter(|_| known.has_count);
        promise.frames = promise.frames.max(declared);
        frames = Some(counted_frames(&track, samples, declared, &mut audible, &mut notes));
    }
    promise.bytes = promise.bytes.or(known.pages.map(|pages| pages.promised_bytes()));
    packets.set_audible(audible);
    packets.set_promise(promise);
    packets.set_restarts(known.restarts);
    let layout = known.layout.or(facts.layout).filter(|layout| layout.channels() == channels);
    let named = params.channels.as_ref().filter(|named| !is_guess(family, codec, named));
    let info = AudioInfo {
        container,
        codec: codec.to_owned(),
        sample_rate_hz: f64::from(rate_hz),
        layout: layout.unwrap_or_else(|| layout_of(named, channels, &mut notes)),
        bit_depth: bits.filter(|_| lossless).and_then(|bits| u16::try_from(bits).ok()),
        frames,
        lossless,
        notes,
    };
    Ok(Opened { info, body: Body::Packets(Box::new(packets)) })
}

fn is_lossless(codec: &str) -> bool {
    matches!(codec, "flac" | "alac") || (codec.starts_with("pcm_") && !codec.ends_with("law"))
}

/// Returns the big-endian version of a PCM codec.
fn big_endian(codec: AudioCodecId) -> AudioCodecId {
    match codec {
        CODEC_ID_PCM_S24LE => CODEC_ID_PCM_S24BE,
        CODEC_ID_PCM_S32LE => CODEC_ID_PCM_S32BE,
        CODEC_ID_PCM_F32LE => CODEC_ID_PCM_F32BE,
        CODEC_ID_PCM_F64LE => CODEC_ID_PCM_F64BE,
        other => other,
    }
}

/// Returns the first bit depth that any of the parameters states.
fn bit_depth(params: &[&AudioCodecParameters]) -> Option<u32> {
    let stated = params.iter().flat_map(|p| [p.bits_per_coded_sample, p.bits_per_sample]).flatten();
    stated.into_iter().find(|&bits| bits > 0).or_else(|| params.iter().find_map(|p| alac_bits(p)))
}

/// Returns the bit depth from ALAC's magic cookie: its sixth byte, after two atoms in the old form ("ALAC Magic Cookie
/// Description", Apple 2011).
fn alac_bits(params: &AudioCodecParameters) -> Option<u32> {
    let cookie = params.extra_data.as_deref().filter(|_| params.codec == CODEC_ID_ALAC)?;
    let old_form = cookie.get(4..8) == Some(b"frma".as_slice());
    let bits = u32::from(*cookie.get(if old_form { 24 + 5 } else { 5 })?);
    matches!(bits, 16 | 20 | 24 | 32).then_some(bits)
}

fn reader(file: &str, window: Window, family: Family) -> Result<Box<dyn FormatReader>, IoError> {
    if family == Family::Matroska {
        return Ok(Box::new(MatroskaReader::open(file, window)?));
    }
    let opened = contained(|| {
        let mut stream = MediaSourceStream::new(Box::new(window), Default::default());
        if family == Family::Mp4 {
            // The reader expects to be past the first size field. It is not looked for by its mark, which old files lack.
            stream.read_quad_bytes()?;
            let reader = IsoMp4Reader::try_new(stream, FormatOptions::default())?;
            return Ok(Box::new(reader) as Box<dyn FormatReader>);
        }
        family.probe().probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
    });
    opened.ok_or_else(|| broken(file))?.map_err(|error| refused(file, &error))
}

pub(crate) fn decoder(file: &str, params: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, IoError> {
    if params.codec == CODEC_ID_OPUS {
        let made = contained(|| OpusDecoder::new(params)).ok_or_else(|| broken(file))?;
        return Ok(Box::new(made.map_err(|why| why.error(file))?));
    }
    if params.codec == CODEC_ID_VORBIS && vorbis::channels(params) > Some(2) {
        let made = contained(|| VorbisDecoder::new(params)).flatten().ok_or_else(|| broken(file))?;
        return Ok(Box::new(made));
    }
    let options = AudioDecoderOptions::default();
    let made = contained(|| symphonia::default::get_codecs().make_audio_decoder(params, &options));
    made.ok_or_else(|| broken(file))?.map_err(|error| refused(file, &error))
}

/// Returns which frames belong to the programme. Symphonia itself trims the start of MPEG and both ends of Ogg.
fn audible(family: Family, track: &Track, rate_hz: u32, edit: Option<Edit>) -> Audible {
    match family {
        Family::Mp4 => {
            let in_frames = track.time_base.is_some_and(|base| base.numer.get() == 1 && base.denom.get() == rate_hz);
            let edit = edit.unwrap_or(Edit { timescale: rate_hz, ..Edit::default() });
            let scale = |ticks: u64| {
                let frames = u128::from(ticks) * u128::from(rate_hz) / u128::from(edit.timescale);
                u64::try_from(frames).unwrap_or(u64::MAX)
            };
            Audible {
                skip: scale(edit.skip),
                keep: edit.keep.map(scale),
                trim_to_duration: in_frames,
                ..Audible::default()
            }
        }
        // Symphonia trims only the last packet, where padding may reach into the one before, and it trims by a number of
        // frames that may be a guess.
        Family::Mpeg => Audible {
            keep: track.num_frames.filter(|_| track.padding.is_some()),
            ignore_end_trim: true,
            ..Audible::default()
        },
        Family::Flac => Audible { gap_frames: Some(0), ..Audible::default() },
        Family::Ogg => Audible { gap_frames: Some(OGG_GAP), ..Audible::default() },
        Family::Matroska => Audible { skip: u64::from(track.delay.unwrap_or(0)), ..Audible::default() },
        Family::Caf => Audible {
            skip: u64::from(track.delay.unwrap_or(0)),
            keep: track.num_frames.filter(|_| track.delay.is_some() || track.padding.is_some()),
            ..Audible::default()
        },
        _ => Audible::default(),
    }
}

/// Frames of the longest layer and the encoder's delay: what a header may be off by.
const COUNT_TOLERANCE: u64 = 2 * 1152;

/// Frames by which the positions of Ogg pages may differ from the packets on them: fewer than the shortest packet has.
const OGG_GAP: u64 = 32;

/// Returns the number of frames of a track, from its first to its last, without the first `skip`.
fn frames_of(track: &Track, skip: u64) -> Option<u64> {
    // A stream that was recorded while it ran does not start at zero.
    let start = u64::try_from(track.start_ts.get()).unwrap_or(0);
    Some(track.num_frames?.saturating_sub(start).saturating_sub(skip)).filter(|&frames| frames > 0)
}

/// Returns the samples that the header of an MPEG stream declares, the encoder's delay and padding included.
fn declared_samples(track: &Track) -> Option<u64> {
    let trimmed = u64::from(track.delay.unwrap_or(0)) + u64::from(track.padding.unwrap_or(0));
    track.num_frames.map(|frames| frames.saturating_add(trimmed))
}

/// Returns the number of frames to be heard of a stream with `samples` in its frames. The number that its header declares
/// only serves to trim the encoder's padding, and only where it agrees with the frames that are there.
fn counted_frames(
    track: &Track,
    samples: u64,
    declared: Option<u64>,
    audible: &mut Audible,
    notes: &mut Vec<String>,
) -> u64 {
    if let Some(declared) = declared.filter(|declared| declared.abs_diff(samples) > COUNT_TOLERANCE) {
        audible.keep = None;
        notes.push(format!(
            "the header declares {declared} frames, but the file holds {samples}; all that is there was read"
        ));
    }
    audible.keep.unwrap_or_else(|| samples.saturating_sub(u64::from(track.delay.unwrap_or(0))))
}

/// Returns whether symphonia made a layout up: for uncompressed audio and ADPCM, which do not name one themselves, it takes
/// the first positions of the WAV mask where the container names none either.
fn is_guess(family: Family, codec: &str, channels: &Channels) -> bool {
    let first = |positions: &Position| positions.bits().wrapping_add(1).is_power_of_two();
    matches!(family, Family::Mp4 | Family::Caf | Family::Wav)
        && (codec.starts_with("pcm_") || codec.contains("adpcm"))
        && matches!(channels, Channels::Positioned(positions) if first(positions))
}

/// Converts symphonia's layout; its first eighteen positions are those of the WAV mask.
fn layout_of(channels: Option<&Channels>, count: usize, notes: &mut Vec<String>) -> ChannelLayout {
    const BEYOND: [(Position, Speaker); 8] = [
        (Position::LFE2, Speaker::LowFrequency2),
        (Position::TOP_SIDE_LEFT, Speaker::TopSideLeft),
        (Position::TOP_SIDE_RIGHT, Speaker::TopSideRight),
        (Position::BOTTOM_FRONT_CENTER, Speaker::BottomFrontCenter),
        (Position::BOTTOM_FRONT_LEFT, Speaker::BottomFrontLeft),
        (Position::BOTTOM_FRONT_RIGHT, Speaker::BottomFrontRight),
        (Position::FRONT_LEFT_WIDE, Speaker::WideLeft),
        (Position::FRONT_RIGHT_WIDE, Speaker::WideRight),
    ];
    match channels {
        Some(Channels::Positioned(positions)) if count > 2 && channels.is_some_and(|c| c.count() == count) => {
            let mask = (positions.bits() & 0x3ffff) as u32;
            let mut speakers = ChannelLayout::from_wav_mask(mask, mask.count_ones() as usize).speakers().to_vec();
            speakers.extend(BEYOND.iter().filter(|(bit, _)| positions.contains(*bit)).map(|(_, speaker)| *speaker));
            if speakers.len() == count { ChannelLayout::new(speakers) } else { unnamed_layout(count, notes) }
        }
        _ => unnamed_layout(count, notes),
    }
}

fn broken(file: &str) -> IoError {
    IoError::damaged(file, "is damaged too badly to be read")
}

fn refused(file: &str, error: &Error) -> IoError {
    match error {
        // What else this decoder refuses was refused before, with its name.
        Error::Unsupported(what) if what.contains("aac too complex") => aac::high_efficiency(file, "HE-AAC"),
        Error::Unsupported(what) => IoError::unsupported(file, format!("cannot be decoded ({what})")),
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            IoError::damaged(file, "ends before any audio")
        }
        Error::IoError(error) if error.kind() != std::io::ErrorKind::Other => IoError::reading(file, error),
        Error::LimitError(what) => {
            IoError::new(IoErrorKind::Damaged, file, format!("exceeds a safety limit ({what})"), "export it again")
        }
        other => IoError::damaged(file, format!("cannot be decoded ({other})")),
    }
}
