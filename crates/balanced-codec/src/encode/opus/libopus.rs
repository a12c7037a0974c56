//! The encoder of libopus, by its translation to Rust, behind a safe interface.
//!
//! The translation keeps the C interface: raw pointers and lengths. Everything that it may read or write is checked here,
//! and nothing else in this crate touches it.
#![expect(unsafe_code, reason = "the translation has libopus's interface")]

use std::ptr::NonNull;

use unsafe_libopus::{
    OPUS_APPLICATION_AUDIO, OPUS_GET_LOOKAHEAD_REQUEST, OPUS_SET_BITRATE_REQUEST, OPUS_SET_COMPLEXITY_REQUEST,
    OPUS_SET_VBR_CONSTRAINT_REQUEST, OpusEncoder, opus_encode_float, opus_encoder_create, opus_encoder_ctl,
    opus_encoder_destroy, opus_get_version_string,
};

use crate::CodecError;

/// Frames of a packet at 48 kHz: 20 ms, as opusenc makes them.
pub(super) const PACKET_FRAMES: usize = 960;
/// Bytes of the largest packet of one frame (RFC 6716, section 3.4).
pub(super) const MAX_PACKET_BYTES: usize = 1276;
/// Search effort of opusenc and ffmpeg, 0 to 10.
const COMPLEXITY: i32 = 10;

/// An encoder at 48 kHz.
pub(super) struct Encoder {
    state: NonNull<OpusEncoder>,
    channels: usize,
}

/// Returns libopus's name and version.
pub(super) fn version() -> &'static str {
    opus_get_version_string()
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the function that creates it and is destroyed once.
        unsafe { opus_encoder_destroy(self.state.as_ptr()) };
    }
}

impl Encoder {
    /// Creates an encoder of music for one or two channels: variable bit rate around `kbps`, as opusenc sets it.
    pub(super) fn new(channels: usize, kbps: u32) -> Result<Self, CodecError> {
        let failed = || CodecError::failed(format!("the Opus encoder refuses {channels} channels at {kbps} kbit/s"));
        let count = i32::try_from(channels).map_err(|_| failed())?;
        let bits_per_s = i32::try_from(kbps.saturating_mul(1000)).map_err(|_| failed())?;
        let mut error = 0;
        // SAFETY: libopus checks the numbers and writes one error code.
        let state = unsafe { opus_encoder_create(48_000, count, OPUS_APPLICATION_AUDIO, &raw mut error) };
        let encoder = Self { state: NonNull::new(state).ok_or_else(failed)?, channels };
        for (request, value) in [
            (OPUS_SET_BITRATE_REQUEST, bits_per_s),
            (OPUS_SET_VBR_CONSTRAINT_REQUEST, 0),
            (OPUS_SET_COMPLEXITY_REQUEST, COMPLEXITY),
        ] {
            // SAFETY: the state is valid, and these requests take one number.
            let code = unsafe { opus_encoder_ctl!(encoder.state.as_ptr(), request, value) };
            if code != 0 {
                return Err(failed());
            }
        }
        Ok(encoder)
    }

    /// Returns the encoder's delay in frames.
    pub(super) fn lookahead_frames(&mut self) -> u16 {
        let mut frames = 0i32;
        // SAFETY: the state is valid, and this request writes one number.
        unsafe { opus_encoder_ctl!(self.state.as_ptr(), OPUS_GET_LOOKAHEAD_REQUEST, &mut frames) };
        u16::try_from(frames).unwrap_or(0)
    }

    /// Encodes one packet of interleaved samples and returns its bytes.
    ///
    /// # Panics
    /// Panics if `samples` are not those of [`PACKET_FRAMES`] frames.
    pub(super) fn encode(&mut self, samples: &[f32], packet: &mut [u8]) -> Result<usize, CodecError> {
        assert_eq!(samples.len(), PACKET_FRAMES * self.channels, "a packet of another length");
        let room = i32::try_from(packet.len()).unwrap_or(i32::MAX);
        // SAFETY: libopus reads that many frames, which there are, and writes at most `room` bytes.
        let bytes = unsafe {
            opus_encode_float(self.state.as_ptr(), samples.as_ptr(), PACKET_FRAMES as i32, packet.as_mut_ptr(), room)
        };
        usize::try_from(bytes).map_err(|_| CodecError::failed(format!("the Opus encoder failed (code {bytes})")))
    }
}
