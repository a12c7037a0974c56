//! The page about one track with two opinions: the local analysis, and what Cyanite says beside it.

use balanced_merge::{Field, FieldValue, Merged, describe};
use balanced_model::Analysis;

use super::{analysis, escape, parts, typeset};
use crate::facts::sentence;
use crate::number::fixed;
use crate::text::merged::{used, verdict};

/// One merged document as a self-contained HTML page: the page of the analysis, with both opinions in front.
///
/// `analysis` is the local analysis of the document.
#[must_use]
pub fn merged_html(analysis: &Analysis, merged: &Merged) -> String {
    let content = disagreements(merged) + &table(merged) + &notes(merged);
    analysis::with_section(analysis, &parts::section("opinions", "Both opinions", &content))
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
