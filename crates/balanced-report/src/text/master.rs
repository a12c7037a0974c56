//! One master: before and after.

use balanced_model::Analysis;

use super::{LABEL, wrapped};
use crate::number::{NONE, fixed, maybe, signed};
use crate::{MasterReport, steps};

/// Formats a master for a terminal: what was reached, what changed, and how.
#[must_use]
pub fn master_text(report: &MasterReport<'_>) -> String {
    let mut out = format!("{}\n→ {}\n\n{}\n", report.input, report.output, wrapped(&report.verdict(), 0));
    out.push_str(&format!("\n  {:<LABEL$} {:>8} {:>8} {:>8}\n", "", "before", "after", "change"));
    for change in changes(report.before, report.after) {
        let Change { label, before, after, decimals, unit } = change;
        let difference = match (before, after) {
            (Some(before), Some(after)) => signed(after - before, decimals),
            _ => NONE.to_owned(),
        };
        out.push_str(&format!(
            "  {label:<LABEL$} {:>8} {:>8} {difference:>8} {unit}\n",
            maybe(before, decimals),
            maybe(after, decimals)
        ));
    }
    if let Some(drive_db) = report.achieved.drive_db {
        out.push_str(&format!("  {:<LABEL$} {:>26} dB\n", "Gain before the limiter", fixed(drive_db, 2)));
    }
    if !report.findings.is_empty() {
        out.push_str("\nFound in the mix\n");
        super::findings(&mut out, report.findings);
    }
    out.push_str("\nChain\n");
    super::steps(&mut out, &steps::views(report.chain, report.reasons));
    if let Some(codecs) = report.codecs {
        out.push_str(&super::codecs::text(codecs));
    }
    for note in report.notes {
        out.push_str(&format!("{}\n", wrapped(&format!("Note: {note}."), 2)));
    }
    out.truncate(out.trim_end().len());
    out
}

/// One number of the mix and of the master.
pub(crate) struct Change {
    pub label: &'static str,
    pub before: Option<f64>,
    pub after: Option<f64>,
    pub decimals: usize,
    pub unit: &'static str,
}

/// Rows that readers compare first.
pub(crate) fn changes(before: &Analysis, after: &Analysis) -> Vec<Change> {
    type Value = fn(&Analysis) -> Option<f64>;
    let rows: [(&str, Value, usize, &str); 8] = [
        ("Integrated loudness", |a| a.measurements.loudness.as_ref()?.integrated_lufs, 1, "LUFS"),
        ("True peak", |a| a.measurements.loudness.as_ref()?.true_peak_dbtp, 2, "dBTP"),
        ("Loudness range", |a| a.measurements.loudness.as_ref()?.range_lu, 1, "LU"),
        ("Loudest 3 s", |a| a.measurements.loudness.as_ref()?.max_short_term_lufs, 1, "LUFS"),
        ("Peak to loudness (PLR)", |a| a.measurements.loudness.as_ref()?.plr_db, 1, "dB"),
        ("Dynamic range (DR)", |a| a.measurements.dynamics.as_ref()?.dr, 1, "dB"),
        ("Spectral tilt", |a| a.measurements.spectrum.as_ref()?.tilt_db_per_octave, 1, "dB/octave"),
        ("Correlation", |a| a.measurements.stereo.as_ref()?.correlation_mean, 2, ""),
    ];
    rows.into_iter()
        .map(|(label, value, decimals, unit)| Change {
            label,
            before: value(before),
            after: value(after),
            decimals,
            unit,
        })
        .filter(|change| change.before.is_some() || change.after.is_some())
        .collect()
}
