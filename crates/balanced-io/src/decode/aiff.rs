//! AIFF and AIFF-C (Apple, "Audio Interchange File Format", versions 1.3 and C, draft 1991-08-26).
//!
//! Chunks may come in any order. The compression type decides how samples are stored; the sample size in `COMM` is
//! believed only where the type leaves it open, because QuickTime writes 16 for floats.

use balanced_dsp::ChannelLayout;

use super::apple_layout;
use super::bytes::{Fields, tag_text};
use super::info::{AudioInfo, check_shape, unnamed_layout};
use super::pcm::{Coding, Endian, PcmStream};
use super::source::ByteSource;
use super::{Body, Opened};
use crate::IoError;

const MAX_CHUNKS: usize = 4096;

/// Fields of the `COMM` chunk.
struct Common {
    channels: usize,
    frames: u64,
    bits: u16,
    sample_rate_hz: f64,
    compression: [u8; 4],
}

impl Common {
    /// Returns whether the number of frames is one that writers put down before they know it: 0, the largest number, or one
    /// that stands for about two gigabytes (SoX: 0x7f000000).
    fn is_open_ended(&self, coding: Coding) -> bool {
        let bytes = self.frames * (coding.bytes() * self.channels) as u64;
        matches!(self.frames, 0 | 0xffff_ffff) || (0x7eff_0000..=0x8000_0000).contains(&bytes)
    }
}

#[derive(Default)]
struct Walk {
    common: Option<Common>,
    /// Position of the first sample, and the number of bytes from there to the chunk's declared end; `None`: to the
    /// end of the file.
    sound: Option<(u64, Option<u64>)>,
    layout: Option<ChannelLayout>,
}

/// Opens a file that starts with `FORM` and `AIFF` or `AIFC`.
pub(crate) fn open(mut source: ByteSource, compressed: bool) -> Result<Opened, IoError> {
    let walk = walk(&mut source, compressed)?;
    let common = walk.common.ok_or_else(|| IoError::damaged(source.name(), "is an AIFF file without a COMM chunk"))?;
    check_shape(source.name(), common.channels, common.sample_rate_hz)?;
    let (coding, endian) = coding(&common, source.name())?;
    let mut notes = Vec::new();
    let (start, frames) = match walk.sound {
        Some((start, declared)) => {
            (start, frames_held(&common, coding, declared, source.len().saturating_sub(start), &mut notes))
        }
        None if common.frames == 0 => (source.len(), 0),
        None => return Err(IoError::damaged(source.name(), "is an AIFF file without audio (no SSND chunk)")),
    };
    let layout = walk.layout.filter(|layout| layout.channels() == common.channels);
    let info = AudioInfo {
        container: if compressed { "aifc" } else { "aiff" }.into(),
        codec: coding.name(endian),
        sample_rate_hz: common.sample_rate_hz,
        layout: layout.unwrap_or_else(|| unnamed_layout(common.channels, &mut notes)),
        bit_depth: coding.lossless().then(|| bit_depth(coding, common.bits)),
        frames: Some(frames),
        lossless: coding.lossless(),
        notes,
    };
    let promised = Some(common.frames).filter(|_| !common.is_open_ended(coding));
    let stream = PcmStream::new(source, coding, endian, common.channels, start, frames)?.promising(promised);
    Ok(Opened { info, body: Body::Pcm(stream) })
}

fn walk(source: &mut ByteSource, compressed: bool) -> Result<Walk, IoError> {
    let mut walk = Walk::default();
    let mut at = 12u64;
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; 8];
        if source.read_at(at, &mut head)? < 8 {
            break;
        }
        let fields = Fields::new(&head, Endian::Big);
        let (tag, size) = (fields.array::<4>(0), fields.u32(4));
        let payload = at + 8;
        match &tag {
            b"COMM" if walk.common.is_none() => walk.common = Some(common(source, payload, size, compressed)?),
            b"SSND" if walk.sound.is_none() => walk.sound = Some(sound(source, payload, size)?),
            b"CHAN" if walk.layout.is_none() => walk.layout = apple_layout::read(source, payload, u64::from(size))?,
            _ => {}
        }
        at = payload + u64::from(size) + u64::from(size % 2);
    }
    Ok(walk)
}

