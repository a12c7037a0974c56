//! The chain, step by step, in words.

use balanced_mastering::ChainSpec;
use balanced_model::Reason;

use super::parts::grid;
use super::{escape, typeset};
use crate::steps::{self, StepView};
use crate::svg::Table;

/// Every step with its reason and its settings.
pub(super) fn chain(chain: &ChainSpec, reasons: &[Reason]) -> String {
    let views = steps::views(chain, reasons);
    if views.is_empty() {
        return "<p>The chain is empty: the audio passes unchanged.</p>\n".to_owned();
    }
    let items: String = views.iter().map(step).collect();
    format!("<ol class=\"chain\">\n{items}</ol>\n")
}

fn step(step: &StepView) -> String {
    let state = step.state.as_ref().map(|state| format!(" <span class=\"weight\">{}</span>", escape(state)));
    let reason = step.reason.as_ref().map(|reason| format!("<p>{}</p>\n", typeset(reason)));
    let settings = settings(&step.settings);
    let defaults = match step.defaults.len() {
        0 => String::new(),
        1 => folded("1 setting at its default", &step.defaults),
        count => folded(&format!("{count} settings at their defaults"), &step.defaults),
    };
    let lists: String = step
        .lists
        .iter()
        .map(|(name, columns, rows)| {
            grid(&Table { columns: columns.clone(), rows: rows.clone() }, &format!("{}: {name}", step.name))
        })
        .collect();
    let branches: String = step.branches.iter().map(branch).collect();
    format!(
        "<li><h3>{}{}</h3>\n{}{lists}{settings}{defaults}{branches}</li>\n",
        escape(&step.name),
        state.unwrap_or_default(),
        reason.unwrap_or_default()
    )
}

fn settings(settings: &[(String, String)]) -> String {
    if settings.is_empty() {
        return String::new();
    }
    let rows: String = settings
        .iter()
        .map(|(label, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(label), typeset(value)))
        .collect();
    format!("<dl class=\"settings\">{rows}</dl>\n")
}

/// Settings that are there for whoever asks.
fn folded(summary: &str, all: &[(String, String)]) -> String {
    format!("<details><summary>{summary}</summary>\n{}</details>\n", settings(all))
}

fn branch((title, steps): &(String, Vec<StepView>)) -> String {
    let steps: String = steps.iter().map(step).collect();
    let steps =
        if steps.is_empty() { "<p>Passed on as it is.</p>\n".to_owned() } else { format!("<ol>\n{steps}</ol>\n") };
    format!("<section class=\"branch\"><h4>{}</h4>\n{steps}</section>\n", escape(title))
}
