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
mod until;

#[cfg(not(unix))]
pub(crate) use loopback::{Stream, inherited, is_closed};
#[cfg(unix)]
pub(crate) use pair::{Stream, inherited, is_closed};
pub(crate) use until::Until;

#[cfg(not(unix))]
use loopback::connected;
#[cfg(unix)]
use pair::connected;

/// Starts `command` and connects to it within `timeout`.
///
/// The process that is started calls [`inherited`] for its end of the stream.
pub(crate) fn start(mut command: Command, timeout: Duration) -> io::Result<(Child, Stream)> {
    connected(command.stdout(Stdio::null()).stderr(Stdio::null()), timeout)
}
