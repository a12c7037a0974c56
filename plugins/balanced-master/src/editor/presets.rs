//! Presets: the built-in ones of `balanced-mastering`, and chain files in the user's folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use balanced_mastering::{ChainSpec, Preset, StepKind};
use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{PopupCloseBehavior, RichText, Ui};

use super::desk::Desk;
use super::style::{REDUCTION, font};
use crate::params::chain::{chain_of, snapshot_of};
use crate::params::snapshot::Snapshot;
use crate::params::{rack, text};

/// State of the preset menu.
#[derive(Default)]
pub struct Shelf {
    files: Vec<PathBuf>,
    /// Name or path that is being typed.
    words: String,
    /// Name of an existing chain that is about to be replaced.
    replaced: Option<String>,
}

/// One preset.
#[derive(Clone, PartialEq)]
enum Choice {
    Init,
    BuiltIn(&'static str),
    File(PathBuf),
}

/// Returns the folder of the user's chains: `balanced/chains` in the platform's settings folder.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))
    };
    base.map(|base| base.join("balanced").join("chains"))
}

/// Returns the file of the user's own beginning of a new instance, beside the folder of chains.
fn default_file() -> Option<PathBuf> {
    folder().and_then(|folder| folder.parent().map(|base| base.join("default.json")))
}

/// Returns the user's own beginning of a new instance, if there is one that can be read.
#[must_use]
pub fn own_default() -> Option<Snapshot> {
    let text = default_file().and_then(|path| std::fs::read_to_string(path).ok())?;
    serde_json::from_str(&text).ok()
}

/// Shows the lines of the menu that set and remove the own beginning.
pub fn default_rows(ui: &mut Ui, desk: &mut Desk) {
    let Some(path) = default_file() else { return };
    if ui.button("Begin with these settings").on_hover_text("New instances begin with the settings of now").clicked() {
        // Not a chain, which does not keep the settings of bands that are off.
        let text = serde_json::to_string_pretty(&desk.params().snapshot(false)).unwrap_or_default();
        let done = path.parent().map_or(Ok(()), |folder| write(folder, &path, &text));
        desk.tell(done.map_or_else(
            |error| format!("{}: {error}", path.display()),
            |()| "New instances begin with these settings".to_owned(),
        ));
        ui.close();
    }
    if path.exists() && ui.button("Begin with Init again").clicked() {
        if let Err(error) = std::fs::remove_file(&path) {
            desk.tell(format!("{}: {error}", path.display()));
        }
        ui.close();
    }
}

/// Tells whether a chain has effects from outside, which the plugin cannot host.
fn has_effects(chain: &ChainSpec) -> bool {
    chain.all_steps().iter().any(|step| matches!(step.kind, StepKind::Clap(_)) && !step.bypass)
}

impl Shelf {
    fn refresh(&mut self) {
        let entries = folder().and_then(|folder| std::fs::read_dir(folder).ok());
        self.files = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        self.files.retain(|path| path.extension().is_some_and(|suffix| suffix == "toml" || suffix == "json"));
        self.files.sort();
    }

    /// Returns all presets in the order of the menu.
    fn choices(&self) -> Vec<Choice> {
        let built_in = Preset::all().map(|preset| Choice::BuiltIn(preset.name));
        let files = self.files.iter().cloned().map(Choice::File);
        std::iter::once(Choice::Init).chain(built_in).chain(files).collect()
    }
}

