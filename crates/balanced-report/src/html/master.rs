//! The page about a master: before and after.

use balanced_model::CodecReport;

use super::analysis::figures;
use super::parts::{self, Stat};
use super::{chain, escape, page, typeset};
use crate::MasterReport;
use crate::facts;
use crate::number::{NONE, fixed, maybe, signed};
use crate::svg::{self, Table, Track};
use crate::text::codecs::status_word;
use crate::text::master::{Change, changes};

/// A finished master as a self-contained HTML page.
#[must_use]
pub fn master_html(report: &MasterReport<'_>) -> String {
    let tracks = [
        Track { class: "before", label: "Mix", analysis: report.before },
        Track { class: "after", label: "Master", analysis: report.after },
    ];
    let mut body = header(report);
    let level = [svg::loudness_over_time(&tracks, report.target), svg::true_peak_over_time(&tracks, report.target)];
    body.push_str(&parts::section("level", "Loudness and peaks", &(figures(level) + &services(report))));
    body.push_str(&parts::section(
        "tone",
        "Tone",
        &figures([svg::long_term_spectrum(&tracks), svg::spectrogram(tracks[1])]),
    ));
    body.push_str(&parts::section("image", "Stereo image", &figures([svg::width_by_region(&tracks)])));
    let notes: String = report.notes.iter().map(|note| format!("<p>Note: {}.</p>\n", typeset(note))).collect();
    let done = chain::chain(report.chain, report.reasons) + &notes + &figures([svg::equaliser(report.chain)]);
    body.push_str(&parts::section("chain", "What was done", &done));
    if let Some(codecs) = report.codecs {
        body.push_str(&parts::section("codecs", "Lossy codecs", &codec_table(codecs)));
    }
    body.push_str(&parts::section("findings", "What was found in the mix", &parts::findings(report.findings)));
    body.push_str(&parts::section("numbers", "Before and after", &comparison(report)));
    page::document(&format!("{} · master", report.title), &body, report.after)
}

fn header(report: &MasterReport<'_>) -> String {
    let state = match (report.target, report.feasible) {
        (None, _) => "plain",
        (Some(_), true) if report.untreated().is_empty() => "good",
        (Some(_), true) => "warn",
        (Some(_), false) => "warn",
    };
    format!(
        "<header>\n<p class=\"eyebrow\">Master</p>\n<h1>{}</h1>\n<p class=\"sub\">{}</p>\n<p class=\"sub path\">{} → {}</p>\n\
         <p class=\"verdict {state}\">{}</p>\n</header>\n{}",
        escape(report.title),
        escape(&facts::format_line(&report.after.source)),
        escape(report.input),
        escape(report.output),
        typeset(&report.verdict()),
        parts::stats(&stats(report))
    )
}

fn stats(report: &MasterReport<'_>) -> Vec<Stat> {
    let before = report.before.measurements.loudness.as_ref();
    let achieved = report.achieved;
    let was = |value: Option<f64>, decimals: usize| match value {
        Some(value) => format!("was {}", fixed(value, decimals)),
        None => String::new(),
    };
    let stat = |label, value: Option<f64>, decimals, unit, below| Stat {
        label,
        value: maybe(value, decimals),
        unit: if value.is_some() { unit } else { "" },
        below,
    };
    let plr = before.and_then(|loudness| loudness.plr_db);
    let mut stats = vec![
        stat("Loudness", achieved.integrated_lufs, 1, "LUFS", was(before.and_then(|l| l.integrated_lufs), 1)),
        stat("True peak", achieved.true_peak_dbtp, 2, "dBTP", was(before.and_then(|l| l.true_peak_dbtp), 2)),
        stat("Loudness range", achieved.range_lu, 1, "LU", was(before.and_then(|l| l.range_lu), 1)),
        stat("Peak to loudness", achieved.plr_db, 1, "dB", was(plr, 1)),
    ];
    if let Some(drive_db) = achieved.drive_db {
        stats.push(Stat {
            label: "Gain",
            value: signed(drive_db, 1),
            unit: "dB",
            below: "before the limiter".to_owned(),
        });
    }
    stats
}

fn services(report: &MasterReport<'_>) -> String {
    let loudness = report.after.measurements.loudness.as_ref();
    let table =
        loudness.map(|loudness| parts::platforms(loudness, "What the services do with the master")).unwrap_or_default();
    if table.is_empty() {
        return table;
    }
    format!("<div class=\"facts\">\n<h3>On the services</h3>\n{table}</div>\n")
}

/// The outcome, and a row for every codec.
fn codec_table(report: &CodecReport) -> String {
    let rows = report.checks.iter().map(|check| {
        let clipped = check.clipped_samples.map_or_else(|| NONE.to_owned(), |count| count.to_string());
        let remark = check.reason.clone().or_else(|| check.encoder.clone()).unwrap_or_default();
        let outcome = status_word(check.status).to_owned();
        vec![check.codec.clone(), outcome, maybe(check.true_peak_dbtp, 2), clipped, remark]
    });
    let columns = ["Codec", "Outcome", "Decoded true peak (dBTP)", "Samples clipped", "Encoder"];
    let table = Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() };
    let note = report.note.as_ref().map(|note| format!("<p>Note: {}.</p>\n", typeset(note))).unwrap_or_default();
    format!("<p>{}</p>\n{note}{}", typeset(&report.summary()), parts::grid(&table, "Lossy codecs"))
}

fn comparison(report: &MasterReport<'_>) -> String {
    let rows = changes(report.before, report.after).into_iter().map(|change| {
        let Change { label, before, after, decimals, unit } = change;
        let difference = match (before, after) {
            (Some(before), Some(after)) => signed(after - before, decimals),
            _ => NONE.to_owned(),
        };
        vec![label.to_owned(), maybe(before, decimals), maybe(after, decimals), difference, unit.to_owned()]
    });
    let columns = ["", "Mix", "Master", "Change", "Unit"].map(str::to_owned).to_vec();
    parts::grid(&Table { columns, rows: rows.collect() }, "Before and after")
}
