//! Command `balanced cyanite`.

mod open;
mod search;
mod send;
mod tracks;

use balanced::cyanite::{Error, ErrorKind};
use serde::Serialize;

use crate::console;
use crate::cyanite_args::{CyaniteCommand, CyaniteVerb};
use crate::exit::Exit;

pub use open::deletion;

/// Runs a command of Cyanite.
pub fn run(args: &CyaniteCommand) -> Exit {
    // What would be sent is shown to whoever has no account yet.
    let asks = !matches!(&args.command, CyaniteVerb::Send(send) if send.consent.is_none());
    let opened = match open::open(&args.at, asks) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    match &args.command {
        CyaniteVerb::Send(send) => send::run(send, &opened, args.json),
        CyaniteVerb::Status(tracks) => tracks::status(tracks, &opened, args.json),
        CyaniteVerb::Fetch(tracks) => tracks::fetch(tracks, &opened),
        CyaniteVerb::Search(search) => search::run(search, &opened, args.json),
        CyaniteVerb::Delete(delete) => tracks::delete(delete, &opened, args.json),
    }
}

/// Prints an error and returns its exit code: what is not there yet is 1, as a check that fails.
fn report(error: &Error) -> Exit {
    console::error(&error.to_string());
    match error.kind() {
        ErrorKind::NotReady => Exit::Failed,
        ErrorKind::Settings | ErrorKind::Consent => Exit::Usage,
        _ => Exit::File,
    }
}

/// Prints a result: as JSON, or the text for people.
fn tell(json: bool, result: &impl Serialize, text: &str) {
    if json {
        console::line(&serde_json::to_string(result).expect("results are plain data"));
    } else {
        console::line(text);
    }
}