impl Choice {
    /// Returns the name that the rack has when this preset is loaded.
    fn name(&self) -> String {
        match self {
            Self::Init => rack::fresh().name,
            Self::BuiltIn(name) => ChainSpec::preset(name).map_or_else(|| (*name).to_owned(), |chain| chain.name),
            Self::File(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }

    fn load(&self, desk: &mut Desk) {
        match self {
            Self::Init => load(desk, &rack::fresh()),
            Self::BuiltIn(name) => ChainSpec::preset(name).iter().for_each(|chain| load(desk, chain)),
            Self::File(path) => load_file(desk, path),
        }
    }
}

/// Shows the menu, titled with the name of the chain, between the buttons for the previous and the next preset.
pub fn menu(ui: &mut Ui, desk: &mut Desk, shelf: &mut Shelf, is_narrow: bool) {
    let arrow = |ui: &mut Ui, label: &str, tip: &str| {
        ui.add(egui::Button::new(RichText::new(label).font(font(13.0)))).on_hover_text(tip).clicked()
    };
    if arrow(ui, "\u{2039}", "Previous preset") {
        turn(desk, shelf, -1);
    }
    let label = RichText::new(title(desk)).font(font(12.5));
    let button = egui::Button::new(label).min_size(egui::vec2(if is_narrow { 110.0 } else { 140.0 }, 26.0));
    // A click into the field for the name must not close the menu.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.set_min_width(250.0);
        list(ui, desk, shelf);
        ui.separator();
        save_row(ui, desk, shelf);
    });
    if response.clicked() {
        shelf.refresh();
        shelf.replaced = None;
    }
    if arrow(ui, "\u{203a}", "Next preset") {
        turn(desk, shelf, 1);
    }
}

/// Returns the name of the chain, with a star if its settings have been changed.
fn title(desk: &Desk) -> String {
    let name = desk.params().rack().name;
    let shown = if name.is_empty() { "Unnamed".to_owned() } else { name };
    let mark = if desk.params().is_as_named() == Some(false) { " *" } else { "" };
    format!("{}{mark}", shorten(&shown, 20))
}

fn list(ui: &mut Ui, desk: &mut Desk, shelf: &Shelf) {
    if ui.button("Init").on_hover_text("All modules neutral").clicked() {
        Choice::Init.load(desk);
        ui.close();
    }
    for preset in Preset::all() {
        if ui.button(text::capital(preset.name)).on_hover_text(preset.purpose).clicked() {
            Choice::BuiltIn(preset.name).load(desk);
            ui.close();
        }
    }
    ui.separator();
    for path in &shelf.files {
        let choice = Choice::File(path.clone());
        if ui.button(choice.name()).on_hover_text(path.display().to_string()).clicked() {
            choice.load(desk);
            ui.close();
        }
    }
}

fn save_row(ui: &mut Ui, desk: &mut Desk, shelf: &mut Shelf) {
    ui.label(RichText::new("Name to save as, or path of a chain file").font(font(11.0)));
    if ui.text_edit_singleline(&mut shelf.words).changed() {
        shelf.replaced = None;
    }
    if let Some(name) = shelf.replaced.clone() {
        ui.label(RichText::new(format!("{name} is there already.")).font(font(12.0)).color(REDUCTION));
        ui.horizontal(|ui| {
            if ui.button("Replace").clicked() {
                save(desk, shelf, true);
                ui.close();
            }
            if ui.button("Keep").clicked() {
                shelf.replaced = None;
            }
        });
        return;
    }
    ui.horizontal(|ui| {
        if ui.button("Save").clicked() && save(desk, shelf, false) {
            ui.close();
        }
        if ui.button("Load").clicked() {
            load_file(desk, Path::new(shelf.words.trim()));
            ui.close();
        }
    });
}

/// Loads the preset before (-1) or after (1) the one whose name the rack has.
fn turn(desk: &mut Desk, shelf: &mut Shelf, by: isize) {
    shelf.refresh();
    let (choices, name) = (shelf.choices(), desk.params().rack().name);
    let at = choices.iter().position(|choice| choice.name() == name);
    let next = at.map_or(0, |at| (at as isize + by).rem_euclid(choices.len() as isize) as usize);
    choices[next].load(desk);
}

fn shorten(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        text.to_owned()
    } else {
        text.chars().take(letters - 1).chain(['\u{2026}']).collect()
    }
}

fn load_file(desk: &mut Desk, path: &Path) {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    match read.and_then(|text| ChainSpec::from_str_auto(&text).map_err(|error| error.to_string())) {
        Ok(chain) => load(desk, &chain),
        Err(error) => desk.tell(format!("{}: {error}", path.display())),
    }
}

/// Sets the knobs to a chain; can be undone.
pub fn load(desk: &mut Desk, chain: &ChainSpec) {
    if has_effects(chain) {
        desk.tell(
            "This chain has CLAP effects as steps, which the plugin cannot host; load them in the host and remove them from the file",
        );
        return;
    }
    let snapshot = desk.params().as_named(snapshot_of(chain, &desk.defaults()));
    let name = if chain.name.is_empty() { "Chain loaded".to_owned() } else { chain.name.clone() };
    desk.apply(&snapshot, &name);
    if let Some(lufs) = chain.input_lufs {
        desk.tell(format!(
            "This chain expects {lufs:.0} LUFS at its input: set the gain of Input, or use Listen and suggest"
        ));
    }
}

