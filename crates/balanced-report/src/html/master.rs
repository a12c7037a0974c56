//! The page about a master: before and after.

use balanced_model::{CodecReport, Finding};

use super::analysis::{self, figures};
use super::page::{self, Page};
use super::parts::{self, Stat};
use super::verdict::{self, Verdict};
use super::{chain, escape, typeset};
use crate::facts::{self, sentence};
use crate::number::{NONE, fixed, maybe, signed};
use crate::outcome;
use crate::svg::{self, Table, Track};
use crate::text::codecs::status_word;
use crate::text::master::{Change, changes};
use crate::{Extras, MasterReport};

/// A finished master as a self-contained HTML page.
#[must_use]
pub fn master_html(report: &MasterReport<'_>) -> String {
    master_page(report, &Extras::default())
}

/// A finished master as a self-contained HTML page, with the waveforms, the stereo images and the audio that `extras` brings: `before` of
/// the mix, `after` of the master.
#[must_use]
pub fn master_page(report: &MasterReport<'_>, extras: &Extras) -> String {
    let mix = Track { class: "before", label: "Mix", analysis: report.before, start_s: 0.0 };
    let master = Track { class: "after", label: "Master", analysis: report.after, start_s: report.start_s };
    let tracks = [mix, master];
    let shown = [(mix, extras.before.as_ref()), (master, extras.after.as_ref())];
    let findings = verdict::findings_of_mix(report);
    let after = verdict::findings(report.after);
    let new = verdict::new_in_master(&findings, &after);
    let mut body = header(report, &verdict::of_master(report, &findings, &new));
    let mut found = analysis::found(&shown, &findings, extras);
    if !new.is_empty() {
        found.push_str(&format!("<h3>Found in the master only</h3>\n{}", parts::findings(&new)));
    }
    body.push_str(&parts::section("findings", "What was found in the mix", &found));
    body.push_str(&analysis::listen(extras));
    body.push_str(&parts::section("level", "Loudness and peaks", &figures(level(report, mix, master))));
    body.push_str(&parts::section("tone", "Tone", &analysis::tone(&[(mix, &findings), (master, &after)], master)));
    body.push_str(&parts::section("image", "Stereo", &figures(analysis::image(&shown))));
    body.push_str(&parts::section("music", "Tempo, key and tags", &analysis::music(report.before)));
    let notes: String = report.notes.iter().map(|note| format!("<p>Note: {}.</p>\n", typeset(note))).collect();
    let done = chain::chain(report.chain, report.reasons) + &notes + &figures([svg::equaliser(report.chain, mix)]);
    body.push_str(&parts::section("chain", "What was done", &done));
    body.push_str(&parts::section("outcomes", "What became of each finding", &outcomes(report)));
    body.push_str(&parts::section("services", "On the services", &services(report)));
    body.push_str(&parts::section("codecs", "Lossy codecs", &report.codecs.map(codec_table).unwrap_or_default()));
    body.push_str(&parts::section("numbers", "Before and after", &comparison(&tracks, report)));
    let footer = page::footer(report.after);
    let title = format!("{} · master", report.title);
    Page { title, body: &body, footer: &footer, script: analysis::script(extras) }.finish()
}

fn level(report: &MasterReport<'_>, mix: Track<'_>, master: Track<'_>) -> [Option<svg::Figure>; 5] {
    let tracks = [mix, master];
    [
        svg::loudness_over_time(&tracks, report.target),
        svg::true_peak_over_time(&tracks, report.target),
        report.achieved.drive_db.and_then(|gain_db| svg::gain_reduction(mix, master, gain_db)),
        svg::psr_over_time(&tracks),
        svg::loudness_histogram(&tracks),
    ]
}

fn header(report: &MasterReport<'_>, Verdict { state, text }: &Verdict) -> String {
    format!(
        "<header>\n<p class=\"eyebrow\">Master</p>\n<h1>{}</h1>\n<p class=\"sub\">{}</p>\n<p class=\"sub path\">{} → {}</p>\n\
         <p class=\"verdict {state}\">{}</p>\n</header>\n{}",
        escape(report.title),
        escape(&facts::format_line(&report.after.source)),
        escape(report.input),
        escape(report.output),
        typeset(text),
        parts::stats(&stats(report))
    )
}

/// A row for every finding that was measured again: its measure before and after, and what became of it.
fn outcomes(report: &MasterReport<'_>) -> String {
    let row = |finding: &Finding| {
        let outcome = finding.outcome.as_ref()?;
        let (measure, before, after) = outcome::measured(outcome);
        let status = outcome::status_word(outcome.status).to_owned();
        Some(vec![sentence(&finding.kind.name()), finding.severity.name().to_owned(), status, measure, before, after])
    };
    let rows: Vec<Vec<String>> = report.findings.iter().filter_map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns = ["Finding", "Weight", "In the master", "Measured by", "Mix", "Master"].map(str::to_owned).to_vec();
    parts::grid(&Table { columns, rows }, "What became of each finding")
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
    loudness.map(|loudness| parts::platforms(loudness, "What the services do with the master")).unwrap_or_default()
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

fn comparison([mix, master]: &[Track<'_>; 2], report: &MasterReport<'_>) -> String {
    let rows = changes(report.before, report.after).into_iter().map(|change| {
        let Change { label, before, after, decimals, unit } = change;
        let difference = match (before, after) {
            (Some(before), Some(after)) => signed(after - before, decimals),
            _ => NONE.to_owned(),
        };
        vec![label.to_owned(), maybe(before, decimals), maybe(after, decimals), difference, unit.to_owned()]
    });
    let columns = ["", mix.label, master.label, "Change", "Unit"].map(str::to_owned).to_vec();
    parts::grid(&Table { columns, rows: rows.collect() }, "Before and after")
}
