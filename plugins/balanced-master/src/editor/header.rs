//! Header: presets, A/B, undo, and what is monitored.

use egui::{Align2, Key, Modifiers, Rect, RichText, Ui, pos2, vec2};

use super::desk::Desk;
use super::presets::{self, Shelf};
use super::style::{ACCENT, ALARM, DIM, PANEL, REDUCTION, TEXT, font};
use super::widgets;
use crate::params::{SCALES_PERCENT, listening};

/// Width below which the header has less room for names.
const NARROW: f32 = 1120.0;
/// Steps that the menu of the history shows.
const SHOWN_STEPS: usize = 24;

/// Shows the header in `rect`.
pub fn show(ui: &mut Ui, desk: &mut Desk, shelf: &mut Shelf, rect: Rect, is_list: &mut bool) {
    ui.painter().rect_filled(rect, 0.0, PANEL);
    let is_narrow = rect.width() < NARROW;
    let name = title(ui, desk, rect, is_narrow);
    let inner = Rect::from_min_max(pos2(name.right() + 14.0, rect.top() + 8.0), rect.max - vec2(10.0, 8.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner).id_salt("header"), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.spacing_mut().button_padding.x = if is_narrow { 5.0 } else { 7.0 };
            ui.spacing_mut().interact_size.y = 26.0;
            presets::menu(ui, desk, shelf, is_narrow);
            history(ui, desk);
            slots(ui, desk);
            let label = RichText::new("List").font(font(12.0));
            if ui.selectable_label(*is_list, label).on_hover_text("List of all parameters, for the keyboard").clicked()
            {
                *is_list = !*is_list;
            }
            let rest = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(rest, |ui| listen(ui, desk, is_narrow));
        });
    });
}

/// Shows the title, whose menu has what belongs to the editor, and returns its place.
fn title(ui: &mut Ui, desk: &mut Desk, rect: Rect, is_narrow: bool) -> Rect {
    let left = pos2(rect.left() + 14.0, rect.center().y);
    let words = if is_narrow { "B" } else { "BALANCED" };
    let first = ui.painter().text(left, Align2::LEFT_CENTER, words, font(17.0), TEXT);
    let name = if is_narrow {
        first
    } else {
        let at = first.right_center() + vec2(6.0, 0.0);
        first.union(ui.painter().text(at, Align2::LEFT_CENTER, "Master", font(17.0), ACCENT))
    };
    let response = ui.interact(name.expand(4.0), ui.scope_id().with("title"), egui::Sense::click());
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(190.0);
        ui.label(RichText::new("Scale of the editor").font(font(11.0)).color(DIM));
        let now = (100.0 * ui.ctx().zoom_factor()).round() as u32;
        for percent in SCALES_PERCENT {
            if ui.selectable_label(percent == now, format!("{percent} %")).clicked() {
                ui.ctx().set_zoom_factor(percent as f32 / 100.0);
                ui.close();
            }
        }
        ui.separator();
        presets::default_rows(ui, desk);
        ui.separator();
        ui.label(RichText::new(concat!("Version ", env!("CARGO_PKG_VERSION"))).font(font(11.0)).color(DIM));
    });
    response.on_hover_text("Scale of the editor, own beginning");
    name
}

/// Undoes and redoes by keys. Called after everything else of a frame: a gesture that came before the key in the same frame is then
/// a step already. Keys that a text field uses are left to it.
pub fn keys(ui: &mut Ui, desk: &mut Desk) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let (undo, redo) = ui.input_mut(|input| {
        // The more specific one first: the other one would take it too.
        let redo = input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        let redo = redo || input.consume_key(Modifiers::COMMAND, Key::Y);
        (input.consume_key(Modifiers::COMMAND, Key::Z), redo)
    });
    if undo {
        desk.step(-1);
    }
    if redo {
        desk.step(1);
    }
}

