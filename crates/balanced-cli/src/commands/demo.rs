//! Command `balanced demo`.

use std::path::Path;

use balanced::{
    AnalysisConfig, AnalyzeOptions, AudioSource, DEMO_FLAC, Family, MasterOptions, MasterResult, ReportAudio, report,
};

use super::outputs;
use crate::args::DemoArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Analyses and masters the demo track, and writes all files into the folder.
pub fn run(args: &DemoArgs) -> Exit {
    match try_run(&args.output) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(folder: &Path) -> Result<(), Exit> {
    std::fs::create_dir_all(folder).map_err(|error| {
        console::error(&format!("{}: cannot be made ({error}); choose a folder you may write to", folder.display()));
        Exit::File
    })?;
    let [mix, master, json, html] =
        ["mix.flac", "master.wav", "master.json", "report.html"].map(|name| folder.join(name));
    outputs::write(&mix, DEMO_FLAC)?;
    let bar = Bar::new("demo", false);
    let progress = |progress| bar.show(progress);
    let mut options = MasterOptions { progress: Some(&progress), ..MasterOptions::default() };
    options.config.spectrogram = true;
    let result = balanced::master(&mix, &master, &options);
    bar.clear();
    let result = result.map_err(|error| outputs::report(&error))?;
    let music = music(&mix)?;
    outputs::write(&json, serde_json::to_string_pretty(&result).expect("a result is plain data").as_bytes())?;
    let sources = [AudioSource::Path(&mix), AudioSource::Path(&master)];
    let page = balanced::master_report(&result, sources, Some(ReportAudio::default()), &AnalyzeOptions::default());
    outputs::write(&html, page.map_err(|error| outputs::report(&error))?.as_bytes())?;
    tell(&result, &music, [&mix, &master, &json, &html]);
    Ok(())
}

/// Describes the music of the mix: tempo, key, genre and mood.
fn music(mix: &Path) -> Result<String, Exit> {
    let families = vec![Family::Tempo, Family::Key, Family::Tags];
    let config = AnalysisConfig { families, ..AnalysisConfig::default() };
    let analysis = balanced::analyze(mix, &AnalyzeOptions { config, ..AnalyzeOptions::default() });
    analysis.map(|analysis| report::analysis_text(&analysis)).map_err(|error| outputs::report(&error))
}

fn tell(result: &MasterResult, music: &str, [mix, master, json, html]: [&Path; 4]) {
    console::line(
        "The demo track is a hasty mix of level E3M5 of Freedoom (BSD licence), played by the Fluid sound font (MIT).\n",
    );
    console::line(music);
    console::line("");
    console::line(&result.to_text());
    console::line(&format!(
        "\nMaster            {}\nMix               {}\nReport            {}\nResult as JSON    {}",
        master.display(),
        mix.display(),
        html.display(),
        json.display()
    ));
}
