//! Command `balanced analyze`.

use std::path::Path;

use balanced::{Analysis, AnalysisConfig, AnalyzeOptions, Error, TagConfig, report};

use crate::args::AnalyzeArgs;
use crate::commands::inputs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Analyses every input and prints the results in the requested format.
pub fn run(args: &AnalyzeArgs) -> Exit {
    let files = inputs::expand(&args.inputs);
    if args.report.is_some() && files.len() != 1 {
        console::error("--report takes exactly one input; run it once for each file");
        return Exit::Usage;
    }
    if files.is_empty() {
        console::error(inputs::NOTHING_FOUND);
        return Exit::File;
    }
    let bar = Bar::new("analyze", files.len() > 1);
    let progress = |progress| bar.show(progress);
    let config = match config(args) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let layout = args.layout.layout.clone();
    let options = AnalyzeOptions { config, layout, progress: Some(&progress), cancel: None };
    let mut printer = Printer { args, rows: 0, exit: Exit::Done };
    balanced::analyze_many(&files, inputs::jobs(args.jobs), &options, |path, result| {
        bar.clear();
        printer.print(path, result);
    });
    printer.exit
}

fn config(args: &AnalyzeArgs) -> Result<AnalysisConfig, Exit> {
    let platforms = super::platforms(args.platforms.as_deref())?;
    let tags = TagConfig { patches: args.tag_patches, embedding: args.embedding };
    let mut config =
        AnalysisConfig { spectrogram: args.report.is_some(), platforms, tags, ..AnalysisConfig::default() };
    if !args.only.is_empty() {
        config.families.clone_from(&args.only);
    }
    Ok(config)
}

struct Printer<'a> {
    args: &'a AnalyzeArgs,
    rows: usize,
    exit: Exit,
}

impl Printer<'_> {
    fn print(&mut self, path: &Path, result: Result<Analysis, Error>) {
        let exit = match result {
            Ok(analysis) => self.print_all(&analysis),
            Err(error) => console::file_error(path, &error),
        };
        self.exit = self.exit.max(exit);
    }

    fn print_all(&mut self, analysis: &Analysis) -> Exit {
        self.print_analysis(analysis);
        match self.write_report(analysis) {
            Ok(()) => Exit::Done,
            Err(message) => {
                console::error(&message);
                Exit::File
            }
        }
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
            console::line(&report::analysis_text(analysis));
        }
        self.rows += 1;
    }

    fn write_report(&self, analysis: &Analysis) -> Result<(), String> {
        let Some(path) = &self.args.report else { return Ok(()) };
        super::write_text(path, &report::analysis_html(analysis))
    }
}
