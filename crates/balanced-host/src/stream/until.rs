//! Reading and writing up to a point in time.

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use super::Stream;

/// A stream that gives up at a point in time, however slowly the other side trickles.
pub(crate) struct Until<'a> {
    stream: &'a Stream,
    end: Instant,
}

impl<'a> Until<'a> {
    pub(crate) fn after(stream: &'a Stream, timeout: Duration) -> Self {
        Self { stream, end: Instant::now() + timeout }
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(bytes)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Each byte comes in time, all of them do not.
    #[test]
    fn a_trickle_ends_in_time() {
        let (ours, mut theirs) = Stream::pair().unwrap();
        let other = std::thread::spawn(move || {
            while theirs.write_all(&[0]).is_ok() {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let mut all = [0; 1 << 20];
        let error = Until::after(&ours, Duration::from_millis(200)).read_exact(&mut all).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock), "{error}");
        drop(ours);
        other.join().unwrap();
    }
}
