//! Metadata of FLAC files (RFC 9639, section 8), read only as far as needed to skip it.
//!
//! Pictures and seek tables may be large and are of no use here: symphonia is given a file of `STREAMINFO` and frames
//! only.

use balanced_dsp::ChannelLayout;

use super::bytes::Fields;
use super::coded::{self, Family, Known};
use super::info::{AudioInfo, check_shape, unnamed_layout};
use super::mp4::TrackFacts;
use super::mpeg::before_trailing_tags;
use super::pcm::{Coding, Endian, PcmStream};
use super::source::ByteSource;
use super::window::Window;
use super::{Body, Opened};
use crate::IoError;

const STREAM_INFO: u8 = 0;
const VORBIS_COMMENT: u8 = 4;
/// Largest number of metadata blocks; no writer makes so many.
const MAX_BLOCKS: usize = 1024;
/// Bytes of the comments that are searched for the channel mask.
const COMMENT_BYTES: usize = 1 << 16;

/// Opens a FLAC file.
pub(crate) fn open(mut source: ByteSource) -> Result<Opened, IoError> {
    let mut known = Known::default();
    let mut prefix = Vec::new();
    let mut at = 4;
    for _ in 0..MAX_BLOCKS {
        let mut head = [0; 4];
        if source.read_at(at, &mut head)? < 4 {
            break;
        }
        let (last, kind) = (head[0] & 0x80 != 0, head[0] & 0x7f);
        let bytes = u32::from_be_bytes([0, head[1], head[2], head[3]]);
        match kind {
            STREAM_INFO if prefix.is_empty() => {
                let mut info = [0; 34];
                if bytes as usize != info.len() || source.read_at(at + 4, &mut info)? < info.len() {
                    break;
                }
                prefix.extend_from_slice(b"fLaC\x80\x00\x00\x22");
                prefix.extend_from_slice(&info);
            }
            VORBIS_COMMENT => known.layout = channel_mask(&mut source, at + 4, bytes)?,
            _ => {}
        }
        at += 4 + u64::from(bytes);
        if last {
            break;
        }
    }
    let name = source.name().to_owned();
    if prefix.is_empty() {
        return Err(IoError::damaged(&name, "is a FLAC file without its STREAMINFO block"));
    }
    // A device that fails there fails again when the audio is read, and the audio before it is not lost.
    let end = before_trailing_tags(&mut source).unwrap_or(source.len());
    let bytes = end.saturating_sub(at);
    if bytes == 0 {
        return without_audio(source, &prefix[8..], known.layout);
    }
    known.packet_bytes = Some(bytes);
    coded::open(&name, Window::new(source, prefix, at, bytes), Family::Flac, known, |_| TrackFacts::default())
}

/// Returns an empty stream for a file that ends after its metadata, described by its `STREAMINFO` (RFC 9639, section
/// 8.2).
fn without_audio(source: ByteSource, info: &[u8], layout: Option<ChannelLayout>) -> Result<Opened, IoError> {
    let packed = Fields::new(info, Endian::Big).u64(10);
    let channels = ((packed >> 41) & 7) as usize + 1;
    let mut notes = Vec::new();
    let promised = Some(packed & 0xf_ffff_ffff).filter(|&frames| frames > 0);
    if promised.is_some() {
        notes.push("the file ends before its first frame".into());
    }
    let info = AudioInfo {
        container: "flac".into(),
        codec: "flac".into(),
        sample_rate_hz: (packed >> 44) as f64,
        layout: layout.filter(|l| l.channels() == channels).unwrap_or_else(|| unnamed_layout(channels, &mut notes)),
        bit_depth: Some(((packed >> 36) & 31) as u16 + 1),
        frames: Some(0),
        lossless: true,
        notes,
    };
    check_shape(source.name(), channels, info.sample_rate_hz)?;
    let end = source.len();
    let stream = PcmStream::new(source, Coding::Signed(2), Endian::Big, channels, end, 0)?.promising(promised);
    Ok(Opened { info, body: Body::Pcm(stream) })
}

/// Reads the tag `WAVEFORMATEXTENSIBLE_CHANNEL_MASK`, for layouts other than FLAC's own (RFC 9639, section 8.6.2).
fn channel_mask(source: &mut ByteSource, at: u64, bytes: u32) -> Result<Option<ChannelLayout>, IoError> {
    let mut block = vec![0; COMMENT_BYTES.min(bytes as usize)];
    let read = source.read_at(at, &mut block)?;
    let text = String::from_utf8_lossy(&block[..read]).to_ascii_uppercase();
    let digits = text.split("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0X").nth(1);
    let digits = digits.map(|rest| rest.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or(""));
    let mask = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).filter(|mask| *mask != 0);
    Ok(mask.map(|mask| ChannelLayout::from_wav_mask(mask, mask.count_ones() as usize)))
}
