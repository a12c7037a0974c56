//! The measures, against other programs and published rules.

use proptest::prelude::*;

use super::*;
use crate::RankedLabel;
use crate::value::BALANCED;
use crate::vocabulary::KeyName;

fn value(source: &str) -> FieldValue {
    FieldValue { source: source.to_owned(), ..FieldValue::default() }
}

fn tempo(source: &str, bpm: f64) -> FieldValue {
    value(source).with_number(Some(bpm))
}

fn words(source: &str, word: &str) -> FieldValue {
    value(source).with_word(Some(word.to_owned()), None)
}

fn ranking(source: &str, labels: &[(&str, f64)]) -> FieldValue {
    let ranked = |(label, score): &(&str, f64)| RankedLabel {
        label: (*label).to_owned(),
        score: Some(*score),
        leads: *score > 0.5,
        ..RankedLabel::default()
    };
    value(source).with_ranking(labels.iter().map(ranked).collect())
}

fn told(field: FieldName, first: FieldValue, second: FieldValue) -> Comparison {
    compare(field, &[first, second]).remove(0)
}

fn outcome(field: FieldName, first: FieldValue, second: FieldValue) -> (Agreement, Relation) {
    let comparison = told(field, first, second);
    (comparison.agreement, comparison.relation)
}

/// The score of every key (rows) against every key, C to B major, then C to B minor: `=` 1, `5` 0.5, `r` 0.3, `p` 0.2, `.` 0.
/// Printed by mir_eval at commit fe73b35 (2026-02-19), `weighted_score(row, column, allow_descending_fifths=True)`.
const MIR_EVAL: [&str; 24] = [
    "=....5.5....p........r..",
    ".=....5.5....p........r.",
    "..=....5.5....p........r",
    "...=....5.5.r..p........",
    "....=....5.5.r..p.......",
    "5....=....5...r..p......",
    ".5....=....5...r..p.....",
    "5.5....=........r..p....",
    ".5.5....=........r..p...",
    "..5.5....=........r..p..",
    "...5.5....=........r..p.",
    "....5.5....=........r..p",
    "p..r........=....5.5....",
    ".p..r........=....5.5...",
    "..p..r........=....5.5..",
    "...p..r........=....5.5.",
    "....p..r........=....5.5",
    ".....p..r...5....=....5.",
    "......p..r...5....=....5",
    ".......p..r.5.5....=....",
    "........p..r.5.5....=...",
    "r........p....5.5....=..",
    ".r........p....5.5....=.",
    "..r........p....5.5....=",
];

#[test]
fn keys_score_as_in_mir_eval() {
    let key = |place: usize| {
        let mode = if place < 12 { balanced_model::KeyMode::Major } else { balanced_model::KeyMode::Minor };
        KeyName { pitch_class: (place % 12) as u8, mode }.to_string()
    };
    for (row, scores) in MIR_EVAL.iter().enumerate() {
        for (column, letter) in scores.chars().enumerate() {
            let (first, second) = (words(BALANCED, &key(row)), words("cyanite", &key(column)));
            let comparison = told(FieldName::Key, first, second);
            let (score, agreement) = match letter {
                '=' => (1.0, Agreement::Agree),
                '5' => (0.5, Agreement::Partly),
                'r' => (0.3, Agreement::Partly),
                'p' => (0.2, Agreement::Partly),
                _ => (0.0, Agreement::Disagree),
            };
            let found = (comparison.score, comparison.agreement);
            assert_eq!(found, (Some(score), agreement), "{} and {}", key(row), key(column));
        }
    }
    let between = |a: &str, b: &str| outcome(FieldName::Key, words(BALANCED, a), words("cyanite", b)).1;
    assert_eq!(between("C major", "G major"), Relation::FifthAbove);
    assert_eq!(between("C major", "F major"), Relation::FifthBelow);
    assert_eq!(between("C major", "A minor"), Relation::Relative);
    assert_eq!(between("A minor", "C major"), Relation::Relative);
    assert_eq!(between("A minor", "A major"), Relation::Parallel);
    assert_eq!(between("A minor", "atonal"), Relation::Unreadable);
}

