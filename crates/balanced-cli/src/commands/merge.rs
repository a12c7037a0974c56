//! Command `balanced merge`.

use std::io::Read as _;
use std::path::Path;

use balanced::merge::{self, Local, Merged};
use balanced::{Error, report};

use super::outputs;
use crate::args::MergeArgs;
use crate::console;
use crate::exit::Exit;

/// Merges, and prints or writes the document; exit code 1 if a result is about another file.
pub fn run(args: &MergeArgs) -> Exit {
    match try_run(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn try_run(args: &MergeArgs) -> Result<Exit, Exit> {
    let reads: Vec<Option<&Path>> = args.results.iter().chain([&args.local]).map(|path| Some(path.as_path())).collect();
    outputs::check(&reads, &[args.output.as_deref(), args.report.as_deref()])?;
    let local = local(&args.local).map_err(|error| outputs::report(&error))?;
    let results: Result<Vec<_>, _> = args.results.iter().map(merge::read_result).collect();
    let merged = merge::merge(&local, &results.map_err(|error| outputs::report(&error))?);
    let text = text(args, &local, &merged);
    match &args.output {
        Some(path) => outputs::write(path, format!("{}\n", text.trim_end()).as_bytes())?,
        None => console::line(text.trim_end()),
    }
    if let Some(path) = &args.report {
        outputs::write(path, report::merged_html(local.analysis(), &merged).as_bytes())?;
    }
    merged.set_aside.iter().for_each(|aside| console::error(&aside.reason));
    Ok(if merged.set_aside.is_empty() { Exit::Done } else { Exit::Failed })
}

fn local(path: &Path) -> Result<Local, Error> {
    if path.as_os_str() != "-" {
        return merge::read_local(path);
    }
    let mut text = String::new();
    // What is not text is no JSON either, and is told as that.
    let _ = std::io::stdin().lock().read_to_string(&mut text);
    merge::parse_local(&text)
}

fn text(args: &MergeArgs, local: &Local, merged: &Merged) -> String {
    match () {
        () if args.jams => report::merged_jams(local.analysis(), merged),
        () if args.mead => report::mead(merged),
        () if args.json || args.output.is_some() => serde_json::to_string(merged).expect("a document is plain data"),
        () => printable_lines(&report::merged_text(merged)),
    }
}

/// Text of strangers without control characters, line by line.
pub(super) fn printable_lines(text: &str) -> String {
    text.lines().map(balanced::printable).collect::<Vec<_>>().join("\n")
}
