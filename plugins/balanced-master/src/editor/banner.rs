//! Bar that stands while something else is monitored than what a bounce would hold.

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use super::desk::Desk;
use super::style::{GROUND, REDUCTION, font};
use super::widgets;
use crate::params::{listening, text};

/// Height of the bar.
pub const HEIGHT: f32 = 26.0;

/// Returns what is monitored, in words; `None` if it is what is delivered.
#[must_use]
pub fn words(desk: &Desk) -> Option<String> {
    let mut parts = Vec::new();
    for index in [listening::LISTEN, listening::MONITOR] {
        let value = desk.value(index);
        if value >= 0.5 {
            parts.push(text::write(desk.knob(index).row(), value));
        }
    }
    if desk.value(listening::GAIN_MATCH) >= 0.5 {
        let bits = desk.shared.match_gain_db.load(std::sync::atomic::Ordering::Relaxed);
        parts.push(format!("matched in loudness, {:+.1} dB", f32::from_bits(bits) + 0.0));
    }
    (!parts.is_empty()).then(|| format!("Monitoring: {}. Bounces are not affected.", parts.join(", ")))
}

/// Shows the bar in `rect`, with a button that ends all monitoring.
pub fn show(ui: &mut Ui, desk: &mut Desk, words: &str, rect: Rect) {
    ui.painter().rect_filled(rect, 0.0, REDUCTION);
    let at = pos2(rect.left() + 14.0, rect.center().y);
    ui.painter().text(at, Align2::LEFT_CENTER, words, font(13.0), GROUND);
    let button = Rect::from_center_size(pos2(rect.right() - 48.0, rect.center().y), vec2(76.0, 20.0));
    let response = widgets::switch(ui, button, ui.scope_id().with("end"), true, "End", Color32::WHITE);
    if response.on_hover_text("Hear what a bounce would hold").clicked() {
        for index in listening::MONITORING {
            if desk.value(index) != 0.0 {
                desk.set(index, 0.0);
            }
        }
    }
}
