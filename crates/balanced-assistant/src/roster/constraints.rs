//! Conditions that every proposed engineer meets.

use super::engineer::Engineer;
use super::result::MatchCondition;
use super::wishes::Wishes;

/// The conditions that an engineer does not meet.
pub(super) fn unmet(engineer: &Engineer, wishes: &Wishes) -> Vec<MatchCondition> {
    let named = |names: &[String], name: &str| names.iter().any(|known| known == name);
    let conditions = [
        (MatchCondition::Availability, !is_available(engineer, wishes)),
        (MatchCondition::Capacity, engineer.load >= engineer.capacity),
        (MatchCondition::Budget, wishes.budget.is_some_and(|budget| engineer.price.is_none_or(|price| price > budget))),
        (MatchCondition::Turnaround, wishes.within_days.is_some_and(|days| engineer.turnaround_days > days)),
        (MatchCondition::Language, !shares_language(engineer, wishes)),
        (MatchCondition::ClientExcludes, named(&wishes.do_not_match, &engineer.id)),
        (
            MatchCondition::EngineerExcludes,
            wishes.client.as_ref().is_some_and(|client| named(&engineer.do_not_match, client)),
        ),
    ];
    conditions.into_iter().filter_map(|(condition, is_unmet)| is_unmet.then_some(condition)).collect()
}

/// Whether a project that starts on the day of the wishes can be done within the engineer's days; true where no day is known.
fn is_available(engineer: &Engineer, wishes: &Wishes) -> bool {
    let Some(start) = wishes.start else { return true };
    let end = start.plus_days(engineer.turnaround_days);
    engineer.available_from.is_none_or(|from| from <= start)
        && engineer.available_until.is_none_or(|until| end <= until)
}

fn shares_language(engineer: &Engineer, wishes: &Wishes) -> bool {
    let is_spoken =
        |wish: &String| engineer.languages.iter().any(|tag| language(tag).eq_ignore_ascii_case(language(wish)));
    wishes.languages.is_empty() || wishes.languages.iter().any(is_spoken)
}

fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
