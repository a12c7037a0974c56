//! A TCP connection within the machine, for systems whose sockets cannot be a child's standard input.
//!
//! The child is told over its standard input where to connect.

use std::io::{self, BufRead, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::door::{self, Door};

pub(crate) type Stream = TcpStream;

pub(super) fn connected(command: &mut Command, timeout: Duration) -> io::Result<(Child, Stream)> {
    let door = Door::open()?;
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let told = child.stdin.take().expect("it is piped").write_all(door.invitation()?.as_bytes());
    let admitted = told.and_then(|()| door.admit(timeout, || child.try_wait().map(|status| status.is_none())));
    match admitted {
        Ok(stream) => Ok((child, stream)),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error)
        }
    }
}

/// Returns this process's end of the stream.
pub(crate) fn inherited() -> io::Result<Stream> {
    let mut invitation = String::new();
    io::stdin().lock().read_line(&mut invitation)?;
    door::enter(&invitation)
}

/// Whether the other side has closed the stream; waits for `timeout` if it has not.
pub(crate) fn is_closed(stream: &Stream, timeout: Duration) -> bool {
    let is_closed = matches!(stream.peek(&mut [0]), Ok(0) | Err(_));
    if !is_closed {
        std::thread::sleep(timeout);
    }
    is_closed
}
