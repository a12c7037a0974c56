//! List of all parameters as text: name, value, description. Tab and arrow keys move, values can be typed.

use egui::{RichText, Ui};

use super::desk::Desk;
use super::style::{DIM, font};
use super::widgets::{self, Typing};
use balanced_mastering::Scale;

/// Shows the list in `rect`, filtered by `words`.
pub fn show(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, rect: egui::Rect, words: &mut String) {
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect.shrink(8.0)).id_salt("list"), |ui| {
        ui.horizontal(|ui| {
            ui.label("Find");
            ui.text_edit_singleline(words);
        });
        let wanted = words.to_lowercase();
        let listed = desk.params().host_order().iter().copied().filter(|index| is_listed(desk, *index));
        let shown: Vec<usize> =
            listed.filter(|index| desk.knob(*index).name().to_lowercase().contains(&wanted)).collect();
        egui::ScrollArea::vertical().auto_shrink(false).show_rows(ui, 26.0, shown.len(), |ui, rows| {
            for index in &shown[rows] {
                ui.horizontal(|ui| line(ui, desk, typing, *index));
            }
        });
    });
}

/// Tells whether a knob does anything that a user would set.
fn is_listed(desk: &Desk, index: usize) -> bool {
    index != desk.params().edits() && !desk.knob(index).is_hidden()
}

fn line(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, index: usize) {
    let name = desk.knob(index).name().to_owned();
    ui.add_sized([230.0, 20.0], egui::Label::new(RichText::new(name).font(font(12.5))).truncate());
    let value = desk.running_value(index);
    match desk.knob(index).row().scale {
        Scale::Toggle => {
            let mut is_on = value >= 0.5;
            if ui.add_sized([130.0, 20.0], egui::Checkbox::new(&mut is_on, "")).changed() {
                desk.set(index, f64::from(u8::from(is_on)));
            }
        }
        Scale::Choice(names) => {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(130.0, 20.0), egui::Sense::hover());
            widgets::choice(ui, desk, index, names, rect);
        }
        _ if desk.knob(index).row().unit == "dB/oct" => {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(130.0, 20.0), egui::Sense::hover());
            widgets::slope(ui, desk, index, rect);
        }
        _ if typing.as_ref().is_some_and(|(typed, _)| *typed == index) => {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(130.0, 20.0), egui::Sense::hover());
            widgets::type_value(ui, desk, typing, rect);
        }
        _ => {
            if ui.add_sized([130.0, 20.0], egui::Button::new(desk.knob(index).text(value))).clicked() {
                *typing = Some((index, crate::params::text::write(desk.knob(index).row(), value)));
            }
        }
    }
    let words = RichText::new(desk.knob(index).row().description).font(font(11.5)).color(DIM);
    ui.add(egui::Label::new(words).truncate());
}