/// Undo and redo, and the list of all steps.
fn history(ui: &mut Ui, desk: &mut Desk) {
    let (back, forth) = desk.history().ways();
    let undo = ui.add_enabled(back, egui::Button::new(RichText::new("Undo").font(font(12.0))));
    let redo = ui.add_enabled(forth, egui::Button::new(RichText::new("Redo").font(font(12.0))));
    if undo.on_hover_text("Ctrl Z").clicked() {
        desk.step(-1);
    }
    if redo.on_hover_text("Ctrl Shift Z").clicked() {
        desk.step(1);
    }
    let mut chosen = None;
    let button = egui::Button::new(RichText::new("\u{2026}").font(font(12.0)));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(200.0);
        egui::ScrollArea::vertical().max_height(400.0).show(ui, |ui| {
            let (at, names) = (desk.history().at(), desk.history().names().enumerate().collect::<Vec<_>>());
            for (step, name) in names.into_iter().rev().take(SHOWN_STEPS) {
                if ui.selectable_label(step == at, name).clicked() {
                    chosen = Some(step);
                    ui.close();
                }
            }
        });
    });
    response.on_hover_text("Steps, the newest first");
    chosen.into_iter().for_each(|step| desk.go_to(step));
}

fn slots(ui: &mut Ui, desk: &mut Desk) {
    let is_b = desk.params().slots().is_b;
    for (label, this) in [("A", false), ("B", true)] {
        let (rect, _) = ui.allocate_exact_size(vec2(26.0, 26.0), egui::Sense::hover());
        let response = widgets::switch(ui, rect, ui.scope_id().with(label), is_b == this, label, ACCENT);
        if response.clicked() && is_b != this {
            desk.swap();
        }
        response.on_hover_text("Two settings to compare; both are saved in the project");
    }
    let copy = if is_b { "Copy to A" } else { "Copy to B" };
    if ui
        .button(RichText::new(copy).font(font(12.0)))
        .on_hover_text("Copy the current settings to the other side")
        .clicked()
    {
        desk.copy_to_other();
    }
}

/// Shows, from the right: bypass, loudness matching, monitored signal and channels, latency.
fn listen(ui: &mut Ui, desk: &mut Desk, is_narrow: bool) {
    flag(ui, desk, listening::BYPASS, "Bypass", 58.0, ALARM);
    flag(ui, desk, listening::GAIN_MATCH, "Match", 52.0, REDUCTION);
    let less = if is_narrow { 8.0 } else { 0.0 };
    for (index, width) in [(listening::LISTEN, 94.0), (listening::MONITOR, 76.0), (listening::LATENCY, 84.0)] {
        let balanced_mastering::Scale::Choice(names) = desk.knob(index).row().scale else { continue };
        let (rect, _) = ui.allocate_exact_size(vec2(width - less, 26.0), egui::Sense::hover());
        widgets::choice(ui, desk, index, names, rect);
    }
    let (frames, rate_hz) = (desk.shared.latency_frames(), desk.shared.sample_rate_hz());
    let load = desk.shared.editor.load();
    let text = if is_narrow {
        format!("{:.1} ms", 1e3 * frames as f64 / rate_hz)
    } else {
        format!("{:.1} ms   {:.0} %", 1e3 * frames as f64 / rate_hz, 100.0 * load)
    };
    let label = egui::Label::new(RichText::new(text).font(font(11.5)).color(DIM)).selectable(false);
    ui.add(label).on_hover_text(format!(
        "Latency: {frames} frames\nProcessing takes {:.1} % of the time of a block",
        100.0 * load
    ));
}

fn flag(ui: &mut Ui, desk: &mut Desk, index: usize, label: &str, width: f32, colour: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, 26.0), egui::Sense::hover());
    let is_on = desk.value(index) >= 0.5;
    let response = widgets::switch(ui, rect, ui.scope_id().with(("flag", index)), is_on, label, colour);
    if response.clicked() {
        desk.set(index, if is_on { 0.0 } else { 1.0 });
    }
    response.on_hover_text(desk.knob(index).row().description);
}
