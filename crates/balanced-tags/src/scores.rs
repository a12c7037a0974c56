//! From the networks' probabilities to ranked labels.
//!
//! A label's *lift* is how many of its tags the networks expect on this track, over how many they expect on a track they
//! know nothing about (the priors of [`crate::vocabulary`]). Its score is `lift / (1 + lift)`: one half where the track
//! says nothing, near one where the label is many times likelier than on most tracks. Ranks within a category come from
//! that; it is no probability that the label is true.
//!
//! Genres are ranked by the lift times the fourth root of how common the label is: the prior divides to the power of 3/4.
//! The networks draw their probabilities towards the prior where they are unsure, so that the full division counts it
//! twice, against rock, pop and country and for labels that hardly any music carries.

use balanced_model::Tag;

use crate::vocabulary::{Label, MSD, MTT, TAGS, TagSet};

/// Exponent of a genre's commonness; 1 would rank by the plain probability, 0 by the lift.
const COMMONNESS: f64 = 0.25;
/// A first genre whose odds are less than this many times those of the second is said to be unsure.
const CLEAR_RATIO: f64 = 1.15;

/// Probabilities of the tags of both networks.
pub(crate) struct Probabilities {
    pub msd: [f64; TAGS],
    pub mtt: [f64; TAGS],
}

/// The labels of a category, the likeliest first.
pub(crate) fn ranked(labels: &[Label], heard: &Probabilities) -> Vec<Tag> {
    in_order(labels.iter().map(|label| tag(label, lift(label, heard))).collect())
}

/// The labels of a category of genres, the likeliest first. A label of middling commonness scores one half where the track
/// says nothing, a common one more, a rare one less.
pub(crate) fn ranked_genres(labels: &[Label], heard: &Probabilities) -> Vec<Tag> {
    let middle = labels.iter().map(|label| commonness(label).ln()).sum::<f64>() / labels.len() as f64;
    let common = |label: &Label| (COMMONNESS * (commonness(label).ln() - middle)).exp();
    in_order(labels.iter().map(|label| tag(label, lift(label, heard) * common(label))).collect())
}

/// The two genres between which the networks cannot decide.
pub(crate) fn undecided(genres: &[Tag]) -> Option<(&str, &str)> {
    let [first, second, ..] = genres else { return None };
    let odds = |tag: &Tag| tag.score / (1.0 - tag.score).max(1e-9);
    (odds(first) < CLEAR_RATIO * odds(second)).then_some((&*first.label, &*second.label))
}

fn in_order(mut tags: Vec<Tag>) -> Vec<Tag> {
    tags.sort_by(|a, b| b.score.total_cmp(&a.score));
    tags
}

fn lift(label: &Label, heard: &Probabilities) -> f64 {
    let (msd, mtt) = (sums(label.msd, &MSD, &heard.msd), sums(label.mtt, &MTT, &heard.mtt));
    (msd.0 + mtt.0) / (msd.1 + mtt.1)
}

/// Tags of the label on any track of the reference sets, or what other knowledge says of its share of music.
fn commonness(label: &Label) -> f64 {
    let unheard = Probabilities { msd: [0.0; TAGS], mtt: [0.0; TAGS] };
    let prior = sums(label.msd, &MSD, &unheard.msd).1 + sums(label.mtt, &MTT, &unheard.mtt).1;
    label.rarer_than.map_or(prior, |share| prior.min(share))
}

fn tag(label: &Label, lift: f64) -> Tag {
    let models: Vec<_> = [(label.msd, MSD.model), (label.mtt, MTT.model)]
        .into_iter()
        .filter(|(tags, _)| !tags.is_empty())
        .map(|(_, model)| model)
        .collect();
    Tag {
        label: label.name.to_owned(),
        score: rounded(lift / (1.0 + lift)),
        source: crate::SOURCE.to_owned(),
        model: Some(models.join("+")),
    }
}

/// Expected number of `tags` on this track and on any.
fn sums(tags: &[&str], set: &TagSet, heard: &[f64; TAGS]) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for (probability, (name, count)) in heard.iter().zip(&set.tags) {
        if tags.contains(name) {
            sums.0 += probability;
            sums.1 += f64::from(*count) / f64::from(set.tracks);
        }
    }
    sums
}

/// Four digits: what a different processor's sums may change lies below.
pub(crate) fn rounded(value: f64) -> f64 {
    (1e4 * value).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{GENRES, MOODS, VOICES};

    fn prior(set: &TagSet) -> [f64; TAGS] {
        set.tags.map(|(_, count)| f64::from(count) / f64::from(set.tracks))
    }

    #[test]
    fn a_track_like_any_other_scores_one_half_everywhere() {
        let any = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
        assert!(ranked(&MOODS, &any).iter().chain(&ranked(&VOICES, &any)).all(|tag| tag.score == 0.5));
    }

    #[test]
    fn common_genres_lead_where_the_track_says_nothing() {
        let any = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
        let genres = ranked_genres(&GENRES, &any);
        assert_eq!((genres[0].label.as_str(), genres[12].label.as_str()), ("rock", "indian"));
        let mean = genres.iter().map(|tag| (tag.score / (1.0 - tag.score)).ln()).sum::<f64>() / 13.0;
        assert!(mean.abs() < 1e-3, "{mean}");
    }

    /// A label that Magnatune's catalogue has much of, and music at large has not, needs more than the odd tag.
    #[test]
    fn a_rare_label_leads_only_where_it_is_heard() {
        let with = |probability: f64| {
            let mut heard = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
            for tag in ["indian", "sitar"] {
                heard.mtt[MTT.tags.iter().position(|(name, _)| *name == tag).unwrap()] = probability;
            }
            ranked_genres(&GENRES, &heard)
        };
        assert_ne!(with(0.09)[0].label, "indian");
        assert_eq!(with(0.5)[0].label, "indian");
    }

    #[test]
    fn two_genres_of_like_odds_are_undecided() {
        let of = |label: &str, score| Tag { label: label.to_owned(), score, ..Tag::default() };
        assert_eq!(undecided(&[of("rock", 0.81), of("pop", 0.8), of("jazz", 0.4)]), Some(("rock", "pop")));
        assert_eq!(undecided(&[of("rock", 0.85), of("pop", 0.8)]), None);
        assert_eq!(undecided(&[]), None);
    }

    #[test]
    fn what_is_likelier_than_usual_leads() {
        let mut heard = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
        // Rock at one half is three times the usual; metal at one half is fifteen times.
        for tag in ["rock", "metal", "heavy metal"] {
            heard.msd[MSD.tags.iter().position(|(name, _)| *name == tag).unwrap()] = 0.5;
        }
        let genres = ranked_genres(&GENRES, &heard);
        assert_eq!((genres[0].label.as_str(), genres[1].label.as_str()), ("metal", "rock"));
        assert!(genres[0].score > 0.85 && genres.windows(2).all(|pair| pair[0].score >= pair[1].score));
        assert_eq!(genres[0].model.as_deref(), Some("MSD_musicnn+MTT_musicnn"));
    }
}
