//! The connection between the two processes: a byte stream both ways with time-outs.
//!
//! Standard output and standard error of the plugin's process go nowhere, so that what a plugin prints cannot get into
//! the way; the connection is made over its standard input.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

#[cfg(any(not(unix), test))]
mod door;
#[cfg(not(unix))]
mod loopback;
#[cfg(unix)]
mod pair;

#[cfg(not(unix))]
pub(crate) use loopback::{Stream, inherited};
#[cfg(unix)]
pub(crate) use pair::{Stream, inherited};

#[cfg(not(unix))]
use loopback::connected;
#[cfg(unix)]
use pair::connected;

/// Starts `command` and connects to it; reading and writing give up after `timeout`.
///
/// The process that is started calls [`inherited`] for its end of the stream.
pub(crate) fn start(mut command: Command, timeout: Duration) -> io::Result<(Child, Stream)> {
    let (child, stream) = connected(command.stdout(Stdio::null()).stderr(Stdio::null()), timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    Ok((child, stream))
}
