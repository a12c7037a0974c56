//! Presets: the built-in ones of `balanced-mastering`, and chain files in the user's folder.

use std::path::PathBuf;

use balanced_mastering::{ChainSpec, Preset, StepKind};
use egui::{RichText, Ui};

use super::desk::Desk;
use super::style::font;
use crate::params::chain::{chain_of, snapshot_of};
use crate::params::{rack, text};

/// State of the preset menu.
#[derive(Default)]
pub struct Shelf {
    files: Vec<PathBuf>,
    /// Name or path that is being typed.
    words: String,
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

impl Shelf {
    fn refresh(&mut self) {
        let entries = folder().and_then(|folder| std::fs::read_dir(folder).ok());
        self.files = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        self.files.retain(|path| path.extension().is_some_and(|suffix| suffix == "toml" || suffix == "json"));
        self.files.sort();
    }
}

/// Shows the menu, titled with the name of the chain.
pub fn menu(ui: &mut Ui, desk: &mut Desk, shelf: &mut Shelf) {
    let name = desk.params().rack().name;
    let shown = if name.is_empty() { "Unnamed".to_owned() } else { name };
    let label = RichText::new(shorten(&shown, 22)).font(font(12.5));
    let button = egui::Button::new(label).min_size(egui::vec2(150.0, 26.0));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(250.0);
        if ui.button("Init").on_hover_text("All modules neutral").clicked() {
            load(desk, &rack::fresh());
            ui.close();
        }
        for preset in Preset::all() {
            if ui.button(text::capital(preset.name)).on_hover_text(preset.purpose).clicked() {
                load(desk, &preset.chain());
                ui.close();
            }
        }
        ui.separator();
        for path in shelf.files.clone() {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                load_file(desk, &path);
                ui.close();
            }
        }
        ui.separator();
        ui.label(RichText::new("Name to save as, or path of a chain file").font(font(11.0)));
        ui.text_edit_singleline(&mut shelf.words);
        ui.horizontal(|ui| {
            if ui.button("Save").clicked() {
                save(desk, &shelf.words);
                shelf.refresh();
                ui.close();
            }
            if ui.button("Load").clicked() {
                load_file(desk, &PathBuf::from(shelf.words.trim()));
                ui.close();
            }
        });
    });
    if response.clicked() {
        shelf.refresh();
    }
}

fn shorten(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        text.to_owned()
    } else {
        text.chars().take(letters - 1).chain(['\u{2026}']).collect()
    }
}

fn load_file(desk: &mut Desk, path: &std::path::Path) {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    match read.and_then(|text| ChainSpec::from_str_auto(&text).map_err(|error| error.to_string())) {
        Ok(chain) => load(desk, &chain),
        Err(error) => desk.tell(format!("{}: {error}", path.display())),
    }
}

/// Sets the knobs to a chain; can be undone.
pub fn load(desk: &mut Desk, chain: &ChainSpec) {
    if chain.all_steps().iter().any(|step| matches!(step.kind, StepKind::Clap(_)) && !step.bypass) {
        desk.tell(
            "This chain has CLAP effects as steps, which the plugin cannot host; load them in the host and remove them from the file",
        );
        return;
    }
    let snapshot = snapshot_of(chain, &desk.defaults());
    desk.apply(&snapshot);
    if let Some(lufs) = chain.input_lufs {
        desk.tell(format!(
            "This chain expects {lufs:.0} LUFS at its input: set the gain of Input, or use Listen and suggest"
        ));
    }
}

/// Saves the current settings as a chain file, which `balanced master --chain` renders to the same samples.
fn save(desk: &mut Desk, words: &str) {
    let words = words.trim();
    let stem: String = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
    let Some(folder) = folder().filter(|_| !stem.trim().is_empty()) else {
        desk.tell("Type a file name first");
        return;
    };
    let mut snapshot = desk.params().snapshot(false);
    snapshot.rack.name = stem.trim().to_owned();
    let path = folder.join(format!("{}.toml", stem.trim()));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, chain_of(&snapshot).to_toml()));
    match written {
        Ok(()) => {
            desk.set_rack(snapshot.rack);
            desk.tell(format!("Saved {}", path.display()));
        }
        Err(error) => desk.tell(format!("{}: {error}", path.display())),
    }
}
