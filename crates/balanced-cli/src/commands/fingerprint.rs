//! Command `balanced fingerprint`.

use std::path::{Path, PathBuf};

use balanced::AnalyzeOptions;
use balanced::compare::{Fingerprint, find_duplicates};
use serde_json::json;

use super::analyze::error_row;
use super::inputs;
use crate::compare_args::FingerprintArgs;
use crate::console;
use crate::exit::Exit;
use crate::stdio::Stdin;
use crate::vault;

/// Prints the fingerprint of every input, or the pairs that are alike; the worst outcome is the exit code.
pub fn run(args: &FingerprintArgs) -> Exit {
    try_run(args).unwrap_or_else(|exit| exit)
}

fn try_run(args: &FingerprintArgs) -> Result<Exit, Exit> {
    let mut files = inputs::expand(&args.inputs);
    let stdin = Stdin::take(&mut files)?;
    if files.is_empty() {
        console::error(inputs::NOTHING_FOUND);
        return Err(Exit::File);
    }
    let vault = vault::Inputs::open(&args.vault, &files)?;
    let options = AnalyzeOptions {
        limits: args.limits.limits(),
        accept_damaged: args.damage.accept_damaged,
        ..AnalyzeOptions::default()
    };
    let mut exit = Exit::Done;
    let mut found: Vec<(PathBuf, Fingerprint)> = Vec::new();
    for file in &files {
        let shown = stdin.shown(file);
        let source = match vault.source(file) {
            Ok(source) => source,
            Err(failed) => {
                exit = exit.max(failed);
                continue;
            }
        };
        match balanced::fingerprint_source(source, &options) {
            Ok(fingerprint) if args.duplicates => found.push((shown.to_owned(), fingerprint)),
            Ok(fingerprint) => print(shown, &fingerprint, args.json),
            Err(error) => {
                if args.json {
                    console::line(&error_row(shown, &error));
                }
                exit = exit.max(console::file_error(shown, &error));
            }
        }
    }
    if args.duplicates {
        print_duplicates(&found, args);
    }
    vault.close()?;
    Ok(exit)
}

fn print(path: &Path, fingerprint: &Fingerprint, as_json: bool) {
    let name = path.to_string_lossy();
    if as_json {
        let row = json!({ "path": name, "encoded": fingerprint.encoded, "items": fingerprint.items });
        console::line(&row.to_string());
    } else {
        console::line(&format!("{}  {}", balanced::printable(&name), fingerprint.encoded));
    }
}

fn print_duplicates(found: &[(PathBuf, Fingerprint)], args: &FingerprintArgs) {
    let fingerprints: Vec<&Fingerprint> = found.iter().map(|(_, fingerprint)| fingerprint).collect();
    for pair in find_duplicates(&fingerprints, args.similarity) {
        let [first, second] = [pair.first, pair.second].map(|index| found[index].0.to_string_lossy());
        if args.json {
            let row = json!({ "first": first, "second": second, "similarity": pair.similarity });
            console::line(&row.to_string());
        } else {
            let (first, second) = (balanced::printable(&first), balanced::printable(&second));
            let offset_s = pair.similarity.offset_s;
            console::line(&format!(
                "{first}  {second}  similarity {:.2}, offset {offset_s:.1} s",
                pair.similarity.score
            ));
        }
    }
}
