//! The equaliser's curve with handles to drag, over the spectra before and behind the chain.

use balanced_assistant::tonal_balance::{reference_db, tolerance_db};
use balanced_mastering::processors::eq::level_db;
use balanced_mastering::{EqBandKind, EqSpec, ProcessorSpec};
use egui::{Align2, Color32, Mesh, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::desk::Desk;
use super::style::{ACCENT, BANDS, DIM, GOOD, GRID, GROUND, HOVER, LINE, TEXT, font};
use crate::meters::{Meters, POINTS, TILT_DB_PER_OCTAVE, point_hz};
use crate::params::module::{self, MODULES};
use crate::params::{chain, fields, legal};

/// Decibels above and below the middle line.
const SPAN_DB: f32 = 18.0;
/// Levels of the spectrum at the top and the bottom edge.
const SPECTRUM_DB: (f32, f32) = (0.0, -84.0);
const LOW_HZ: f32 = 20.0;
const DECADES: f32 = 3.0;

/// Where frequencies and levels are in `rect`.
struct Plot(Rect);

impl Plot {
    fn x(&self, hz: f32) -> f32 {
        self.0.left() + self.0.width() * (hz / LOW_HZ).log10() / DECADES
    }
    fn hz(&self, x: f32) -> f32 {
        LOW_HZ * 10f32.powf(DECADES * (x - self.0.left()) / self.0.width())
    }
    fn y(&self, db: f32) -> f32 {
        self.0.center().y - 0.5 * self.0.height() * db / SPAN_DB
    }
    fn db_per_point(&self) -> f32 {
        2.0 * SPAN_DB / self.0.height()
    }
    fn spectrum_y(&self, db: f32) -> f32 {
        let (top, bottom) = SPECTRUM_DB;
        self.0.top() + self.0.height() * ((top - db) / (top - bottom)).clamp(0.0, 1.0)
    }
}

/// Where the target lies: it is drawn through the level of what is heard.
#[derive(Default)]
pub struct Target {
    offset_db: Option<f32>,
}

/// Range over which the target is laid on the spectrum.
const ALIGN_HZ: std::ops::Range<f64> = 90.0..5200.0;

impl Target {
    /// Shape of the target on this display: the assistant's reference is in third octaves, the display shows density with
    /// a tilt of its own.
    fn shape_db(hz: f64) -> f32 {
        (reference_db(hz) - 3.01 * (hz / 100.0).log2()) as f32 + TILT_DB_PER_OCTAVE * (hz as f32 / 1000.0).log2()
    }

    /// Follow the level of `level_db` slowly.
    fn follow(&mut self, level_db: &[f32]) {
        let inside = (0..POINTS).filter(|point| ALIGN_HZ.contains(&point_hz(*point)));
        let differences: Vec<f32> = inside.map(|point| level_db[point] - Self::shape_db(point_hz(point))).collect();
        let mean = differences.iter().sum::<f32>() / differences.len() as f32;
        if mean > -90.0 {
            let now = self.offset_db.unwrap_or(mean);
            self.offset_db = Some(now + 0.04 * (mean - now));
        }
    }

    /// The range that recordings usually lie in, and its middle.
    fn paint(&self, painter: &egui::Painter, plot: &Plot) {
        let Some(offset_db) = self.offset_db else { return };
        let mut mesh = Mesh::default();
        let mut middle = Vec::with_capacity(POINTS);
        for point in 0..POINTS {
            let hz = point_hz(point);
            let (level, (below, above)) = (Self::shape_db(hz) + offset_db, tolerance_db(hz));
            let x = plot.x(hz as f32);
            mesh.colored_vertex(pos2(x, plot.spectrum_y(level + above as f32)), GOOD.gamma_multiply(0.10));
            mesh.colored_vertex(pos2(x, plot.spectrum_y(level - below as f32)), GOOD.gamma_multiply(0.10));
            if point > 0 {
                let at = 2 * point as u32;
                mesh.add_triangle(at - 2, at - 1, at);
                mesh.add_triangle(at - 1, at, at + 1);
            }
            middle.push(pos2(x, plot.spectrum_y(level)));
        }
        painter.add(Shape::mesh(mesh));
        painter.extend(Shape::dashed_line(&middle, Stroke::new(1.0, GOOD.gamma_multiply(0.8)), 6.0, 5.0));
    }
}

/// Draw and let drag; `band` is the band that is chosen.
pub fn show(
    ui: &mut Ui,
    desk: &mut Desk,
    meters: &Meters,
    target: &mut Target,
    rect: Rect,
    band: &mut usize,
    is_active: bool,
) {
    let plot = Plot(rect);
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 6.0, GROUND);
    grid(&painter, &plot);
    spectrum(&painter, &plot, &meters.input.spectrum.level_db, DIM.gamma_multiply(0.35), None);
    spectrum(
        &painter,
        &plot,
        &meters.output.spectrum.level_db,
        ACCENT.gamma_multiply(0.16),
        Some(ACCENT.gamma_multiply(0.6)),
    );
    target.follow(&meters.output.spectrum.level_db);
    target.paint(&painter, &plot);
    let spec = current(desk);
    let strength = if is_active { 1.0 } else { 0.35 };
    for (index, single) in spec.bands.iter().enumerate().filter(|(_, single)| single.enabled) {
        let colour = BANDS[index].gamma_multiply(if index == *band { 0.9 } else { 0.4 } * strength);
        curve(&painter, &plot, |hz| level_db(std::slice::from_ref(single), hz), Stroke::new(1.0, colour));
    }
    let total = |hz: f64| level_db(&spec.bands, hz) + spec.output_gain_db;
    curve(&painter, &plot, total, Stroke::new(2.2, TEXT.gamma_multiply(strength)));
    for index in 0..spec.bands.len() {
        handle(ui, desk, &plot, &spec, index, band);
    }
    legend(&painter, rect);
}

