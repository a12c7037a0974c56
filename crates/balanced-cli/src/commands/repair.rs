//! Command `balanced repair`.

use balanced::RepairOptions;

use super::outputs;
use crate::args::Container;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::repair_args::RepairArgs;
use crate::stdio::Stdin;
use crate::vault;

/// Lists what could be repaired in the input, and writes what is asked for.
pub fn run(args: &RepairArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(args: &RepairArgs) -> Result<(), Exit> {
    let mut input = args.input.clone();
    let stdin = Stdin::take(std::slice::from_mut(&mut input))?;
    let output = args.output.as_deref();
    outputs::check(&[Some(&input), stdin.origin()], &[output])?;
    let bar = Bar::new("repair", false);
    let progress = |progress| bar.show(progress);
    let mut options = RepairOptions { progress: Some(&progress), ..options(args) };
    // The file that standard input is copied to has a name of no meaning.
    options.name = options.name.or_else(|| stdin.origin().map(|_| "audio".to_owned()));
    let vault = vault::Inputs::open(&args.vault, std::slice::from_ref(&input))?;
    let result = balanced::repair_source(vault.source(&input)?, output, &options);
    bar.clear();
    let mut result = result.map_err(|error| stdin.report(&error))?;
    vault.close()?;
    stdin.name(&mut result.input);
    console::line(&if args.json {
        serde_json::to_string(&result).expect("a result is plain data")
    } else {
        result.to_text().lines().map(balanced::printable).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn options(args: &RepairArgs) -> RepairOptions<'static> {
    RepairOptions {
        trim_silence: args.trim_silence,
        split_at_silence: args.split_at_silence,
        silence_dbfs: args.silence,
        gap_s: args.gap,
        shortest_s: args.shortest,
        lead_s: args.lead,
        tail_s: args.tail,
        sample_rate: args.sample_rate.unwrap_or_default(),
        bits: args.bits.unwrap_or_default(),
        mono: args.mono,
        name: args.name.clone(),
        format: args.format.map(Container::file_format),
        layout: args.layout.chosen(),
        accept_damaged: args.damage.accept_damaged,
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        ..RepairOptions::default()
    }
}
