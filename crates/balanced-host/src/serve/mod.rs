//! The server side of a hosted plugin: the process that loads it.
//!
//! The plugin's main thread is this process's, its audio thread another one, as CLAP has it.

mod audio;
mod plugin;
mod watch;

use crate::confine::{Bounds, confine};
use crate::refusal::Refusal;
use crate::stream::{self, Stream};
use crate::wire::{self, Open, tag};

/// Hosts one plugin for the process that started this one, over the stream on standard input; returns the exit code.
///
/// A plugin may end the process, so a program that calls this does nothing else.
#[must_use]
pub fn serve() -> i32 {
    let Ok(mut stream) = stream::inherited() else { return 2 };
    match run(&mut stream) {
        Ok(()) => 0,
        Err(problem) => {
            let _ = wire::write(&mut stream, tag::FAILED, &serde_json::to_vec(&problem).expect("plain data"));
            1
        }
    }
}

fn run(stream: &mut Stream) -> Result<(), Refusal> {
    let lost = |error: std::io::Error| format!("the plugin's process lost its connection: {error}");
    let mut bytes = Vec::new();
    if wire::read(stream, &mut bytes).map_err(lost)? != tag::OPEN {
        return Err("the plugin's process was not told what to load".into());
    }
    let open: Open = serde_json::from_slice(&bytes).map_err(|error| format!("cannot be loaded: {error}"))?;
    let mut state = None;
    if open.has_state {
        wire::read(stream, &mut bytes).map_err(lost)?;
        state = Some(bytes);
    }
    if open.dies_with_parent {
        watch::die_with_parent().map_err(lost)?;
    }
    // The plugin's code has not run yet; from here on it can do what the sandbox leaves it.
    let gaps = confine(&Bounds { readable: open.readable.clone(), temporary: open.temporary.clone() });
    watch::start(stream).map_err(lost)?;
    let loaded = plugin::load(&open, state.as_deref())?;
    audio::run(loaded, gaps, stream)
}