/// The equaliser as the knobs have it.
fn current(desk: &Desk) -> EqSpec {
    let index = module::index_of("eq").unwrap_or(1);
    let mut spec = MODULES[index].blank(0);
    for wire in &desk.params().module(index).wires {
        (wire.field.set)(&mut spec, wire.item, desk.value(wire.knob));
    }
    legal::make_legal(&mut spec);
    if let ProcessorSpec::Eq(eq) = spec { eq } else { EqSpec::default() }
}

/// Number of the knob for `field` of the equaliser's band.
pub fn band_knob(desk: &Desk, kind: &str, field: &str, item: usize) -> Option<usize> {
    let index = module::index_of(kind)?;
    let wires = &desk.params().module(index).wires;
    debug_assert!(fields::of(kind).iter().any(|known| known.id == field) && !chain::list_of(field).is_empty());
    wires.iter().find(|wire| wire.item == item && wire.field.id == field).map(|wire| wire.knob)
}

fn handle(ui: &mut Ui, desk: &mut Desk, plot: &Plot, spec: &EqSpec, index: usize, chosen: &mut usize) {
    let knob = |field: &str| band_knob(desk, "eq", field, index);
    let (Some(frequency), Some(gain), Some(q), Some(enabled)) =
        (knob("bands[].frequency_hz"), knob("bands[].gain_db"), knob("bands[].q"), knob("bands[].enabled"))
    else {
        return;
    };
    let band = &spec.bands[index];
    let has_gain =
        !matches!(band.kind, EqBandKind::LowCut | EqBandKind::HighCut | EqBandKind::Notch | EqBandKind::BandPass);
    let level = if has_gain { desk.value(gain) as f32 } else { 0.0 };
    let at = pos2(plot.x(desk.value(frequency) as f32), plot.y(level)).clamp(plot.0.min, plot.0.max);
    let response = ui.interact(
        Rect::from_center_size(at, Vec2::splat(24.0)),
        ui.scope_id().with(("handle", index)),
        Sense::click_and_drag(),
    );
    if response.drag_started() || response.clicked() {
        *chosen = index;
    }
    if response.drag_started() {
        desk.release();
        [frequency, gain].into_iter().take(if has_gain { 2 } else { 1 }).for_each(|knob| desk.hold(knob));
    }
    if response.dragged() || response.drag_stopped() {
        move_handle(ui, desk, plot, [frequency, gain], has_gain, super::widgets::moved(ui, &response));
    }
    if response.drag_stopped() {
        desk.release();
    }
    if response.double_clicked() {
        let value = if band.enabled { 0.0 } else { 1.0 };
        desk.set(enabled, value);
    }
    if response.hovered() && !response.dragged() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        if wheel != 0.0 {
            let value = desk.value(q) * f64::from(2f32.powf(wheel / 120.0));
            desk.set(q, value);
        }
    }
    let is_hot = response.hovered() || response.dragged() || *chosen == index;
    paint_handle(ui, at, index, band.enabled, is_hot);
    let about = format!(
        "Band {}: {}, {}, Q {:.2}\nDrag to move, shift for fine, wheel for Q, double-click to switch",
        index + 1,
        desk.knob(frequency).text(desk.value(frequency)),
        desk.knob(gain).text(desk.value(gain)),
        desk.value(q)
    );
    response.on_hover_text(about);
}

