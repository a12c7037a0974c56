//! The other side: the process that holds the plugin.
//!
//! The plugin's main thread is this process's, its audio thread another one, as CLAP has it.

#[cfg(unix)]
mod audio;
#[cfg(unix)]
mod plugin;

/// Hold one plugin for the process that started this one, over the socket that is standard input, and return the exit
/// code. Never call it in a program that has anything else to do: a plugin may end it.
#[must_use]
pub fn serve() -> i32 {
    #[cfg(unix)]
    {
        unix::serve()
    }
    #[cfg(not(unix))]
    {
        2
    }
}

#[cfg(unix)]
mod unix {
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::{audio, plugin};
    use crate::wire::{self, Open, tag};

    pub(super) fn serve() -> i32 {
        let Ok(inherited) = std::io::stdin().as_fd().try_clone_to_owned() else { return 2 };
        let mut socket = UnixStream::from(inherited);
        match run(&mut socket) {
            Ok(()) => 0,
            Err(problem) => {
                let _ = wire::write(&mut socket, tag::FAILED, problem.as_bytes());
                1
            }
        }
    }

    fn run(socket: &mut UnixStream) -> Result<(), String> {
        let lost = |error: std::io::Error| format!("the plugin's process lost its socket: {error}");
        let mut bytes = Vec::new();
        if wire::read(socket, &mut bytes).map_err(lost)? != tag::OPEN {
            return Err("the plugin's process was not told what to load".to_owned());
        }
        let open: Open = serde_json::from_slice(&bytes).map_err(|error| format!("cannot be loaded: {error}"))?;
        let mut state = None;
        if open.has_state {
            wire::read(socket, &mut bytes).map_err(lost)?;
            state = Some(bytes);
        }
        let loaded = plugin::load(&open, state.as_deref())?;
        audio::run(loaded, socket)
    }
}
