//! Deliveries and reproductions as text for a terminal.

use super::manifest::{DeliveredFile, DeliveryManifest};
use super::reproduce::{Reproduced, Reproduction, Stored};
use crate::printable;

impl DeliveryManifest {
    /// Formats the files, with what should be known before they are sent, for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines: Vec<String> = self.files.iter().flat_map(file_lines).collect();
        lines.extend(self.not_made.iter().map(|not| format!("{}: not made: {}", not.delivery, not.reason)));
        lines.extend(self.notes.iter().cloned());
        joined(&lines)
    }
}

fn file_lines(file: &DeliveredFile) -> Vec<String> {
    let number =
        |value: Option<f64>, unit: &str| value.map_or(format!("no {unit}"), |value| format!("{value:.2} {unit}"));
    let bits = file.file.bit_depth.map_or(String::new(), |bits| format!(", {bits} bit"));
    let exact = if file.is_exact { ", sample for sample the master's" } else { "" };
    let mut lines = vec![format!(
        "{}: {} Hz{bits}{exact}; {}, {}",
        file.file.path.as_deref().unwrap_or_default(),
        file.file.sample_rate_hz,
        number(file.after.integrated_lufs, "LUFS"),
        number(file.after.true_peak_dbtp, "dBTP"),
    )];
    if let Some(gain_db) = file.playback.as_ref().and_then(|playback| playback.gain_db) {
        lines.push(format!(
            "  played with {gain_db:+.1} dB ({})",
            file.playback.as_ref().map_or("", |playback| &playback.name)
        ));
    }
    lines.extend(file.advice.iter().map(|advice| format!("  {advice}")));
    lines
}

impl Reproduction {
    /// Formats the comparison for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines: Vec<String> = self.files.iter().map(reproduced_line).collect();
        lines.extend(self.notes.iter().cloned());
        joined(&lines)
    }
}

fn reproduced_line(file: &Reproduced) -> String {
    let stored = match file.stored {
        Stored::Same => "",
        Stored::Changed => "; the file beside the manifest has other bytes",
        Stored::Missing => "; there is no such file beside the manifest",
    };
    let outcome = match (&file.reason, file.identical, file.first_difference_byte) {
        (Some(reason), _, _) => format!("not rendered: {reason}"),
        (None, true, _) => "identical".to_owned(),
        (None, false, Some(at)) => format!("differs from byte {at} on"),
        (None, false, None) => "differs".to_owned(),
    };
    format!("{}: {outcome}{stored}", file.path)
}

/// Joins lines; names and messages of files may hold anything, and none may steer a terminal.
fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}
