//! Delivery codecs by name.

use std::fmt;
use std::str::FromStr;

/// Bit rates of MPEG-1 layer III in kbit/s (ISO/IEC 11172-3, 2.4.2.3) that music is delivered in.
const MP3_KBPS: [u32; 9] = [64, 96, 112, 128, 160, 192, 224, 256, 320];
/// Bit rates of AAC-LC that encoders keep for mono and stereo, in kbit/s.
const AAC_KBPS: std::ops::RangeInclusive<u32> = 64..=320;
/// Bit rates of Opus for music, in kbit/s (RFC 6716, section 2.1.1, has 6 to 510).
const OPUS_KBPS: std::ops::RangeInclusive<u32> = 32..=510;
/// Qualities of Vorbis, as `oggenc -q` takes them.
const VORBIS_QUALITY: std::ops::RangeInclusive<u32> = 0..=10;

/// Lossy codec of a delivery, with its bit rate or quality.
///
/// ```
/// use balanced_codec::Codec;
/// let codec: Codec = "mp3-320".parse()?;
/// assert_eq!((codec, codec.to_string()), (Codec::Mp3 { kbps: 320 }, "mp3-320".to_owned()));
/// assert!("mp3-321".parse::<Codec>().is_err());
/// # Ok::<(), balanced_codec::UnknownCodec>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// AAC-LC at a nominal bit rate, by an installed ffmpeg.
    Aac {
        /// Bit rate in kbit/s, 64 to 320.
        kbps: u32,
    },
    /// MPEG-1 layer III at a constant bit rate, by LAME.
    Mp3 {
        /// Bit rate in kbit/s: one of the standard's.
        kbps: u32,
    },
    /// Opus at a mean bit rate, by libopus.
    Opus {
        /// Bit rate in kbit/s, 32 to 510.
        kbps: u32,
    },
    /// Vorbis at a quality, by libvorbis.
    Vorbis {
        /// Quality as `oggenc -q` counts it, 0 to 10.
        quality: u32,
    },
}

/// Error of a name that is no codec: its `Display` says which names there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCodec {
    name: String,
}

impl UnknownCodec {
    /// Returns the names that would be valid.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        "use aac64 to aac320, mp3-64 to mp3-320 (the standard's bit rates), opus32 to opus510 or vorbis-q0 to vorbis-q10"
    }

    /// Returns the problem, without the remedy.
    #[must_use]
    pub fn problem(&self) -> String {
        format!("unknown codec \"{}\"", balanced_io::printable(&self.name))
    }
}

impl fmt::Display for UnknownCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem(), self.remedy())
    }
}

impl std::error::Error for UnknownCodec {}

impl Codec {
    /// Codecs that between them tell what streaming services and shops do to a master.
    pub const COMMON: [Self; 7] = [
        Self::Aac { kbps: 128 },
        Self::Aac { kbps: 256 },
        Self::Mp3 { kbps: 128 },
        Self::Mp3 { kbps: 320 },
        Self::Opus { kbps: 96 },
        Self::Opus { kbps: 128 },
        Self::Vorbis { quality: 5 },
    ];

    /// Returns the sample rate in Hz at which audio of `rate_hz` is encoded.
    ///
    /// Opus always works at 48 kHz. The others keep 32, 44.1 and 48 kHz, which every player takes, and get everything else
    /// at the one of 44.1 and 48 kHz that it is a multiple or fraction of, as services and shops convert it.
    #[must_use]
    pub fn coded_rate_hz(self, rate_hz: f64) -> f64 {
        const KEPT: [f64; 3] = [32_000.0, 44_100.0, 48_000.0];
        match self {
            Self::Opus { .. } => 48_000.0,
            _ if KEPT.contains(&rate_hz) => rate_hz,
            _ if rate_hz.rem_euclid(11_025.0) == 0.0 => 44_100.0,
            _ => 48_000.0,
        }
    }

