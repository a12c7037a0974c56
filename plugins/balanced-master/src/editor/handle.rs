//! Handle of a band on the graph: drag for frequency and level, mouse wheel for Q, double-click for on and off.

use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, Vec2, pos2};

use super::desk::Desk;
use super::plot::Plot;
use super::style::{BANDS, GROUND, HOVER, TEXT, font};
use super::widgets::moved;
use crate::params::module;

/// Parameters that a handle changes.
pub struct Grip {
    kind: &'static str,
    index: usize,
    frequency: usize,
    /// Knob of the level, and its direction: up raises (1) or lowers (-1) it; cuts have none.
    level: Option<(usize, f32)>,
    q: usize,
    enabled: usize,
    is_on: bool,
}

impl Grip {
    /// Finds the parameters of band `index` of the module of `kind`.
    pub fn find(
        desk: &Desk,
        kind: &'static str,
        index: usize,
        level: Option<(&str, f32)>,
        is_on: bool,
    ) -> Option<Self> {
        let knob = |field: &str| band_knob(desk, kind, field, index);
        let level = match level {
            Some((field, sign)) => Some((knob(field)?, sign)),
            None => None,
        };
        let (frequency, q) = (knob("bands[].frequency_hz")?, knob("bands[].q")?);
        Some(Self { kind, index, frequency, level, q, enabled: knob("bands[].enabled")?, is_on })
    }

    fn position(&self, desk: &Desk, plot: &Plot) -> Pos2 {
        let level = self.level.map_or(0.0, |(knob, sign)| sign * desk.value(knob) as f32);
        pos2(plot.x(desk.value(self.frequency) as f32), plot.y(level)).clamp(plot.0.min, plot.0.max)
    }

    fn drag(&self, ui: &Ui, desk: &mut Desk, plot: &Plot, delta: Vec2) {
        let fine = if ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
        if delta.x != 0.0 {
            let x = plot.x(desk.value(self.frequency) as f32) + fine * delta.x;
            desk.drag(self.frequency, f64::from(plot.hz(x)));
        }
        if let Some((knob, sign)) = self.level.filter(|_| delta.y != 0.0) {
            let value = desk.value(knob) - f64::from(sign * fine * delta.y * plot.db_per_point());
            desk.drag(knob, value);
        }
    }

    fn about(&self, desk: &Desk) -> String {
        let text = |knob: usize| desk.knob(knob).text(desk.value(knob));
        let range = if self.kind == "dynamic_eq" { "range " } else { "" };
        let level = self.level.map_or(String::new(), |(knob, _)| format!("{range}{}, ", text(knob)));
        format!(
            "Band {}: {}, {level}Q {:.2}\nDrag to move, shift for fine, wheel for Q, double-click for on and off",
            self.index + 1,
            text(self.frequency),
            desk.value(self.q)
        )
    }
}

/// Returns the number of the knob for `field` of a band.
pub fn band_knob(desk: &Desk, kind: &str, field: &str, item: usize) -> Option<usize> {
    let index = module::index_of(kind)?;
    let wires = &desk.params().module(index).wires;
    debug_assert!(wires.iter().any(|wire| wire.id == field && !wire.list.is_empty()), "{kind} has no {field}");
    wires.iter().find(|wire| wire.item == item && wire.id == field).map(|wire| wire.knob)
}

/// Draws the handle and handles its input; `chosen` is the selected band.
pub fn show(ui: &mut Ui, desk: &mut Desk, plot: &Plot, grip: &Grip, chosen: &mut usize) {
    let at = grip.position(desk, plot);
    let id = ui.scope_id().with(("handle", grip.kind, grip.index));
    let response = ui.interact(Rect::from_center_size(at, Vec2::splat(24.0)), id, Sense::click_and_drag());
    if response.drag_started() || response.clicked() {
        *chosen = grip.index;
    }
    if response.drag_started() {
        desk.release();
        desk.hold(grip.frequency);
        grip.level.iter().for_each(|(knob, _)| desk.hold(*knob));
    }
    if response.dragged() || response.drag_stopped() {
        grip.drag(ui, desk, plot, moved(ui, &response));
    }
    if response.drag_stopped() {
        desk.release();
    }
    if response.double_clicked() {
        desk.set(grip.enabled, if grip.is_on { 0.0 } else { 1.0 });
    }
    if response.hovered() && !response.dragged() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        if wheel != 0.0 {
            let value = desk.value(grip.q) * f64::from(2f32.powf(wheel / 120.0));
            desk.scroll(grip.q, value);
        }
    }
    let is_hot = response.hovered() || response.dragged() || *chosen == grip.index;
    paint_handle(ui, at, grip.index, grip.is_on, is_hot);
    response.on_hover_text(grip.about(desk));
}

fn paint_handle(ui: &Ui, at: Pos2, index: usize, is_on: bool, is_hot: bool) {
    let (painter, colour) = (ui.painter(), BANDS[index]);
    let radius = if is_hot { 10.5 } else { 8.5 };
    if is_hot {
        painter.circle_filled(at, radius + 4.0, colour.gamma_multiply(0.25));
    }
    painter.circle(
        at,
        radius,
        if is_on { colour } else { HOVER },
        Stroke::new(1.5, if is_on { GROUND } else { colour }),
    );
    let ink = if is_on { GROUND } else { TEXT };
    painter.text(at, Align2::CENTER_CENTER, (index + 1).to_string(), font(11.0), ink);
}
