//! Places: by score, with likeness to those above taken off, and a share of lists for newcomers.

use std::cmp::Ordering;

use super::engineer::Engineer;
use super::score::{Candidate, millionths};
use super::track::is_same;
use super::{Ranking, draw, likeness};

/// Newcomers from whom an explored one is drawn: those of the best scores.
const EXPLORED_FROM: usize = 5;

/// A candidate with a place.
pub(super) struct Placed<'a, 'b> {
    pub candidate: &'b Candidate<'a>,
    pub penalty: f64,
    pub is_explored: bool,
}

/// Gives the places.
///
/// Each goes to the highest score less `diversity` times the greatest likeness to those above, which is maximal marginal relevance
/// (J. Carbonell and J. Goldstein, SIGIR 1998) with λ = 1 / (1 + diversity).
pub(super) fn places<'a, 'b>(
    candidates: &'b [Candidate<'a>],
    ranking: &Ranking,
    embedding_spread: f64,
    request: &[&str],
) -> Vec<Placed<'a, 'b>> {
    let mut rest: Vec<Placed<'a, 'b>> =
        candidates.iter().map(|candidate| Placed { candidate, penalty: 0.0, is_explored: false }).collect();
    let mut placed: Vec<Placed<'a, 'b>> = Vec::new();
    while placed.len() < ranking.top {
        let Some(best) = (0..rest.len()).min_by(|a, b| order(&rest[*a], &rest[*b])) else { break };
        let next = rest.swap_remove(best);
        for other in &mut rest {
            let likeness = likeness(next.candidate.engineer, other.candidate.engineer, embedding_spread);
            other.penalty = other.penalty.max(millionths(ranking.diversity * likeness));
        }
        placed.push(next);
    }
    explore(&mut placed, rest, ranking, request);
    placed
}

/// The higher of the scores less penalties first; the draw decides between equal ones.
fn order(a: &Placed<'_, '_>, b: &Placed<'_, '_>) -> Ordering {
    let value = |placed: &Placed<'_, '_>| millionths(placed.candidate.score - placed.penalty);
    value(b).total_cmp(&value(a)).then(a.candidate.tie.cmp(&b.candidate.tie))
}

/// In the stated share of lists, gives the last place to one of the best newcomers who are not in the list.
fn explore<'a, 'b>(placed: &mut [Placed<'a, 'b>], rest: Vec<Placed<'a, 'b>>, ranking: &Ranking, request: &[&str]) {
    let draw = |purpose| draw::fraction(ranking.seed, &[&[purpose], request].concat());
    if placed.len() < 2 || draw("explores") >= ranking.exploration {
        return;
    }
    let mut newcomers: Vec<Placed<'a, 'b>> =
        rest.into_iter().filter(|other| other.candidate.engineer.is_newcomer()).collect();
    newcomers
        .sort_by(|a, b| b.candidate.score.total_cmp(&a.candidate.score).then(a.candidate.tie.cmp(&b.candidate.tie)));
    newcomers.truncate(EXPLORED_FROM);
    let drawn = (draw("newcomer") * newcomers.len() as f64) as usize;
    if let (Some(newcomer), Some(last)) = (newcomers.into_iter().nth(drawn), placed.last_mut()) {
        *last = Placed { is_explored: true, ..newcomer };
    }
}

/// Likeness of two engineers, 0 to 1: the mean of common genres (Jaccard) and likeness of portfolios, of what is known.
fn likeness(one: &Engineer, other: &Engineer, embedding_spread: f64) -> f64 {
    let common = one.genres.iter().filter(|genre| other.genres.iter().any(|known| is_same(known, genre))).count();
    let all = one.genres.len() + other.genres.len() - common;
    let genres = (all > 0).then(|| (common as f64 / all as f64).min(1.0));
    let known: Vec<f64> = [genres, likeness::between(one, other, embedding_spread)].into_iter().flatten().collect();
    if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 }
}
