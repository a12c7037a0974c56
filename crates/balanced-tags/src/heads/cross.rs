//! Cross-validation: the penalty, and logits of every track by a fit that did not see its group.

use super::FOLDS;
use super::examples::Examples;
use super::fit::{Problem, loss};

/// Penalties that are tried, the strongest first; each fit starts from the one before.
pub(super) const PENALTIES: [f64; 7] = [1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0];

/// Outcome of the cross-validation.
pub(super) struct Crossed {
    /// Penalty of least loss on held-out tracks.
    pub penalty: f64,
    /// Logits of each track, by a fit whose penalty its part did not help to choose either.
    pub logits: Vec<f64>,
}

/// Loss of each part by each penalty.
type Losses = [[f64; PENALTIES.len()]; FOLDS];

/// Runs the cross-validation. The penalty for the logits of a part is chosen by fits without that part (nested).
pub(super) fn cross(examples: &Examples, folds: &[usize], mut progress: impl FnMut(f64) -> bool) -> Option<Crossed> {
    let runs = (FOLDS * (FOLDS - 1) / 2 + FOLDS + 1) as f64;
    let mut done = 0.0;
    let mut go_on = || {
        done += 1.0;
        progress(done / runs)
    };
    // Row f: the losses that choose the penalty for part f.
    let mut inner: Losses = Default::default();
    for a in 0..FOLDS {
        for b in 0..a {
            // Without both parts: part b tells for part a, and part a for part b.
            path(
                examples,
                folds,
                |fold| fold != a && fold != b,
                |which, track, loss, _| {
                    let for_part = if folds[track] == a { b } else { a };
                    inner[for_part][which] += loss;
                },
            );
            go_on().then_some(())?;
        }
    }
    let mut outer = [0.0; PENALTIES.len()];
    let labels = examples.labels.len();
    let mut logits = vec![0.0; examples.len() * labels];
    for part in 0..FOLDS {
        let chosen = least(&inner[part]);
        path(
            examples,
            folds,
            |fold| fold != part,
            |which, track, loss, of_track| {
                outer[which] += loss;
                if which == chosen {
                    logits[track * labels..][..labels].copy_from_slice(of_track);
                }
            },
        );
        go_on().then_some(())?;
    }
    Some(Crossed { penalty: PENALTIES[least(&outer)], logits })
}

/// Fits the parts that `is_seen` with every penalty, and tells the loss and the logits of each track of the others.
fn path(
    examples: &Examples,
    folds: &[usize],
    is_seen: impl Fn(usize) -> bool,
    mut tell: impl FnMut(usize, usize, f64, &[f64]),
) {
    let (seen, held_out): (Vec<usize>, Vec<usize>) = (0..examples.len()).partition(|track| is_seen(folds[*track]));
    let mut problem = Problem::new(examples, seen);
    let mut logits = vec![0.0; examples.labels.len()];
    for (which, penalty) in PENALTIES.into_iter().enumerate() {
        let fit = problem.fit(penalty);
        for track in &held_out {
            fit.logits(examples.embedding(*track), &mut logits);
            tell(which, *track, loss(examples.kind, &logits, examples.targets(*track)), &logits);
        }
    }
}

fn least(losses: &[f64; PENALTIES.len()]) -> usize {
    (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap_or(0)
}
