//! One analysis.

use balanced_model::{Analysis, Defect, Loudness};

use super::{LABEL, wrapped};
use crate::facts::{self, Section};
use crate::number::clock;

/// Everything that was measured, one section a family, aligned for a terminal.
#[must_use]
pub fn analysis_text(analysis: &Analysis) -> String {
    let source = &analysis.source;
    let mut out =
        format!("{}\n{}\n", source.path.as_deref().unwrap_or("audio from memory"), facts::format_line(source));
    for note in &source.notes {
        out.push_str(&format!("{}\n", wrapped(&format!("Note: {note}"), 0)));
    }
    for section in facts::sections(analysis) {
        push_section(&mut out, &section);
    }
    if let Some(loudness) = &analysis.measurements.loudness {
        push_platforms(&mut out, loudness);
    }
    if let Some(defects) = &analysis.measurements.defects {
        push_defects(&mut out, defects);
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_section(out: &mut String, section: &Section) {
    out.push_str(&format!("\n{}\n", section.title));
    for row in &section.rows {
        if row.unit.is_empty() && row.value.chars().any(char::is_alphabetic) {
            out.push_str(&format!("  {:<LABEL$} {}\n", row.label, row.value));
        } else {
            out.push_str(format!("  {:<LABEL$} {:>8} {}", row.label, row.value, row.unit).trim_end());
            out.push('\n');
        }
    }
}

fn push_platforms(out: &mut String, loudness: &Loudness) {
    if loudness.platforms.is_empty() {
        return;
    }
    out.push_str("\nOn the services\n");
    for platform in &loudness.platforms {
        let effect = facts::platform_effect(platform.gain_db, platform.would_limit);
        out.push_str(&format!("  {:<LABEL$} {effect}\n", facts::platform_name(&platform.name)));
    }
}

fn push_defects(out: &mut String, defects: &[Defect]) {
    out.push_str("\nFaults\n");
    if defects.is_empty() {
        out.push_str("  none found\n");
    }
    for defect in defects {
        let range = format!("{} to {}", clock(defect.start_s), clock(defect.end_s));
        let channel = defect.channel.0.map(|index| format!(", channel {}", index + 1)).unwrap_or_default();
        out.push_str(&format!("  [{}] {range}{channel}\n", defect.severity.name()));
        out.push_str(&format!("{}\n", wrapped(&defect.message, 4)));
    }
}
