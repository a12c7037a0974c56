//! How well a head does on tracks that were held out.

use balanced_model::{HeadKind, HeadScore, TagHead};

use super::LABEL;
use crate::number::{NONE, fixed};

/// Width of the column of labels' names.
const NAME: usize = 24;

/// Formats the facts of a head's training and its scores on held-out tracks for a terminal.
#[must_use]
pub fn head_text(head: &TagHead) -> String {
    let (training, report) = (&head.training, &head.training.report);
    let each = match head.kind {
        HeadKind::OneLabel => "one label a track",
        HeadKind::AnyLabels => "any number of labels a track",
    };
    let date = training.date.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
    let mut out = format!("Head {}: {} labels, {each}{date}\n", head.name, head.labels.len());
    out.push_str(&format!(
        "{} tracks in {} groups; scores on the parts of {} that each training did not see, with 95 % intervals\n\n",
        training.tracks, training.groups, training.folds
    ));
    let common = fixed(report.accuracy_of_most_common, 2);
    for (name, score) in [
        (format!("Accuracy (most common: {common})"), report.accuracy),
        ("Balanced accuracy".to_owned(), report.balanced_accuracy),
        ("Mean F1".to_owned(), report.macro_f1),
        ("Calibration error".to_owned(), report.calibration_error),
    ] {
        out.push_str(&format!("  {name:<LABEL$} {}\n", with_interval(score)));
    }
    let heading = ["tracks", "groups", "precision", "recall"].map(|name| format!(" {name:>9}")).concat();
    out.push_str(&format!("\n  {:<NAME$}{heading}  F1\n", "Label"));
    for label in &report.labels {
        let precision = label.precision.map_or_else(|| NONE.to_owned(), |value| fixed(value, 2));
        let cells = [label.tracks.to_string(), label.groups.to_string(), precision, fixed(label.recall, 2)];
        let cells = cells.map(|cell| format!(" {cell:>9}")).concat();
        out.push_str(&format!("  {:<NAME$}{cells}  {}\n", label.label, with_interval(label.f1)));
    }
    out.truncate(out.trim_end().len());
    out
}

fn with_interval(score: HeadScore) -> String {
    format!("{} ({} to {})", fixed(score.value, 2), fixed(score.low, 2), fixed(score.high, 2))
}

#[cfg(test)]
mod tests {
    use balanced_model::{HeadLabel, HeadLabelReport, HeadReport, HeadTraining};

    use super::*;

    #[test]
    fn every_label_has_a_row_and_every_score_its_interval() {
        let score = |value: f64| HeadScore { value, low: value - 0.1, high: value + 0.1 };
        let row = HeadLabelReport {
            label: "rock".to_owned(),
            tracks: 30,
            groups: 12,
            recall: 0.8,
            f1: score(0.7),
            ..HeadLabelReport::default()
        };
        let report = HeadReport {
            accuracy: score(0.75),
            accuracy_of_most_common: 0.4,
            labels: vec![row],
            ..HeadReport::default()
        };
        let training = HeadTraining { tracks: 90, groups: 36, folds: 5, report, ..HeadTraining::default() };
        let labels = vec![HeadLabel { label: "rock".to_owned(), ..HeadLabel::default() }];
        let text = head_text(&TagHead { name: "genre".to_owned(), labels, training, ..TagHead::default() });
        for words in ["Head genre: 1 labels", "90 tracks in 36 groups", "most common: 0.40", "0.75 (0.65 to 0.85)"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let row = text.lines().last().unwrap();
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells[..5], ["rock", "30", "12", NONE, "0.80"]);
    }
}
