//! Colours and sizes. The hues are those of M. Okabe and K. Ito, "Color Universal Design" (2008), which are
//! distinguishable with any kind of colour vision; no information is shown by hue alone.

use egui::{Color32, FontId};

/// Background.
pub const GROUND: Color32 = Color32::from_rgb(16, 18, 22);
/// Background of panels.
pub const PANEL: Color32 = Color32::from_rgb(24, 27, 33);
/// Background of raised elements.
pub const RAISED: Color32 = Color32::from_rgb(36, 40, 48);
/// Background of elements under the pointer.
pub const HOVER: Color32 = Color32::from_rgb(50, 56, 66);
/// Lines.
pub const LINE: Color32 = Color32::from_rgb(52, 58, 68);
/// Faint lines.
pub const GRID: Color32 = Color32::from_rgb(34, 38, 45);
/// Text.
pub const TEXT: Color32 = Color32::from_rgb(226, 230, 236);
/// Secondary text; contrast of 4.5:1 on panels.
pub const DIM: Color32 = Color32::from_rgb(146, 154, 166);
/// Accent colour, for values that are set.
pub const ACCENT: Color32 = Color32::from_rgb(86, 180, 233);
/// Gain reduction.
pub const REDUCTION: Color32 = Color32::from_rgb(230, 159, 0);
/// Readings in the usual range.
pub const GOOD: Color32 = Color32::from_rgb(0, 178, 132);
/// Readings that are too high.
pub const ALARM: Color32 = Color32::from_rgb(233, 106, 32);
/// Colours of the bands.
pub const BANDS: [Color32; 8] = [
    Color32::from_rgb(204, 121, 167),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(240, 228, 66),
    Color32::from_rgb(0, 178, 132),
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(90, 140, 230),
    Color32::from_rgb(233, 106, 32),
    Color32::from_rgb(200, 205, 212),
];

/// Returns the font at `size` points.
#[must_use]
pub fn font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Sets the style of the toolkit's own widgets.
pub fn apply(context: &egui::Context) {
    let mut visuals = egui::Visuals::dark();
    visuals.panel_fill = GROUND;
    visuals.window_fill = PANEL;
    visuals.extreme_bg_color = GROUND;
    visuals.override_text_color = Some(TEXT);
    visuals.selection.bg_fill = ACCENT.gamma_multiply(0.35);
    visuals.selection.stroke = egui::Stroke::new(1.0, ACCENT);
    for (widget, fill) in [
        (&mut visuals.widgets.inactive, RAISED),
        (&mut visuals.widgets.hovered, HOVER),
        (&mut visuals.widgets.active, HOVER),
        (&mut visuals.widgets.open, HOVER),
        (&mut visuals.widgets.noninteractive, PANEL),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = egui::Stroke::NONE;
        widget.corner_radius = egui::CornerRadius::same(4);
        widget.expansion = 0.0;
    }
    visuals.window_corner_radius = egui::CornerRadius::same(6);
    visuals.menu_corner_radius = egui::CornerRadius::same(6);
    visuals.window_stroke = egui::Stroke::new(1.0, LINE);
    context.set_visuals(visuals);
}
