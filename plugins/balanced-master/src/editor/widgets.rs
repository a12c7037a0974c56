//! Widgets: knobs, choices, switches.

use egui::{Align2, Color32, Id, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::desk::Desk;
use super::effect;
use super::style::{ACCENT, DIM, HOVER, LINE, RAISED, TEXT, font};
use crate::params::legal::slopes as slopes_of;
use crate::params::text;
use balanced_mastering::{ProcessorSpec, Scale};

/// Width and height of a knob with its name and value.
pub const CELL: Vec2 = vec2(81.0, 90.0);
/// Points of drag for the whole range.
const TRAVEL: f32 = 180.0;
/// Factor by which a drag is finer with shift.
const FINE: f32 = 0.1;

/// Value that is being typed: the knob and the text so far.
pub type Typing = Option<(usize, String)>;

/// Shows the control that fits the knob `index`, in `cell`.
pub fn control(
    ui: &mut Ui,
    desk: &mut Desk,
    typing: &mut Typing,
    cell: Rect,
    index: usize,
    name: &str,
    colour: Color32,
) {
    ui.scope(|ui| {
        if effect::is_idle(desk, index) {
            ui.multiply_opacity(IDLE);
        }
        control_cell(ui, desk, typing, cell, index, name, colour);
    });
}

/// Opacity of a control that has no effect.
const IDLE: f32 = 0.4;

fn control_cell(
    ui: &mut Ui,
    desk: &mut Desk,
    typing: &mut Typing,
    cell: Rect,
    index: usize,
    name: &str,
    colour: Color32,
) {
    ui.painter().text(pos2(cell.center().x, cell.top() + 8.0), Align2::CENTER_CENTER, name, font(11.5), DIM);
    match desk.knob(index).row().scale {
        Scale::Toggle => toggle_cell(ui, desk, cell, index, colour),
        _ if desk.knob(index).row().unit == "dB/oct" => {
            let rect = Rect::from_center_size(pos2(cell.center().x, cell.top() + 40.0), vec2(76.0, 24.0));
            slope(ui, desk, index, rect);
        }
        Scale::Choice(names) => {
            let rect = Rect::from_center_size(pos2(cell.center().x, cell.top() + 40.0), vec2(76.0, 24.0));
            choice(ui, desk, index, names, rect);
        }
        _ => knob(ui, desk, typing, cell, index, colour),
    }
}

/// Returns the tooltip: description, range, default.
fn tip(desk: &Desk, index: usize) -> String {
    let knob = desk.knob(index);
    let row = knob.row();
    let range = match row.scale {
        Scale::Toggle | Scale::Choice(_) => String::new(),
        _ => format!("\n{} to {}", knob.text(row.min), knob.text(row.max)),
    };
    format!("{}\n{}{range}\nDefault {}", knob.name(), row.description, knob.text(knob.default))
}

fn knob(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, cell: Rect, index: usize, colour: Color32) {
    let centre = pos2(cell.center().x, cell.top() + 40.0);
    let response = ui.interact(
        Rect::from_center_size(centre, Vec2::splat(48.0)),
        ui.scope_id().with(index),
        Sense::click_and_drag(),
    );
    turn(ui, desk, index, &response, vec2(1.0, -1.0));
    let position = desk.knob(index).mapping.position(desk.running_value(index));
    let (mapping, row) = (desk.knob(index).mapping, *desk.knob(index).row());
    // The arc starts at zero if the range includes it, otherwise at the minimum.
    let origin = mapping.position(if row.min < 0.0 && row.max > 0.0 { 0.0 } else { row.min });
    let is_hot = response.hovered() || response.dragged();
    paint_knob(ui, centre, position, origin, colour, is_hot);
    value_text(ui, desk, typing, index, pos2(centre.x, cell.bottom() - 11.0));
    // The tooltip must not cover the value.
    response.with_new_rect(cell).on_hover_text(tip(desk, index));
}

/// Handles drag, fine drag with shift, mouse wheel, and double-click for the default.
pub fn turn(ui: &Ui, desk: &mut Desk, index: usize, response: &Response, direction: Vec2) {
    if response.double_clicked() {
        let default = desk.knob(index).default;
        desk.set(index, default);
        return;
    }
    if response.drag_started() {
        desk.release();
        desk.hold(index);
    }
    let fine = if ui.input(|input| input.modifiers.shift) { FINE } else { 1.0 };
    let moved = moved(ui, response) * direction;
    if moved.x + moved.y != 0.0 {
        let value = nudged(desk, index, (moved.x + moved.y) * fine / TRAVEL);
        desk.drag(index, value);
    }
    if response.drag_stopped() {
        desk.release();
    }
    if response.hovered() && !response.dragged() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        if wheel != 0.0 {
            let value = nudged(desk, index, wheel * fine / 900.0);
            desk.scroll(index, value);
        }
    }
}

