//! The page about one track with two opinions: the local analysis, and what Cyanite says beside it.

use balanced_merge::{Agreement, Field, FieldValue, Merged, TimeLine, TimePoint, TimeValue, describe};
use balanced_model::Analysis;

use super::{analysis, escape, parts, typeset};
use crate::Extras;
use crate::facts::sentence;
use crate::number::fixed;
use crate::text::merged::{through_time as told, used, verdict};

/// One merged document as a self-contained HTML page: the page of the analysis, with both opinions in front.
///
/// `analysis` is the local analysis of the document.
#[must_use]
pub fn merged_html(analysis: &Analysis, merged: &Merged) -> String {
    let content = disagreements(merged) + &table(merged) + &through_time(merged) + &notes(merged);
    analysis::with_section(analysis, &parts::section("opinions", "Both opinions", &content), &Extras::default())
}

fn disagreements(merged: &Merged) -> String {
    if merged.disagreements.is_empty() {
        return "<p class=\"verdict good\">What can be compared agrees.</p>\n".to_owned();
    }
    let item = |told: &balanced_merge::Disagreement| {
        let class = class(match told.agreement {
            balanced_merge::Agreement::Disagree => "disagree",
            _ => "agree partly",
        });
        let name = sentence(told.field.name());
        format!("<li class=\"{class}\"><p class=\"kind\"><b>{name}</b></p>\n<p>{}</p></li>\n", typeset(&told.message))
    };
    let items: String = merged.disagreements.iter().map(item).collect();
    format!("<h3>To look at</h3>\n<ul class=\"findings\">\n{items}</ul>\n")
}

fn table(merged: &Merged) -> String {
    let rows: String = merged.fields.iter().map(row).collect();
    format!(
        "<div class=\"facts opinions\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Every value with its source\">\n\
         <table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Who says what</th><th scope=\"col\">They</th>\
         <th scope=\"col\">To use</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n</div>\n\
         <p>Scores of different sources mean different things; only orders and leading labels are compared. Where nothing is to \
         be used, people decide.</p>\n"
    )
}

fn row(field: &Field) -> String {
    let values: String = field.values.iter().map(|value| opinion(field, value)).collect();
    let verdict = verdict(field);
    let consensus = field.consensus.as_ref();
    let used = consensus.map_or_else(String::new, |consensus| typeset(&used(field, consensus)));
    let reason = consensus.map_or_else(String::new, |c| format!("<span class=\"below\">{}</span>", typeset(&c.reason)));
    format!(
        "<tr><th scope=\"row\">{}</th><td>{values}</td><td><span class=\"badge {}\">{verdict}</span></td><td>{used}{reason}</td></tr>\n",
        escape(&sentence(field.name.name())),
        class(verdict)
    )
}

fn opinion(field: &Field, value: &FieldValue) -> String {
    let sure = value
        .confidence
        .map_or_else(String::new, |c| format!(" <span class=\"unit\">{} % sure</span>", fixed(100.0 * c, 0)));
    format!(
        "<p class=\"opinion\"><span class=\"unit\">{}</span> {}{sure}</p>",
        escape(&describe::who(value)),
        typeset(&describe::what(field, value))
    )
}

/// Both through time, on one axis: a column for each position.
fn through_time(merged: &Merged) -> String {
    let lines: Vec<&TimeLine> = merged.through_time.iter().filter(|line| line.compared > 0).collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut positions: Vec<f64> = lines.iter().flat_map(|line| line.points.iter().map(|point| point.at_s)).collect();
    positions.sort_by(f64::total_cmp);
    positions.dedup();
    let head: String = positions.iter().map(|at| format!("<th scope=\"col\">{} s</th>", fixed(*at, 0))).collect();
    let rows: String = lines.iter().map(|line| time_rows(line, &positions)).collect();
    let told: String =
        lines.iter().filter_map(|line| told(line)).map(|text| format!("<p>{}</p>\n", typeset(&text))).collect();
    format!(
        "<h3>Through time</h3>\n{told}<div class=\"facts opinions\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Both opinions through time\">\n<table>\n<thead><tr><th scope=\"col\">Who</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table>\n</div>\n</div>\n"
    )
}

fn time_rows(line: &TimeLine, positions: &[f64]) -> String {
    let cell = |of: &dyn Fn(&TimePoint) -> String| -> String {
        let at = |at: &f64| line.points.iter().find(|point| point.at_s == *at).map_or_else(String::new, of);
        positions.iter().map(|position| format!("<td>{}</td>", at(position))).collect()
    };
    let ours = cell(&|point| point.local.as_ref().map_or_else(String::new, shown));
    let theirs = cell(&|point| {
        let text = point.cyanite.as_ref().map_or_else(String::new, shown);
        let class = match point.agreement {
            Some(Agreement::Agree) => "good",
            Some(Agreement::Partly) => "minor",
            Some(Agreement::Disagree) => "major",
            _ => return text,
        };
        format!("<span class=\"badge {class}\">{text}</span>")
    });
    let name = escape(&sentence(line.field.name())).into_owned();
    let measure = if line.local_measure.as_deref() == Some("short_term_lufs") { "Loudness (LUFS)" } else { &name };
    format!(
        "<tr><th scope=\"row\">{measure}, balanced</th>{ours}</tr>\n<tr><th scope=\"row\">{name}, {}</th>{theirs}</tr>\n",
        escape(&line.model)
    )
}

fn shown(value: &TimeValue) -> String {
    match value {
        TimeValue::Number(number) => fixed(*number, if number.abs() < 2.0 { 2 } else { 1 }),
        TimeValue::Word(word) => escape(word).into_owned(),
    }
}

fn notes(merged: &Merged) -> String {
    merged.notes.iter().map(|note| format!("<p class=\"remark\">{}</p>\n", typeset(note))).collect()
}

/// Colour of a verdict, which its word says too.
fn class(verdict: &str) -> &'static str {
    match verdict {
        "agree" => "good",
        "agree partly" => "minor",
        "disagree" => "major",
        _ => "none",
    }
}