/// Saves the current settings as a chain file, which `balanced master --chain` renders to the same samples. An existing file is
/// replaced only if `may_replace`; returns whether there is nothing left to ask.
fn save(desk: &mut Desk, shelf: &mut Shelf, may_replace: bool) -> bool {
    let stem: String = shelf.words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
    let stem = stem.trim().to_owned();
    let Some(folder) = folder().filter(|_| !stem.is_empty()) else {
        desk.tell("Type a file name first");
        return false;
    };
    let path = folder.join(format!("{stem}.toml"));
    if path.exists() && !may_replace {
        shelf.replaced = Some(stem);
        return false;
    }
    shelf.replaced = None;
    let mut snapshot = desk.params().snapshot(false);
    snapshot.rack.name = stem;
    let snapshot = desk.params().as_named(snapshot);
    match write(&folder, &path, &chain_of(&snapshot).to_toml()) {
        Ok(()) => {
            desk.set_rack(snapshot.rack, "Saved");
            desk.tell(format!("Saved {}", path.display()));
        }
        Err(error) => desk.tell(format!("{}: {error}", path.display())),
    }
    shelf.refresh();
    true
}

/// Writes a file whole or not at all: beside its place first, then into it.
fn write(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}.part", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Host};
    use balanced_dsp::{PlanarBuffer, Random, StreamFormat};
    use balanced_mastering::{
        Branch, Chain, LimiterSpec, ParallelSpec, ProcessorSpec, Step, UtilitySource, UtilitySpec,
    };
    use std::sync::Arc;

    struct Still;

    impl Host for Still {
        fn rebuild(&self) {}
        fn collect(&self) {}
        fn latency_changed(&self, _frames: usize) {}
    }

    /// A suggestion with branches, as the assistant makes it for opposed bass, plays as the library plays it, and is saved as it is.
    #[test]
    fn suggestions_with_branches_run_as_they_are() {
        let left = UtilitySpec { source: UtilitySource::Left, ..UtilitySpec::default() };
        let bass = Branch::new("bass", [ProcessorSpec::Utility(left)]);
        let rest = Branch { name: "rest".to_owned(), ..Branch::dry() };
        let limiter = ProcessorSpec::Limiter(LimiterSpec { drive_db: 6.0, ..LimiterSpec::default() });
        let steps = [Step::new(ParallelSpec::bands([158.0], [bass, rest])), Step::new(limiter)];
        let chain = ChainSpec::new("Suggestion", steps);
        chain.validate().unwrap();
        let mut desk = Desk::new(Arc::default());
        load(&mut desk, &chain);
        assert!(desk.params().rack().entries[0].module().is_none());
        assert_eq!(chain_of(&desk.params().snapshot(false)).steps, chain.steps);
        desk.params().knobs().iter().for_each(|knob| knob.restore(knob.set_value())); // the host hands values over

        let format = StreamFormat::new(48_000.0, 2);
        let mut random = Random::new(1, 2);
        let mut noise = || (0..48_000).map(|_| 0.5 * random.centred() as f32).collect::<Vec<f32>>();
        let input = [noise(), noise()];
        let wide: Vec<Vec<f64>> = input.iter().map(|samples| samples.iter().map(|x| f64::from(*x)).collect()).collect();
        let mut expected = PlanarBuffer::from_channels(&wide);
        Chain::build(&chain, &format).unwrap().process(&mut expected.block_mut());
        let mut engine = Engine::new(desk.shared.clone(), &format, true);
        let [mut first, mut second] = input;
        engine.process(&mut [&mut first, &mut second], &Still);
        for (channel, heard) in [first, second].iter().enumerate() {
            let furthest = heard.iter().zip(expected.channel(channel)).map(|(a, b)| (f64::from(*a) - b).abs());
            let furthest = furthest.fold(0.0, f64::max);
            assert!(furthest < 1e-7, "{furthest}");
        }
    }
}
