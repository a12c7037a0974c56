//! Strip of modules in signal order: select, switch, move, remove, add.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::desk::Desk;
use super::style::{ACCENT, ALARM, DIM, GOOD, HOVER, LINE, PANEL, RAISED, REDUCTION, TEXT, font};
use crate::meters::Meters;
use crate::params::module::MODULES;
use crate::params::rack::Entry;

/// Largest gain reduction that a card's bar shows.
const BAR_DB: f32 = 12.0;

/// Shows the strip in `rect`; `chosen` is the selected place.
pub fn show(ui: &mut Ui, desk: &mut Desk, meters: &Meters, rect: Rect, chosen: &mut usize) {
    let rack = desk.params().rack();
    let count = rack.entries.len();
    let room = rect.width() - 44.0;
    let width = (room / count.max(1) as f32).min(112.0);
    let mut dropped = None;
    for (place, entry) in rack.entries.iter().enumerate() {
        let card = Rect::from_min_size(rect.min + vec2(place as f32 * width, 0.0), vec2(width - 6.0, rect.height()));
        let is_behind = rack.is_behind_limiter(place);
        if let Some(to) = show_card(ui, desk, meters, card, (entry, is_behind), place, chosen) {
            dropped = Some((place, ((to - rect.left()) / width).max(0.0) as usize));
        }
    }
    if let Some((from, to)) = dropped {
        let (mut rack, to) = (rack.clone(), to.min(count - 1));
        let entry = rack.entries.remove(from);
        rack.entries.insert(to, entry);
        if from != to {
            desk.set_rack(rack, "Order");
            *chosen = to;
        }
    }
    let plus = Rect::from_min_size(rect.min + vec2(count as f32 * width, 0.0), vec2(34.0, rect.height()));
    add_menu(ui, desk, plus);
}

/// Shows a card; returns where it was dropped, if it was.
fn show_card(
    ui: &mut Ui,
    desk: &mut Desk,
    meters: &Meters,
    card: Rect,
    (entry, is_behind): (&Entry, bool),
    place: usize,
    chosen: &mut usize,
) -> Option<f32> {
    let response = ui.interact(card, ui.scope_id().with(("card", place)), Sense::click_and_drag());
    let is_chosen = *chosen == place;
    let module = entry.module();
    let bypass = module.map(|module| desk.params().module(module).bypass);
    let is_on = bypass.is_none_or(|knob| desk.value(knob) < 0.5);
    let lifted = if response.dragged() { response.total_drag_delta().map_or(0.0, |delta| delta.x) } else { 0.0 };
    let card = card.translate(vec2(lifted, 0.0));
    let fill = if is_chosen {
        HOVER
    } else if response.hovered() {
        RAISED
    } else {
        PANEL
    };
    let painter = ui.painter();
    painter.rect(card, 6.0, fill, Stroke::new(1.0, if is_chosen { ACCENT } else { LINE }), egui::StrokeKind::Inside);
    let ink = if is_on { TEXT } else { DIM };
    painter.text(pos2(card.center().x, card.top() + 16.0), Align2::CENTER_CENTER, entry.title(), font(12.5), ink);
    if let Some(module) = module {
        let share = (meters.reductions_db[module] / BAR_DB).clamp(0.0, 1.0);
        let bar = Rect::from_min_max(
            pos2(card.left() + 8.0, card.bottom() - 8.0),
            pos2(card.right() - 8.0, card.bottom() - 5.0),
        );
        painter.rect_filled(bar, 1.5, RAISED);
        let filled = Rect::from_min_max(pos2(bar.right() - share * bar.width(), bar.top()), bar.max);
        painter.rect_filled(filled, 1.5, REDUCTION);
    }
    if let Some(knob) = bypass {
        let at = Rect::from_center_size(pos2(card.center().x, card.top() + 35.0), vec2(34.0, 16.0));
        let id = ui.scope_id().with(("power", place));
        let power = super::widgets::switch(ui, at, id, is_on, if is_on { "on" } else { "off" }, GOOD);
        if power.clicked() {
            desk.set(knob, if is_on { 1.0 } else { 0.0 });
        }
    } else {
        painter.text(pos2(card.center().x, card.top() + 35.0), Align2::CENTER_CENTER, "as in file", font(10.5), DIM);
    }
    if response.clicked() {
        *chosen = place;
    }
    let purpose = module.map_or("A step of the chain file that no module can hold", |module| MODULES[module].purpose);
    if is_behind {
        let corner = Rect::from_min_size(card.left_top() + vec2(1.0, 1.0), vec2(card.width() - 2.0, 3.0));
        painter.rect_filled(corner, 1.5, ALARM);
        let at = pos2(card.center().x, card.bottom() - 6.5);
        painter.rect_filled(Rect::from_center_size(at, vec2(card.width() - 4.0, 11.0)), 0.0, fill);
        painter.text(at, Align2::CENTER_CENTER, "behind the limiter", font(9.5), ALARM);
    }
    response.context_menu(|ui| card_menu(ui, desk, place));
    let dropped = response.drag_stopped().then(|| response.interact_pointer_pos().map(|at| at.x)).flatten();
    let warning = if is_behind {
        "\nBehind the limiter: it can exceed the limiter's ceiling. Drag it before the limiter."
    } else {
        ""
    };
    response.on_hover_text(format!("{purpose}{warning}\nDrag to move, right-click for more"));
    dropped
}

fn card_menu(ui: &mut Ui, desk: &mut Desk, place: usize) {
    let mut rack = desk.params().rack();
    if ui.button("Move left").clicked() && place > 0 {
        rack.entries.swap(place, place - 1);
        desk.set_rack(rack.clone(), "Order");
        ui.close();
    }
    if ui.button("Move right").clicked() && place + 1 < rack.entries.len() {
        rack.entries.swap(place, place + 1);
        desk.set_rack(rack.clone(), "Order");
        ui.close();
    }
    if ui.button("Remove").on_hover_text("Also removes its latency and CPU load").clicked()
        && place < rack.entries.len()
    {
        let name = format!("{} removed", rack.entries[place].title());
        rack.entries.remove(place);
        desk.set_rack(rack, &name);
        ui.close();
    }
}

fn add_menu(ui: &mut Ui, desk: &mut Desk, rect: Rect) {
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).id_salt("add"), |ui| {
        ui.spacing_mut().interact_size.y = rect.height();
        ui.menu_button(egui::RichText::new("  +  ").font(font(16.0)), |ui| {
            let mut rack = desk.params().rack();
            for (index, module) in MODULES.iter().enumerate() {
                if rack.place_of(index).is_none() && ui.button(module.name).on_hover_text(module.purpose).clicked() {
                    rack.entries.insert(rack.place_for(index), Entry::Module(module.kind.to_owned()));
                    desk.set_rack(rack.clone(), &format!("{} added", module.name));
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("Add a module");
    });
}
