//! The `balanced` command: analyse, master, recommend.
//!
//! Printing happens in this crate only; the work is the façade's.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod console;
mod exit;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() {
    // Not an option for people: this program starts itself this way to hold a plugin.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == balanced::PLUGIN_HOST_ARGUMENT) {
        std::process::exit(balanced::serve_plugin());
    }
    remove_partial_outputs_on_interrupt();
    let outcome = match Cli::parse().command {
        Command::Analyze(args) => commands::analyze::run(&args),
        Command::Master(args) => commands::master::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Recommend(args) => commands::recommend::run(&args),
        Command::Show(args) => commands::show::run(&args),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
    };
    std::process::exit(outcome.code());
}

/// Ctrl-C and SIGTERM leave no partial file behind.
fn remove_partial_outputs_on_interrupt() {
    let handler = || {
        balanced::remove_partial_outputs();
        std::process::exit(exit::INTERRUPTED);
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        console::warn(&format!("an interrupt may leave a temporary file behind: {error}"));
    }
}
