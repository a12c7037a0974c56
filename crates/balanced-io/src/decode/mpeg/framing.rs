//! Headers of the frames of streams without a container: MPEG audio (ISO/IEC 11172-3, 2.4.2.3) and AAC in ADTS
//! (ISO/IEC 13818-7, 6.2).

use super::{frame_bytes, rate_hz};

/// Bytes of a frame that are examined: a header, and the place of a tag behind the longest side information.
pub(super) const EXAMINED_BYTES: usize = 40;
/// Bytes of a header, at least.
pub(super) const HEADER_BYTES: u64 = 4;

/// Kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Mpeg,
    Adts,
}

/// Form of a frame: what frames that one decoder decodes in a row have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) rate_hz: u32,
    /// Number of channels; 0 where only the frame itself tells.
    pub(super) channels: usize,
    pub(super) samples_per_frame: u64,
}

/// A frame by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) bytes: u64,
    pub(super) form: Form,
    /// Whether it holds a tag in place of audio.
    pub(super) is_tag: bool,
}

impl Framing {
    /// Returns the frame that starts here; `None` if these bytes are no header.
    pub(super) fn frame(self, head: &[u8]) -> Option<Frame> {
        match self {
            Self::Mpeg => mpeg(head),
            Self::Adts => adts(head),
        }
    }
}

fn mpeg(head: &[u8]) -> Option<Frame> {
    let bytes = frame_bytes(head)? as u64;
    let (version, layer) = ((head[1] >> 3) & 3, 4 - ((head[1] >> 1) & 3));
    let rate_hz = rate_hz(version, usize::from((head[2] >> 2) & 3)) as u32;
    let channels = if head.get(3)? >> 6 == 3 { 1 } else { 2 };
    let samples_per_frame = match layer {
        1 => 384,
        3 if version != 3 => 576,
        _ => 1152,
    };
    let form = Form { rate_hz, channels, samples_per_frame };
    Some(Frame { bytes, form, is_tag: is_tag(head, form) })
}

/// Returns whether a frame holds a tag in place of audio: Xing or Info behind the side information of layer 3 (as LAME
/// writes it), VBRI 32 bytes behind the header (as Fraunhofer's encoder does).
fn is_tag(head: &[u8], form: Form) -> bool {
    let side_bytes = match (form.samples_per_frame == 1152, form.channels) {
        (true, 2) => 32,
        (true, _) | (false, 2) => 17,
        (false, _) => 9,
    };
    let at = |offset: usize| head.get(offset..offset + 4).unwrap_or_default();
    let header = HEADER_BYTES as usize;
    matches!(at(header + side_bytes), b"Xing" | b"Info") || at(header + 32) == b"VBRI"
}

fn adts(head: &[u8]) -> Option<Frame> {
    const RATES_HZ: [u32; 13] =
        [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
    let &[0xff, second, third, fourth, fifth, sixth, seventh, ..] = head else { return None };
    if second & 0xf6 != 0xf0 {
        return None;
    }
    let rate_hz = *RATES_HZ.get(usize::from((third >> 2) & 15))?;
    let channels = usize::from((third & 1) << 2 | fourth >> 6);
    let bytes = u64::from(fourth & 3) << 11 | u64::from(fifth) << 3 | u64::from(sixth >> 5);
    let blocks = u64::from(seventh & 3) + 1;
    let header_bytes = if second & 1 == 0 { 9 } else { 7 };
    let form = Form { rate_hz, channels: if channels == 7 { 8 } else { channels }, samples_per_frame: 1024 * blocks };
    (bytes > header_bytes).then_some(Frame { bytes, form, is_tag: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_adts_is_read() {
        // AAC LC, 44.1 kHz, stereo, 371 bytes, without checksum.
        let head = [0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc];
        let form = Form { rate_hz: 44_100, channels: 2, samples_per_frame: 1024 };
        assert_eq!(Framing::Adts.frame(&head), Some(Frame { bytes: 371, form, is_tag: false }));
        assert_eq!(Framing::Adts.frame(&[0xff, 0xf1, 0x7c, 0x80, 0x2e, 0x7f, 0xfc]), None, "no such rate");
        assert_eq!(Framing::Adts.frame(&[0xff, 0xf1, 0x50, 0x80, 0, 0x3f, 0xfc]), None, "shorter than its header");
        assert_eq!(Framing::Adts.frame(&[0xff, 0xfb, 0x90, 0, 0, 0, 0]), None, "MPEG audio");
    }
}
