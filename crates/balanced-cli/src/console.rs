//! Terminal output: results to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::path::Path;

use balanced::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::Exit;

/// Prints a line of results; a closed pipe ends the program quietly.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Prints an error line.
pub fn error(text: &str) {
    eprintln!("error: {text}");
}

/// Prints the error line of one of several files and returns its exit code.
pub fn file_error(path: &Path, failure: &balanced::Error) -> Exit {
    let (name, message) = (path.display().to_string(), failure.to_string());
    error(&if message.contains(&name) { message } else { format!("{name}: {message}") });
    Exit::of(failure)
}

/// Prints a warning line.
pub fn warn(text: &str) {
    eprintln!("warning: {text}");
}

/// A progress bar on a terminal; nothing in a pipe.
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// Creates a bar titled `title`; it is hidden if `quiet`, or if standard error is not a terminal.
    pub fn new(title: &str, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let style =
            ProgressStyle::with_template("{prefix} {bar:32} {percent:>3} % {msg}").expect("the template is valid");
        let bar = ProgressBar::new(1000).with_style(style).with_prefix(title.to_owned());
        Self(Some(bar))
    }

    /// Shows `progress`.
    pub fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        bar.set_message(progress.stage.name());
        if let Some(fraction) = progress.fraction {
            bar.set_position((fraction * 1000.0) as u64);
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
