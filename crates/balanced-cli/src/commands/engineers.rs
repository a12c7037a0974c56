//! Command `balanced match`.

use balanced::report;
use balanced::roster::{self, MatchOptions, Ranking, Wishes};

use super::outputs;
use crate::args::EngineersArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::Stdin;

/// Analyses the track, and prints the engineers with their reasons.
pub fn run(args: &EngineersArgs) -> Exit {
    try_run(args).unwrap_or_else(|exit| exit)
}

fn try_run(args: &EngineersArgs) -> Result<Exit, Exit> {
    let mut input = args.input.clone();
    let stdin = Stdin::take(std::slice::from_mut(&mut input))?;
    let roster = roster::read(&args.roster).map_err(|error| outputs::report(&error))?;
    let wishes = args.wishes.as_ref().map_or(Ok(Wishes::default()), roster::read_wishes);
    let bar = Bar::new("match", false);
    let progress = |progress| bar.show(progress);
    let options = MatchOptions {
        wishes: wishes.map_err(|error| outputs::report(&error))?,
        ranking: Ranking { top: args.top, seed: args.seed, exploration: args.exploration, ..Ranking::default() },
        reference: args.reference.clone(),
        layout: args.layout.chosen(),
        accept_damaged: args.damage.accept_damaged,
        progress: Some(&progress),
        limits: args.limits.limits(),
        ..MatchOptions::default()
    };
    let result = balanced::match_engineers(&input, &roster, &options);
    bar.clear();
    let mut matches = result.map_err(|error| stdin.report(&error))?;
    stdin.name(&mut matches.source);
    console::line(&if args.json {
        serde_json::to_string(&matches).expect("a list is plain data")
    } else {
        // Names in a roster are anybody's; none may steer a terminal.
        report::engineers_text(&matches).lines().map(balanced::printable).collect::<Vec<_>>().join("\n")
    });
    Ok(if matches.matches.is_empty() { Exit::Failed } else { Exit::Done })
}