/// Returns the drag distance of this frame, including the frame in which the pointer is released.
pub fn moved(ui: &Ui, response: &Response) -> Vec2 {
    if response.drag_stopped() { ui.input(|input| input.pointer.delta()) } else { response.drag_delta() }
}

/// Returns the value of a knob that is moved by a share of its range.
fn nudged(desk: &Desk, index: usize, by: f32) -> f64 {
    let mapping = desk.knob(index).mapping;
    let row = *mapping.row();
    let now = desk.value(index);
    if matches!(row.scale, Scale::Integer | Scale::Choice(_) | Scale::Toggle) {
        let span = row.max - row.min;
        now + (f64::from(by) * span.max(10.0)).round().clamp(-1.0, 1.0)
    } else {
        // Positions are single-precision, but the sum of small drags is kept in double precision.
        let at = (f64::from(mapping.position(now)) + f64::from(by)).clamp(0.0, 1.0);
        mapping.value(at as f32)
    }
}

fn paint_knob(ui: &Ui, centre: Pos2, position: f32, origin: f32, colour: Color32, is_hot: bool) {
    let painter = ui.painter();
    let angle = |at: f32| std::f32::consts::PI * (0.75 + 1.5 * at);
    let on = |at: f32, radius: f32| centre + radius * vec2(angle(at).cos(), angle(at).sin());
    let arc = |from: f32, to: f32, radius: f32| -> Vec<Pos2> {
        (0..=40).map(|step| on(from + (to - from) * step as f32 / 40.0, radius)).collect()
    };
    painter.add(Shape::line(arc(0.0, 1.0, 21.0), Stroke::new(3.0, LINE)));
    painter.add(Shape::line(arc(origin, position, 21.0), Stroke::new(3.0, colour)));
    painter.circle_filled(centre, 16.0, if is_hot { HOVER } else { RAISED });
    painter.line_segment([on(position, 7.0), on(position, 15.0)], Stroke::new(2.2, TEXT));
}

/// Shows the value under a knob; a click lets the user type another.
fn value_text(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, index: usize, at: Pos2) {
    let rect = Rect::from_center_size(at, vec2(78.0, 18.0));
    if typing.as_ref().is_some_and(|(typed, _)| *typed == index) {
        type_value(ui, desk, typing, rect);
        return;
    }
    let response = ui.interact(rect, ui.scope_id().with((index, "value")), Sense::click());
    let colour = if response.hovered() { ACCENT } else { TEXT };
    ui.painter().text(at, Align2::CENTER_CENTER, desk.knob(index).text(desk.running_value(index)), font(12.0), colour);
    if response.clicked() {
        *typing = Some((index, text::write(desk.knob(index).row(), desk.running_value(index))));
    }
}

/// Shows a field for the value that is being typed.
pub fn type_value(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, rect: Rect) {
    let Some((index, words)) = typing else { return };
    let edit = egui::TextEdit::singleline(words).font(font(12.0)).align(egui::Align2::CENTER_CENTER);
    let response = ui.put(rect, edit);
    if response.lost_focus() {
        let value = text::read(desk.knob(*index).row(), words);
        let (index, is_done) = (*index, !ui.input(|input| input.key_pressed(egui::Key::Escape)));
        *typing = None;
        match value {
            Some(value) if is_done => desk.set(index, value),
            None if is_done => {
                let name = desk.knob(index).name().to_owned();
                desk.tell(format!("{name}: not a valid value; type a number, with or without its unit"));
            }
            _ => {}
        }
    } else {
        response.request_focus();
    }
}

