//! Header: presets, A/B, undo, and what is monitored.

use egui::{Align2, Rect, RichText, Ui, pos2, vec2};

use super::desk::Desk;
use super::presets::{self, Shelf};
use super::style::{ACCENT, ALARM, DIM, PANEL, REDUCTION, TEXT, font};
use super::widgets;
use crate::params::listening;

/// Shows the header in `rect`.
pub fn show(ui: &mut Ui, desk: &mut Desk, shelf: &mut Shelf, rect: Rect, is_list: &mut bool) {
    ui.painter().rect_filled(rect, 0.0, PANEL);
    let left = pos2(rect.left() + 14.0, rect.center().y);
    let name = ui.painter().text(left, Align2::LEFT_CENTER, "BALANCED", font(17.0), TEXT);
    ui.painter().text(name.right_center() + vec2(6.0, 0.0), Align2::LEFT_CENTER, "Master", font(17.0), ACCENT);
    let inner = Rect::from_min_max(pos2(rect.left() + 180.0, rect.top() + 8.0), rect.max - vec2(10.0, 8.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner).id_salt("header"), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            ui.spacing_mut().interact_size.y = 26.0;
            presets::menu(ui, desk, shelf);
            history(ui, desk);
            slots(ui, desk);
            let label = RichText::new("List").font(font(12.0));
            if ui.selectable_label(*is_list, label).on_hover_text("List of all parameters, for the keyboard").clicked()
            {
                *is_list = !*is_list;
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| listen(ui, desk));
        });
    });
}

fn history(ui: &mut Ui, desk: &mut Desk) {
    let (back, forth) = desk.steps();
    let undo = ui.add_enabled(back, egui::Button::new(RichText::new("Undo").font(font(12.0))));
    let redo = ui.add_enabled(forth, egui::Button::new(RichText::new("Redo").font(font(12.0))));
    let (keys_undo, keys_redo) = ui.input(|input| {
        let z = input.modifiers.command && input.key_pressed(egui::Key::Z);
        (z && !input.modifiers.shift, z && input.modifiers.shift)
    });
    if undo.on_hover_text("Ctrl Z").clicked() || keys_undo {
        desk.step(-1);
    }
    if redo.on_hover_text("Ctrl Shift Z").clicked() || keys_redo {
        desk.step(1);
    }
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
fn listen(ui: &mut Ui, desk: &mut Desk) {
    flag(ui, desk, listening::BYPASS, "Bypass", 58.0, ALARM);
    flag(ui, desk, listening::GAIN_MATCH, "Match", 52.0, REDUCTION);
    for (index, width) in [(listening::LISTEN, 94.0), (listening::MONITOR, 76.0), (listening::LATENCY, 88.0)] {
        let balanced_mastering::Scale::Choice(names) = desk.knob(index).row().scale else { continue };
        let (rect, _) = ui.allocate_exact_size(vec2(width, 26.0), egui::Sense::hover());
        widgets::choice(ui, desk, index, names, rect);
    }
    let (frames, rate_hz) = (desk.shared.latency_frames(), desk.shared.sample_rate_hz());
    let text = format!("{:.1} ms", 1e3 * frames as f64 / rate_hz);
    let label = egui::Label::new(RichText::new(text).font(font(11.5)).color(DIM)).selectable(false);
    ui.add(label).on_hover_text(format!("Latency: {frames} frames"));
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
