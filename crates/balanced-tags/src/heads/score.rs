//! Scores of held-out tracks, with intervals by bootstrap over groups.

use balanced_dsp::Random;
use balanced_model::{HeadKind, HeadLabelReport, HeadReport, HeadScore};

use super::examples::Examples;
use crate::scores::rounded;

/// Draws of the bootstrap (Efron 1979), and their seed.
const DRAWS: usize = 1000;
const SEED: u64 = 0xb007;
/// Bins of the calibration error.
const BINS: usize = 10;
/// Probability at which a label is said, where tracks have any.
const SAID: f64 = 0.5;

/// Counts of tracks: of a group, or of a draw of groups.
#[derive(Clone)]
struct Counts {
    tracks: f64,
    right: f64,
    /// True positives, false positives, false negatives of each label.
    labels: Vec<[f64; 3]>,
    /// Decisions, sum of their probabilities, and how many were true, in each bin.
    bins: [[f64; 3]; BINS],
}

/// Entries of a group's counts that are not zero.
#[derive(Default)]
struct Sparse {
    tracks: f64,
    right: f64,
    labels: Vec<(usize, [f64; 3])>,
    bins: Vec<(usize, [f64; 3])>,
}

/// Scores of the probabilities, a row for each track of `examples`.
pub(super) fn report(examples: &Examples, probabilities: &[f64]) -> HeadReport {
    let groups = by_group(examples, probabilities);
    let (kind, labels) = (examples.kind, examples.labels.len());
    let all = Counts::sum(labels, groups.iter());
    let mut random = Random::new(SEED, 0);
    let draws: Vec<Vec<f64>> = (0..DRAWS)
        .map(|_| {
            let drawn = (0..groups.len()).map(|_| &groups[random.bits() as usize % groups.len()]);
            scores(kind, &Counts::sum(labels, drawn))
        })
        .collect();
    let values = scores(kind, &all);
    let score = |which: usize| interval(values[which], draws.iter().map(|draw| draw[which]).collect());
    let label = |(index, name): (usize, &String)| {
        let (tracks, groups) = examples.counts(|targets| targets.contains(&index));
        let [hit, false_alarm, missed] = all.labels[index];
        let precision = (hit + false_alarm > 0.0).then(|| rounded(hit / (hit + false_alarm)));
        let recall = rounded(ratio(hit, hit + missed));
        HeadLabelReport { label: name.clone(), tracks, groups, precision, recall, f1: score(4 + index) }
    };
    HeadReport {
        accuracy: score(0),
        accuracy_of_most_common: rounded(most_common(kind, &all)),
        balanced_accuracy: score(1),
        macro_f1: score(2),
        calibration_error: score(3),
        labels: examples.labels.iter().enumerate().map(label).collect(),
    }
}

fn by_group(examples: &Examples, probabilities: &[f64]) -> Vec<Sparse> {
    let mut groups: Vec<Sparse> = (0..examples.group_count()).map(|_| Sparse::default()).collect();
    let labels = examples.labels.len();
    for track in 0..examples.len() {
        let of_track = &probabilities[track * labels..][..labels];
        groups[examples.group(track)].add(examples.kind, of_track, examples.targets(track));
    }
    groups
}

impl Sparse {
    fn add(&mut self, kind: HeadKind, probabilities: &[f64], targets: &[usize]) {
        self.tracks += 1.0;
        let said: Vec<usize> = match kind {
            HeadKind::OneLabel => likeliest(probabilities).into_iter().collect(),
            HeadKind::AnyLabels => (0..probabilities.len()).filter(|label| probabilities[*label] >= SAID).collect(),
        };
        let (mut hits, mut slips) = (0.0, 0.0);
        for label in said.iter().chain(targets.iter().filter(|label| !said.contains(label))) {
            let (is_said, is_true) = (said.contains(label), targets.contains(label));
            let flag = |is: bool| f64::from(u8::from(is));
            let counts = [flag(is_said && is_true), flag(is_said && !is_true), flag(!is_said && is_true)];
            hits += counts[0];
            slips += counts[1] + counts[2];
            add_at(&mut self.labels, *label, counts);
        }
        match kind {
            HeadKind::OneLabel => {
                self.right += hits;
                said.iter().for_each(|label| self.bin(probabilities[*label], targets.contains(label)));
            }
            HeadKind::AnyLabels => {
                self.right += probabilities.len() as f64 - slips;
                probabilities.iter().enumerate().for_each(|(label, p)| self.bin(*p, targets.contains(&label)));
            }
        }
    }

