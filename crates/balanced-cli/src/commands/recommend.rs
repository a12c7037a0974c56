//! Command `balanced recommend`.

use std::path::Path;

use balanced::{ChainSpec, RecommendOptions, report};

use super::{outputs, target};
use crate::args::RecommendArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::Stdin;

/// Analyses the input, prints findings and steps, and writes the chain.
pub fn run(args: &RecommendArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(args: &RecommendArgs) -> Result<(), Exit> {
    let mut input = args.input.clone();
    let stdin = Stdin::take(std::slice::from_mut(&mut input))?;
    let matched = target::matched_files(&args.matching);
    let read = [Some(&*input), stdin.origin()].into_iter().chain(matched.iter().map(|file| Some(file.as_path())));
    outputs::check(&read.collect::<Vec<Option<&Path>>>(), &[args.output.as_deref()])?;
    let bar = Bar::new("recommend", false);
    let progress = |progress| bar.show(progress);
    let options = RecommendOptions {
        target: target::wanted(&args.target.level)?,
        matching: target::matching(&args.matching, &args.target.level),
        intensity: args.target.intensity,
        layout: args.layout.chosen(),
        limits: args.limits.limits(),
        accept_damaged: args.damage.accept_damaged,
        progress: Some(&progress),
        ..RecommendOptions::default()
    };
    let result = balanced::recommend(&input, &options);
    bar.clear();
    let mut recommendation = result.map_err(|error| stdin.report(&error))?;
    stdin.name(&mut recommendation.source);
    if args.json {
        console::line(&serde_json::to_string(&recommendation).expect("a recommendation is plain data"));
    } else {
        console::line(&report::recommendation_text(&recommendation));
    }
    let Some(path) = &args.output else { return Ok(()) };
    write_chain(path, &recommendation.chain)
}

fn write_chain(path: &Path, chain: &ChainSpec) -> Result<(), Exit> {
    let json = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
    outputs::write(path, if json { chain.to_json() } else { chain.to_toml() }.as_bytes())
}
