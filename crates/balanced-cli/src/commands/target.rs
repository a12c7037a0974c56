//! The target given by the command-line options.

use std::path::PathBuf;

use balanced::{Matching, Target};

use crate::args::{LevelArgs, MatchArgs};
use crate::console;
use crate::exit::Exit;

/// Returns the target of the options, `None` if there is none, or an exit code after an error was printed.
pub fn wanted(args: &LevelArgs) -> Result<Option<Target>, Exit> {
    let target = chosen(args)?;
    let Some(max_limiting_db) = args.max_limiting else { return Ok(target) };
    Ok(Some(Target { max_limiting_db, ..target.unwrap_or_default() }))
}

/// Returns the tracks that `--reference` or `--like` names; their loudness is taken where none was asked for.
pub fn matching(args: &MatchArgs, level: &LevelArgs) -> Matching {
    Matching {
        references: args.reference.clone(),
        like: args.like.clone(),
        amount: args.amount,
        limit_db: args.match_limit,
        takes_loudness: level.target.is_none() && level.lufs.is_none(),
    }
}

/// Returns the files that `--reference` and `--like` read.
pub fn matched_files(args: &MatchArgs) -> Vec<PathBuf> {
    args.reference.iter().cloned().chain(args.like.iter().flat_map(balanced::audio_files)).collect()
}

fn chosen(args: &LevelArgs) -> Result<Option<Target>, Exit> {
    if args.lufs.is_some() || args.ceiling.is_some() {
        let default = Target::default();
        let target =
            Target::custom(args.lufs.unwrap_or(default.integrated_lufs), args.ceiling.unwrap_or(default.ceiling_dbtp));
        return target.map(Some).map_err(|message| usage(&message));
    }
    let Some(name) = &args.target else { return Ok(None) };
    let unknown = || match name.parse::<f64>() {
        Ok(_) => usage(&format!("\"{name}\" is a loudness, and --target takes a name: write --lufs {name}")),
        Err(_) => usage(&format!("unknown target \"{name}\"; known targets are:\n{}", list())),
    };
    Target::named(name).map(Some).ok_or_else(unknown)
}

fn usage(message: &str) -> Exit {
    console::error(message);
    Exit::Usage
}

/// Formats the built-in targets, one per line.
pub fn list() -> String {
    let rows = Target::all().into_iter().map(|target| {
        format!(
            "  {:<16} {:>6.1} LUFS {:>5.1} dBTP  {}",
            target.name, target.integrated_lufs, target.ceiling_dbtp, target.description
        )
    });
    rows.collect::<Vec<_>>().join("\n")
}
