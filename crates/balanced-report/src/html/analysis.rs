//! The page about one track.

use balanced_model::{Analysis, HeadTags, Tags};

use super::parts::{self, Stat};
use super::{escape, page, typeset};
use crate::facts::{self, tag_groups};
use crate::number::{NONE, clock, fixed, maybe};
use crate::svg::{self, Table, Track};

/// One analysis as a self-contained HTML page.
#[must_use]
pub fn analysis_html(analysis: &Analysis) -> String {
    with_section(analysis, "")
}

/// The page with one more section of markup, which comes first.
pub(super) fn with_section(analysis: &Analysis, section: &str) -> String {
    let name = facts::name(&analysis.source);
    let mut body = header(analysis, name);
    body.push_str(section);
    let tracks = [Track { class: "after", label: "Track", analysis }];
    body.push_str(&parts::section("level", "Loudness and peaks", &level(&tracks)));
    body.push_str(&parts::section(
        "tone",
        "Tone",
        &figures([svg::long_term_spectrum(&tracks), svg::spectrogram(tracks[0])]),
    ));
    let image = [svg::width_by_region(&tracks), svg::correlation_over_time(&tracks)];
    body.push_str(&parts::section("image", "Stereo image", &figures(image)));
    body.push_str(&parts::section("music", "Rhythm and tags", &music(analysis)));
    body.push_str(&parts::section("faults", "Faults", &faults(analysis)));
    body.push_str(&parts::section("numbers", "All numbers", &numbers(analysis)));
    page::document(&format!("{name} · analysis"), &body, analysis)
}

fn header(analysis: &Analysis, name: &str) -> String {
    let notes: String =
        analysis.source.notes.iter().map(|note| format!("<p class=\"remark\">{}</p>\n", typeset(note))).collect();
    format!(
        "<header>\n<p class=\"eyebrow\">Analysis</p>\n<h1>{}</h1>\n<p class=\"sub\">{}</p>\n{notes}</header>\n{}",
        escape(name),
        escape(&facts::format_line(&analysis.source)),
        parts::stats(&stats(analysis))
    )
}

fn stats(analysis: &Analysis) -> Vec<Stat> {
    let measured = &analysis.measurements;
    let mut stats = Vec::new();
    if let Some(loudness) = &measured.loudness {
        let loudest = format!("loudest 3 s {} LUFS", maybe(loudness.max_short_term_lufs, 1));
        stats.push(stat("Loudness", loudness.integrated_lufs, 1, "LUFS", loudest));
        let at = loudness.true_peak_at_s.map(|at_s| format!("at {}", clock(at_s))).unwrap_or_default();
        stats.push(stat("True peak", loudness.true_peak_dbtp, 2, "dBTP", at));
        let plr = format!("peaks {} dB above loudness", maybe(loudness.plr_db, 1));
        stats.push(stat("Loudness range", loudness.range_lu, 1, "LU", plr));
    }
    if let Some(tempo) = &measured.tempo {
        let metre = tempo.time_signature.clone().unwrap_or_default();
        stats.push(stat(
            "Tempo",
            tempo.bpm,
            1,
            "BPM",
            [metre, sure(tempo.confidence)].join(" · ").trim_start_matches(" · ").to_owned(),
        ));
    }
    if let Some(key) = &measured.key {
        let value = key.name.clone().unwrap_or_else(|| NONE.to_owned());
        let camelot = key.camelot.clone().unwrap_or_default();
        let below = [camelot, sure(key.confidence)].join(" · ").trim_start_matches(" · ").to_owned();
        stats.push(Stat { label: "Key", value, unit: "", below });
    } else if let Some(dynamics) = &measured.dynamics {
        let crest = format!("crest {} dB", maybe(dynamics.crest_db, 1));
        stats.push(stat("Dynamic range", dynamics.dr, 1, "DR", crest));
    }
    stats
}

fn sure(confidence: f64) -> String {
    format!("{} % sure", fixed(100.0 * confidence, 0))
}

fn stat(label: &'static str, value: Option<f64>, decimals: usize, unit: &'static str, below: String) -> Stat {
    Stat { label, value: maybe(value, decimals), unit: if value.is_some() { unit } else { "" }, below }
}

