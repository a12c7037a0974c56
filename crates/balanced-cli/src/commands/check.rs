//! Command `balanced check`.

use std::path::Path;

use balanced::{Analysis, AnalyzeOptions, CheckResult, Error, Level, Profile};

use super::analyze::error_row;
use super::{inputs, outputs};
use crate::args::CheckArgs;
use crate::console;
use crate::exit::Exit;
use crate::stdio::Stdin;

/// Checks every input against the profile; the worst outcome is the exit code.
pub fn run(args: &CheckArgs) -> Exit {
    let profile = match balanced::profile(&args.profile) {
        Ok(profile) => profile,
        Err(error) => return outputs::report(&error),
    };
    let mut files = inputs::expand(&args.inputs);
    let stdin = match Stdin::take(&mut files) {
        Ok(stdin) => stdin,
        Err(exit) => return exit,
    };
    if files.is_empty() {
        console::error(inputs::NOTHING_FOUND);
        return Exit::File;
    }
    let options = AnalyzeOptions {
        config: balanced::check_config(&profile),
        layout: args.layout.chosen(),
        limits: args.limits.limits(),
        accept_damaged: args.damage.accept_damaged,
        ..AnalyzeOptions::default()
    };
    let mut exit = Exit::Done;
    balanced::analyze_many(&files, inputs::jobs(args.jobs), balanced::Order::AsGiven, &options, |path, result| {
        exit = exit.max(print(stdin.shown(path), result, &profile, args.json));
    });
    exit
}

fn print(path: &Path, result: Result<Analysis, Error>, profile: &Profile, json: bool) -> Exit {
    let analysis = match result {
        Ok(analysis) => analysis,
        Err(error) => {
            if json {
                console::line(&error_row(path, &error));
            }
            return console::file_error(path, &error);
        }
    };
    let result = balanced::check_analysis(&analysis, profile);
    if json {
        console::line(&serde_json::to_string(&result).expect("a result is plain data"));
    } else {
        console::line(&text(path, &result));
    }
    if result.passed { Exit::Done } else { Exit::Failed }
}

fn text(path: &Path, result: &CheckResult) -> String {
    let verdict = if result.passed { "passes" } else { "fails" };
    let broken = result.results.iter().filter(|rule| !rule.passed).map(|rule| {
        let word = if rule.level == Level::Fail { "FAIL" } else { "warn" };
        format!("\n  {word}  {}: {}", rule.id, rule.message)
    });
    format!(
        "{} {verdict} {}{}",
        balanced::printable(&path.to_string_lossy()),
        result.profile,
        broken.collect::<String>()
    )
}
