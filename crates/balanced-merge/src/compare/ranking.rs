//! Rankings: which label leads, and how alike the orders are.

use std::collections::BTreeMap;

use super::rbo::{RBO_PERSISTENCE, rbo};
use super::{Agreement, Relation, Verdict};
use crate::assumptions::{FIRST_LABELS, SAYS_NOTHING_UP_TO};
use crate::vocabulary::{self, Category, local_label};
use crate::{FieldValue, RankedLabel};

/// Cyanite's word for a track that none of its moods describes.
const AMBIGUOUS: &str = "ambiguous";

/// Rank by label, from 1; labels that tie have the rank of the first of them.
type Ranks = BTreeMap<String, usize>;

pub(super) fn verdict(category: Category, first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let (a, b) = in_common_words(category, first, second);
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let verdict = by_the_first(first, second, &a, &b);
    let shared: Vec<_> = a.keys().filter(|label| b.contains_key(*label)).collect();
    let [x, y] = [&a, &b].map(|ranks| among(ranks, &shared));
    Some(match rbo(&x, &y) {
        None => verdict,
        Some((score, by_chance)) => {
            let measure = format!("rank-biased overlap of {} labels, p = {RBO_PERSISTENCE}", shared.len());
            let verdict = verdict.measured(&measure, score);
            Verdict { by_chance: Some(balanced_model::thousandths(by_chance)), ..verdict }
        }
    })
}

/// Who sings, or nobody.
pub(super) fn voice(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let (a, b) = in_common_words(Category::Voice, first, second);
    let known = |ranks: Ranks| -> Ranks {
        ranks.into_iter().filter(|(label, _)| Category::Voice.labels().contains(&label.as_str())).collect()
    };
    let (a, b) = (known(a), known(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if says_nothing(first) || says_nothing(second) {
        return Some(Verdict::new(Agreement::NotComparable, Relation::SaysNothing));
    }
    let [x, y] = [leaders(&a), leaders(&b)];
    let sung = |labels: &[&str]| labels.iter().any(|label| *label != "instrumental");
    Some(match () {
        () if x.iter().any(|label| y.contains(label)) => Verdict::new(Agreement::Agree, Relation::Equal),
        () if sung(&x) != sung(&y) => Verdict::new(Agreement::Disagree, Relation::SungOrNot),
        () => Verdict::new(Agreement::Disagree, Relation::OtherSinger),
    })
}

/// The verdict by which labels lead.
fn by_the_first(first: &FieldValue, second: &FieldValue, a: &Ranks, b: &Ranks) -> Verdict {
    if says_nothing(first) || says_nothing(second) {
        return Verdict::new(Agreement::NotComparable, Relation::SaysNothing);
    }
    let (x, y) = (leaders(a), leaders(b));
    if x.iter().any(|label| y.contains(label)) {
        return Verdict::new(Agreement::Agree, Relation::Equal);
    }
    let early =
        |labels: &[&str], ranks: &Ranks| labels.iter().any(|l| ranks.get(*l).is_some_and(|rank| *rank <= FIRST_LABELS));
    if early(&x, b) || early(&y, a) {
        return Verdict::new(Agreement::Partly, Relation::AmongTheFirst);
    }
    let unsaid = |labels: &[&str], ranks: &Ranks| labels.iter().all(|label| !ranks.contains_key(*label));
    if unsaid(&x, b) || unsaid(&y, a) {
        let label = if unsaid(&x, b) { x[0] } else { y[0] };
        let remark = format!("only one of the two vocabularies has {label}");
        return Verdict::new(Agreement::NotComparable, Relation::OutsideVocabulary).remark(remark);
    }
    Verdict::new(Agreement::Disagree, Relation::Other)
}

/// Whether the value names no label that sets the track apart.
fn says_nothing(value: &FieldValue) -> bool {
    let first = value.ranking.first();
    let is_usual = value.is_local() && first.is_some_and(|f| f.score.is_some_and(|score| score <= SAYS_NOTHING_UP_TO));
    is_usual || value.leading().any(|ranked| ranked.label == AMBIGUOUS)
}

/// The labels of the first rank; never empty, since the ranks are not.
fn leaders(ranks: &Ranks) -> Vec<&str> {
    let first = ranks.values().min();
    ranks.iter().filter(|(_, rank)| Some(*rank) == first).map(|(label, _)| label.as_str()).collect()
}

/// Both rankings in words that they share: where one is local, its labels and what they cover.
fn in_common_words(category: Category, first: &FieldValue, second: &FieldValue) -> (Ranks, Ranks) {
    let is_one_local = first.is_local() != second.is_local();
    let words = |value: &FieldValue| {
        let labels = value.ranking.iter().filter(|ranked| ranked.label != AMBIGUOUS);
        match is_one_local {
            true if value.is_local() => {
                ranks(labels.filter_map(|ranked| Some((ranked, counterpart(category, &ranked.label)?))))
            }
            true => ranks(labels.map(|ranked| (ranked, covered(category, &ranked.label)))),
            false => ranks(labels.map(|ranked| (ranked, ranked.label.clone()))),
        }
    };
    (words(first), words(second))
}

/// A local label as it is compared; `None` if nothing compares with it.
fn counterpart(category: Category, label: &str) -> Option<String> {
    use vocabulary::Relation::{None as Without, Related};
    match local_label(category, label) {
        Some(row) if matches!(row.relation, Related | Without) => None,
        _ => Some(label.to_owned()),
    }
}

/// The local label that covers one of Cyanite's, or that label.
fn covered(category: Category, label: &str) -> String {
    let covers = |row: &&vocabulary::LocalLabel| {
        row.relation == vocabulary::Relation::CoversAll && row.theirs.contains(&(category, label))
    };
    let row = vocabulary::LOCAL.iter().find(|row| row.category == category && covers(row));
    row.map_or_else(|| label.to_owned(), |row| row.label.to_owned())
}

/// Ranks of labels in order; of a label that comes twice, the better one.
fn ranks<'a>(labels: impl Iterator<Item = (&'a RankedLabel, String)>) -> Ranks {
    let mut ranks = Ranks::new();
    let (mut rank, mut before) = (0, None::<&RankedLabel>);
    for (place, (ranked, label)) in labels.enumerate() {
        if !before.is_some_and(|before| ties(before, ranked)) {
            rank = place + 1;
        }
        before = Some(ranked);
        ranks.entry(label).or_insert(rank);
    }
    ranks
}

fn ties(a: &RankedLabel, b: &RankedLabel) -> bool {
    let by_score = a.score.is_some() && a.score == b.score;
    let by_presence = a.presence.is_some() && a.presence == b.presence;
    by_score || by_presence
}

/// Ranks of `labels` among themselves.
fn among(ranks: &Ranks, labels: &[&String]) -> Vec<usize> {
    let rank = |label: &String| ranks[label];
    labels.iter().map(|label| 1 + labels.iter().filter(|other| rank(other) < rank(label)).count()).collect()
}