/// Ranks of the items in two random orders, and `RankingSimilarity(a, b).rbo_ext(p=0.8)` of the package rbo 0.1.3.
const RBO: [(&[usize], &[usize], f64); 9] = [
    (&[1, 2], &[2, 1], 0.8),
    (&[3, 1, 2], &[2, 3, 1], 0.72),
    (&[2, 1, 3], &[3, 1, 2], 0.92),
    (&[3, 1, 2, 5, 4], &[5, 1, 2, 4, 3], 0.931_733_333),
    (&[4, 5, 3, 1, 2], &[5, 4, 2, 1, 3], 0.8944),
    (&[4, 6, 3, 7, 8, 2, 1, 5], &[7, 4, 8, 3, 6, 5, 2, 1], 0.495_763_505),
    (&[6, 8, 2, 3, 7, 1, 5, 4], &[2, 3, 4, 7, 6, 8, 5, 1], 0.398_696_838),
    (&[2, 10, 12, 11, 9, 6, 4, 8, 3, 1, 5, 7, 13], &[5, 13, 10, 7, 4, 9, 11, 3, 12, 8, 6, 1, 2], 0.233_839_603),
    (&[7, 1, 5, 4, 3, 13, 6, 9, 8, 10, 2, 12, 11], &[13, 3, 5, 6, 11, 7, 1, 9, 2, 10, 8, 12, 4], 0.357_704_924),
];

#[test]
fn rankings_score_as_in_another_program() {
    for (first, second, expected) in RBO {
        let (score, _) = rbo(first, second).unwrap();
        assert!((score - expected).abs() < 1e-8, "{score} instead of {expected}");
    }
    assert_eq!((rbo(&[1], &[1]), rbo(&[1, 2], &[1])), (None, None));
}