/// Two knobs at once.
fn move_handle(ui: &Ui, desk: &mut Desk, plot: &Plot, knobs: [usize; 2], has_gain: bool, delta: Vec2) {
    let fine = if ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let [frequency, gain] = knobs;
    if delta.x != 0.0 {
        let x = plot.x(desk.value(frequency) as f32) + fine * delta.x;
        desk.drag(frequency, f64::from(plot.hz(x)));
    }
    if has_gain && delta.y != 0.0 {
        let value = desk.value(gain) - f64::from(fine * delta.y * plot.db_per_point());
        desk.drag(gain, value);
    }
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

fn curve(painter: &egui::Painter, plot: &Plot, level: impl Fn(f64) -> f64, stroke: Stroke) {
    let steps = (plot.0.width() / 2.0) as usize;
    let points = (0..=steps).map(|step| {
        let x = plot.0.left() + plot.0.width() * step as f32 / steps as f32;
        pos2(x, plot.y(level(f64::from(plot.hz(x))) as f32))
    });
    painter.add(Shape::line(points.collect(), stroke));
}

/// A filled spectrum, with a line on top if there is one.
fn spectrum(painter: &egui::Painter, plot: &Plot, level_db: &[f32], fill: Color32, line: Option<Color32>) {
    let points: Vec<Pos2> =
        (0..POINTS).map(|point| pos2(plot.x(point_hz(point) as f32), plot.spectrum_y(level_db[point]))).collect();
    let mut mesh = Mesh::default();
    for (index, point) in points.iter().enumerate() {
        mesh.colored_vertex(*point, fill);
        mesh.colored_vertex(pos2(point.x, plot.0.bottom()), fill.gamma_multiply(0.3));
        if index > 0 {
            let at = 2 * index as u32;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
    if let Some(colour) = line {
        painter.add(Shape::line(points, Stroke::new(1.0, colour)));
    }
}

fn grid(painter: &egui::Painter, plot: &Plot) {
    for (hz, label) in [
        (50.0, "50"),
        (100.0, "100"),
        (200.0, "200"),
        (500.0, "500"),
        (1_000.0, "1k"),
        (2_000.0, "2k"),
        (5_000.0, "5k"),
        (10_000.0, "10k"),
    ] {
        let x = plot.x(hz);
        painter.vline(x, plot.0.y_range(), Stroke::new(1.0, GRID));
        painter.text(pos2(x + 3.0, plot.0.bottom() - 3.0), Align2::LEFT_BOTTOM, label, font(10.5), DIM);
    }
    for db in [-12.0, -6.0, 0.0, 6.0, 12.0f32] {
        let stroke = Stroke::new(1.0, if db == 0.0 { LINE } else { GRID });
        painter.hline(plot.0.x_range(), plot.y(db), stroke);
        let label = if db == 0.0 { "0 dB".to_owned() } else { format!("{db:+.0}") };
        painter.text(pos2(plot.0.left() + 5.0, plot.y(db) - 2.0), Align2::LEFT_BOTTOM, label, font(10.5), DIM);
    }
}

fn legend(painter: &egui::Painter, rect: Rect) {
    let mut at = rect.right_top() + vec2(-12.0, 14.0);
    for (label, colour) in [("usual", GOOD), ("out", ACCENT), ("in", DIM)] {
        let text = painter.text(at, Align2::RIGHT_CENTER, label, font(11.0), colour);
        painter.rect_filled(
            Rect::from_center_size(text.left_center() - vec2(9.0, 0.0), vec2(9.0, 9.0)),
            2.0,
            colour.gamma_multiply(0.6),
        );
        at.x = text.left() - 28.0;
    }
}
