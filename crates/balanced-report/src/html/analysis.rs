//! The page about one track.

use balanced_model::{Analysis, Finding, HeadTags, Measurements, Tags};

use super::page::{self, Page};
use super::parts::{self, Stat};
use super::verdict::{self, Verdict};
use super::{escape, listen, typeset};
use crate::facts::{self, tag_groups};
use crate::number::{NONE, clock, fixed, maybe};
use crate::svg::{self, Table, Track};
use crate::{Extras, Overview};

/// One analysis as a self-contained HTML page.
#[must_use]
pub fn analysis_html(analysis: &Analysis) -> String {
    analysis_page(analysis, &Extras::default())
}

/// One analysis as a self-contained HTML page, with the waveform, the stereo image and the audio that `extras` brings as `after`.
#[must_use]
pub fn analysis_page(analysis: &Analysis, extras: &Extras) -> String {
    with_section(analysis, "", extras)
}

/// The page with one more section of markup, which comes first.
pub(super) fn with_section(analysis: &Analysis, section: &str, extras: &Extras) -> String {
    let name = facts::name(&analysis.source);
    let findings = verdict::findings(analysis);
    let track = Track::alone(analysis);
    let tracks = [track];
    let shown = [(track, extras.after.as_ref())];
    let mut body = header(analysis, name, &findings);
    body.push_str(section);
    body.push_str(&parts::section("findings", "Findings", &found(&shown, &findings, extras)));
    body.push_str(&listen(extras));
    body.push_str(&parts::section("level", "Loudness and peaks", &figures(level(&tracks))));
    body.push_str(&parts::section("tone", "Tone", &tone(&[(track, &findings)], track)));
    body.push_str(&parts::section("image", "Stereo", &figures(image(&shown))));
    body.push_str(&parts::section("music", "Tempo, key and tags", &music(analysis)));
    body.push_str(&parts::section("faults", "Faults", &faults(analysis)));
    body.push_str(&parts::section("services", "On the services", &services(analysis)));
    body.push_str(&parts::section("numbers", "All numbers", &numbers(analysis)));
    let footer = page::footer(analysis);
    Page { title: format!("{name} · analysis"), body: &body, footer: &footer, script: script(extras) }.finish()
}

/// The section to listen in; nothing without audio.
pub(super) fn listen(extras: &Extras) -> String {
    parts::section("listen", "Listen", &extras.listening.as_ref().map(listen::deck).unwrap_or_default())
}

/// Script that the page needs beside the usual.
pub(super) fn script(extras: &Extras) -> &'static str {
    let is_heard = extras.listening.as_ref().is_some_and(|listening| !listening.versions.is_empty());
    if is_heard { listen::SCRIPT } else { "" }
}

/// The waveform with the places of the findings, and the findings in words; nothing where nothing was judged.
pub(super) fn found(tracks: &[(Track<'_>, Option<&Overview>)], findings: &[Finding], extras: &Extras) -> String {
    let is_judged = tracks.iter().any(|(track, _)| track.analysis.measurements != Measurements::default());
    let mut content = figures([svg::waveform(tracks, findings)]);
    if !content.is_empty() && extras.listening.is_none() {
        content.push_str(parts::SLIDER);
    }
    extras.notes.iter().for_each(|note| content.push_str(&format!("<p class=\"remark\">{}</p>\n", typeset(note))));
    if is_judged {
        content.push_str(&parts::findings(findings));
    }
    content
}

fn header(analysis: &Analysis, name: &str, findings: &[Finding]) -> String {
    let notes: String =
        analysis.source.notes.iter().map(|note| format!("<p class=\"remark\">{}</p>\n", typeset(note))).collect();
    let Verdict { state, text } = verdict::of_analysis(analysis, findings);
    format!(
        "<header>\n<p class=\"eyebrow\">Analysis</p>\n<h1>{}</h1>\n<p class=\"sub\">{}</p>\n\
         <p class=\"verdict {state}\">{}</p>\n{notes}</header>\n{}",
        escape(name),
        escape(&facts::format_line(&analysis.source)),
        typeset(&text),
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

pub(super) fn level(tracks: &[Track<'_>]) -> [Option<svg::Figure>; 4] {
    [
        svg::loudness_over_time(tracks, None),
        svg::true_peak_over_time(tracks, None),
        svg::psr_over_time(tracks),
        svg::loudness_histogram(tracks),
    ]
}

/// Tonal balance with a word about every curve that leaves the range, and the spectrogram of one track.
pub(super) fn tone(tracks: &[(Track<'_>, &[Finding])], pictured: Track<'_>) -> String {
    let lines: Vec<Track<'_>> = tracks.iter().map(|(track, _)| *track).collect();
    let mut content = figures([svg::long_term_spectrum(&lines)]);
    for (track, findings) in tracks {
        if let Some(said) = verdict::of_tone(*track, findings) {
            content.push_str(&format!("<p class=\"remark\">{}</p>\n", typeset(&said)));
        }
    }
    content + &figures([svg::spectrogram(pictured)])
}

pub(super) fn image(tracks: &[(Track<'_>, Option<&Overview>)]) -> [Option<svg::Figure>; 3] {
    let plain: Vec<Track<'_>> = tracks.iter().map(|(track, _)| *track).collect();
    [svg::goniometer(tracks), svg::width_by_region(&plain), svg::correlation_over_time(&plain)]
}

fn services(analysis: &Analysis) -> String {
    let loudness = analysis.measurements.loudness.as_ref();
    loudness.map(|loudness| parts::platforms(loudness, "What the services do")).unwrap_or_default()
}

pub(super) fn figures<const N: usize>(figures: [Option<svg::Figure>; N]) -> String {
    figures.into_iter().flatten().map(parts::figure).collect()
}

pub(super) fn music(analysis: &Analysis) -> String {
    let duration_s = analysis.source.duration_s;
    let measured = &analysis.measurements;
    let tempo = measured.tempo.as_ref();
    let mut content = figures([
        tempo.and_then(|tempo| svg::tempo_over_time(tempo, duration_s)),
        tempo.and_then(|tempo| svg::beats(tempo, duration_s)),
        measured.key.as_ref().and_then(|key| svg::key_over_time(key, duration_s)),
    ]);
    if let Some(tags) = &measured.tags {
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
