//! `balanced cyanite status`, `fetch` and `delete`.

use std::time::Duration;

use balanced::cyanite::{AnalysisState, ProviderResult, Result, Status, Watch};

use super::open::Opened;
use super::{report, tell};
use crate::console;
use crate::cyanite_args::{DeleteArgs, TracksArgs};
use crate::exit::Exit;

/// Time between two questions, in seconds.
const EVERY_S: u32 = 5;

pub fn status(args: &TracksArgs, opened: &Opened, json: bool) -> Exit {
    each(&args.tracks, |track| {
        if args.wait > 0 {
            // What it ends with is told below.
            let _ = wait(track, args, opened);
        }
        let status = opened.client.status(track, &Watch::default())?;
        tell(json, &status, &text(&status));
        Ok(())
    })
}

pub fn fetch(args: &TracksArgs, opened: &Opened) -> Exit {
    each(&args.tracks, |track| {
        let result = wait(track, args, opened)?.with_journal(&*opened.journal)?;
        console::line(&serde_json::to_string(&result).expect("results are plain data"));
        Ok(())
    })
}

fn wait(track: &str, args: &TracksArgs, opened: &Opened) -> Result<ProviderResult> {
    let times = args.wait / EVERY_S + 1;
    opened.client.wait(track, Duration::from_secs(EVERY_S.into()), times, &Watch::default())
}

pub fn delete(args: &DeleteArgs, opened: &Opened, json: bool) -> Exit {
    let (journal, watch) = (Some(&*opened.journal), Watch::default());
    let deleted = match (&args.sha256, &args.external_id) {
        (Some(sha256), _) => opened.client.delete_sha256(sha256, journal, &watch),
        (None, Some(id)) => opened.client.delete_external_id(id, journal, &watch),
        (None, None) => opened.client.delete(&args.tracks, journal, &watch),
    };
    match deleted {
        Ok(receipt) => {
            let deleted = receipt.deleted.iter().map(|id| format!("deleted: {id}"));
            let absent = receipt.absent.iter().map(|id| format!("was not there: {id}"));
            let lines: Vec<String> = deleted.chain(absent).collect();
            tell(json, &receipt, &if lines.is_empty() { "nothing was found".to_owned() } else { lines.join("\n") });
            Exit::Done
        }
        Err(error) => report(&error),
    }
}

fn each(tracks: &[String], mut run: impl FnMut(&str) -> Result<()>) -> Exit {
    let outcome = |track: &String| run(track).map_or_else(|error| report(&error), |()| Exit::Done);
    tracks.iter().map(outcome).max().unwrap_or(Exit::Done)
}

fn text(status: &Status) -> String {
    let analyses: Vec<String> =
        status.analyses.iter().map(|(name, state)| format!("{name} {}", state_text(state))).collect();
    format!("{}: {} ({})", status.track_id, state_text(&status.state), analyses.join(", "))
}

fn state_text(state: &AnalysisState) -> String {
    match state {
        AnalysisState::NotStarted => "not started".to_owned(),
        AnalysisState::Enqueued => "waits".to_owned(),
        AnalysisState::Processing => "runs".to_owned(),
        AnalysisState::Finished => "finished".to_owned(),
        AnalysisState::Failed(reason) => format!("failed: {reason}"),
        AnalysisState::NotAuthorized => "not in the plan".to_owned(),
        AnalysisState::Unknown(name) => format!("unknown: {name}"),
        _ => "unknown".to_owned(),
    }
}
