//! What became of a finding, in words.

use balanced_model::{Outcome, Status};

use crate::number::fixed;

/// One sentence: the status, the numbers before and after, and the remark.
pub(crate) fn sentence(outcome: &Outcome) -> String {
    let status = match outcome.status {
        Status::Cured => "put right",
        Status::Improved => "improved",
        Status::Refused => "tried and taken back",
        _ => "still there",
    };
    let numbers = match (&outcome.measure, outcome.before, outcome.after) {
        (Some(name), Some(before), Some(after)) => {
            format!(" ({}: {} before, {} after)", named(name), value(before, name), value(after, name))
        }
        (Some(name), Some(before), None) if outcome.status == Status::Cured => {
            format!(" ({}: {} before, no longer found)", named(name), value(before, name))
        }
        _ => String::new(),
    };
    let note = outcome.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
    format!("{status}{numbers}.{note}")
}

/// The unit is the last part of the name; what comes before it is the name.
fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once('_') {
        Some((rest, unit @ ("db" | "dbtp" | "dbfs" | "lufs" | "lu" | "s" | "percent"))) => (rest, unit),
        _ => (name, ""),
    }
}

fn named(name: &str) -> String {
    split(name).0.replace('_', " ")
}

fn value(value: f64, name: &str) -> String {
    let unit = match split(name).1 {
        "db" => " dB",
        "dbtp" => " dBTP",
        "dbfs" => " dBFS",
        "lufs" => " LUFS",
        "lu" => " LU",
        "s" => " s",
        "percent" => " %",
        _ => "",
    };
    let decimals = match (name, unit) {
        ("count", _) => 0,
        (_, "") => 2,
        _ => 1,
    };
    format!("{}{unit}", fixed(value, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: Status, measure: &str, before: f64, after: Option<f64>) -> Outcome {
        Outcome { status, measure: Some(measure.to_owned()), before: Some(before), after, note: None }
    }

    #[test]
    fn outcomes_read_as_sentences() {
        let cured = outcome(Status::Cured, "bass_correlation", -0.95, Some(0.97));
        assert_eq!(sentence(&cured), "put right (bass correlation: -0.95 before, 0.97 after).");
        let gone = outcome(Status::Cured, "excess_db", 10.2, None);
        assert_eq!(sentence(&gone), "put right (excess: 10.2 dB before, no longer found).");
        let counted = outcome(Status::Left, "count", 3.0, Some(3.0));
        assert_eq!(sentence(&counted), "still there (count: 3 before, 3 after).");
        let left = Outcome { note: Some("It was meant.".to_owned()), ..outcome(Status::Left, "clicks", 6.0, None) };
        assert_eq!(sentence(&left), "still there. It was meant.");
    }
}
