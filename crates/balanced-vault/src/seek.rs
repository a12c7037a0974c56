//! Positions in streams of a known length.

use std::io::{self, SeekFrom};

/// Returns the position that `to` names in a stream of `length` bytes that stands at `at`, as [`Seek`](io::Seek) defines it.
pub(crate) fn position(to: SeekFrom, at: u64, length: u64) -> io::Result<u64> {
    let position = match to {
        SeekFrom::Start(at) => Some(at),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(by) => length.checked_add_signed(by),
    };
    position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}
