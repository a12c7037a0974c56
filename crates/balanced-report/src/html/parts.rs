//! Pieces that both pages are made of.

use balanced_model::{Finding, Loudness, Severity};

use super::{escape, typeset};
use crate::facts::{self, Section};
use crate::number::{clock, short};
use crate::outcome;
use crate::svg::{Figure, Table};

/// A section with a heading; nothing if `content` is empty.
pub(super) fn section(id: &str, heading: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n{content}</section>\n", escape(heading))
}

/// Slider for the place in the track, where no audio brings its own; scripts show it.
pub(super) const SLIDER: &str = "<p class=\"slider\"><label>Place in the track <input type=\"range\" class=\"place\" min=\"0\" max=\"1\" step=\"0.1\" value=\"0\"/></label> <output class=\"place\">0:00.0</output></p>\n";

/// A chart with legend, caption and the table that says the same.
pub(super) fn figure(figure: Figure) -> String {
    let Figure { title, caption, svg, legend, table, .. } = figure;
    let keys: String = legend
        .iter()
        .map(|(label, class)| format!("<span class=\"key {class}\">{}</span>", escape(label)))
        .collect::<Vec<_>>()
        .join(" ");
    let legend = if keys.is_empty() { String::new() } else { format!("<p class=\"legend\">{keys}</p>\n") };
    let twin = if table.rows.is_empty() {
        String::new()
    } else {
        let label = format!("{title}, as a table");
        format!("<details>\n<summary>As a table</summary>\n{}</details>\n", grid(&table, &label))
    };
    format!(
        "<figure>\n<h3>{}</h3>\n{legend}{svg}\n<figcaption>{}</figcaption>\n{twin}</figure>\n",
        escape(title),
        typeset(&caption)
    )
}

/// A table with column heads; the first cell of a row heads it.
pub(super) fn grid(table: &Table, label: &str) -> String {
    let heads: String = table.columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect();
    let row = |cells: &Vec<String>| {
        let cells: String = cells
            .iter()
            .enumerate()
            .map(|(index, cell)| match index {
                0 => format!("<th scope=\"row\">{}</th>", typeset(cell)),
                _ => format!("<td>{}</td>", typeset(cell)),
            })
            .collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = table.rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>{heads}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        escape(label)
    )
}

/// A table of rows with bars under a heading; both are markup.
pub(super) fn meters(heading: &str, rows: &str) -> String {
    format!("<div class=\"facts\">\n<h3>{heading}</h3>\n<table>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n")
}

/// The rows of one family.
pub(super) fn facts_table(section: &Section) -> String {
    let rows: String = section
        .rows
        .iter()
        .map(|row| {
            let unit = if row.unit.is_empty() {
                String::new()
            } else {
                format!(" <span class=\"unit\">{}</span>", escape(row.unit))
            };
            format!("<tr><th scope=\"row\">{}</th><td>{}{unit}</td></tr>\n", escape(&row.label), typeset(&row.value))
        })
        .collect();
    format!(
        "<div class=\"facts\">\n<h3>{}</h3>\n<table>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        escape(section.title)
    )
}

/// One large number with what it is, and a line below.
pub(super) struct Stat {
    pub label: &'static str,
    pub value: String,
    pub unit: &'static str,
    pub below: String,
}

/// The numbers a reader looks for first.
pub(super) fn stats(stats: &[Stat]) -> String {
    let items: String = stats
        .iter()
        .map(|stat| {
            let unit = if stat.unit.is_empty() { String::new() } else { format!(" <span class=\"unit\">{}</span>", escape(stat.unit)) };
            format!(
                "<div class=\"stat\"><dt>{}</dt><dd><span class=\"value\">{}</span>{unit}<span class=\"below\">{}</span></dd></div>\n",
                escape(stat.label),
                typeset(&stat.value),
                typeset(&stat.below)
            )
        })
        .collect();
    format!("<dl class=\"stats\">\n{items}</dl>\n")
}

/// List of the findings, most important first.
pub(super) fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "<p>Nothing stands in the way.</p>\n".to_owned();
    }
    let items: String = findings.iter().map(finding).collect();
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

fn line(label: &str, text: &str) -> String {
    format!("<p>{label}: {}</p>\n", typeset(text))
}

fn finding(finding: &Finding) -> String {
    let weight = finding.severity.name();
    let name = facts::sentence(&finding.kind.name());
    let sure = 100.0 * finding.confidence;
    let status = finding.outcome.as_ref().map_or_else(String::new, |outcome| {
        // What is only worth knowing may stay, and is no reproach.
        let is_fault = finding.severity > Severity::Info;
        let class = if is_fault { outcome::status_class(outcome.status) } else { "plain" };
        let word = outcome::status_word(outcome.status);
        format!(" <span class=\"badge {class}\">{word}</span>")
    });
    format!(
        "<li class=\"{weight}\"><p class=\"kind\"><b>{}</b>{status} <span class=\"weight\">{weight}{} · {sure:.0} % sure</span></p>\n\
         <p>{}</p>\n{}<p class=\"advice\">In the mix: {}</p>{}</li>\n",
        escape(&name),
        finding.range_s.map(place).unwrap_or_default(),
        typeset(&finding.message),
        finding.done_here.as_ref().map_or_else(String::new, |done| line("Done here", done)),
        typeset(&finding.advice),
        finding.outcome.as_ref().map_or_else(String::new, |outcome| line("In the master", &outcome::sentence(outcome))),
    )
}

/// Link to the place of a finding: with scripts it marks the place in every chart.
fn place([start_s, end_s]: [f64; 2]) -> String {
    let words = match end_s - start_s > 0.05 {
        true => format!("{} to {}", clock(start_s), clock(end_s)),
        false => format!("at {}", clock(start_s)),
    };
    let (from, to) = (short(start_s), short(end_s));
    format!(" · <a class=\"at\" href=\"#waveform-t\" data-from=\"{from}\" data-to=\"{to}\">{words}</a>")
}

/// Table of the level change by each service; empty if that was not measured.
pub(super) fn platforms(loudness: &Loudness, label: &str) -> String {
    if loudness.platforms.is_empty() {
        return String::new();
    }
    let rows = loudness.platforms.iter().map(|platform| {
        let known = if platform.published { "published" } else { "reported" };
        let effect = facts::platform_effect(platform.gain_db, platform.would_limit);
        vec![facts::platform_name(&platform.name), effect, known.to_owned()]
    });
    let columns = ["Service", "What it does", "Its rule is"].map(str::to_owned).to_vec();
    grid(&Table { columns, rows: rows.collect() }, label)
}
