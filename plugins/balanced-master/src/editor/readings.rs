//! Meters on the right, and the trace of gain reduction at the bottom.

use balanced_dsp::decibel::gain_to_db;
use egui::{Align2, Color32, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::style::{ACCENT, ALARM, BANDS, DIM, GOOD, GRID, GROUND, LINE, PANEL, RAISED, REDUCTION, TEXT, font};
use crate::engine::Shared;
use crate::meters::{Meters, TRACE_MOMENTS};
use crate::params::module::{COUNT, MODULES};

/// Lowest level of the bars, in dB.
const FLOOR_DB: f32 = -48.0;
/// Range of the trace, in dB.
const TRACE_DB: f32 = 12.0;

/// Shows the meters in `rect`.
pub fn show(ui: &mut Ui, shared: &Shared, meters: &mut Meters, rect: Rect) {
    ui.painter().rect_filled(rect, 6.0, PANEL);
    let inner = rect.shrink(10.0);
    let bars_height = (inner.height() * 0.34).min(230.0);
    let top = Rect::from_min_size(inner.min, vec2(inner.width(), bars_height));
    bars(ui, meters, top);
    let numbers_top = top.bottom() + 10.0;
    let bottom = numbers(ui, meters, Rect::from_min_max(pos2(inner.left(), numbers_top), inner.max));
    let gonio = Rect::from_min_max(pos2(inner.left(), bottom + 8.0), pos2(inner.right(), inner.bottom() - 26.0));
    goniometer(ui, meters, gonio);
    correlation(ui, meters, Rect::from_min_max(pos2(inner.left(), inner.bottom() - 18.0), inner.max));
    let reset = ui.interact(top, ui.scope_id().with("reset"), Sense::click());
    if reset.clicked() {
        meters.reset();
        shared.begin_anew();
    }
    reset.on_hover_text(
        "True peak of input and output, short-term loudness, of what a bounce would hold\nClick to reset; starting playback resets too",
    );
}

fn bars(ui: &Ui, meters: &Meters, rect: Rect) {
    let painter = ui.painter();
    let area = Rect::from_min_max(rect.min + vec2(26.0, 14.0), rect.max - vec2(0.0, 14.0));
    let y = |db: f32| area.bottom() - area.height() * ((db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.0);
    for db in [0.0, -6.0, -12.0, -18.0, -24.0, -36.0, -48.0f32] {
        painter.hline(area.x_range(), y(db), Stroke::new(1.0, GRID));
        painter.text(pos2(area.left() - 5.0, y(db)), Align2::RIGHT_CENTER, format!("{db:.0}"), font(10.0), DIM);
    }
    let width = area.width() / 3.0;
    for (column, (label, side, colour)) in
        [("IN", &meters.input, DIM), ("OUT", &meters.output, ACCENT)].into_iter().enumerate()
    {
        let left = area.left() + column as f32 * width + 5.0;
        for (channel, peak) in side.bars.iter().enumerate() {
            let x = left + channel as f32 * (width - 12.0) / 2.0;
            let slot = Rect::from_min_max(pos2(x, area.top()), pos2(x + (width - 16.0) / 2.0, area.bottom()));
            bar(painter, slot, y(gain_to_db(peak.max(1e-9)) as f32), colour);
        }
        let held = side.true_peak_dbtp();
        let hot = held.is_some_and(|peak| peak > -0.1);
        let text = held.map_or("\u{2013}".to_owned(), |peak| format!("{peak:.1}"));
        let at = pos2(left + (width - 10.0) / 2.0, area.top() - 8.0);
        painter.text(at, Align2::CENTER_CENTER, text, font(11.5), if hot { ALARM } else { TEXT });
        painter.text(pos2(at.x, area.bottom() + 8.0), Align2::CENTER_CENTER, label, font(10.5), DIM);
    }
    let left = area.left() + 2.0 * width + 5.0;
    let slot = Rect::from_min_max(pos2(left, area.top()), pos2(area.right() - 5.0, area.bottom()));
    let short = meters.output.short_term_lufs();
    bar(painter, slot, y(short.unwrap_or(-99.0) as f32), GOOD);
    painter.text(pos2(slot.center().x, area.bottom() + 8.0), Align2::CENTER_CENTER, "LUFS S", font(10.5), DIM);
}

fn bar(painter: &egui::Painter, slot: Rect, top: f32, colour: Color32) {
    painter.rect_filled(slot, 2.0, GROUND);
    painter.rect_filled(Rect::from_min_max(pos2(slot.left(), top), slot.max), 2.0, colour);
}

/// Shows the numeric readings and returns their lower edge.
fn numbers(ui: &Ui, meters: &Meters, rect: Rect) -> f32 {
    let painter = ui.painter();
    let output = &meters.output;
    let show = |value: Option<f64>| value.map_or("\u{2013}".to_owned(), |value| format!("{value:.1}"));
    let big = pos2(rect.left(), rect.top() + 16.0);
    painter.text(big, Align2::LEFT_CENTER, show(output.integrated_lufs), font(30.0), TEXT);
    painter.text(pos2(rect.right(), rect.top() + 10.0), Align2::RIGHT_CENTER, "LUFS", font(11.5), DIM);
    painter.text(pos2(rect.right(), rect.top() + 24.0), Align2::RIGHT_CENTER, "integrated", font(11.5), DIM);
    let before = meters.input.integrated_lufs;
    let rows = [
        ("Momentary", show(output.momentary_lufs()), "LUFS"),
        ("Short-term", show(output.short_term_lufs()), "LUFS"),
        ("Range", show(output.range_lu), "LU"),
        ("True peak", show(output.true_peak_dbtp()), "dBTP"),
        ("PSR", show(output.psr_lu()), "LU"),
        ("Input, integrated", show(before), "LUFS"),
    ];
    let mut y = rect.top() + 46.0;
    for (name, value, unit) in rows {
        painter.text(pos2(rect.left(), y), Align2::LEFT_CENTER, name, font(12.0), DIM);
        painter.text(pos2(rect.right() - 38.0, y), Align2::RIGHT_CENTER, value, font(12.5), TEXT);
        painter.text(pos2(rect.right() - 33.0, y), Align2::LEFT_CENTER, unit, font(11.0), DIM);
        y += 18.0;
    }
    y
}

/// Draws left against right as a goniometer; mono is vertical.
fn goniometer(ui: &Ui, meters: &Meters, rect: Rect) {
    let painter = ui.painter().with_clip_rect(rect);
    let (centre, radius) = (rect.center(), 0.48 * rect.width().min(rect.height()));
    if radius < 20.0 {
        return;
    }
    painter.circle(centre, radius, GROUND, Stroke::new(1.0, LINE));
    for angle in [0.25f32, 0.75] {
        let way = radius * vec2((std::f32::consts::PI * angle).cos(), (std::f32::consts::PI * angle).sin());
        painter.line_segment([centre - way, centre + way], Stroke::new(1.0, GRID));
    }
    for (label, x) in [("L", -0.78f32), ("R", 0.78)] {
        painter.text(centre + radius * vec2(x, -0.78), Align2::CENTER_CENTER, label, font(11.0), DIM);
    }
    let most = meters.gonio.iter().flatten().fold(0.05f32, |most, sample| most.max(sample.abs()));
    let scale = 0.68 * radius / most.clamp(0.05, 1.0);
    for (age, [left, right]) in meters.gonio.iter().enumerate() {
        let at = centre + scale * vec2(right - left, -(left + right)) * std::f32::consts::FRAC_1_SQRT_2;
        if at.distance(centre) <= radius {
            painter.circle_filled(at, 0.9, ACCENT.gamma_multiply(0.2 + 0.6 * age as f32 / meters.gonio.len() as f32));
        }
    }
}

fn correlation(ui: &Ui, meters: &Meters, rect: Rect) {
    let painter = ui.painter();
    let bar = Rect::from_min_max(pos2(rect.left(), rect.top()), pos2(rect.right(), rect.top() + 6.0));
    painter.rect_filled(bar, 3.0, GROUND);
    painter.vline(bar.center().x, bar.y_range(), Stroke::new(1.0, LINE));
    if let Some(value) = meters.correlation() {
        let x = bar.center().x + 0.5 * bar.width() * value as f32;
        let mark = Rect::from_center_size(pos2(x, bar.center().y), vec2(5.0, 10.0));
        painter.rect_filled(mark, 2.0, if value < 0.0 { ALARM } else { GOOD });
    }
    for (label, align, x) in [
        ("\u{2212}1", Align2::LEFT_CENTER, bar.left()),
        ("correlation", Align2::CENTER_CENTER, bar.center().x),
        ("+1", Align2::RIGHT_CENTER, bar.right()),
    ] {
        painter.text(pos2(x, bar.bottom() + 8.0), align, label, font(10.5), DIM);
    }
}

/// Draws the level, and the gain reduction of every module, over the last ten seconds; the numbers are those of now and the
/// largest since the reset.
pub fn trace(ui: &Ui, meters: &Meters, rect: Rect) {
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 6.0, GROUND);
    let x = |index: usize, count: usize| rect.right() - rect.width() * (count - index) as f32 / TRACE_MOMENTS as f32;
    let count = meters.trace_level_db.len();
    for (index, level) in meters.trace_level_db.iter().enumerate() {
        let height = rect.height() * ((level + 36.0) / 36.0).clamp(0.0, 1.0);
        let at = x(index, count);
        painter.line_segment([pos2(at, rect.bottom()), pos2(at, rect.bottom() - height)], Stroke::new(1.5, RAISED));
    }
    let y = |db: f32| rect.top() + rect.height() * (db / TRACE_DB).clamp(0.0, 1.0);
    for db in [3.0, 6.0, 9.0f32] {
        painter.hline(rect.x_range(), y(db), Stroke::new(1.0, GRID));
        painter.text(pos2(rect.left() + 5.0, y(db)), Align2::LEFT_CENTER, format!("\u{2212}{db:.0}"), font(10.0), DIM);
    }
    let count = meters.trace_db.len();
    let reducing: Vec<usize> = (0..COUNT).filter(|module| meters.held_reductions_db[*module] >= LEAST_DB).collect();
    for module in &reducing {
        let colour = reduction_colour(*module);
        let moments = meters.trace_db.iter().enumerate();
        let points: Vec<Pos2> = moments.map(|(index, all)| pos2(x(index, count), y(all[*module]))).collect();
        for pair in points.windows(2).filter(|pair| pair[0].y.max(pair[1].y) > rect.top()) {
            let quad = vec![pos2(pair[0].x, rect.top()), pos2(pair[1].x, rect.top()), pair[1], pair[0]];
            painter.add(Shape::convex_polygon(quad, colour.gamma_multiply(0.2), Stroke::NONE));
        }
        painter.add(Shape::line(points, Stroke::new(1.5, colour)));
    }
    let mut at = rect.right_bottom() - vec2(6.0, 4.0);
    for module in reducing.iter().rev() {
        let (name, now, most) =
            (MODULES[*module].name, meters.reductions_db[*module], meters.held_reductions_db[*module]);
        let label = format!("{name}  {now:.1}  max {most:.1} dB");
        let words = painter.layout_no_wrap(label, font(11.5), reduction_colour(*module));
        let size = words.size() + vec2(10.0, 4.0);
        let plate = Rect::from_min_size(at - size, size);
        painter.rect_filled(plate, 3.0, GROUND.gamma_multiply(0.85));
        painter.galley(plate.min + vec2(5.0, 2.0), words, TEXT);
        at.x = plate.left() - 6.0;
    }
}

/// Least gain reduction that is drawn.
const LEAST_DB: f32 = 0.05;

/// Returns the colour of a module's gain reduction: the limiter's is that of the bars.
fn reduction_colour(module: usize) -> Color32 {
    if MODULES[module].kind == "limiter" { REDUCTION } else { BANDS[(module + 4) % BANDS.len()] }
}