    fn bin(&mut self, probability: f64, is_true: bool) {
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        add_at(&mut self.bins, bin, [1.0, probability, f64::from(u8::from(is_true))]);
    }
}

fn add_at(entries: &mut Vec<(usize, [f64; 3])>, at: usize, what: [f64; 3]) {
    match entries.iter_mut().find(|(place, _)| *place == at) {
        Some((_, sums)) => sums.iter_mut().zip(what).for_each(|(sum, add)| *sum += add),
        None => entries.push((at, what)),
    }
}

fn likeliest(probabilities: &[f64]) -> Option<usize> {
    (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]).then(b.cmp(a)))
}

impl Counts {
    fn sum<'a>(labels: usize, groups: impl Iterator<Item = &'a Sparse>) -> Self {
        let mut all = Self { tracks: 0.0, right: 0.0, labels: vec![[0.0; 3]; labels], bins: [[0.0; 3]; BINS] };
        for group in groups {
            all.tracks += group.tracks;
            all.right += group.right;
            let add = |to: &mut [[f64; 3]], entries: &[(usize, [f64; 3])]| {
                for (at, what) in entries {
                    to[*at].iter_mut().zip(what).for_each(|(sum, add)| *sum += add);
                }
            };
            add(&mut all.labels, &group.labels);
            add(&mut all.bins, &group.bins);
        }
        all
    }
}

/// Accuracy, balanced accuracy, macro F1, calibration error, then F1 of each label.
fn scores(kind: HeadKind, all: &Counts) -> Vec<f64> {
    let decisions = match kind {
        HeadKind::OneLabel => all.tracks,
        HeadKind::AnyLabels => all.tracks * all.labels.len() as f64,
    };
    // A draw may lack a label: it says nothing of it.
    let present: Vec<&[f64; 3]> = all.labels.iter().filter(|[hit, _, missed]| hit + missed > 0.0).collect();
    let mean =
        |of: &dyn Fn(&[f64; 3]) -> f64| ratio(present.iter().map(|counts| of(counts)).sum(), present.len() as f64);
    let recall = |[hit, _, missed]: &[f64; 3]| ratio(*hit, hit + missed);
    let balanced = |counts: &[f64; 3]| match kind {
        HeadKind::OneLabel => recall(counts),
        HeadKind::AnyLabels => {
            let [hit, false_alarm, missed] = counts;
            let without = all.tracks - hit - missed;
            0.5 * (recall(counts) + ratio(without - false_alarm, without))
        }
    };
    let calibration = ratio(all.bins.iter().map(|[_, said, truth]| (said - truth).abs()).sum(), decisions);
    let mut scores = vec![ratio(all.right, decisions), mean(&balanced), mean(&f1), calibration];
    scores.extend(all.labels.iter().map(f1));
    scores
}

fn f1([hit, false_alarm, missed]: &[f64; 3]) -> f64 {
    ratio(2.0 * hit, 2.0 * hit + false_alarm + missed)
}

fn most_common(kind: HeadKind, all: &Counts) -> f64 {
    let with = all.labels.iter().map(|[hit, _, missed]| ratio(hit + missed, all.tracks));
    match kind {
        HeadKind::OneLabel => with.fold(0.0, f64::max),
        HeadKind::AnyLabels => ratio(with.map(|share| share.max(1.0 - share)).sum(), all.labels.len() as f64),
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A value with the middle 95 % of the draws, and itself within.
fn interval(value: f64, mut draws: Vec<f64>) -> HeadScore {
    draws.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| draws[(share * (draws.len() - 1) as f64).round() as usize];
    HeadScore { value: rounded(value), low: rounded(at(0.025).min(value)), high: rounded(at(0.975).max(value)) }
}
