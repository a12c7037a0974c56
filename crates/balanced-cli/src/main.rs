//! The `balanced` command: measures, checks and masters audio files.
//!
//! Only this crate prints; the work is done by the façade `balanced`.
#![forbid(unsafe_code)]

mod album_args;
mod args;
mod commands;
mod compare_args;
mod console;
#[cfg(feature = "cyanite")]
mod cyanite_args;
mod exit;
mod heads_args;
mod limits;
mod repair_args;
mod report_args;
mod signals;
mod stdio;
mod vault;
mod vault_args;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() {
    // Internal argument: the program starts itself this way to host a plugin.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == balanced::PLUGIN_HOST_ARGUMENT) {
        std::process::exit(balanced::serve_plugin());
    }
    balanced::hide_caught_panics();
    signals::remove_partial_outputs();
    let command = Cli::parse().command;
    let outcome = balanced::contain_panics(|| run(&command)).unwrap_or_else(|error| commands::outputs::report(&error));
    let outcome = if console::output() == console::Output::Failed { outcome.max(exit::Exit::File) } else { outcome };
    std::process::exit(outcome.code());
}

fn run(command: &Command) -> exit::Exit {
    match command {
        Command::Analyze(args) => commands::analyze::run(args),
        Command::Master(args) => commands::master::run(args),
        Command::Preview(args) => commands::preview::run(args),
        Command::Album(args) => commands::album::run(args),
        Command::Repair(args) => commands::repair::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Deliver(args) => commands::deliver::run(args),
        Command::Reproduce(args) => commands::reproduce::run(args),
        Command::Recommend(args) => commands::recommend::run(args),
        Command::Compare(args) => commands::compare::run(args),
        Command::Report(args) => commands::report::run(args),
        Command::Fingerprint(args) => commands::fingerprint::run(args),
        Command::Merge(args) => commands::merge::run(args),
        Command::Match(args) => commands::engineers::run(args),
        Command::Heads(args) => commands::heads::run(args),
        Command::Show(args) => commands::show::run(args),
        Command::Schema(args) => commands::schema::run(args),
        Command::Vault(args) => commands::vault::run(args),
        #[cfg(feature = "cyanite")]
        Command::Cyanite(args) => commands::cyanite::run(args),
        Command::Demo(args) => commands::demo::run(args),
    }
}
