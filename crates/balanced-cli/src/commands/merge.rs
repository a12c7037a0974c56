//! Command `balanced merge`.

use std::io::Read as _;
use std::path::Path;

use balanced::Error;
use balanced::merge::{self, Local, Merged};
use balanced::report::{self, MeadHeader, MeadParty};

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
    let header = header(args).map_err(|problem| {
        console::error(&format!("--mead: {problem}"));
        Exit::Usage
    })?;
    let local = local(&args.local).map_err(|error| outputs::report(&error))?;
    let results: Result<Vec<_>, _> = args.results.iter().map(merge::read_result).collect();
    let merged = merge::merge(&local, &results.map_err(|error| outputs::report(&error))?);
    let text = text(args, &local, &merged, header.as_ref());
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

/// The header of a MEAD message, where its id is given.
fn header(args: &MergeArgs) -> Result<Option<MeadHeader>, String> {
    let (Some(id), Some(sender), Some(created)) = (&args.mead_id, &args.mead_sender, &args.mead_created) else {
        return Ok(None);
    };
    let header = MeadHeader {
        message_id: id.clone(),
        sender: MeadParty::new(sender),
        recipients: args.mead_recipient.iter().map(|dpid| MeadParty::new(dpid)).collect(),
        created_at: created.clone(),
        is_test: args.mead_test,
    };
    header.check()?;
    Ok(Some(header))
}

fn text(args: &MergeArgs, local: &Local, merged: &Merged, header: Option<&MeadHeader>) -> String {
    match () {
        () if args.jams => report::merged_jams(local.analysis(), merged),
        () if args.mead => report::mead(merged, header),
        () if args.json || args.output.is_some() => serde_json::to_string(merged).expect("a document is plain data"),
        () => printable_lines(&report::merged_text(merged)),
    }
}

/// Text of strangers without control characters, line by line.
pub(super) fn printable_lines(text: &str) -> String {
    text.lines().map(balanced::printable).collect::<Vec<_>>().join("\n")
}
