//! The language of faults; the README of the crate describes it.

use std::collections::BTreeMap;
use std::str::FromStr;

/// Fault that a scenario injects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    Slow(u64),
    Stall,
    Drop,
    DropAfter,
    Cut,
    HalfJson,
    Status(u16, Option<u64>),
    StatusAfter(u16),
    Html(u16),
    Huge,
    Redirect(String),
    Expired,
    Nulls,
    UnknownMember,
    Duplicate,
    Late,
    Lose,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Calls(u64, u64),
    Percent(u64),
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    call: String,
    when: When,
    fault: Fault,
}

/// A list of rules by which calls fail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    rules: Vec<Rule>,
    /// Calls so far, of each name.
    counts: BTreeMap<String, u64>,
    all: u64,
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lines = text.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty());
        Ok(Self { rules: lines.map(rule).collect::<Result<_, _>>()?, ..Self::default() })
    }
}

impl Scenario {
    /// Counts a call and returns its fault, if it has one.
    pub(crate) fn next(&mut self, call: &str) -> Option<Fault> {
        let count = self.counts.entry(call.to_owned()).or_default();
        *count += 1;
        self.all += 1;
        let (count, all) = (*count, self.all);
        let fits = |rule: &&Rule| {
            (rule.call == call || (rule.call == "*" && call != "webhook"))
                && match rule.when {
                    When::Calls(from, to) => (from..=to).contains(&count),
                    When::Percent(percent) => scrambled(all) % 100 < percent,
                }
        };
        self.rules.iter().find(fits).map(|rule| rule.fault.clone())
    }
}

/// A fixed pseudo-random order (the finaliser of SplitMix64).
fn scrambled(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn rule(line: &str) -> Result<Rule, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [call, when, fault, arguments @ ..] = words.as_slice() else {
        return Err(format!("\"{line}\" is no rule; give CALL WHEN FAULT"));
    };
    let wrong = || format!("\"{line}\": {when} is no number, range or percentage");
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let when = match when.strip_suffix('%') {
        Some(percent) => When::Percent(number(percent)?),
        None if *when == "always" => When::Calls(1, u64::MAX),
        None => match (when.strip_suffix('+'), when.split_once('-')) {
            (Some(from), _) => When::Calls(number(from)?, u64::MAX),
            (None, Some((from, to))) => When::Calls(number(from)?, number(to)?),
            (None, None) => When::Calls(number(when)?, number(when)?),
        },
    };
    Ok(Rule {
        call: (*call).to_owned(),
        when,
        fault: read_fault(fault, arguments).ok_or_else(|| format!("\"{line}\": no such fault"))?,
    })
}

fn read_fault(name: &str, arguments: &[&str]) -> Option<Fault> {
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let status = |at: usize| number(at).and_then(|status| u16::try_from(status).ok());
    Some(match name {
        "slow" => Fault::Slow(number(0)?),
        "stall" => Fault::Stall,
        "drop" => Fault::Drop,
        "drop-after" => Fault::DropAfter,
        "cut" => Fault::Cut,
        "half-json" => Fault::HalfJson,
        "status" => Fault::Status(status(0)?, number(1)),
        "status-after" => Fault::StatusAfter(status(0)?),
        "html" => Fault::Html(status(0).unwrap_or(200)),
        "huge" => Fault::Huge,
        "redirect" => Fault::Redirect((*arguments.first()?).to_owned()),
        "expired" => Fault::Expired,
        "nulls" => Fault::Nulls,
        "unknown-member" => Fault::UnknownMember,
        "duplicate" => Fault::Duplicate,
        "late" => Fault::Late,
        "lose" => Fault::Lose,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_say_which_calls_fail() {
        let mut scenario: Scenario = "put 2-3 expired; models 2+ status 429 7\nping always drop".parse().unwrap();
        assert_eq!(scenario.next("put"), None);
        assert_eq!(scenario.next("put"), Some(Fault::Expired));
        assert_eq!(scenario.next("put"), Some(Fault::Expired));
        assert_eq!(scenario.next("put"), None);
        assert_eq!(scenario.next("models"), None);
        assert_eq!(scenario.next("models"), Some(Fault::Status(429, Some(7))));
        assert_eq!(scenario.next("ping"), Some(Fault::Drop));
    }

    #[test]
    fn a_percentage_is_met() {
        let mut scenario: Scenario = "* 10% drop".parse().unwrap();
        let failed = (0..10_000).filter(|_| scenario.next("models").is_some()).count();
        assert!((900..1100).contains(&failed), "{failed}");
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in ["put", "put x drop", "put 1 explode", "put 1 slow"] {
            assert!(text.parse::<Scenario>().is_err(), "{text}");
        }
    }
}
