//! Command `balanced compare`.

use balanced::compare::Verdict;
use balanced::{AnalyzeOptions, TrackComparison, report};

use super::outputs;
use crate::compare_args::{CompareArgs, Expected};
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::Stdin;
use crate::vault;

/// Compares the two recordings, and prints what B is to A.
pub fn run(args: &CompareArgs) -> Exit {
    try_run(args).unwrap_or_else(|exit| exit)
}

fn try_run(args: &CompareArgs) -> Result<Exit, Exit> {
    let mut inputs = [args.a.clone(), args.b.clone()];
    let stdin = Stdin::take(&mut inputs)?;
    let [a, b] = &inputs;
    outputs::check(&[Some(a), Some(b), stdin.origin()], &[args.page.report.as_deref()])?;
    let audio = super::audio_of_report(args.page.with_audio.as_deref())?;
    let bar = Bar::new("compare", false);
    let progress = |progress| bar.show(progress);
    let options = AnalyzeOptions {
        accept_damaged: args.damage.accept_damaged,
        limits: args.limits.limits(),
        progress: Some(&progress),
        ..AnalyzeOptions::default()
    };
    let vault = vault::Inputs::open(&args.vault, &inputs)?;
    let result = balanced::compare_sources(vault.source(a)?, vault.source(b)?, &options);
    bar.clear();
    let (mut comparison, [mut of_a, mut of_b]) = result.map_err(|error| stdin.report(&error))?;
    for source in [&mut comparison.a, &mut comparison.b, &mut of_a.source, &mut of_b.source] {
        stdin.name(source);
    }
    if let Some(path) = &args.page.report {
        let sources = [vault.source(a)?, vault.source(b)?];
        let page = balanced::comparison_report(&comparison, [&of_a, &of_b], sources, audio, &options);
        bar.clear();
        outputs::write(path, page.map_err(|error| stdin.report(&error))?.as_bytes())?;
    }
    vault.close()?;
    console::line(&if args.json {
        serde_json::to_string(&comparison).expect("a comparison is plain data")
    } else {
        report::comparison_text(&comparison).lines().map(balanced::printable).collect::<Vec<_>>().join("\n")
    });
    Ok(outcome(args.expect, &comparison))
}

fn outcome(expected: Option<Expected>, comparison: &TrackComparison) -> Exit {
    let is_met = match expected {
        None => true,
        Some(Expected::MadeFrom) => comparison.made_from,
        Some(Expected::Same) => matches!(comparison.verdict, Verdict::Identical | Verdict::SameAudio),
    };
    if is_met { Exit::Done } else { Exit::Failed }
}
