//! A port of this machine that lets in one caller, known by a secret: other programs can reach the port too.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Bytes of a secret.
const SECRET_BYTES: usize = 16;
/// How long a caller may take to say the secret.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the port is looked at.
const EVERY: Duration = Duration::from_millis(2);

/// A port that waits for one caller.
pub(super) struct Door {
    listener: TcpListener,
    secret: [u8; SECRET_BYTES],
}

impl Door {
    pub(super) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, secret: secret() })
    }

    /// Returns the line that tells the child where to connect.
    pub(super) fn invitation(&self) -> io::Result<String> {
        Ok(format!("{} {:032x}\n", self.listener.local_addr()?.port(), u128::from_le_bytes(self.secret)))
    }

    /// Waits for the caller that knows the secret, while `is_alive` says that it may still come.
    pub(super) fn admit(
        &self,
        timeout: Duration,
        mut is_alive: impl FnMut() -> io::Result<bool>,
    ) -> io::Result<TcpStream> {
        let start = Instant::now();
        while start.elapsed() < timeout {
            match self.listener.accept() {
                Ok((caller, _)) if self.knows(&caller) => return Ok(caller),
                Ok(_) => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if !is_alive()? {
                return Err(io::Error::new(ErrorKind::BrokenPipe, "it ended before it had connected"));
            }
            std::thread::sleep(EVERY);
        }
        Err(io::Error::new(ErrorKind::TimedOut, "it did not connect in time"))
    }

    fn knows(&self, mut caller: &TcpStream) -> bool {
        let mut said = [0; SECRET_BYTES];
        let prepared = caller
            .set_nonblocking(false)
            .and_then(|()| caller.set_nodelay(true))
            .and_then(|()| caller.set_read_timeout(Some(PATIENCE)));
        prepared.is_ok() && caller.read_exact(&mut said).is_ok() && said == self.secret
    }
}

/// Connects to the door that `invitation` names.
pub(super) fn enter(invitation: &str) -> io::Result<TcpStream> {
    let nonsense = || io::Error::new(ErrorKind::InvalidData, "the invitation is none");
    let (port, secret) = invitation.trim_end().split_once(' ').ok_or_else(nonsense)?;
    let port: u16 = port.parse().map_err(|_| nonsense())?;
    let secret = u128::from_str_radix(secret, 16).map_err(|_| nonsense())?;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    stream.write_all(&secret.to_le_bytes())?;
    Ok(stream)
}

/// Bytes that nobody can guess: the standard library seeds its hashers from the system's random numbers.
fn secret() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    for half in secret.chunks_exact_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    #[test]
    fn the_one_who_was_invited_is_let_in_and_strangers_are_not() {
        let door = Door::open().unwrap();
        let invitation = door.invitation().unwrap();
        let wrong = format!("{} {:032x}\n", door.listener.local_addr().unwrap().port(), 1);
        let mut stranger = enter(&wrong).unwrap();
        let mut silent = TcpStream::connect(door.listener.local_addr().unwrap()).unwrap();
        let mut child = enter(&invitation).unwrap();
        let mut admitted = door.admit(SOON, || Ok(true)).unwrap();
        child.write_all(b"hello").unwrap();
        let mut heard = [0; 5];
        admitted.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"hello");
        for turned_away in [&mut stranger, &mut silent] {
            assert!(!matches!(turned_away.read(&mut heard), Ok(1..)));
        }
    }

    #[test]
    fn nobody_is_waited_for_in_vain() {
        let door = Door::open().unwrap();
        let timed_out = door.admit(Duration::from_millis(20), || Ok(true)).unwrap_err();
        assert_eq!(timed_out.kind(), ErrorKind::TimedOut);
        let ended = door.admit(SOON, || Ok(false)).unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::BrokenPipe);
        assert!(enter("").is_err() && enter("port secret\n").is_err());
    }

    #[test]
    fn secrets_differ() {
        let secrets: std::collections::HashSet<_> = (0..100).map(|_| secret()).collect();
        assert_eq!(secrets.len(), 100);
    }
}
