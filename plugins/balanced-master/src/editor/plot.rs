//! Graph with frequency and level axes for curves and handles.

use egui::{Align2, Color32, Mesh, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::style::{ACCENT, DIM, GOOD, GRID, LINE, font};
use crate::meters::{POINTS, point_hz};

/// Decibels above and below the middle line.
const SPAN_DB: f32 = 18.0;
/// Levels of the spectrum at the upper and lower edge.
const SPECTRUM_DB: (f32, f32) = (0.0, -84.0);
const LOW_HZ: f32 = 20.0;
const DECADES: f32 = 3.0;

/// Mapping of frequencies and levels to `rect`.
pub struct Plot(pub Rect);

impl Plot {
    pub fn x(&self, hz: f32) -> f32 {
        self.0.left() + self.0.width() * (hz / LOW_HZ).log10() / DECADES
    }
    pub fn hz(&self, x: f32) -> f32 {
        LOW_HZ * 10f32.powf(DECADES * (x - self.0.left()) / self.0.width())
    }
    pub fn y(&self, db: f32) -> f32 {
        self.0.center().y - 0.5 * self.0.height() * db / SPAN_DB
    }
    pub fn db_per_point(&self) -> f32 {
        2.0 * SPAN_DB / self.0.height()
    }
    pub fn spectrum_y(&self, db: f32) -> f32 {
        let (top, bottom) = SPECTRUM_DB;
        self.0.top() + self.0.height() * ((top - db) / (top - bottom)).clamp(0.0, 1.0)
    }
}

/// Draws a line through `level` at every frequency.
pub fn curve(painter: &egui::Painter, plot: &Plot, level: impl Fn(f64) -> f64, stroke: Stroke) {
    let steps = (plot.0.width() / 2.0) as usize;
    let points = (0..=steps).map(|step| {
        let x = plot.0.left() + plot.0.width() * step as f32 / steps as f32;
        pos2(x, plot.y(level(f64::from(plot.hz(x))) as f32))
    });
    painter.add(Shape::line(points.collect(), stroke));
}

/// Fills the area between the middle line and `level`.
pub fn area(painter: &egui::Painter, plot: &Plot, level: impl Fn(f64) -> f64, fill: Color32) {
    let steps = (plot.0.width() / 2.0) as usize;
    let mut mesh = Mesh::default();
    for step in 0..=steps {
        let x = plot.0.left() + plot.0.width() * step as f32 / steps as f32;
        mesh.colored_vertex(pos2(x, plot.y(0.0)), fill);
        mesh.colored_vertex(pos2(x, plot.y(level(f64::from(plot.hz(x))) as f32)), fill);
        if step > 0 {
            let at = 2 * step as u32;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// Draws a filled spectrum, optionally with an outline.
pub fn spectrum(painter: &egui::Painter, plot: &Plot, level_db: &[f32], fill: Color32, line: Option<Color32>) {
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

/// Draws the frequency and level grid.
pub fn grid(painter: &egui::Painter, plot: &Plot) {
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
        // Handles of neutral bands lie on the middle line.
        let above = if db == 0.0 { 11.0 } else { 2.0 };
        painter.text(pos2(plot.0.left() + 5.0, plot.y(db) - above), Align2::LEFT_BOTTOM, label, font(10.5), DIM);
    }
}

/// Draws the legend of the colours.
pub fn legend(painter: &egui::Painter, rect: Rect) {
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
