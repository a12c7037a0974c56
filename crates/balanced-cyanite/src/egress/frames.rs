//! MP3 files that a caller made: frames of MPEG-1 layer III, and nothing else.

use super::{About, SentAudio, Upload};
use crate::assumptions::{MAX_DURATION_S, MAX_FILE_BYTES};
use crate::error::{Error, Result};
use crate::options::Options;

const BITRATES_KBPS: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_HZ: [u32; 3] = [44_100, 48_000, 32_000];
const FRAME_SAMPLES: f64 = 1152.0;

/// Header of a frame (ISO/IEC 11172-3, 2.4.1.3).
struct Header {
    bitrate_kbps: u32,
    sample_rate_hz: u32,
    channels: u32,
    bytes: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let bits = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
        // Eleven bits of synchronisation, MPEG-1, layer III; protected or not.
        if bits >> 17 != 0x7FFD {
            return None;
        }
        let bitrate_kbps = *BITRATES_KBPS.get((bits >> 12 & 15).checked_sub(1)? as usize)?;
        let sample_rate_hz = *RATES_HZ.get((bits >> 10 & 3) as usize)?;
        let channels = if bits >> 6 & 3 == 3 { 1 } else { 2 };
        let bytes = (144_000 * bitrate_kbps / sample_rate_hz + (bits >> 9 & 1)) as usize;
        Some(Self { bitrate_kbps, sample_rate_hz, channels, bytes })
    }
}

impl Upload {
    /// Makes an upload of an MP3 that exists, for programs with an encoder of their own.
    ///
    /// It must consist of frames only: a file with tags is refused, because they would leave the machine unseen.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Audio`](crate::ErrorKind::Audio) if there is anything but frames in it or it is longer or larger than
    /// Cyanite takes, and the errors of [`prepare`](crate::prepare).
    pub fn of_mp3(mp3: Vec<u8>, about: &About, options: &Options) -> Result<Self> {
        let (mut at, mut frames, mut first) = (0, 0_u32, None);
        while at < mp3.len() {
            let Some(header) = Header::read(&mp3[at..]).filter(|header| at + header.bytes <= mp3.len()) else {
                let problem =
                    format!("byte {at} of the MP3 begins no frame of MPEG-1 layer III: tags, or another format");
                return Err(Error::audio(problem, "strip all tags, or let Balanced encode it"));
            };
            at += header.bytes;
            frames += 1;
            first.get_or_insert(header);
        }
        let Some(header) = first else { return Err(Error::audio("the MP3 is empty", "give another file")) };
        let duration_s = f64::from(frames) * FRAME_SAMPLES / f64::from(header.sample_rate_hz);
        if mp3.len() as u64 > MAX_FILE_BYTES || duration_s > MAX_DURATION_S {
            let problem = format!("{} bytes and {duration_s:.1} s are more than Cyanite takes", mp3.len());
            return Err(Error::audio(problem, "give at most 20 MB and 15 minutes"));
        }
        let audio = SentAudio {
            format: "mp3".to_owned(),
            bytes: mp3.len() as u64,
            sha256: super::sha256(&mp3),
            bitrate_kbps: header.bitrate_kbps,
            sample_rate_hz: header.sample_rate_hz,
            channels: header.channels,
            duration_s,
            changes: Vec::new(),
            excerpt: None,
        };
        Self::new(mp3, audio, about, options)
    }
}
