//! Parts of the cross-validation: no group in two of them, every label in all of them as evenly as may be.

use balanced_dsp::Random;

use super::FOLDS;
use super::examples::Examples;

/// Seed of the order in which groups of one size are dealt out.
const SEED: u64 = 0x4ead;

/// The part of each track. Groups are dealt out, the largest first, each to the part where its labels are rarest.
pub(super) fn folds(examples: &Examples) -> Vec<usize> {
    let labels = examples.labels.len();
    let mut groups = vec![Vec::new(); examples.group_count()];
    (0..examples.len()).for_each(|track| groups[examples.group(track)].push(track));
    let mut totals = vec![0usize; labels];
    (0..examples.len()).flat_map(|track| examples.targets(track)).for_each(|label| totals[*label] += 1);
    let mut random = Random::new(SEED, 0);
    let mut order: Vec<(usize, u64, usize)> =
        groups.iter().enumerate().map(|(group, tracks)| (tracks.len(), random.bits(), group)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));

    let mut held = vec![vec![0usize; labels]; FOLDS];
    let mut sizes = [0usize; FOLDS];
    let mut folds = vec![0; examples.len()];
    for (_, _, group) in order {
        let tracks = &groups[group];
        let of_group = || tracks.iter().flat_map(|track| examples.targets(*track));
        let cost = |fold: usize| of_group().map(|label| held[fold][*label] as f64 / totals[*label] as f64).sum::<f64>();
        let rarest = (0..FOLDS).map(|fold| (cost(fold), sizes[fold], fold));
        let place = rarest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map_or(0, |(_, _, fold)| fold);
        of_group().for_each(|label| held[place][*label] += 1);
        sizes[place] += tracks.len();
        tracks.iter().for_each(|track| folds[*track] = place);
    }
    folds
}
