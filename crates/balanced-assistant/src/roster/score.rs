//! The score of every engineer: a weighted mean of the parts that can be told.

use super::draw;
use super::engineer::Engineer;
use super::result::PartKind;
use super::standing::{self, Scales};
use super::track::Track;
use super::wishes::Wishes;
use super::{genre, likeness};

const PARTS: usize = PartKind::ALL.len();
/// Fit where it is not known: that of a stranger to the music more than that of a specialist.
const UNKNOWN: f64 = 0.25;
/// How much more a part weighs where the client has said what it should be.
const WISHED: f64 = 3.0;

/// Inputs of the scores of one request.
pub(super) struct Request<'a> {
    pub track: &'a Track,
    pub wishes: &'a Wishes,
    pub scales: Scales,
}

/// An engineer with values, contributions and score.
pub(super) struct Candidate<'a> {
    pub engineer: &'a Engineer,
    pub values: [Option<f64>; PARTS],
    pub contributions: [f64; PARTS],
    pub score: f64,
    /// Decides between equal scores.
    pub tie: u64,
}

impl Request<'_> {
    fn value(&self, part: PartKind, engineer: &Engineer) -> Option<f64> {
        let (track, scales) = (self.track, &self.scales);
        match part {
            PartKind::Genre => genre::value(engineer, track),
            PartKind::SimilarMusic => likeness::similar_music(engineer, track, scales.embedding_spread),
            PartKind::Loudness => likeness::loudness(engineer, track),
            PartKind::Dynamics => likeness::dynamics(engineer, track),
            PartKind::Tone => likeness::tone(engineer, track),
            PartKind::Width => likeness::width(engineer, track),
            PartKind::Price => standing::price(engineer, scales),
            PartKind::Turnaround => Some(standing::turnaround(engineer, scales)),
            PartKind::History => Some(standing::history(engineer, track, self.wishes)),
            PartKind::Load => Some(standing::load(engineer)),
            PartKind::Exposure => Some(standing::exposure(engineer, scales)),
        }
    }

    /// Weight of a part, higher where the client has said what it should be.
    fn weight(&self, part: PartKind) -> f64 {
        let track = self.track;
        let is_wished = match part {
            PartKind::Dynamics => [track.plr_db, track.range_lu].into_iter().flatten().any(|wanted| wanted.is_wished),
            PartKind::Tone => track.tone_is_wished,
            PartKind::Width => track.side_to_mid_db.is_some_and(|wanted| wanted.is_wished),
            PartKind::Price => self.wishes.budget.is_some(),
            PartKind::Turnaround => self.wishes.within_days.is_some(),
            // A wish for loudness and genres is the only thing that those parts compare with, or replaces it.
            _ => false,
        };
        self.wishes.weights.of(part) * if is_wished { WISHED } else { 1.0 }
    }

    /// Values of all parts, and the share of the score that each part can give: 0 for what is known of nobody.
    pub fn score<'a>(&self, engineers: &[&'a Engineer], seed: u64) -> (Vec<Candidate<'a>>, [f64; PARTS]) {
        let values: Vec<[Option<f64>; PARTS]> =
            engineers.iter().map(|engineer| PartKind::ALL.map(|part| self.value(part, engineer))).collect();
        let is_known = |part: usize| values.iter().any(|row| row[part].is_some());
        let weights: [f64; PARTS] =
            std::array::from_fn(|part| if is_known(part) { self.weight(PartKind::ALL[part]) } else { 0.0 });
        let sum: f64 = weights.iter().sum();
        let shares = weights.map(|weight| if sum > 0.0 { weight / sum } else { 0.0 });
        let candidate = |(engineer, values): (&&'a Engineer, [Option<f64>; PARTS])| {
            let contributions: [f64; PARTS] =
                std::array::from_fn(|part| millionths(shares[part] * values[part].unwrap_or(UNKNOWN)));
            let score = millionths(contributions.iter().sum());
            Candidate { engineer, values, contributions, score, tie: draw::hash(seed, &[&engineer.id]) }
        };
        (engineers.iter().zip(values).map(candidate).collect(), shares)
    }
}

/// Rounds so that scores do not differ by what the mathematical functions of two systems differ by.
pub(super) fn millionths(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
