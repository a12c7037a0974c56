//! The page about one track beside another that it is compared with.

use balanced_compare::TrackComparison;
use balanced_model::Analysis;

use super::{analysis, escape, parts, typeset};
use crate::Extras;
use crate::facts;
use crate::svg::{self, Table};
use crate::text::comparison::{rows, sentence, verdict};

/// One comparison as a self-contained HTML page: the page of B's analysis, with the comparison in front.
///
/// `analysis` is that of B.
#[must_use]
pub fn comparison_html(analysis: &Analysis, comparison: &TrackComparison) -> String {
    comparison_page(analysis, comparison, &Extras::default())
}

/// One comparison as a self-contained HTML page, with the waveform, the stereo image and the audio that `extras` brings.
#[must_use]
pub fn comparison_page(analysis: &Analysis, comparison: &TrackComparison, extras: &Extras) -> String {
    let class = if comparison.made_from { "good" } else { "bad" };
    let mut content = format!(
        "<p class=\"remark\">Compared with {}</p>\n<p class=\"verdict {class}\">{}</p>\n",
        escape(facts::name(&comparison.a)),
        typeset(&verdict(comparison))
    );
    let rows = rows(comparison).into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect();
    let columns = ["Of B", "against A"].map(str::to_owned).to_vec();
    content.push_str(&parts::grid(&Table { columns, rows }, "What changed from A to B"));
    if let Some(residual) = &comparison.residual {
        let figures = [svg::residual_bands(residual), svg::residual_over_time(residual)];
        content.extend(figures.into_iter().flatten().map(parts::figure));
    }
    let items: String =
        comparison.edits.iter().map(|edit| format!("<li>{}</li>\n", typeset(&sentence(edit)))).collect();
    if !items.is_empty() {
        content.push_str(&format!("<h3>Edits</h3>\n<ul>\n{items}</ul>\n"));
    }
    comparison.notes.iter().for_each(|note| content.push_str(&format!("<p class=\"remark\">{}</p>\n", typeset(note))));
    analysis::with_section(analysis, &parts::section("comparison", "Comparison", &content), extras)
}
