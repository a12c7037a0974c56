//! Controls of the selected module.

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use super::desk::Desk;
use super::handle::band_knob;
use super::style::{ACCENT, BANDS, DIM, REDUCTION, font};
use super::widgets::{self, CELL, Typing, control};
use crate::params::listening;
use crate::params::module::MODULES;
use crate::params::text;

/// Shows the controls of `module`, one band at a time if it has bands.
pub fn show(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, rect: Rect, module: usize, band: &mut usize) {
    low_latency_note(ui, desk, rect, module);
    let common: Vec<Cell> = common(desk, module).into_iter().map(|(knob, name)| (knob, name, ACCENT)).collect();
    if !desk.params().module(module).wires.iter().any(|wire| wire.list == "bands") {
        grid(ui, desk, typing, rect, &common);
        return;
    }
    band_row(ui, desk, Rect::from_min_size(rect.min, vec2(rect.width(), 24.0)), module, band);
    let below = Rect::from_min_max(pos2(rect.left(), rect.top() + 32.0), rect.max);
    let colour = BANDS[*band % BANDS.len()];
    let mut cells: Vec<Cell> =
        banded(desk, module, *band).into_iter().map(|(knob, name)| (knob, name, colour)).collect();
    let rows = |count: usize| count.div_ceil(columns(rect));
    if rows(cells.len()) + rows(common.len()) <= ROWS {
        let used = grid(ui, desk, typing, below, &cells);
        grid(ui, desk, typing, Rect::from_min_max(pos2(rect.left(), used), rect.max), &common);
    } else {
        cells.extend(common);
        grid(ui, desk, typing, below, &cells);
    }
}

/// Returns a note on what a module does differently with near-zero latency.
fn low_latency_note(ui: &Ui, desk: &Desk, rect: Rect, module: usize) {
    let words = match MODULES[module].kind {
        _ if desk.value(listening::LATENCY) < 0.5 => return,
        "eq" | "multiband" => "Near-zero latency: minimum phase; Phase has no effect",
        "compressor" => "Near-zero latency: no lookahead",
        "limiter" => "Near-zero latency: 33 samples of lookahead; Lookahead has no effect",
        "saturator" | "clipper" => "Near-zero latency: 4x oversampling with short filters",
        "declick" | "declip" => "Near-zero latency: switched off, because a repair needs what comes after",
        _ => return,
    };
    let at = pos2(rect.right() - 4.0, rect.bottom() - 2.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, words, font(11.5), REDUCTION);
}

/// Knob, name and colour of a control.
type Cell = (usize, String, Color32);
/// Rows of controls that fit.
const ROWS: usize = 2;

fn columns(rect: Rect) -> usize {
    ((rect.width() / CELL.x) as usize).max(1)
}

/// Lays out controls in rows and returns their lower edge.
fn grid(ui: &mut Ui, desk: &mut Desk, typing: &mut Typing, rect: Rect, cells: &[Cell]) -> f32 {
    let columns = columns(rect);
    for (place, (knob, name, colour)) in cells.iter().enumerate() {
        let at = vec2((place % columns) as f32 * CELL.x, (place / columns) as f32 * CELL.y);
        control(ui, desk, typing, Rect::from_min_size(rect.min + at, CELL), *knob, name, *colour);
    }
    rect.top() + cells.len().div_ceil(columns) as f32 * CELL.y
}

/// Shows one button per band.
fn band_row(ui: &mut Ui, desk: &mut Desk, rect: Rect, module: usize, band: &mut usize) {
    let room = room(desk, module);
    *band = (*band).min(room - 1);
    ui.painter().text(rect.left_center() + vec2(4.0, 0.0), Align2::LEFT_CENTER, "Band", font(12.0), DIM);
    for index in 0..room {
        let button = Rect::from_min_size(rect.min + vec2(42.0 + 40.0 * index as f32, 1.0), vec2(36.0, 22.0));
        let id = ui.scope_id().with(("band", index));
        let enabled = band_knob(desk, MODULES[module].kind, "bands[].enabled", index);
        let is_on = enabled.is_none_or(|knob| desk.value(knob) >= 0.5);
        let label = if is_on { format!("{}", index + 1) } else { format!("{} off", index + 1) };
        let response = widgets::switch(ui, button, id, *band == index, &label, BANDS[index % BANDS.len()]);
        if response.clicked() {
            *band = index;
        }
        response.on_hover_text(if is_on { "Select this band" } else { "Select this band (off)" });
    }
}

/// Returns the number of bands of a module.
fn room(desk: &Desk, module: usize) -> usize {
    let knobs = desk.params().module(module);
    let count = knobs.band_count.map(|knob| desk.value(knob) as usize);
    count.unwrap_or(MODULES[module].room("bands")).max(1)
}

/// Returns the knobs of one band, with their names.
fn banded(desk: &Desk, module: usize, band: usize) -> Vec<(usize, String)> {
    let wires = desk.params().module(module).wires.iter();
    let of_band = wires.filter(|wire| wire.list == "bands" && wire.item == band);
    of_band.map(|wire| (wire.knob, short_name(wire.id))).collect()
}

/// Returns the knobs that belong to no band: those of the module, then its mix.
fn common(desk: &Desk, module: usize) -> Vec<(usize, String)> {
    let knobs = desk.params().module(module);
    let corners = knobs.band_count.map_or(usize::MAX, |knob| desk.value(knob) as usize - 1);
    let mut list: Vec<(usize, String)> = knobs.band_count.iter().map(|knob| (*knob, "Bands".to_owned())).collect();
    for wire in knobs.wires.iter().filter(|wire| wire.list != "bands") {
        let name = match wire.list {
            "crossovers_hz" if wire.item >= corners => continue,
            "widths_percent" if corners == 0 || wire.item > corners => continue,
            "crossovers_hz" => format!("Corner {}", wire.item + 1),
            "widths_percent" => format!("Width {}", wire.item + 1),
            _ => short_name(wire.id),
        };
        list.push((wire.knob, name));
    }
    if MODULES[module].has_mix() {
        list.push((knobs.mix, "Mix".to_owned()));
    }
    list
}

/// Returns a name that fits above a knob.
fn short_name(id: &str) -> String {
    match id.rsplit('.').next().unwrap_or(id) {
        "linear_phase_latency_ms" => "Latency".to_owned(),
        "slope_db_per_octave" => "Slope".to_owned(),
        "sidechain_high_pass_hz" => "SC high-pass".to_owned(),
        "sidechain_low_pass_hz" => "SC low-pass".to_owned(),
        "sustain_link_percent" => "Sustain link".to_owned(),
        "level_compensation" => "Level comp.".to_owned(),
        "min_correlation" => "Min. corr.".to_owned(),
        "attack_ms" | "release_ms" | "sustain_ms" => text::field_name(id) + " time",
        other => text::field_name(other),
    }
}
