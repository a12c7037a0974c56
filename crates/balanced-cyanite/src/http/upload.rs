//! A body that tells how much of it was sent, and that stops when the call is cancelled.

use std::io::{self, Read};

use crate::watch::{Step, Watch};

pub(crate) struct Upload<'a> {
    bytes: &'a [u8],
    sent: usize,
    watch: &'a Watch,
}

impl<'a> Upload<'a> {
    pub(crate) fn new(bytes: &'a [u8], watch: &'a Watch) -> Self {
        Self { bytes, sent: 0, watch }
    }
}

impl Read for Upload<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let left = &self.bytes[self.sent..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.sent += count;
        self.watch.tell(Step::Uploading { sent: self.sent as u64, total: self.bytes.len() as u64 });
        Ok(count)
    }
}
