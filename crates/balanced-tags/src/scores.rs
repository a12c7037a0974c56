//! From the networks' probabilities to ranked labels.
//!
//! A label's *lift* is how many of its tags the networks expect on this track, over how many they expect on a track they
//! know nothing about (the priors of [`crate::vocabulary`]). Its score is `lift / (1 + lift)`: one half where the track
//! says nothing, near one where the label is many times likelier than on most tracks. Ranks within a category come from
//! that; it is no probability that the label is true.

use balanced_model::Tag;

use crate::vocabulary::{Label, MSD, MTT, TAGS, TagSet};

/// Probabilities of the tags of both networks.
pub(crate) struct Probabilities {
    pub msd: [f64; TAGS],
    pub mtt: [f64; TAGS],
}

/// The labels of a category, the likeliest first.
pub(crate) fn ranked(labels: &[Label], heard: &Probabilities) -> Vec<Tag> {
    let mut tags: Vec<Tag> = labels.iter().map(|label| scored(label, heard)).collect();
    tags.sort_by(|a, b| b.score.total_cmp(&a.score));
    tags
}

fn scored(label: &Label, heard: &Probabilities) -> Tag {
    let (msd, mtt) = (sums(label.msd, &MSD, &heard.msd), sums(label.mtt, &MTT, &heard.mtt));
    let lift = (msd.0 + mtt.0) / (msd.1 + mtt.1);
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
    use crate::vocabulary::{GENRES, VOICES};

    fn prior(set: &TagSet) -> [f64; TAGS] {
        set.tags.map(|(_, count)| f64::from(count) / f64::from(set.tracks))
    }

    #[test]
    fn a_track_like_any_other_scores_one_half_everywhere() {
        let any = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
        assert!(ranked(&GENRES, &any).iter().chain(&ranked(&VOICES, &any)).all(|tag| tag.score == 0.5));
    }

    #[test]
    fn what_is_likelier_than_usual_leads() {
        let mut heard = Probabilities { msd: prior(&MSD), mtt: prior(&MTT) };
        // Rock at one half is three times the usual; metal at one half is fifteen times.
        for tag in ["rock", "metal", "heavy metal"] {
            heard.msd[MSD.tags.iter().position(|(name, _)| *name == tag).unwrap()] = 0.5;
        }
        let genres = ranked(&GENRES, &heard);
        assert_eq!((genres[0].label.as_str(), genres[1].label.as_str()), ("metal", "rock"));
        assert!(genres[0].score > 0.9 && genres.windows(2).all(|pair| pair[0].score >= pair[1].score));
        assert_eq!(genres[0].model.as_deref(), Some("MSD_musicnn+MTT_musicnn"));
    }
}
