//! What became of a finding, in words.

use balanced_model::{Outcome, Status};

use crate::number::{NONE, fixed};

/// One sentence: the status, the numbers before and after, and the remark.
pub(crate) fn sentence(outcome: &Outcome) -> String {
    let status = status_word(outcome.status);
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

/// The status in words.
pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Cured => "put right",
        Status::Improved => "improved",
        Status::Refused => "tried and taken back",
        _ => "still there",
    }
}

/// Colour of a status: `good`, `minor` or `major`.
pub(crate) fn status_class(status: Status) -> &'static str {
    match status {
        Status::Cured => "good",
        Status::Improved => "minor",
        _ => "major",
    }
}

/// Name of what was measured, and its values before and after with their unit.
pub(crate) fn measured(outcome: &Outcome) -> (String, String, String) {
    let Some(name) = &outcome.measure else { return (NONE.to_owned(), NONE.to_owned(), NONE.to_owned()) };
    let told = |number: Option<f64>| number.map(|number| value(number, name));
    let gone = if outcome.status == Status::Cured { "no longer found" } else { NONE };
    let after = told(outcome.after).unwrap_or_else(|| gone.to_owned());
    (named(name), told(outcome.before).unwrap_or_else(|| NONE.to_owned()), after)
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
