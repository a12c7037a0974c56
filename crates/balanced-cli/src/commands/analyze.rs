//! Command `balanced analyze`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use balanced::model::AlbumFailure;
use balanced::{Analysis, AnalysisConfig, AnalyzeOptions, AudioSource, Error, Family, ReportAudio, TagConfig, report};

use crate::args::AnalyzeArgs;
use crate::commands::{inputs, outputs};
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::Stdin;
use crate::vault;

/// Analyses every input and prints the results in the requested format.
pub fn run(args: &AnalyzeArgs) -> Exit {
    let mut files = inputs::expand(&args.inputs);
    let stdin = match Stdin::take(&mut files) {
        Ok(stdin) => stdin,
        Err(exit) => return exit,
    };
    if args.page.report.is_some() && files.len() != 1 {
        console::error("--report takes exactly one input; run it once for each file");
        return Exit::Usage;
    }
    let read: Vec<_> = files
        .iter()
        .chain(&args.tag_head)
        .map(|file| Some(&**file))
        .chain([args.platforms.as_deref(), stdin.origin()])
        .collect();
    if let Err(exit) = outputs::check(&read, &[args.page.report.as_deref()]) {
        return exit;
    }
    if files.is_empty() {
        console::error(inputs::NOTHING_FOUND);
        return Exit::File;
    }
    if args.album && !args.only.is_empty() && !args.only.contains(&Family::Loudness) {
        console::error("an album is told by its loudness: add loudness to --only, or leave --only out");
        return Exit::Usage;
    }
    let bar = Bar::new("analyze", files.len() > 1);
    let progress = |progress| bar.show(progress);
    let config = match config(args) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let layout = args.layout.chosen();
    let is_unread = AtomicBool::new(false);
    let accept_damaged = args.damage.accept_damaged;
    let options = AnalyzeOptions {
        config,
        layout,
        accept_damaged,
        progress: Some(&progress),
        cancel: Some(&is_unread),
        limits: args.limits.limits(),
        ..AnalyzeOptions::default()
    };
    let audio = match super::audio_of_report(args.page.with_audio.as_deref()) {
        Ok(audio) => audio,
        Err(exit) => return exit,
    };
    let mut printer = Printer { args, audio, rows: 0, exit: Exit::Done, album: Vec::new(), failed: Vec::new() };
    if files.iter().any(|file| vault::is_address(file)) {
        return analyze_vault(args, &files, &options, &bar, printer);
    }
    let order = if args.unordered { balanced::Order::AsFinished } else { balanced::Order::AsGiven };
    balanced::analyze_many(&files, inputs::jobs(args.jobs), order, &options, |path, result| {
        bar.clear();
        if console::output() == console::Output::Whole {
            let named = result.map(|mut analysis| {
                stdin.name(&mut analysis.source);
                analysis
            });
            printer.print(stdin.shown(path), named, || {
                Ok((AudioSource::Path(path), AnalyzeOptions { progress: None, ..options.clone() }))
            });
        } else {
            // Nobody reads the rest: what is running stops, what waits fails at once.
            is_unread.store(true, Ordering::Relaxed);
        }
    });
    printer.print_album();
    printer.exit
}

/// Analyses files of a vault, one after the other, from where they lie.
fn analyze_vault(
    args: &AnalyzeArgs,
    files: &[PathBuf],
    options: &AnalyzeOptions<'_>,
    bar: &Bar,
    mut printer: Printer<'_>,
) -> Exit {
    if let Some(file) = files.iter().find(|file| !vault::is_address(file)) {
        console::error(&format!("{}: is no file of the vault; analyse it in a call of its own", file.display()));
        return Exit::Usage;
    }
    let opened = match vault::open(&args.vault) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    for file in files {
        let source = vault::source(&opened, &file.to_string_lossy());
        let source = match source {
            Ok(source) => source,
            Err(exit) => {
                printer.exit = printer.exit.max(exit);
                continue;
            }
        };
        let result = balanced::analyze_source(source, options, args.jobs);
        bar.clear();
        printer.print(file, result, || {
            let options = AnalyzeOptions { progress: None, ..options.clone() };
            Ok((vault::source(&opened, &file.to_string_lossy())?, options))
        });
    }
    printer.print_album();
    opened.keep_anchor().err().unwrap_or(Exit::Done).max(printer.exit)
}

