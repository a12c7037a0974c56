//! Parts of the score for terms and standing: price, turnaround, history, load, exposure.

use super::engineer::{Engineer, OfferOutcome};
use super::likeness;
use super::track::{Track, is_same};
use super::wishes::Wishes;

/// Acceptance before there are offers, of three who are shown for one track, and the offers that it is worth.
const PRIOR_ACCEPTANCE: f64 = 1.0 / 3.0;
const PRIOR_OFFERS: f64 = 4.0;
/// Offers that one of the same client or genre is worth.
const SAME_CLIENT: f64 = 4.0;
const SAME_GENRE: f64 = 2.0;
/// Turnaround whose fit is a half where none is asked for.
const USUAL_DAYS: f64 = 7.0;

/// Scales of a request, taken over the engineers who meet its conditions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    /// Distance of a usual master from the mean of its portfolio.
    pub embedding_spread: f64,
    /// Price at which the fit is a half.
    pub price: Option<f64>,
    /// Turnaround at which the fit is a half.
    pub turnaround_days: f64,
    /// Mean exposure.
    pub exposure: f64,
}

impl Scales {
    pub fn of(engineers: &[&Engineer], wishes: &Wishes) -> Self {
        let exposure = engineers.iter().map(|engineer| engineer.exposure).sum::<f64>() / engineers.len().max(1) as f64;
        Self {
            embedding_spread: likeness::usual_spread(engineers),
            price: wishes.budget.or_else(|| median(engineers.iter().filter_map(|engineer| engineer.price).collect())),
            turnaround_days: wishes.within_days.map_or(USUAL_DAYS, f64::from),
            exposure,
        }
    }
}

/// Low price: 1 for nothing, a half at the scale.
pub(super) fn price(engineer: &Engineer, scales: &Scales) -> Option<f64> {
    Some(falling(engineer.price?, scales.price?))
}

/// Short turnaround: towards 1 for none, a half at the scale.
pub(super) fn turnaround(engineer: &Engineer, scales: &Scales) -> f64 {
    falling(engineer.turnaround_days.into(), scales.turnaround_days)
}

/// Expected acceptance of this offer: that of earlier ones, those of the same client and genre above others, shrunk towards what is usual.
pub(super) fn history(engineer: &Engineer, track: &Track, wishes: &Wishes) -> f64 {
    let (mut accepted, mut offers) = (PRIOR_OFFERS * PRIOR_ACCEPTANCE, PRIOR_OFFERS);
    for offer in &engineer.history {
        let is_same_client = offer.client.is_some() && offer.client == wishes.client;
        let genre = offer.genre.as_ref();
        let is_same_genre = genre.is_some_and(|genre| track.genres.first().is_some_and(|(own, _)| is_same(own, genre)));
        let weight = if is_same_client { SAME_CLIENT } else { 1.0 } * if is_same_genre { SAME_GENRE } else { 1.0 };
        offers += weight;
        accepted += if offer.outcome == OfferOutcome::Accepted { weight } else { 0.0 };
    }
    accepted / offers
}

/// Free share of the places.
pub(super) fn load(engineer: &Engineer) -> f64 {
    f64::from(engineer.capacity.saturating_sub(engineer.load)) / f64::from(engineer.capacity.max(1))
}

/// Exposure below the mean: 1 for none so far, a half at the mean.
///
/// Equal exposure over time stands for the fairness of exposure of A. Singh and T. Joachims (KDD 2018), with the merit of every engineer
/// left to the other parts.
pub(super) fn exposure(engineer: &Engineer, scales: &Scales) -> f64 {
    falling(engineer.exposure, scales.exposure)
}

/// 1 at 0, a half at the scale.
fn falling(value: f64, scale: f64) -> f64 {
    if value > 0.0 { scale / (scale + value) } else { 1.0 }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
