//! Command `balanced heads`.

use balanced::heads::{self, HeadOptions};
use balanced::{AnalysisConfig, AnalyzeOptions, TagConfig, report};

use super::{inputs, outputs};
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::heads_args::{HeadsCommand, HeadsTrainArgs, HeadsVerb};

/// Trains a head.
pub fn run(args: &HeadsCommand) -> Exit {
    let HeadsVerb::Train(args) = &args.command;
    train(args).unwrap_or_else(|exit| exit)
}

fn train(args: &HeadsTrainArgs) -> Result<Exit, Exit> {
    let tracks = heads::read_labels(&args.labels).map_err(|error| outputs::report(&error))?;
    let read: Vec<_> =
        tracks.iter().map(|track| Some(&*track.path)).chain([Some(&*args.labels), args.analyses.as_deref()]).collect();
    outputs::check(&read, &[Some(&*args.output)])?;
    let bar = Bar::new("heads", tracks.len() > 1);
    let progress = |progress| bar.show(progress);
    let tags = TagConfig { patches: args.tag_patches, ..TagConfig::default() };
    let options = HeadOptions {
        name: name(args),
        date: args.date.clone(),
        analyses: args.analyses.clone(),
        jobs: inputs::jobs(args.jobs),
        analyze: AnalyzeOptions {
            config: AnalysisConfig { tags, ..AnalysisConfig::default() },
            layout: args.layout.chosen(),
            accept_damaged: args.damage.accept_damaged,
            progress: Some(&progress),
            limits: args.limits.limits(),
            ..AnalyzeOptions::default()
        },
    };
    let trained = balanced::train_head(&tracks, &options);
    bar.clear();
    let trained = trained.map_err(|error| outputs::report(&error))?;
    let failed = trained.failures.iter().map(|(path, error)| console::file_error(path, error)).max();
    outputs::write(&args.output, heads::json(&trained.head).as_bytes())?;
    console::line(&if args.json {
        serde_json::to_string(&trained.head.training).expect("a report is plain data")
    } else {
        report::head_text(&trained.head)
    });
    // A track with nothing to hear is a track that could not be used.
    Ok(if failed.is_some() { Exit::File } else { Exit::Done })
}

/// The name that was asked for, or that of the file.
fn name(args: &HeadsTrainArgs) -> String {
    let of_file = || args.output.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    args.name.clone().unwrap_or_else(of_file)
}