/// Mean over every order of four items: the definition of what chance gives.
#[test]
fn chance_is_the_mean_over_all_orders() {
    let mut orders = vec![vec![]];
    for item in 1..=4 {
        let insert = |order: &Vec<usize>| {
            (0..=order.len()).map(|at| [&order[..at], &[item], &order[at..]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(insert).collect();
    }
    assert_eq!(orders.len(), 24);
    let scores: Vec<_> = orders.iter().map(|order| rbo(&[1, 2, 3, 4], order).unwrap()).collect();
    let mean = scores.iter().map(|(score, _)| score).sum::<f64>() / 24.0;
    assert!((mean - scores[0].1).abs() < 1e-12, "{mean} {}", scores[0].1);
}

/// Equation 21 of Webber et al. for p = 0.8 and five ranks.
#[test]
fn the_first_five_ranks_carry_most_of_the_weight() {
    let (p, d) = (RBO_PERSISTENCE, 5);
    let sum: f64 = (1..d).map(|i| p.powi(i) / f64::from(i)).sum();
    let weight = 1.0 - p.powi(d - 1) + (1.0 - p) / p * f64::from(d) * ((1.0 / (1.0 - p)).ln() - sum);
    assert!((weight - 0.86).abs() < 0.005, "{weight}");
}

#[test]
fn items_that_tie_count_together() {
    // Both put the first two of four at the top without an order between them: no depth tells them apart.
    let (equal, _) = rbo(&[1, 1, 3, 4], &[1, 1, 3, 4]).unwrap();
    assert!((equal - 1.0).abs() < 1e-12);
    // By hand: depth 1 holds {a, b} and {a}, 2·1/3; from depth 2 on both hold the same.
    let (score, _) = rbo(&[1, 1, 3], &[1, 2, 3]).unwrap();
    let p: f64 = RBO_PERSISTENCE;
    assert!((score - (p.powi(3) + (1.0 - p) / p * (2.0 / 3.0 * p + p * p + p.powi(3)))).abs() < 1e-12);
}

#[test]
fn tempi_relate_by_their_ratio() {
    for (first, second, agreement, relation) in [
        (120.0, 120.0, Agreement::Agree, Relation::Equal),
        (100.0, 107.9, Agreement::Agree, Relation::Equal),
        (100.0, 108.1, Agreement::Disagree, Relation::Other),
        (70.0, 140.0, Agreement::Partly, Relation::Double),
        (140.0, 70.0, Agreement::Partly, Relation::Half),
        (70.0, 151.1, Agreement::Partly, Relation::Double),
        (70.0, 151.3, Agreement::Disagree, Relation::Other),
        (50.0, 150.0, Agreement::Partly, Relation::Triple),
        (150.0, 50.0, Agreement::Partly, Relation::Third),
        (100.0, 150.0, Agreement::Disagree, Relation::Other),
        (40.0, 160.0, Agreement::Disagree, Relation::Other),
    ] {
        let found = outcome(FieldName::Tempo, tempo(BALANCED, first), tempo("cyanite", second));
        assert_eq!(found, (agreement, relation), "{first} {second}");
    }
}

#[test]
fn the_leading_labels_decide() {
    let local = |labels: &[(&str, f64)]| ranking(BALANCED, labels);
    let theirs = |labels: &[(&str, f64)]| ranking("cyanite", labels);
    let of = |a: FieldValue, b: FieldValue| outcome(FieldName::Genre, a, b);
    let rock = local(&[("rock", 0.8), ("pop", 0.6), ("jazz", 0.3), ("metal", 0.2), ("blues", 0.1)]);
    let same = theirs(&[("rock", 0.9), ("pop", 0.1), ("jazz", 0.05)]);
    assert_eq!(of(rock.clone(), same), (Agreement::Agree, Relation::Equal));
    let swapped = theirs(&[("pop", 0.9), ("jazz", 0.5), ("metal", 0.3), ("blues", 0.2), ("rock", 0.1)]);
    assert_eq!(of(rock.clone(), swapped), (Agreement::Partly, Relation::AmongTheFirst));
    let contrary = theirs(&[("blues", 0.9), ("metal", 0.5), ("jazz", 0.4), ("rock", 0.1), ("pop", 0.0)]);
    assert_eq!(of(rock.clone(), contrary), (Agreement::Disagree, Relation::Other));
    let unheard_of = theirs(&[("reggae", 0.9), ("metal", 0.5), ("jazz", 0.4), ("rock", 0.1), ("pop", 0.0)]);
    assert_eq!(of(rock.clone(), unheard_of), (Agreement::NotComparable, Relation::OutsideVocabulary));
    let usual = local(&[("rock", 0.5), ("pop", 0.4)]);
    assert_eq!(of(usual, theirs(&[("pop", 0.9), ("rock", 0.1)])), (Agreement::NotComparable, Relation::SaysNothing));
    let tied = theirs(&[("jazz", 0.9), ("rock", 0.9), ("pop", 0.2)]);
    assert_eq!(of(rock, tied), (Agreement::Agree, Relation::Equal));
}

#[test]
fn labels_that_cover_others_are_compared_with_the_highest_of_them() {
    let local = ranking(BALANCED, &[("guitar", 0.8), ("piano", 0.6)]);
    let theirs = ranking("cyanite", &[("electricGuitar", 0.9), ("piano", 0.5), ("acousticGuitar", 0.1)]);
    assert_eq!(outcome(FieldName::Instrument, local.clone(), theirs), (Agreement::Agree, Relation::Equal));
    let theirs = ranking("cyanite", &[("piano", 0.9), ("acousticGuitar", 0.1)]);
    assert_eq!(outcome(FieldName::Instrument, local, theirs), (Agreement::Partly, Relation::AmongTheFirst));
    // A party is no mood of theirs: what leads locally is not compared.
    let local = ranking(BALANCED, &[("party", 0.9), ("happy", 0.8)]);
    let theirs = ranking("cyanite", &[("happy", 0.9), ("sad", 0.1)]);
    assert_eq!(outcome(FieldName::Mood, local, theirs), (Agreement::Agree, Relation::Equal));
}

#[test]
fn a_track_without_a_mood_is_not_compared() {
    let local = ranking(BALANCED, &[("happy", 0.8), ("sad", 0.1)]);
    let mut theirs = ranking("cyanite", &[("ambiguous", 1.0), ("sad", 0.3), ("happy", 0.2)]);
    theirs.ranking[0].score = None;
    assert_eq!(outcome(FieldName::Mood, local, theirs), (Agreement::NotComparable, Relation::SaysNothing));
}

#[test]
fn voices_are_sung_or_not() {
    let of =
        |a: &[(&str, f64)], b: &[(&str, f64)]| outcome(FieldName::Voice, ranking(BALANCED, a), ranking("cyanite", b));
    let sung = &[("female", 0.8), ("instrumental", 0.2)];
    assert_eq!(of(sung, &[("female", 0.9), ("male", 0.1)]), (Agreement::Agree, Relation::Equal));
    assert_eq!(of(sung, &[("male", 0.9), ("female", 0.1)]), (Agreement::Disagree, Relation::OtherSinger));
    assert_eq!(of(sung, &[("instrumental", 0.9), ("female", 0.1)]), (Agreement::Disagree, Relation::SungOrNot));
    assert_eq!(of(&[("female", 0.5)], &[("male", 0.9)]), (Agreement::NotComparable, Relation::SaysNothing));
}

#[test]
fn energies_are_steps() {
    let of = |number: f64, word: &str| outcome(FieldName::Energy, tempo(BALANCED, number), words("cyanite", word));
    assert_eq!(of(0.1, "low"), (Agreement::Agree, Relation::Equal));
    assert_eq!(of(0.34, "low"), (Agreement::Partly, Relation::Near));
    assert_eq!(of(0.9, "low"), (Agreement::Disagree, Relation::Other));
    assert_eq!(of(0.9, "variable"), (Agreement::NotComparable, Relation::Varies));
    assert_eq!(of(0.9, "enormous"), (Agreement::NotComparable, Relation::OutsideVocabulary));
    let both = outcome(FieldName::Energy, words("cyanite", "variable"), words("cyanite", "variable"));
    assert_eq!(both, (Agreement::Agree, Relation::Equal));
}

#[test]
fn axes_are_laid_over_each_other() {
    let of = |local: f64, theirs: f64| told(FieldName::Arousal, tempo(BALANCED, local), tempo("cyanite", theirs));
    assert_eq!((of(0.5, 0.0).agreement, of(0.5, 0.0).score), (Agreement::Agree, Some(0.0)));
    assert_eq!((of(1.0, 0.0).agreement, of(1.0, 0.0).score), (Agreement::Partly, Some(0.5)));
    assert_eq!((of(1.0, -1.0).agreement, of(1.0, -1.0).score), (Agreement::Disagree, Some(1.0)));
    let theirs = told(FieldName::Valence, tempo("cyanite", -0.5), tempo("cyanite", 0.5));
    assert_eq!((theirs.agreement, theirs.score), (Agreement::Partly, Some(0.5)));
}

#[test]
fn metres_are_words() {
    let of = |a: &str, b: &str| outcome(FieldName::TimeSignature, words(BALANCED, a), words("cyanite", b));
    assert_eq!(of("4/4", "4 / 4"), (Agreement::Agree, Relation::Equal));
    assert_eq!(of("3/4", "6/8"), (Agreement::Disagree, Relation::Other));
}

fn any_ranking() -> impl Strategy<Value = FieldValue> {
    let labels = ["rock", "pop", "jazz", "reggae", "metal", "blues"];
    let local = prop_oneof![Just(BALANCED), Just("cyanite"), Just("human")];
    (local, prop::collection::vec(0..=4u8, 6), Just(labels).prop_shuffle(), 1..=6usize).prop_map(
        |(source, scores, labels, count)| {
            let mut scores: Vec<_> = scores.iter().map(|score| f64::from(*score) / 4.0).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            let labels: Vec<_> = labels.into_iter().zip(scores).take(count).collect();
            ranking(source, &labels)
        },
    )
}

proptest! {
    /// Which of two values comes first changes nothing but the direction of the relation.
    #[test]
    fn comparing_is_symmetrical(a in 1.0..400.0f64, b in 1.0..400.0f64, x in 0..24usize, y in 0..24usize,
                                first in any_ranking(), second in any_ranking()) {
        let key = |place: usize| {
            let mode = if place < 12 { balanced_model::KeyMode::Major } else { balanced_model::KeyMode::Minor };
            KeyName { pitch_class: (place % 12) as u8, mode }.to_string()
        };
        let cases = [
            (FieldName::Tempo, tempo(BALANCED, a), tempo("cyanite", b)),
            (FieldName::Key, words(BALANCED, &key(x)), words("cyanite", &key(y))),
            (FieldName::Arousal, tempo(BALANCED, a / 400.0), tempo("cyanite", b / 200.0 - 1.0)),
            (FieldName::Energy, tempo(BALANCED, a / 400.0), words("cyanite", ["low", "medium", "high", "variable"][x % 4])),
            (FieldName::Genre, first.clone(), second.clone()),
            (FieldName::Voice, first, second),
        ];
        for (field, first, second) in cases {
            let (there, back) = (compare(field, &[first.clone(), second.clone()]), compare(field, &[second, first]));
            prop_assert_eq!(there.len(), back.len());
            for (there, back) in there.iter().zip(&back) {
                prop_assert_eq!((there.agreement, there.relation), (back.agreement, back.relation.reversed()));
                if field != FieldName::Tempo {
                    prop_assert_eq!((there.score, there.by_chance), (back.score, back.by_chance));
                }
            }
        }
    }

    /// A value agrees with itself, and no score leaves 0 to 1.
    #[test]
    fn equal_rankings_agree(value in any_ranking(), other in any_ranking()) {
        let same = told(FieldName::Genre, value.clone(), value.clone());
        prop_assert!(same.agreement == Agreement::Agree || same.relation == Relation::SaysNothing);
        prop_assert!(same.score.is_none_or(|score| score == 1.0));
        for comparison in compare(FieldName::Genre, &[value, other]) {
            prop_assert!(comparison.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
        }
    }
}
