//! Two opinions of one track.

use balanced_merge::{Agreement, Field, Merged, TimeLine, describe};

use crate::facts::sentence;
use crate::number::fixed;

/// Formats a merged document for a terminal: what differs first, then every field with its values.
#[must_use]
pub fn merged_text(merged: &Merged) -> String {
    let path = merged.source.path.as_deref().unwrap_or("audio from memory");
    let mut out = format!("{path}\n\nTo look at\n");
    if merged.disagreements.is_empty() {
        out.push_str("  nothing: what can be compared agrees\n");
    }
    for disagreement in &merged.disagreements {
        let text = format!("{}: {}", sentence(disagreement.field.name()), disagreement.message);
        out.push_str(&format!("{}\n", super::wrapped(&text, 2)));
    }
    out.push_str("\nValues\n");
    merged.fields.iter().for_each(|field| values(&mut out, field));
    let told: Vec<String> = merged.through_time.iter().filter_map(through_time).collect();
    if !told.is_empty() {
        out.push_str("\nThrough time\n");
        told.iter().for_each(|line| out.push_str(&format!("{}\n", super::wrapped(line, 2))));
    }
    if !merged.notes.is_empty() {
        out.push_str("\nNotes\n");
        merged.notes.iter().for_each(|note| out.push_str(&format!("{}\n", super::wrapped(note, 2))));
    }
    out.truncate(out.trim_end().len());
    out
}

fn values(out: &mut String, field: &Field) {
    let use_it =
        field.consensus.as_ref().map_or_else(String::new, |consensus| format!("; use {}", used(field, consensus)));
    out.push_str(&format!("  {} ({}{use_it})\n", sentence(field.name.name()), verdict(field)));
    for value in &field.values {
        let sure = value
            .confidence
            .map_or_else(String::new, |confidence| format!(" ({} % sure)", fixed(100.0 * confidence, 0)));
        let who = describe::who(value);
        let pad = super::LABEL.saturating_sub(4 + who.chars().count()).max(1);
        let what = super::wrapped(&format!("{}{sure}", describe::what(field, value)), super::LABEL);
        out.push_str(&format!("    {who}{}{}\n", " ".repeat(pad), what.trim_start()));
    }
}

/// How a field compares through time, in words; `None` where nothing can be compared.
pub(crate) fn through_time(line: &TimeLine) -> Option<String> {
    let name = sentence(line.field.name());
    let (model, compared) = (&line.model, line.compared);
    match (line.agree, line.rank_correlation) {
        (Some(agree), _) => {
            Some(format!("{name}: balanced and cyanite {model} agree in {agree} of {compared} stretches"))
        }
        (None, Some(rho)) => {
            let rho = fixed(rho, 2);
            Some(format!(
                "{name}: cyanite {model} follows the loudness by a rank correlation of {rho} ({compared} stretches)"
            ))
        }
        (None, None) => None,
    }
}

/// The value to use, in words.
pub(crate) fn used(field: &Field, consensus: &balanced_merge::Consensus) -> String {
    let value = consensus.based_on.first().and_then(|place| field.values.get(*place));
    match value {
        _ if !consensus.labels.is_empty() => consensus.labels.join(", "),
        Some(value) => describe::what(field, value),
        None => String::new(),
    }
}

/// How the values of a field agree as a whole: as the worst of what can be compared.
pub(crate) fn verdict(field: &Field) -> &'static str {
    let has = |agreement: Agreement| field.comparisons.iter().any(|comparison| comparison.agreement == agreement);
    match () {
        () if has(Agreement::Disagree) => "disagree",
        () if has(Agreement::Partly) => "agree partly",
        () if has(Agreement::Agree) => "agree",
        () if field.values.len() > 1 => "not compared",
        () => "one source",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn what_differs_comes_before_the_values() {
        let text = merged_text(&cases::merged());
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in {text}"));
        assert!(
            place("To look at")
                < place("Key: balanced C# minor, cyanite AudioAnalysisV7 and cyanite KeyV2 F# minor: a fifth")
        );
        assert!(place("Values") < place("  Tempo (agree; use 120.0 BPM)"));
        assert!(place("    balanced                      120.0 BPM (91 % sure)") < place("Notes"));
        assert!(place("Values") < place("Through time") && place("Through time") < place("Notes"));
        assert!(
            text.contains("Arousal: cyanite AudioAnalysisV7 follows the loudness by a rank correlation of "),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    }
}
