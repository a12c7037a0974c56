//! A pair of connected sockets, one of which is the child's standard input.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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
