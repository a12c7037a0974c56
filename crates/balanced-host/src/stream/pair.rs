//! A pair of connected sockets, one of which is the child's standard input.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub(crate) type Stream = UnixStream;

pub(super) fn connected(command: &mut Command, _: Duration) -> io::Result<(Child, Stream)> {
    let (ours, theirs) = UnixStream::pair()?;
    let child = command.stdin(Stdio::from(OwnedFd::from(theirs))).spawn()?;
    Ok((child, ours))
}

/// Returns this process's end of the stream.
pub(crate) fn inherited() -> io::Result<Stream> {
    Ok(UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Whether the other side has closed the stream, or does so within `timeout`.
pub(crate) fn is_closed(stream: &Stream, timeout: Duration) -> bool {
    // The end of a connection is reported without being asked for.
    let mut polled = [PollFd::new(stream, PollFlags::empty())];
    let timeout = Timespec { tv_sec: timeout.as_secs().cast_signed(), tv_nsec: timeout.subsec_nanos().into() };
    poll(&mut polled, Some(&timeout)).is_ok() && polled[0].revents().intersects(PollFlags::HUP | PollFlags::ERR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_other_side_is_seen() {
        let (ours, theirs) = Stream::pair().unwrap();
        assert!(!is_closed(&ours, Duration::from_millis(1)));
        drop(theirs);
        assert!(is_closed(&ours, Duration::from_secs(10)));
    }
}