    /// Returns the usual extension of a finished file, without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Aac { .. } => "m4a",
            Self::Mp3 { .. } => "mp3",
            Self::Opus { .. } => "opus",
            Self::Vorbis { .. } => "ogg",
        }
    }

    /// Returns the MIME type of a finished file.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Aac { .. } => "audio/mp4",
            Self::Mp3 { .. } => "audio/mpeg",
            Self::Opus { .. } | Self::Vorbis { .. } => "audio/ogg",
        }
    }

    /// Returns the codec and its setting in words: `Opus at 96 kbit/s`.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Aac { kbps } => format!("AAC at {kbps} kbit/s"),
            Self::Mp3 { kbps } => format!("MP3 at {kbps} kbit/s"),
            Self::Opus { kbps } => format!("Opus at {kbps} kbit/s"),
            Self::Vorbis { quality } => format!("Vorbis at quality {quality}"),
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aac { kbps } => write!(f, "aac{kbps}"),
            Self::Mp3 { kbps } => write!(f, "mp3-{kbps}"),
            Self::Opus { kbps } => write!(f, "opus{kbps}"),
            Self::Vorbis { quality } => write!(f, "vorbis-q{quality}"),
        }
    }
}

impl FromStr for Codec {
    type Err = UnknownCodec;

    /// Parses a name such as `aac128`; case and hyphens do not matter.
    fn from_str(name: &str) -> Result<Self, UnknownCodec> {
        let plain = name.trim().to_ascii_lowercase().replace('-', "");
        let number = |prefix: &str| {
            let digits = plain.strip_prefix(prefix)?;
            let is_plain =
                digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
            digits.parse().ok().filter(|_| is_plain)
        };
        let aac = number("aac").filter(|kbps| AAC_KBPS.contains(kbps)).map(|kbps| Self::Aac { kbps });
        let mp3 = || number("mp3").filter(|kbps| MP3_KBPS.contains(kbps)).map(|kbps| Self::Mp3 { kbps });
        let opus = || number("opus").filter(|kbps| OPUS_KBPS.contains(kbps)).map(|kbps| Self::Opus { kbps });
        let vorbis = || {
            number("vorbisq").filter(|quality| VORBIS_QUALITY.contains(quality)).map(|quality| Self::Vorbis { quality })
        };
        aac.or_else(mp3).or_else(opus).or_else(vorbis).ok_or_else(|| UnknownCodec { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_is_read_back_from_its_name() {
        let more = [Codec::Vorbis { quality: 0 }, Codec::Vorbis { quality: 10 }, Codec::Mp3 { kbps: 64 }];
        for codec in Codec::COMMON.into_iter().chain(more) {
            assert_eq!(codec.to_string().parse(), Ok(codec));
            assert_eq!(codec.to_string().to_uppercase().replace('-', "").parse(), Ok(codec));
        }
    }

    #[test]
    fn what_is_no_codec_is_refused_with_the_names_there_are() {
        for name in ["", "aac", "aac63", "aac0128", "mp3-100", "opus511", "vorbis-q11", "vorbis5", "flac", "aac+128"] {
            let error = name.parse::<Codec>().unwrap_err().to_string();
            assert!(error.contains(&format!("\"{name}\"")) && error.contains("opus32 to opus510"), "{error}");
        }
    }

    #[test]
    fn rates_are_kept_or_converted_within_their_family() {
        let mp3 = Codec::Mp3 { kbps: 128 };
        let cases = [
            (44_100.0, 44_100.0),
            (48_000.0, 48_000.0),
            (32_000.0, 32_000.0),
            (22_050.0, 44_100.0),
            (88_200.0, 44_100.0),
            (96_000.0, 48_000.0),
            (176_400.0, 44_100.0),
            (192_000.0, 48_000.0),
            (47_952.0, 48_000.0),
        ];
        for (rate_hz, coded_hz) in cases {
            assert_eq!(mp3.coded_rate_hz(rate_hz), coded_hz);
            assert_eq!(Codec::Opus { kbps: 96 }.coded_rate_hz(rate_hz), 48_000.0);
        }
    }
}
