//! The multistream decoder of libopus, by its translation to Rust, behind a safe interface.
//!
//! The translation keeps the C interface: raw pointers and lengths. Everything that it may read or write is checked here,
//! and nothing else in this crate touches it.
#![expect(unsafe_code, reason = "the translation has libopus's interface")]

use std::ptr::NonNull;
use std::sync::Mutex;

use unsafe_libopus::{
    OpusMSDecoder, opus_multistream_decode_float, opus_multistream_decoder_create, opus_multistream_decoder_destroy,
};

use super::head::Head;

/// Frames of the longest packet: 120 ms (RFC 6716, section 3.2).
pub(crate) const MAX_PACKET_FRAMES: usize = 5760;

/// A decoder of several streams that share their packets.
///
/// The mutex is never locked. It makes the decoder `Sync`, which symphonia requires.
pub(crate) struct Multistream {
    state: Mutex<State>,
    channels: usize,
}

/// Owner of libopus's state.
struct State(NonNull<OpusMSDecoder>);

// SAFETY: the state is one block of memory that nothing else points to; libopus keeps no state of a thread.
unsafe impl Send for State {}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the function that creates it and is destroyed once.
        unsafe { opus_multistream_decoder_destroy(self.0.as_ptr()) };
    }
}

impl Multistream {
    /// Creates a decoder for 48 kHz; `None` if the numbers of the header contradict each other.
    pub(crate) fn new(head: &Head) -> Option<Self> {
        let channels = i32::try_from(head.mapping.len()).ok()?;
        let (streams, coupled) = (i32::from(head.streams), i32::from(head.coupled));
        let mut error = 0;
        // SAFETY: libopus reads `channels` bytes of the mapping, which has as many, and writes one error code.
        let state = unsafe {
            opus_multistream_decoder_create(48_000, channels, streams, coupled, head.mapping.as_ptr(), &raw mut error)
        };
        Some(Self { state: Mutex::new(State(NonNull::new(state)?)), channels: head.mapping.len() })
    }

    /// Decodes a packet to interleaved samples and returns the number of frames; `None` if the packet is invalid.
    ///
    /// # Panics
    /// Panics if `out` has no room for [`MAX_PACKET_FRAMES`].
    pub(crate) fn decode(&mut self, packet: &[u8], out: &mut [f32]) -> Option<usize> {
        assert!(out.len() >= MAX_PACKET_FRAMES * self.channels, "no room for the longest packet");
        let bytes = i32::try_from(packet.len()).ok().filter(|&bytes| bytes > 0)?;
        let state = match self.state.get_mut() {
            Ok(state) => state,
            Err(poisoned) => poisoned.into_inner(),
        };
        // SAFETY: libopus reads at most `bytes` bytes of the packet, and writes at most as many frames as it is told that
        // there is room for, which was checked.
        let frames = unsafe {
            opus_multistream_decode_float(
                state.0.as_ptr(),
                packet.as_ptr(),
                bytes,
                out.as_mut_ptr(),
                MAX_PACKET_FRAMES as i32,
                0,
            )
        };
        usize::try_from(frames).ok().filter(|&frames| frames > 0)
    }
}