fn common(source: &mut ByteSource, at: u64, size: u32, compressed: bool) -> Result<Common, IoError> {
    let mut payload = [0; 22];
    let wanted = payload.len().min(size as usize);
    let read = source.read_at(at, &mut payload[..wanted])?;
    if read < 18 || (compressed && read < 22) {
        return Err(IoError::damaged(source.name(), "has a COMM chunk that is too short"));
    }
    let fields = Fields::new(&payload, Endian::Big);
    Ok(Common {
        channels: usize::from(fields.u16(0)),
        frames: u64::from(fields.u32(2)),
        bits: fields.u16(6),
        sample_rate_hz: fields.extended(8),
        compression: if compressed { fields.array(18) } else { *b"NONE" },
    })
}

/// Locates the samples in `SSND`; writers that align to disk blocks leave `offset` bytes between its header and the
/// first sample.
fn sound(source: &mut ByteSource, at: u64, size: u32) -> Result<(u64, Option<u64>), IoError> {
    let mut head = [0; 8];
    source.read_at(at, &mut head)?;
    let offset = u64::from(Fields::new(&head, Endian::Big).u32(0));
    let declared = u64::from(size).saturating_sub(8).saturating_sub(offset);
    let open_ended = size == 0 || size == 8 && offset == 0 || size == u32::MAX;
    Ok((at + 8 + offset, (!open_ended).then_some(declared)))
}

fn coding(common: &Common, file: &str) -> Result<(Coding, Endian), IoError> {
    let by_size = || match common.bits {
        1..=64 => Ok(Coding::Signed(common.bits.div_ceil(8) as u8)),
        bits => Err(IoError::damaged(file, format!("declares samples of {bits} bits"))),
    };
    use Endian::{Big, Little};
    Ok(match &common.compression {
        b"NONE" | b"twos" => (by_size()?, Big),
        b"sowt" => (by_size()?, Little),
        b"in16" => (Coding::Signed(2), Big),
        b"in24" => (Coding::Signed(3), Big),
        b"in32" => (Coding::Signed(4), Big),
        b"42ni" => (Coding::Signed(3), Little),
        b"23ni" => (Coding::Signed(4), Little),
        b"fl32" | b"FL32" => (Coding::Float32, Big),
        b"fl64" | b"FL64" => (Coding::Float64, Big),
        b"raw " => (Coding::Unsigned8, Big),
        b"alaw" | b"ALAW" => (Coding::ALaw, Big),
        b"ulaw" | b"ULAW" => (Coding::MuLaw, Big),
        other => {
            return Err(IoError::unsupported(file, format!("holds AIFF-C compression '{}'", tag_text(*other))));
        }
    })
}

/// Returns the declared sample size where it fits its storage, otherwise the size of the storage.
fn bit_depth(coding: Coding, declared: u16) -> u16 {
    let container = 8 * coding.bytes() as u16;
    let float = matches!(coding, Coding::Float32 | Coding::Float64);
    if float || declared.div_ceil(8) * 8 != container { container } else { declared }
}

/// Returns the number of frames that are present. `COMM` is right if the bytes suffice: `SSND` may be padded to a
/// block.
fn frames_held(common: &Common, coding: Coding, declared: Option<u64>, held: u64, notes: &mut Vec<String>) -> u64 {
    let frame_bytes = (coding.bytes() * common.channels) as u64;
    let available = declared.unwrap_or(held).min(held) / frame_bytes;
    let is_open_ended = common.is_open_ended(coding) && common.frames.saturating_mul(frame_bytes) != held;
    match common.frames {
        _ if is_open_ended && available > 0 && (common.frames == 0 || common.frames > available) => {
            notes.push("the number of frames was never filled in; the audio was read to its end".into());
            available
        }
        frames if frames > held / frame_bytes => {
            notes.push(format!(
                "the header declares {frames} frames but the file holds {}; only those were read",
                held / frame_bytes
            ));
            held / frame_bytes
        }
        frames => frames,
    }
}
