//! The right engineer: a track and a client's wishes against the engineers of a roster.
//!
//! Conditions (days, places, price, turnaround, languages, who does not work with whom) are met by everybody in the list. The score is a
//! weighted mean of parts, each with a reason; `docs/roster.md` has the parts, their figures on a simulated platform, and the limits.

mod constraints;
mod date;
mod draw;
mod engineer;
mod genre;
mod likeness;
mod portfolio;
mod rank;
mod read;
mod result;
mod score;
mod standing;
#[cfg(test)]
mod tests;
mod track;
mod wishes;
mod words;

use balanced_mastering::SpecError;
use balanced_model::Analysis;

pub use date::Date;
pub use engineer::{Engineer, Offer, OfferOutcome, Roster};
pub use portfolio::{Portfolio, PortfolioBuilder, PortfolioEmbedding, PortfolioMeasure};
pub use result::{
    EngineerMatch, EngineerMatches, ExcludedEngineer, MatchCondition, MatchExplanation, MatchExplanations, MatchPart,
    MatchReason, PartKind,
};
pub use wishes::{MatchWeights, WishedSound, Wishes};

use rank::Placed;
use score::Request;
use standing::Scales;
use track::Track;

/// Settings of the list of engineers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Number of engineers to propose, 1 to 1000; the default is 3.
    pub top: usize,
    /// Seed of the draws: equal seeds give equal lists.
    pub seed: u64,
    /// Share of lists, 0 to 1, in which a newcomer who is not in the list gets the last place; a list of one has no such place.
    pub exploration: f64,
    /// Penalty of being like an engineer further up, 0 to 1, in units of the score.
    pub diversity: f64,
}

impl Default for Ranking {
    fn default() -> Self {
        Self { top: 3, seed: 0, exploration: 0.1, diversity: 0.02 }
    }
}

impl Ranking {
    /// Checks the ranges.
    ///
    /// # Errors
    /// The setting that is out of its range, and the range.
    pub fn check(&self) -> Result<(), SpecError> {
        if !(1..=1000).contains(&self.top) {
            let slip = format!("{} engineers cannot be proposed", self.top);
            return Err(SpecError::new("top", slip).with_remedy("give 1 to 1000"));
        }
        for (name, value) in [("exploration", self.exploration), ("diversity", self.diversity)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(SpecError::new(name, format!("{value} is out of range")).with_remedy("give 0 to 1"));
            }
        }
        Ok(())
    }
}

/// Ranks the engineers of a roster for a track.
///
/// The analysis should hold loudness, spectrum, stereo and tags with the embedding; parts that need what is missing are left out.
/// Nobody in the list breaks a condition of the wishes or of their own. The order of engineers in the roster does not matter, and neither
/// does a name. With `exploration` 0, an engineer who comes nearer to what is asked never loses a place, as long as the likeness to the other
/// engineers stays.
///
/// # Errors
/// Returns an error for a value out of range in the roster, the wishes or the ranking.
pub fn match_engineers(
    analysis: &Analysis,
    roster: &Roster,
    wishes: &Wishes,
    ranking: &Ranking,
) -> Result<EngineerMatches, SpecError> {
    roster.check()?;
    wishes.check()?;
    ranking.check()?;
    // Sums over engineers round differently in another order.
    let mut engineers: Vec<&Engineer> = roster.engineers.iter().collect();
    engineers.sort_by(|a, b| a.id.cmp(&b.id));
    let (mut eligible, mut excluded) = (Vec::new(), Vec::new());
    for engineer in engineers {
        let conditions = constraints::unmet(engineer, wishes);
        if conditions.is_empty() {
            eligible.push(engineer);
        } else {
            excluded.push(ExcludedEngineer { id: engineer.id.clone(), conditions });
        }
    }
    let track = Track::new(analysis, wishes);
    let request = Request { track: &track, wishes, scales: Scales::of(&eligible, wishes) };
    let (candidates, shares) = request.score(&eligible, ranking.seed);
    let names = request_names(analysis, wishes);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let placed = rank::places(&candidates, ranking, request.scales.embedding_spread, &names);
    let matches = placed.iter().enumerate().map(|(index, placed)| told(&request, placed, index + 1, &shares, ranking));
    Ok(EngineerMatches {
        source: analysis.source.clone(),
        start: wishes.start,
        currency: roster.currency.clone(),
        seed: ranking.seed,
        exploration: ranking.exploration,
        diversity: ranking.diversity,
        eligible: candidates.len(),
        matches: matches.collect(),
        excluded,
    })
}

/// Returns the names of a request, its track and its client, by which it is told from others.
fn request_names(analysis: &Analysis, wishes: &Wishes) -> [String; 2] {
    let source = &analysis.source;
    let track = source.sha256.clone().or_else(|| source.path.clone()).unwrap_or_else(|| source.frames.to_string());
    [track, wishes.client.clone().unwrap_or_default()]
}

/// A placed engineer as the result tells it.
fn told(
    request: &Request<'_>,
    placed: &Placed<'_, '_>,
    rank: usize,
    shares: &[f64],
    ranking: &Ranking,
) -> EngineerMatch {
    let (candidate, engineer) = (placed.candidate, placed.candidate.engineer);
    let all = PartKind::ALL.into_iter().enumerate().filter(|(index, _)| shares[*index] > 0.0);
    let parts: Vec<MatchPart> = all
        .map(|(index, part)| MatchPart {
            part,
            weight: score::millionths(shares[index]),
            value: candidate.values[index].map(score::millionths),
            contribution: candidate.contributions[index],
            text: request.text(part, engineer),
        })
        .collect();
    let explored = placed.is_explored.then_some(ranking.exploration);
    EngineerMatch {
        rank,
        id: engineer.id.clone(),
        name: engineer.shown_name().to_owned(),
        score: candidate.score,
        diversity_penalty: placed.penalty,
        is_newcomer: engineer.is_newcomer(),
        is_explored: placed.is_explored,
        exposure: score::millionths(1.0 / (1.0 + rank as f64).log2()),
        explanation: request.explain(engineer, candidate.score, &parts, explored),
        parts,
    }
}
