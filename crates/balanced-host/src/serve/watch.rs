//! Ends this process when the one that started it is gone, whatever the plugin is doing.

use std::io;
use std::thread;
use std::time::Duration;

use crate::stream::{self, Stream};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(250);
/// How long the plugin may take to end by itself; longer than the other side waits for it.
const GRACE: Duration = Duration::from_secs(2);

/// Has the kernel end this process with the one that started it, at once; the sandbox keeps the plugin from undoing it.
///
/// It does so when the *thread* that started this process ends, so this is for a thread that lives as long as its process.
#[cfg(target_os = "linux")]
pub(super) fn die_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?)
}

/// Does nothing: only Linux has this.
#[cfg(not(target_os = "linux"))]
pub(super) fn die_with_parent() -> io::Result<()> {
    Ok(())
}

/// Starts to watch the other side of `stream`.
pub(super) fn start(stream: &Stream) -> io::Result<()> {
    let stream = stream.try_clone()?;
    let parent = parent();
    thread::Builder::new().name("watch".to_owned()).spawn(move || {
        while !stream::is_closed(&stream, EVERY) && self::parent() == parent {}
        thread::sleep(GRACE);
        end();
    })?;
    Ok(())
}

/// The parent's number; it changes when the parent dies. Copies of the connection in forks of the parent may outlive it.
#[cfg(unix)]
fn parent() -> Option<rustix::process::Pid> {
    rustix::process::getppid()
}

#[cfg(not(unix))]
fn parent() {}

/// Ends this process; nothing that a plugin may have registered is run.
fn end() -> ! {
    #[cfg(unix)]
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}
