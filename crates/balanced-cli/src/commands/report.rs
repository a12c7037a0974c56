//! Command `balanced report`.

use std::io::Read as _;
use std::path::Path;

use balanced::{AnalyzeOptions, Error};

use super::outputs;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::report_args::ReportArgs;
use crate::stdio::is_dash;

/// Writes the page of a saved result.
pub fn run(args: &ReportArgs) -> Exit {
    try_run(args).err().unwrap_or(Exit::Done)
}

fn try_run(args: &ReportArgs) -> Result<(), Exit> {
    outputs::check(&[Some(&args.result)], &[Some(&args.output)])?;
    let audio = super::audio_of_report(args.with_audio.as_deref())?;
    let json = read(&args.result)?;
    let bar = Bar::new("report", false);
    let progress = |progress| bar.show(progress);
    let options = AnalyzeOptions {
        accept_damaged: args.damage.accept_damaged,
        limits: args.limits.limits(),
        progress: Some(&progress),
        ..AnalyzeOptions::default()
    };
    let page = balanced::saved_report(&json, audio, &options);
    bar.clear();
    outputs::write(&args.output, page.map_err(|error| told(&args.result, &error))?.as_bytes())
}

fn read(path: &Path) -> Result<String, Exit> {
    let text = if is_dash(path) {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| {
        console::error(&format!("{}: cannot be read ({error}); give the JSON of a result", path.display()));
        Exit::File
    })
}

/// Prints an error; what is wrong with the JSON is said of its file.
fn told(path: &Path, error: &Error) -> Exit {
    if error.path().is_none() && error.kind() == balanced::ErrorKind::Settings {
        console::error(&format!("{}: {error}", path.display()));
        return Exit::File;
    }
    outputs::report(error)
}