fn config(args: &AnalyzeArgs) -> Result<AnalysisConfig, Exit> {
    let platforms = super::platforms(args.platforms.as_deref())?;
    if !args.tag_head.is_empty() && !args.only.is_empty() && !args.only.contains(&Family::Tags) {
        console::error("--tag-head reads the tags: add tags to --only, or leave --only out");
        return Err(Exit::Usage);
    }
    let read = args.tag_head.iter().map(balanced::heads::read).collect::<Result<Vec<_>, _>>();
    let heads = read.map_err(|error| outputs::report(&error))?;
    let tags = TagConfig { patches: args.tag_patches, embedding: args.embedding, heads };
    let mut config =
        AnalysisConfig { spectrogram: args.page.report.is_some(), platforms, tags, ..AnalysisConfig::default() };
    if !args.only.is_empty() {
        config.families.clone_from(&args.only);
    }
    Ok(config)
}

/// Returns the JSON row of a file that could not be measured.
pub fn error_row(path: &Path, error: &Error) -> String {
    let (problem, remedy) = (error.problem(), error.remedy());
    let error = serde_json::json!({ "kind": error.name(), "problem": problem, "remedy": remedy });
    serde_json::json!({ "path": path.display().to_string(), "error": error }).to_string()
}

struct Printer<'a> {
    args: &'a AnalyzeArgs,
    /// Form of the audio in the report, if there is to be any.
    audio: Option<ReportAudio>,
    rows: usize,
    exit: Exit,
    /// Tracks of the album, if the inputs are one.
    album: Vec<Analysis>,
    failed: Vec<AlbumFailure>,
}

impl Printer<'_> {
    /// Prints a result and writes its report; `source` opens the audio again for it.
    fn print<'s>(
        &mut self,
        path: &Path,
        result: Result<Analysis, Error>,
        source: impl FnOnce() -> Result<(AudioSource<'s>, AnalyzeOptions<'s>), Exit>,
    ) {
        let exit = match result {
            Ok(analysis) => {
                self.print_analysis(&analysis);
                let exit = self.report(path, &analysis, source).err().unwrap_or(Exit::Done);
                if self.args.album {
                    self.album.push(analysis);
                }
                exit
            }
            Err(error) => {
                if self.args.json {
                    console::line(&error_row(path, &error));
                }
                let (problem, remedy) = (error.problem().to_owned(), error.remedy().to_owned());
                self.failed.push(AlbumFailure { path: path.display().to_string(), problem, remedy });
                console::file_error(path, &error)
            }
        };
        self.exit = self.exit.max(exit);
    }

    /// Prints what the tracks are together, after them.
    fn print_album(&mut self) {
        if !self.args.album || self.album.is_empty() {
            return;
        }
        let mut album = balanced::album_of(&self.album);
        album.failed = std::mem::take(&mut self.failed);
        if self.args.json {
            console::line(&serde_json::to_string(&album).expect("an album is plain data"));
        } else {
            console::line(&report::album_analysis_text(&album));
        }
    }

    fn report<'s>(
        &self,
        path: &Path,
        analysis: &Analysis,
        source: impl FnOnce() -> Result<(AudioSource<'s>, AnalyzeOptions<'s>), Exit>,
    ) -> Result<(), Exit> {
        let Some(output) = &self.args.page.report else { return Ok(()) };
        let (source, options) = source()?;
        let page = balanced::analysis_report(analysis, source, self.audio, &options);
        outputs::write(output, page.map_err(|error| console::file_error(path, &error))?.as_bytes())
    }

    fn print_analysis(&mut self, analysis: &Analysis) {
        if self.args.json {
            console::line(&serde_json::to_string(analysis).expect("an analysis is plain data"));
        } else if self.args.jams {
            console::line(&report::jams(analysis));
        } else if self.args.csv {
            if self.rows == 0 {
                console::line(&report::csv_header());
            }
            console::line(&report::csv_row(analysis));
        } else {
            let mut shown = analysis.clone();
            shown.source.path = shown.source.path.map(|path| balanced::printable(&path));
            console::line(&report::analysis_text(&shown));
        }
        self.rows += 1;
    }
}
