//! The identification header of an Opus stream (RFC 7845, section 5.1).

use symphonia::core::audio::Channels;

use crate::IoError;
use crate::decode::bytes::Fields;
use crate::decode::pcm::Endian;
use crate::decode::xiph_channels;

/// Bytes of the mark in front of the header.
const MAGIC: &[u8] = b"OpusHead";
/// Bytes up to the channel mapping table.
const FIXED_BYTES: usize = 19;

/// Why a stream is not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The header is not one.
    Damaged,
    /// The channels are components of a sound field (mapping families 2 and 3, RFC 8486).
    Ambisonics,
    /// The mapping family or version is not known.
    Unknown,
}

impl Refused {
    /// Returns the error for `file`.
    pub(crate) fn error(self, file: &str) -> IoError {
        match self {
            Self::Damaged => IoError::damaged(file, "is Opus with a damaged header"),
            Self::Ambisonics => IoError::unsupported(file, "is Opus with Ambisonics, which is not supported"),
            Self::Unknown => IoError::unsupported(file, "is Opus of a kind that is not known"),
        }
    }
}

/// What an identification header says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// Samples to skip at the start, at 48 kHz; 0 where the container says it too.
    pre_skip: u16,
    /// Gain to apply, in 256ths of a dB.
    gain_q8_db: i16,
    /// Whether the channels are loudspeakers in Vorbis's order (mapping families 0 and 1).
    is_named: bool,
    pub(crate) streams: u8,
    /// How many of the streams, the first ones, are stereo.
    pub(crate) coupled: u8,
    /// Decoded channel that feeds each channel; 255 for silence.
    pub(crate) mapping: Vec<u8>,
}

impl Head {
    /// Reads the header as Ogg and Matroska hold it, or, with version 0, as MP4 does: with the most significant byte first,
    /// and with an edit list that states the frames to skip ("Encapsulation of Opus in ISO BMFF", 4.3.2).
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.len() < FIXED_BYTES || !bytes.starts_with(MAGIC) {
            return Err(Refused::Damaged);
        }
        let (version, channels, family) = (bytes[8], bytes[9], bytes[18]);
        let in_mp4 = version == 0;
        let fields = Fields::new(bytes, if in_mp4 { Endian::Big } else { Endian::Little });
        let pre_skip = if in_mp4 { 0 } else { fields.u16(10) };
        let (streams, coupled, mapping) = match family {
            _ if version > 15 => return Err(Refused::Unknown),
            0 if matches!(channels, 1 | 2) => (1, channels - 1, (0..channels).collect()),
            1 if matches!(channels, 1..=8) => table(bytes, channels)?,
            255 if channels > 0 => table(bytes, channels)?,
            0 | 1 | 255 => return Err(Refused::Damaged),
            2 | 3 => return Err(Refused::Ambisonics),
            _ => return Err(Refused::Unknown),
        };
        Ok(Self { pre_skip, gain_q8_db: fields.u16(16) as i16, is_named: family != 255, streams, coupled, mapping })
    }

    pub(crate) fn channels(&self) -> usize {
        self.mapping.len()
    }

    pub(crate) fn frames_to_skip(&self) -> usize {
        usize::from(self.pre_skip)
    }

    /// Returns the linear gain.
    pub(crate) fn gain(&self) -> f32 {
        10f64.powf(f64::from(self.gain_q8_db) / (20.0 * 256.0)) as f32
    }

    /// Returns the positions of the channels, in the order of the decoded planes.
    pub(crate) fn layout(&self) -> Channels {
        let named = if self.is_named { xiph_channels::layout(self.channels()) } else { None };
        named.unwrap_or(Channels::Discrete(self.channels() as u16))
    }

    /// Returns the plane of each coded channel.
    pub(crate) fn planes(&self) -> impl Iterator<Item = usize> + use<> {
        let (is_named, channels) = (self.is_named, self.channels());
        (0..channels).map(move |coded| if is_named { xiph_channels::plane(channels, coded) } else { coded })
    }
}

/// Reads the channel mapping table: streams, coupled streams, mapping.
fn table(bytes: &[u8], channels: u8) -> Result<(u8, u8, Vec<u8>), Refused> {
    let table = bytes.get(FIXED_BYTES..FIXED_BYTES + 2 + usize::from(channels)).ok_or(Refused::Damaged)?;
    Ok((table[0], table[1], table[2..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(version: u8, channels: u8, family: u8, table: &[u8]) -> Vec<u8> {
        let skip = if version == 0 { [1, 56] } else { [56, 1] };
        let gain = if version == 0 { [0xff, 0] } else { [0, 0xff] };
        [&b"OpusHead"[..], &[version, channels], &skip, &[0x80, 0xbb, 0, 0], &gain, &[family], table].concat()
    }

    #[test]
    fn the_fields_are_read_in_both_byte_orders() {
        let ours = Head::read(&head(1, 2, 0, &[])).unwrap();
        assert_eq!((ours.frames_to_skip(), ours.streams, ours.coupled), (312, 1, 1));
        assert!((20.0 * f64::from(ours.gain()).log10() + 1.0).abs() < 1e-6, "a gain of -1 dB");
        let in_mp4 = Head::read(&head(0, 2, 0, &[])).unwrap();
        assert_eq!((in_mp4.frames_to_skip(), in_mp4.gain()), (0, ours.gain()));
    }

    #[test]
    fn surround_has_a_table_and_an_order() {
        let surround = Head::read(&head(1, 6, 1, &[4, 2, 0, 4, 1, 2, 3, 5])).unwrap();
        assert_eq!((surround.streams, surround.coupled, surround.channels()), (4, 2, 6));
        assert_eq!(surround.planes().collect::<Vec<_>>(), [0, 2, 1, 4, 5, 3]);
        let discrete = Head::read(&head(1, 3, 255, &[3, 0, 0, 1, 2])).unwrap();
        assert_eq!(discrete.planes().collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for (bytes, why) in [
            (head(1, 3, 0, &[]), Refused::Damaged),
            (head(1, 0, 0, &[]), Refused::Damaged),
            (head(1, 9, 1, &[9, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]), Refused::Damaged),
            (head(1, 6, 1, &[4, 2, 0]), Refused::Damaged),
            (head(1, 4, 2, &[4, 0, 0, 1, 2, 3]), Refused::Ambisonics),
            (head(1, 2, 77, &[]), Refused::Unknown),
            (head(16, 2, 0, &[]), Refused::Unknown),
            (head(1, 2, 0, &[])[..18].to_vec(), Refused::Damaged),
        ] {
            assert_eq!(Head::read(&bytes), Err(why), "{bytes:?}");
        }
    }
}
