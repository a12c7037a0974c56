//! From labelled tracks to a head.

use balanced_model::{HeadLabel, HeadTraining, TagHead};

use super::calibrate::{Calibration, calibrated, calibration};
use super::cross::cross;
use super::examples::{Examples, HeadExample};
use super::fit::{Fit, Problem};
use super::folds::folds;
use super::score::report;
use super::{FOLDS, HeadError, check, embedding};

/// Facts that a training is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadPlan {
    /// Name of the head.
    pub name: String,
    /// Day of the training, for the head's facts.
    pub date: Option<String>,
}

/// Checks what can be known of a training before its tracks are measured: the name, and that every label has enough of them.
///
/// # Errors
/// Returns the errors of [`train`], but for those of embeddings, which are not looked at.
pub fn check_plan(tracks: &[HeadExample], plan: &HeadPlan) -> Result<(), HeadError> {
    check::check_name(&plan.name)?;
    Examples::unmeasured(tracks).map(drop)
}

/// Trains a head on `tracks`, which have one label each, or any number of labels.
///
/// Weights minimise the logistic loss with an L2 penalty over standardised embeddings. Penalty, calibration and report come from
/// a five-fold cross-validation that never divides a group. Equal tracks in equal order give equal heads. Memory is 0.8 KB for
/// each track, and eight bytes for each label of each track. `progress` is told how much is done, 0 to 1, and stops the
/// training with `false`.
///
/// # Errors
/// Returns the mistake in the tracks, such as a label with too few of them, or that the training was stopped.
pub fn train(
    tracks: &[HeadExample],
    plan: &HeadPlan,
    mut progress: impl FnMut(f64) -> bool,
) -> Result<TagHead, HeadError> {
    check::check_name(&plan.name)?;
    let examples = Examples::new(tracks)?;
    let folds = folds(&examples);
    let stopped = || HeadError::new("the training was stopped", "start it again");
    let crossed = cross(&examples, &folds, &mut progress).ok_or_else(stopped)?;
    let probabilities = held_out(&examples, &folds, &crossed.logits);
    let every: Vec<usize> = (0..examples.len()).collect();
    let calibration = calibration(&examples, &crossed.logits, &every);
    let fit = Problem::new(&examples, every).fit(crossed.penalty);
    progress(1.0).then_some(()).ok_or_else(stopped)?;
    Ok(TagHead {
        version: TagHead::VERSION,
        name: plan.name.clone(),
        kind: examples.kind,
        embedding: embedding(),
        labels: labels(&examples, &fit, &calibration),
        training: HeadTraining {
            tracks: examples.len(),
            groups: examples.group_count(),
            folds: FOLDS,
            penalty: crossed.penalty,
            date: plan.date.clone(),
            balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
            report: report(&examples, &probabilities),
        },
    })
}

/// Probabilities of every track, calibrated on the other parts.
fn held_out(examples: &Examples, folds: &[usize], logits: &[f64]) -> Vec<f64> {
    let labels = examples.labels.len();
    let mut probabilities = logits.to_vec();
    for part in 0..FOLDS {
        let (of_part, others): (Vec<usize>, Vec<usize>) = (0..examples.len()).partition(|track| folds[*track] == part);
        let calibration = calibration(examples, logits, &others);
        for track in of_part {
            calibrated(examples.kind, &calibration, &mut probabilities[track * labels..][..labels]);
        }
    }
    probabilities
}

fn labels(examples: &Examples, fit: &Fit, calibration: &Calibration) -> Vec<HeadLabel> {
    let label = |(index, name): (usize, &String)| {
        let ((weights, bias), (slope, offset)) = (fit.label(index), calibration[index]);
        HeadLabel { label: name.clone(), weights: weights.to_vec(), bias, slope, offset }
    };
    examples.labels.iter().enumerate().map(label).collect()
}

#[cfg(test)]
mod tests {
    use balanced_dsp::Random;
    use balanced_model::HeadKind;

    use super::super::{LEAST_TRACKS, read};
    use super::*;
    use crate::network::EMBEDDING;

    /// Points about one centre for each label, `spread` wide, in groups of two.
    fn cloud(labels: &[&str], each: usize, spread: f64, seed: u64) -> Vec<HeadExample> {
        let mut random = Random::new(seed, 1);
        let mut normal = move || (0..12).map(|_| random.centred()).sum::<f64>();
        let mut tracks = Vec::new();
        for index in 0..each * labels.len() {
            let label = index % labels.len();
            let embedding = (0..EMBEDDING).map(|j| {
                let centre = if j % labels.len() == label { 1.0 } else { 0.0 };
                (5.0 + centre + spread * normal()) as f32
            });
            let group = format!("{}-{}", label, index / labels.len() / 2);
            let labels = vec![labels[label].to_owned()];
            tracks.push(HeadExample { embedding: embedding.collect(), labels, group: Some(group) });
        }
        tracks
    }

    fn trained(tracks: &[HeadExample]) -> Result<TagHead, HeadError> {
        let plan = HeadPlan { name: "colour".to_owned(), date: Some("2026-11-30".to_owned()) };
        train(tracks, &plan, |_| true)
    }

    #[test]
    fn what_can_be_told_apart_is_and_says_how_well() {
        let head = trained(&cloud(&["red", "green", "blue"], 24, 1.0, 1)).unwrap();
        assert_eq!(head.kind, HeadKind::OneLabel);
        let names: Vec<&str> = head.labels.iter().map(|label| label.label.as_str()).collect();
        assert_eq!(names, ["blue", "green", "red"]);
        let report = &head.training.report;
        assert!(report.accuracy.value > 0.95 && report.accuracy.low > 0.85, "{report:?}");
        assert_eq!((head.training.tracks, head.training.groups), (72, 36));
        let unseen = cloud(&["red", "green", "blue"], 24, 1.0, 2);
        let right =
            unseen.iter().filter(|track| read(&head, &track.embedding).unwrap().labels[0].label == track.labels[0]);
        assert!(right.count() >= 66);
        assert!(check(&head).is_ok());
    }

