//! Text for terminals, aligned, without colour.

pub(crate) mod album;
mod analysis;
pub(crate) mod codecs;
pub(crate) mod comparison;
mod engineers;
mod heads;
pub(crate) mod master;
pub(crate) mod merged;
mod recommendation;

pub use album::{album_analysis_text, album_text};
pub use analysis::analysis_text;
pub use comparison::comparison_text;
pub use engineers::engineers_text;
pub use heads::head_text;
pub use master::master_text;
pub use merged::merged_text;
pub use recommendation::recommendation_text;

use balanced_model::Finding;

use crate::number::NONE;
use crate::steps::StepView;

/// Width of label columns.
const LABEL: usize = 34;
/// Where running text is broken.
const WIDTH: usize = 96;

/// `text` broken at spaces, every line behind `indent` spaces.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is a line");
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let pad = " ".repeat(indent);
    lines.iter().map(|line| format!("{pad}{line}")).collect::<Vec<_>>().join("\n")
}

fn findings(out: &mut String, findings: &[Finding]) {
    for finding in findings {
        out.push_str(&format!("  [{}]\n", finding.severity.name()));
        out.push_str(&format!("{}\n", wrapped(&finding.message, 4)));
        if let Some(done) = &finding.done_here {
            out.push_str(&format!("{}\n", wrapped(&format!("Done here: {done}"), 4)));
        }
        out.push_str(&format!("{}\n", wrapped(&format!("In the mix: {}", finding.advice), 4)));
        if let Some(outcome) = &finding.outcome {
            out.push_str(&format!(
                "{}\n",
                wrapped(&format!("In the master: {}", crate::outcome::sentence(outcome)), 4)
            ));
        }
    }
}

fn steps(out: &mut String, steps: &[StepView]) {
    indented_steps(out, steps, 2);
}

fn indented_steps(out: &mut String, steps: &[StepView], indent: usize) {
    let pad = " ".repeat(indent);
    for (index, step) in steps.iter().enumerate() {
        let state = step.state.as_ref().map(|state| format!(" ({state})")).unwrap_or_default();
        out.push_str(&format!("{pad}{}. {}{state}\n", index + 1, step.name));
        if let Some(reason) = &step.reason {
            out.push_str(&format!("{}\n", wrapped(reason, indent + 3)));
        }
        if !step.settings.is_empty() {
            // A setting and its unit stay on one line.
            let settings = step.settings.iter().map(|(label, value)| format!("{label} {value}").replace(' ', "\u{a0}"));
            let settings = settings.collect::<Vec<_>>().join(" · ");
            out.push_str(&format!("{}\n", wrapped(&settings, indent + 3).replace('\u{a0}', " ")));
        }
        for (_, _, rows) in &step.lists {
            for row in rows {
                let cells: Vec<_> = row.iter().filter(|cell| cell.as_str() != NONE).map(String::as_str).collect();
                out.push_str(&format!("{pad}   - {}\n", cells.join(", ")));
            }
        }
        for (title, steps) in &step.branches {
            out.push_str(&format!("{pad}   {title}\n"));
            indented_steps(out, steps, indent + 5);
        }
    }
}