fn level(tracks: &[Track<'_>]) -> String {
    let mut content = figures([svg::loudness_over_time(tracks, None), svg::true_peak_over_time(tracks, None)]);
    let loudness = tracks.first().and_then(|track| track.analysis.measurements.loudness.as_ref());
    let services = loudness.map(|loudness| parts::platforms(loudness, "What the services do")).unwrap_or_default();
    if !services.is_empty() {
        content.push_str(&format!("<div class=\"facts\">\n<h3>On the services</h3>\n{services}</div>\n"));
    }
    content
}

pub(super) fn figures<const N: usize>(figures: [Option<svg::Figure>; N]) -> String {
    figures.into_iter().flatten().map(parts::figure).collect()
}

fn music(analysis: &Analysis) -> String {
    let duration_s = analysis.source.duration_s;
    let tempo = analysis.measurements.tempo.as_ref();
    let mut content = figures([tempo.and_then(|tempo| svg::beats(tempo, duration_s))]);
    if let Some(tags) = &analysis.measurements.tags {
        content.push_str(&tag_tables(tags));
    }
    content
}

/// A label with its number, 0 to 1, as a bar and in digits, and where it comes from.
fn meter_row(label: &str, value: f64, source: &str) -> String {
    let percent = fixed(100.0 * value.clamp(0.0, 1.0), 0);
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"meter\"><i style=\"width:{percent}%\"></i></td><td>{}</td>\
         <td class=\"unit\">{}</td></tr>\n",
        escape(label),
        fixed(value, 2),
        escape(source)
    )
}

/// One table a head, with a bar for each probability.
fn head_tables(heads: &[HeadTags]) -> String {
    let table = |head: &HeadTags| {
        let rows: String = head.labels.iter().take(6).map(|tag| meter_row(&tag.label, tag.probability, "")).collect();
        parts::meters(&format!("Head {}", escape(&head.name)), &rows)
    };
    let tables: String = heads.iter().map(table).collect();
    if tables.is_empty() {
        return tables;
    }
    format!(
        "<div class=\"columns\">\n{tables}</div>\n<p>Heads are your own: their numbers are probabilities for music like that of their training.</p>\n"
    )
}

/// One table a category, with a bar for each score.
fn tag_tables(tags: &Tags) -> String {
    let table = |(name, tags): (&'static str, &[balanced_model::Tag])| {
        let rows: String = tags.iter().take(6).map(|tag| meter_row(&tag.label, tag.score, &tag.source)).collect();
        parts::meters(name, &rows)
    };
    let tables: String = tag_groups(tags).into_iter().map(table).collect();
    if tables.is_empty() {
        return head_tables(&tags.heads);
    }
    let heads = head_tables(&tags.heads);
    format!(
        "<div class=\"columns\">\n{tables}</div>\n{heads}<p>Tags are ranked readings: 0.5 says no more than of any track, 1 is sure.</p>\n"
    )
}

fn faults(analysis: &Analysis) -> String {
    let Some(defects) = &analysis.measurements.defects else { return String::new() };
    let Some(figure) = svg::faults(defects, analysis.source.duration_s) else {
        return "<p>None found.</p>\n".to_owned();
    };
    let rows = figure.table.rows.iter().map(|row| vec![row[2].clone(), row[1].clone(), row[5].clone()]);
    let list = Table { columns: ["From", "Weight", "What"].map(str::to_owned).to_vec(), rows: rows.take(12).collect() };
    let more = figure.table.rows.len().saturating_sub(12);
    let more = if more > 0 { format!("<p>And {more} more, in the table of the chart.</p>\n") } else { String::new() };
    format!("<div class=\"facts\">\n{}</div>\n{more}{}", parts::grid(&list, "Faults"), parts::figure(figure))
}

fn numbers(analysis: &Analysis) -> String {
    let tables: String = facts::sections(analysis).iter().map(parts::facts_table).collect();
    if tables.is_empty() { tables } else { format!("<div class=\"columns\">\n{tables}</div>\n") }
}