    /// Labels that have nothing to do with the sound: held-out accuracy and its interval must not claim more than chance, and
    /// the probabilities must admit it.
    #[test]
    fn labels_by_chance_are_reported_as_chance() {
        let mut tracks = cloud(&["a"], 120, 1.0, 3);
        let mut random = Random::new(9, 9);
        for track in &mut tracks {
            track.labels = vec![if random.bits().is_multiple_of(2) { "heads" } else { "tails" }.to_owned()];
        }
        let head = trained(&tracks).unwrap();
        let report = &head.training.report;
        assert!(report.accuracy.low < 0.5 && report.accuracy.value < 0.65, "{report:?}");
        let sure =
            tracks.iter().map(|track| read(&head, &track.embedding).unwrap().labels[0].probability).fold(0.0, f64::max);
        assert!(sure < 0.8, "{sure}");
    }

    /// Copies of a track are one group, so that none is tested on a head that was trained on another.
    #[test]
    fn a_group_is_never_divided() {
        let mut tracks = cloud(&["a"], 60, 1.0, 4);
        let mut random = Random::new(1, 2);
        for pair in tracks.chunks_mut(2) {
            let label = if random.bits().is_multiple_of(2) { "heads" } else { "tails" };
            let same = pair[0].embedding.clone();
            pair.iter_mut().for_each(|track| {
                track.labels = vec![label.to_owned()];
                track.embedding.clone_from(&same);
            });
        }
        let honest = trained(&tracks).unwrap().training.report.accuracy.value;
        tracks.iter_mut().for_each(|track| track.group = None);
        let leaky = trained(&tracks).unwrap().training.report.accuracy.value;
        assert!(honest < 0.7 && leaky > honest + 0.2, "{honest} {leaky}");
    }

    #[test]
    fn any_labels_are_each_a_question_of_their_own() {
        let mut tracks = cloud(&["red", "green"], 40, 0.7, 5);
        for (index, track) in tracks.iter_mut().enumerate() {
            match index % 8 {
                0 | 1 => {
                    // Both colours at once.
                    track.embedding.iter_mut().for_each(|value| *value = 6.0 + (*value - 5.5) * 0.7);
                    track.labels = vec!["green".to_owned(), "red".to_owned()];
                }
                2 | 3 => {
                    track.embedding.iter_mut().for_each(|value| *value = 5.0 + (*value - 5.5) * 0.7);
                    track.labels.clear();
                }
                _ => {}
            }
        }
        let head = trained(&tracks).unwrap();
        assert_eq!(head.kind, HeadKind::AnyLabels);
        let report = &head.training.report;
        assert!(report.accuracy.value > 0.9 && report.balanced_accuracy.value > 0.9, "{report:?}");
        let both = read(&head, &tracks[0].embedding).unwrap();
        assert!(both.labels.iter().all(|label| label.probability > 0.5), "{both:?}");
        let none = read(&head, &tracks[2].embedding).unwrap();
        assert!(none.labels.iter().all(|label| label.probability < 0.5), "{none:?}");
    }

    #[test]
    fn too_little_is_refused_with_how_much_is_needed() {
        let problem = |tracks: &[HeadExample]| {
            let error = trained(tracks).unwrap_err();
            format!("{}; {}", error.problem, error.remedy)
        };
        let few = cloud(&["a", "b"], LEAST_TRACKS - 1, 1.0, 1);
        assert!(
            problem(&few).contains("label \"a\" has 9 tracks in 5 groups") && problem(&few).contains("at least 10")
        );
        let mut one_album = cloud(&["a", "b"], 20, 1.0, 1);
        one_album.iter_mut().for_each(|track| track.group = Some(track.labels[0].clone()));
        assert!(problem(&one_album).contains("20 tracks in 1 groups"), "{}", problem(&one_album));
        assert!(problem(&cloud(&["a"], 20, 1.0, 1)).contains("2 to 500 labels"));
        assert!(problem(&[]).contains("0 labels"));
        let mut wrong = cloud(&["a", "b"], 20, 1.0, 1);
        wrong[7].embedding.pop();
        assert!(problem(&wrong).contains("tracks[7].embedding"));
        wrong[7].embedding.push(f32::NAN);
        assert!(problem(&wrong).contains("tracks[7].embedding"));
    }

    #[test]
    fn equal_tracks_give_equal_heads_and_stopping_stops() {
        let tracks = cloud(&["a", "b"], 16, 2.0, 8);
        assert_eq!(trained(&tracks).unwrap(), trained(&tracks).unwrap());
        let mut told = Vec::new();
        let plan = HeadPlan { name: "x".to_owned(), date: None };
        let stopped = train(&tracks, &plan, |done| {
            told.push(done);
            told.len() < 3
        });
        assert!(stopped.unwrap_err().problem.contains("stopped") && told.len() == 3 && told[0] < told[1]);
    }

    /// Where probabilities are calibrated, the share that is true is what they say: noise so wide that many are wrong.
    #[test]
    fn probabilities_of_held_out_tracks_are_calibrated() {
        let head = trained(&cloud(&["a", "b", "c"], 200, 6.0, 11)).unwrap();
        let report = &head.training.report;
        assert!((0.4..0.95).contains(&report.accuracy.value), "{report:?}");
        assert!(report.calibration_error.value < 0.06, "{report:?}");
        assert!(report.accuracy.low < report.accuracy.value && report.accuracy.value < report.accuracy.high);
    }
}
