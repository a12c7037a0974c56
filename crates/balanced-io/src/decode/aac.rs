//! What symphonia's AAC decoder does not decode: told in plain words, and never passed off as the programme.
//!
//! HE-AAC codes the lower half of the spectrum as AAC at half the sample rate and describes the rest, which is spectral
//! band replication. A decoder that leaves the description out plays a dull version at half the rate.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::formats::FormatReader;

use super::ahead::Ahead;
use crate::IoError;

/// Highest sample rate in Hz of a core that band replication usually doubles.
const MAX_CORE_RATE_HZ: u32 = 24_000;
/// Packets that are looked at: band replication is found by chance in about 2 % of those that have none.
const PACKETS: usize = 8;
/// Packets that are too few to tell.
const MIN_PACKETS: usize = 3;

/// Refuses what is not decoded: by the configuration, and at the sample rates of cores by the first packets.
pub(crate) fn checked(
    file: &str,
    params: &AudioCodecParameters,
    reader: Box<dyn FormatReader>,
    track_id: u32,
) -> Result<Box<dyn FormatReader>, IoError> {
    if let Some(error) = refusal(file, params) {
        return Err(error);
    }
    if core_rate_hz(params).is_none_or(|rate_hz| rate_hz > MAX_CORE_RATE_HZ) {
        return Ok(reader);
    }
    let ahead = Ahead::new(reader, track_id, PACKETS);
    let packets = ahead.packets(track_id).count();
    let found = ahead.packets(track_id).filter(|packet| carries_band_replication(&packet.data)).count();
    if packets >= MIN_PACKETS && 4 * found >= 3 * packets {
        return Err(high_efficiency(file, "HE-AAC"));
    }
    Ok(Box::new(ahead))
}

/// Returns why a stream with these parameters is not decoded, by its configuration (ISO/IEC 14496-3, 1.6.2.1). Streams
/// without one are AAC-LC.
fn refusal(file: &str, params: &AudioCodecParameters) -> Option<IoError> {
    let Some(config) = params.extra_data.as_deref() else {
        return params.channels.as_ref().filter(|channels| channels.count() > 2).map(|_| surround(file));
    };
    let mut bits = Bits::new(config);
    let (kind, _) = kind_and_rate_hz(&mut bits)?;
    let channels = bits.read(4)?;
    let name = match kind {
        2 if matches!(channels, 1 | 2) => return None,
        2 if channels == 0 => "AAC with a channel layout of its own",
        2 => return Some(surround(file)),
        1 => "AAC Main",
        3 => "AAC SSR",
        4 => "AAC LTP",
        5 => return Some(high_efficiency(file, "HE-AAC")),
        29 => return Some(high_efficiency(file, "HE-AAC v2")),
        23 => "AAC-LD",
        39 => "AAC-ELD",
        42 => "xHE-AAC (USAC)",
        _ => "MPEG-4 audio other than AAC-LC",
    };
    Some(IoError::unsupported(file, format!("is {name}, which is not supported")))
}

fn surround(file: &str) -> IoError {
    IoError::unsupported(file, "is AAC with more than two channels, which is not supported")
}

/// Returns the error for streams with band replication.
pub(crate) fn high_efficiency(file: &str, name: &str) -> IoError {
    let problem = format!("is {name}, of which only the lower half of the spectrum could be decoded");
    IoError::unsupported(file, problem)
}

/// Returns whether a packet ends with a fill element that carries band replication (ISO/IEC 14496-3, 4.4.2.7).
///
/// The elements before it are coded by Huffman codes, so it is looked for from the end: the end mark, and in front of it
/// fill elements whose sizes fit.
fn carries_band_replication(packet: &[u8]) -> bool {
    let bits = Bits::new(packet);
    let Some(last) = packet.iter().rposition(|&byte| byte != 0) else { return false };
    let end = 8 * last + 8 - packet[last].trailing_zeros() as usize;
    let Some(mark) = end.checked_sub(3).filter(|&mark| bits.at(mark, 3) == Some(7)) else { return false };
    ends_in_replication(&bits, mark, MAX_FILL_ELEMENTS)
}

/// Fill elements at the end of a packet that are considered.
const MAX_FILL_ELEMENTS: usize = 3;

