//! How near the masters of a portfolio are to a track or a wished sound.

use super::engineer::Engineer;
use super::portfolio::{PortfolioEmbedding, PortfolioMeasure};
use super::track::{Track, Wanted};

/// Spread between the masters of one engineer that is taken for granted, and how many masters of their own it is worth.
const PRIOR_MASTERS: f64 = 4.0;
const LOUDNESS_SPREAD_LU: f64 = 2.0;
const PLR_SPREAD_DB: f64 = 2.0;
const RANGE_SPREAD_LU: f64 = 2.5;
const WIDTH_SPREAD_DB: f64 = 3.0;
const BAND_SPREAD_DB: f64 = 3.0;
/// Distance of a master from the mean of its portfolio, for embeddings of length 1, where no portfolio tells it.
const EMBEDDING_SPREAD: f64 = 0.5;

/// Fit of one measurement: its density in the portfolio against that at the mean of one with the usual spread.
///
/// The distance from the mean loses what the few masters behind the mean are expected to add to it.
fn fit(measure: PortfolioMeasure, wanted: f64, usual_spread: f64) -> f64 {
    let masters = f64::from(measure.tracks.max(1));
    let own = (masters - 1.0) * measure.spread * measure.spread;
    let variance = (own + PRIOR_MASTERS * usual_spread * usual_spread) / (masters - 1.0 + PRIOR_MASTERS);
    let distance = ((wanted - measure.mean).powi(2) - variance / masters).max(0.0);
    (usual_spread / variance.sqrt()).min(1.0) * (-0.5 * distance / variance).exp()
}

fn of_measure(measure: Option<PortfolioMeasure>, wanted: Option<Wanted>, usual_spread: f64) -> Option<f64> {
    Some(fit(measure?, wanted?.value, usual_spread))
}

pub(super) fn loudness(engineer: &Engineer, track: &Track) -> Option<f64> {
    of_measure(engineer.portfolio.as_ref()?.loudness_lufs, track.loudness_lufs, LOUDNESS_SPREAD_LU)
}

/// Mean of what is known of peak to loudness ratio and loudness range.
pub(super) fn dynamics(engineer: &Engineer, track: &Track) -> Option<f64> {
    let portfolio = engineer.portfolio.as_ref()?;
    let plr = of_measure(portfolio.plr_db, track.plr_db, PLR_SPREAD_DB);
    let range = of_measure(portfolio.range_lu, track.range_lu, RANGE_SPREAD_LU);
    mean([plr, range].into_iter().flatten())
}

pub(super) fn width(engineer: &Engineer, track: &Track) -> Option<f64> {
    of_measure(engineer.portfolio.as_ref()?.side_to_mid_db, track.side_to_mid_db, WIDTH_SPREAD_DB)
}

/// Mean over the regions of the spectrum.
pub(super) fn tone(engineer: &Engineer, track: &Track) -> Option<f64> {
    let (bands, wanted) = (&engineer.portfolio.as_ref()?.bands_db, track.bands_db?);
    mean(bands.iter().zip(wanted).map(|(measure, wanted)| fit(*measure, wanted, BAND_SPREAD_DB)))
}

/// The distance of a track from the mean of a portfolio, squared, less what few masters add to it.
pub(super) fn embedding_distance(engineer: &Engineer, track: &Track, usual_spread: f64) -> Option<f64> {
    let (own, wanted) = (embedding(engineer)?, track.embedding.as_ref()?);
    let mean = own.mean.iter().map(|value| f64::from(*value));
    if own.mean.len() != wanted.len() {
        return None;
    }
    let distance: f64 = mean.zip(wanted).map(|(own, wanted)| (own - wanted).powi(2)).sum();
    Some((distance - usual_spread * usual_spread / f64::from(own.tracks.max(1))).max(0.0))
}

/// Fit of the music: 1 at the mean of the portfolio, with the bandwidth of a usual portfolio.
pub(super) fn similar_music(engineer: &Engineer, track: &Track, usual_spread: f64) -> Option<f64> {
    let distance = embedding_distance(engineer, track, usual_spread)?;
    Some((-0.5 * distance / (usual_spread * usual_spread)).exp())
}

/// Likeness of two portfolios, 0 to 1, on the scale of [`similar_music`].
pub(super) fn between(one: &Engineer, other: &Engineer, usual_spread: f64) -> Option<f64> {
    let (one, other) = (embedding(one)?, embedding(other)?);
    if one.mean.len() != other.mean.len() {
        return None;
    }
    let gaps = one.mean.iter().zip(&other.mean).map(|(one, other)| (f64::from(*one) - f64::from(*other)).powi(2));
    Some((-0.5 * gaps.sum::<f64>() / (usual_spread * usual_spread)).exp())
}

/// Root mean square distance of a master from the mean of its portfolio, over all portfolios.
pub(super) fn usual_spread(engineers: &[&Engineer]) -> f64 {
    let (mut squares, mut degrees) = (PRIOR_MASTERS * EMBEDDING_SPREAD * EMBEDDING_SPREAD, PRIOR_MASTERS);
    for embedding in engineers.iter().filter_map(|engineer| embedding(engineer)) {
        let own = f64::from(embedding.tracks.saturating_sub(1));
        squares += own * embedding.spread * embedding.spread;
        degrees += own;
    }
    // Masters that are all alike would make every other track infinitely far.
    (squares / degrees).sqrt().max(0.05)
}

fn embedding(engineer: &Engineer) -> Option<&PortfolioEmbedding> {
    engineer.portfolio.as_ref()?.embedding.as_ref()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
