//! One list of engineers for a track.

use std::collections::BTreeMap;

use balanced_assistant::{EngineerMatch, EngineerMatches, MatchCondition};

use super::{LABEL, wrapped};
use crate::facts;
use crate::number::fixed;

/// Formats a list of engineers for a terminal, for the platform: places, the parts of every score, and who was left out for what.
#[must_use]
pub fn engineers_text(matches: &EngineerMatches) -> String {
    let EngineerMatches { source, start, eligible, excluded, .. } = matches;
    let when = start.map(|day| format!(" from {day} on")).unwrap_or_default();
    let all = eligible + excluded.len();
    let mut out = format!("{}\n{eligible} of {all} engineers meet the conditions{when}\n", facts::name(source));
    for found in &matches.matches {
        push_match(&mut out, found, matches.currency.as_deref());
    }
    if !excluded.is_empty() {
        out.push_str("\nLeft out\n");
    }
    let mut counts: BTreeMap<MatchCondition, usize> = BTreeMap::new();
    for condition in excluded.iter().flat_map(|engineer| &engineer.conditions) {
        *counts.entry(*condition).or_default() += 1;
    }
    for (condition, count) in counts {
        out.push_str(&format!("  {count:>4} {}\n", condition.text()));
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_match(out: &mut String, found: &EngineerMatch, currency: Option<&str>) {
    let name = if found.name == found.id { found.id.clone() } else { format!("{} ({})", found.name, found.id) };
    let newcomer = match (found.is_explored, found.is_newcomer) {
        (true, _) => ", a newcomer in the place kept for one",
        (false, true) => ", a newcomer",
        (false, false) => "",
    };
    out.push_str(&format!("\n{}. {name}, score {}{newcomer}\n", found.rank, fixed(found.score, 3)));
    for part in &found.parts {
        let label = part.part.name().replace('_', " ");
        let share = format!("{} of {}", fixed(part.contribution, 3), fixed(part.weight, 3));
        let unit = if part.part.name() == "price" { currency.map(|code| format!(" {code}")) } else { None };
        let text = format!("{}{}", part.text, unit.unwrap_or_default());
        let line = format!("  {label:<14} {share:<16} ");
        let words = wrapped(&text, LABEL);
        out.push_str(&format!("{line:<LABEL$}{}\n", words.trim_start()));
    }
    if found.diversity_penalty > 0.0 {
        out.push_str(&format!("  placed with {} off for likeness to those above\n", fixed(found.diversity_penalty, 3)));
    }
}

#[cfg(test)]
mod tests {
    use balanced_assistant::{Ranking, Roster, Wishes, match_engineers};

    use super::*;

    #[test]
    fn places_parts_and_who_is_left_out_are_told() {
        let roster = r#"{ "version": 1, "currency": "EUR", "engineers": [
            { "id": "ana", "name": "Ana", "genres": ["rock"], "turnaround_days": 5, "capacity": 3, "price": 80 },
            { "id": "bo", "turnaround_days": 3, "capacity": 1, "load": 1, "price": 90 } ] }"#;
        let roster = Roster::from_json(roster).unwrap();
        let wishes = Wishes::from_json(r#"{ "genres": ["rock"], "budget": 85, "start": "2026-05-01" }"#).unwrap();
        let matches = match_engineers(&crate::cases::full(), &roster, &wishes, &Ranking::default()).unwrap();
        let text = engineers_text(&matches);
        for words in [
            "1 of 2 engineers meet the conditions from 2026-05-01 on",
            "1. Ana (ana), score 0.",
            "a newcomer",
            "rock is stated",
            "80 of a budget of 85 EUR",
            "1 without a free place",
            "1 over the budget",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
}
