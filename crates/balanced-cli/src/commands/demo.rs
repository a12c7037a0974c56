//! `balanced demo`: the main job on the built-in track.

use std::path::Path;

use balanced::{DEMO_FLAC, MasterOptions, MasterResult, report};

use crate::args::DemoArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Write the track, analyse and master it, leave everything in the folder.
pub fn run(args: &DemoArgs) -> Exit {
    match try_run(&args.output) {
        Ok(()) => Exit::Done,
        Err(message) => {
            console::error(&message);
            Exit::File
        }
    }
}

fn try_run(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let [mix, master, json, html] =
        ["mix.flac", "master.wav", "master.json", "report.html"].map(|name| folder.join(name));
    super::write_bytes(&mix, DEMO_FLAC)?;
    let bar = Bar::new("demo", false);
    let progress = |progress| bar.show(progress);
    let mut options = MasterOptions { progress: Some(&progress), ..MasterOptions::default() };
    options.config.spectrogram = true;
    let result = balanced::master(&mix, &master, &options);
    bar.clear();
    let result = result.map_err(|error| error.to_string())?;
    super::write_text(&json, &serde_json::to_string_pretty(&result).expect("a result is plain data"))?;
    super::write_text(&html, &report::master_html(&result.to_report()))?;
    tell(&result, [&mix, &master, &json, &html]);
    Ok(())
}

fn tell(result: &MasterResult, [mix, master, json, html]: [&Path; 4]) {
    console::line("The demo track is \"Feelings\" by Sectoid (MIT licence), an unmastered mix.\n");
    console::line(&result.to_text());
    console::line(&format!(
        "\nListen to   {}\nagainst     {}\nRead        {}\nMachine-readable: {}",
        master.display(),
        mix.display(),
        html.display(),
        json.display()
    ));
}