/// Returns whether a fill element with band replication ends at bit `end`, or one does in front of others.
fn ends_in_replication(bits: &Bits<'_>, end: usize, left: usize) -> bool {
    const FILL: u32 = 6;
    const ESCAPE: usize = 15;
    let starts = (1..=ESCAPE + 255 - 1).filter_map(|bytes| {
        let head = if bytes < ESCAPE { 7 } else { 15 };
        let start = end.checked_sub(8 * bytes + head)?;
        let (short, long) = (bytes.min(ESCAPE), (bytes + 1).saturating_sub(ESCAPE));
        let fits = bits.at(start, 3)? == FILL
            && bits.at(start + 3, 4)? as usize == short
            && (bytes < ESCAPE || bits.at(start + 7, 8)? as usize == long);
        fits.then_some((start, bits.at(start + head, 4)?))
    });
    // Extensions 13 and 14 are band replication, without and with a checksum.
    starts.into_iter().any(|(start, kind)| {
        matches!(kind, 13 | 14) || left > 1 && kind < 2 && ends_in_replication(bits, start, left - 1)
    })
}

/// Returns the sample rate of the core: that of the configuration, since containers may state twice as much.
fn core_rate_hz(params: &AudioCodecParameters) -> Option<u32> {
    let configured = params.extra_data.as_deref().and_then(|config| Some(kind_and_rate_hz(&mut Bits::new(config))?.1));
    configured.or(params.sample_rate)
}

/// Reads the kind of the audio and its sample rate from the start of a configuration.
fn kind_and_rate_hz(bits: &mut Bits<'_>) -> Option<(u32, u32)> {
    const RATES_HZ: [u32; 13] =
        [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
    let kind = bits.read(5)?;
    let kind = if kind == 31 { 32 + bits.read(6)? } else { kind };
    let rate_hz = match bits.read(4)? {
        15 => bits.read(24)?,
        index => *RATES_HZ.get(index as usize)?,
    };
    Some((kind, rate_hz))
}

/// Bits of a packet, most significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    next: usize,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    /// Returns `count` bits from bit `start` on; `None` beyond the end.
    fn at(&self, start: usize, count: usize) -> Option<u32> {
        (start..start + count).try_fold(0, |value, bit| {
            let byte = *self.bytes.get(bit / 8)?;
            Some(value << 1 | u32::from(byte >> (7 - bit % 8) & 1))
        })
    }

    fn read(&mut self, count: usize) -> Option<u32> {
        let value = self.at(self.next, count)?;
        self.next += count;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet of `head` bits, then the elements, the end mark, and zeros up to a whole byte.
    fn packet(head: &str, elements: &[&str]) -> Vec<u8> {
        let mut bits = format!("{head}{}111", elements.concat());
        while bits.len() % 8 != 0 {
            bits.push('0');
        }
        bits.as_bytes()
            .chunks(8)
            .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
            .collect()
    }

    fn fill(bytes: usize, kind: &str) -> String {
        let size = if bytes < 15 { format!("{bytes:04b}") } else { format!("1111{:08b}", bytes - 14) };
        format!("110{size}{kind}{}", "01".repeat(4 * bytes - 2))
    }

    #[test]
    fn band_replication_is_found_at_the_end_of_packets() {
        for bytes in [1, 9, 14, 15, 16, 90, 269] {
            let head = "0100110".repeat(40);
            assert!(carries_band_replication(&packet(&head, &[&fill(bytes, "1101")])), "{bytes} bytes");
            assert!(
                carries_band_replication(&packet(&head, &[&fill(bytes, "1110"), &fill(3, "0000")])),
                "{bytes} bytes"
            );
            assert!(!carries_band_replication(&packet(&head, &[&fill(bytes, "0000")])), "{bytes} bytes");
        }
        assert!(!carries_band_replication(&[]));
        assert!(!carries_band_replication(&[0; 9]));
    }

    fn told(config: &[u8]) -> Option<String> {
        let mut params = AudioCodecParameters::new();
        params.with_extra_data(config.into());
        refusal("x", &params).map(|error| error.to_string())
    }

    #[test]
    fn configurations_are_named() {
        assert_eq!(told(&[0x12, 0x10]), None, "AAC-LC, 44.1 kHz, stereo");
        assert!(told(&[0x12, 0x30]).unwrap().contains("more than two channels"));
        assert!(told(&[0x2b, 0x11, 0x88, 0]).unwrap().contains("HE-AAC, of which"));
        assert!(told(&[0xeb, 0x09, 0x88, 0]).unwrap().contains("HE-AAC v2"));
        assert!(told(&[0x0a, 0x10]).unwrap().contains("AAC Main"));
        assert_eq!(told(&[]), None);
    }
}