fn toggle_cell(ui: &mut Ui, desk: &mut Desk, cell: Rect, index: usize, colour: Color32) {
    let rect = Rect::from_center_size(pos2(cell.center().x, cell.top() + 40.0), vec2(48.0, 24.0));
    let is_on = desk.value(index) >= 0.5;
    let response = switch(ui, rect, ui.scope_id().with(index), is_on, if is_on { "On" } else { "Off" }, colour);
    if response.clicked() {
        desk.set(index, if is_on { 0.0 } else { 1.0 });
    }
    response.on_hover_text(tip(desk, index));
}

/// Shows a toggle button.
pub fn switch(ui: &Ui, rect: Rect, id: Id, is_on: bool, label: &str, colour: Color32) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let fill = match (is_on, response.hovered()) {
        (true, _) => colour,
        (false, true) => HOVER,
        (false, false) => RAISED,
    };
    ui.painter().rect_filled(rect, 4.0, fill);
    let ink = if is_on { super::style::GROUND } else { DIM };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, label, font(12.0), ink);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, is_on, label));
    response
}

/// Shows a drop-down list of the values of a choice.
pub fn choice(ui: &mut Ui, desk: &mut Desk, index: usize, names: &[&str], rect: Rect) {
    let labels: Vec<String> = names.iter().map(|name| text::capital(name)).collect();
    if let Some(chosen) = pick(ui, (index, tip(desk, index)), &labels, desk.value(index) as usize, rect) {
        desk.set(index, chosen as f64);
    }
}

/// Shows a drop-down list of the slopes that the kind of a band has, or that it has none.
pub fn slope(ui: &mut Ui, desk: &mut Desk, index: usize, rect: Rect) {
    let slopes = slopes(desk, index);
    if slopes.is_empty() {
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, "\u{2013}", font(12.0), DIM);
        ui.interact(rect, ui.scope_id().with((index, "none")), Sense::hover())
            .on_hover_text("This kind of band has no slope");
        return;
    }
    let labels: Vec<String> = slopes.iter().map(|slope| desk.knob(index).text(*slope)).collect();
    let now = slopes.iter().position(|slope| *slope == desk.running_value(index)).unwrap_or(0);
    if let Some(chosen) = pick(ui, (index, tip(desk, index)), &labels, now, rect) {
        desk.set(index, slopes[chosen]);
    }
}

/// Returns the slopes that the band of this knob has.
fn slopes(desk: &Desk, index: usize) -> Vec<f64> {
    let Some((module, wire)) = desk.params().wire_of(index) else { return Vec::new() };
    match desk.current(module) {
        ProcessorSpec::Eq(eq) => {
            eq.bands.get(wire.item).map_or_else(Vec::new, |band| slopes_of(band.kind, band.alignment))
        }
        _ => Vec::new(),
    }
}

/// Shows a drop-down list and returns what was chosen, if it is another than `now`.
fn pick(ui: &mut Ui, (index, tip): (usize, String), labels: &[String], now: usize, rect: Rect) -> Option<usize> {
    let mut chosen = now;
    let label = |at: usize| labels[at.min(labels.len() - 1)].clone();
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).id_salt(index), |ui| {
        let words = label(now);
        let size = if words.len() > 9 { 10.0 } else { 11.5 };
        let shown = egui::RichText::new(words).font(font(size));
        let button = egui::Button::new(shown).min_size(rect.size()).truncate();
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            for at in 0..labels.len() {
                if ui.selectable_label(at == now, label(at)).clicked() {
                    chosen = at;
                    ui.close();
                }
            }
        });
        let corner = rect.right_bottom() - vec2(4.0, 4.0);
        let mark = vec![corner, corner - vec2(5.0, 0.0), corner - vec2(0.0, 5.0)];
        ui.painter().add(Shape::convex_polygon(mark, DIM, Stroke::NONE));
        response.on_hover_text(tip);
    });
    (chosen != now).then_some(chosen)
}
