//! Channel layout from AIFF's `CHAN` and CAF's `chan` chunk (Apple, "CAF Specification", channel layout chunk).

use balanced_dsp::{ChannelLayout, Speaker};

use super::bytes::Fields;
use super::pcm::Endian;
use super::source::ByteSource;
use crate::IoError;

/// Reads the channel layout from its tag, or from the bitmap the tag points to, whose low 18 bits are those of the WAV
/// mask.
///
/// Returns `None` for the many tags of layouts that are not used for music.
pub(crate) fn read(source: &mut ByteSource, at: u64, bytes: u64) -> Result<Option<ChannelLayout>, IoError> {
    use Speaker::{BackLeft, BackRight, FrontCenter, FrontLeft, FrontRight, LowFrequency, SideLeft, SideRight};
    let mut payload = [0; 12];
    let wanted = bytes.min(payload.len() as u64) as usize;
    source.read_at(at, &mut payload[..wanted])?;
    let fields = Fields::new(&payload, Endian::Big);
    let (tag, bitmap) = (fields.u32(0), fields.u32(4));
    let speakers = match tag >> 16 {
        1 if bitmap != 0 => return Ok(Some(ChannelLayout::from_wav_mask(bitmap, bitmap.count_ones() as usize))),
        100 => vec![FrontCenter],
        101 => vec![FrontLeft, FrontRight],
        108 => vec![FrontLeft, FrontRight, BackLeft, BackRight],
        121 => vec![FrontLeft, FrontRight, FrontCenter, LowFrequency, SideLeft, SideRight],
        122 => vec![FrontLeft, FrontRight, SideLeft, SideRight, FrontCenter, LowFrequency],
        123 => vec![FrontLeft, FrontCenter, FrontRight, SideLeft, SideRight, LowFrequency],
        124 => vec![FrontCenter, FrontLeft, FrontRight, SideLeft, SideRight, LowFrequency],
        _ => return Ok(None),
    };
    Ok(Some(ChannelLayout::new(speakers)))
}
