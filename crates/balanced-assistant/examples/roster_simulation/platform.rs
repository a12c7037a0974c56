//! The simulated platform at work: tracks arrive, three engineers are shown, one gets the work or nobody does.

use balanced_assistant::{Engineer, MatchWeights, Offer, OfferOutcome, Ranking, Wishes, match_engineers};

use crate::random::Random;
use crate::world::{Arrival, ENGINEERS, Truth, World};

/// Engineers shown for a track.
pub const SHOWN: usize = 3;

/// A way to choose whom to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// The ranking of this crate.
    Ours(Box<MatchWeights>, Ranking),
    /// Anybody who meets the conditions.
    Random,
    /// Those who state the heard genre, in random order.
    GenreOnly,
    /// Those whose portfolio has the nearest mean embedding, by its cosine.
    NearestEmbedding,
}

impl Method {
    pub fn ours() -> Self {
        Self::Ours(Box::default(), Ranking { top: SHOWN, ..Ranking::default() })
    }
}

/// What came of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Share of tracks whose client's favourite, of all who meet the conditions, was shown.
    pub hit_rate: f64,
    /// Mean rank of the best one shown among all who meet the conditions, 0 (worst) to 1 (the favourite).
    pub best_rank: f64,
    /// Share of tracks that found an engineer.
    pub placed: f64,
    /// Gini coefficient of the work of all engineers.
    pub gini: f64,
    /// Share of the work that newcomers got.
    pub newcomers: f64,
    /// Shown engineers who break a condition.
    pub broken: usize,
}

/// Runs a platform over `tracks` tracks.
pub fn run(seed: u64, truth: Truth, tracks: usize, method: &Method) -> Outcome {
    let mut world = World::new(seed, truth);
    let mut random = Random::new(seed, 2);
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let (mut work, mut outcome) = (vec![0_usize; ENGINEERS], Outcome::default());
    for number in 0..tracks {
        let arrival = world.arrival(seed, number, tracks);
        ends.retain(|(end, engineer)| {
            let is_done = *end <= arrival.day;
            world.roster.engineers[*engineer].load -= u32::from(is_done);
            !is_done
        });
        let eligible: Vec<usize> =
            (0..ENGINEERS).filter(|index| meets(&world.roster.engineers[*index], &arrival.wishes)).collect();
        let shown = choose(&world, &arrival, &eligible, method, number as u64, &mut random);
        outcome.broken += shown.iter().filter(|index| !eligible.contains(index)).count();
        judge(&mut outcome, &arrival, &eligible, &shown);
        let chosen = decide(&world, &arrival, &eligible, &shown, &mut random);
        record(&mut world, &arrival, &shown, chosen);
        if let Some((engineer, OfferOutcome::Accepted)) = chosen {
            work[engineer] += 1;
            let hired = &mut world.roster.engineers[engineer];
            hired.load += 1;
            ends.push((arrival.day + hired.turnaround_days as usize, engineer));
        }
    }
    let all: usize = work.iter().sum();
    let by_newcomers: usize =
        (0..ENGINEERS).filter(|index| world.people[*index].is_newcomer).map(|index| work[index]).sum();
    outcome.hit_rate /= tracks as f64;
    outcome.best_rank /= tracks as f64;
    outcome.placed = all as f64 / tracks as f64;
    outcome.newcomers = by_newcomers as f64 / all.max(1) as f64;
    outcome.gini = gini(work);
    outcome
}

/// The conditions, written a second time: what the ranking keeps is counted against this.
fn meets(engineer: &Engineer, wishes: &Wishes) -> bool {
    let start = wishes.start.expect("every track has a day");
    let end = start.plus_days(engineer.turnaround_days);
    let client = wishes.client.as_deref().unwrap_or_default();
    engineer.load < engineer.capacity
        && engineer.available_from.is_none_or(|from| start >= from)
        && engineer.available_until.is_none_or(|until| end <= until)
        && wishes.budget.is_none_or(|budget| engineer.price.is_some_and(|price| price <= budget))
        && wishes.within_days.is_none_or(|days| engineer.turnaround_days <= days)
        && (wishes.languages.is_empty() || wishes.languages.iter().any(|code| engineer.languages.contains(code)))
        && !wishes.do_not_match.contains(&engineer.id)
        && !engineer.do_not_match.iter().any(|name| name == client)
}

fn choose(
    world: &World,
    arrival: &Arrival,
    eligible: &[usize],
    method: &Method,
    seed: u64,
    random: &mut Random,
) -> Vec<usize> {
    let engineers = &world.roster.engineers;
    let tags = arrival.analysis.measurements.tags.as_ref().expect("tracks have tags");
    let mut scored: Vec<(f64, usize)> = match method {
        Method::Ours(weights, ranking) => {
            let wishes = Wishes { weights: (**weights).clone(), ..arrival.wishes.clone() };
            let ranking = Ranking { seed, ..ranking.clone() };
            let result =
                match_engineers(&arrival.analysis, &world.roster, &wishes, &ranking).expect("the world is sound");
            let index = |id: &str| engineers.iter().position(|engineer| engineer.id == id).expect("of the roster");
            return result.matches.iter().map(|found| index(&found.id)).collect();
        }
        Method::Random => eligible.iter().map(|index| (random.even(), *index)).collect(),
        Method::GenreOnly => {
            let heard = &tags.genre[0].label;
            let score = |index: &usize| f64::from(u8::from(engineers[*index].genres.contains(heard)));
            eligible.iter().map(|index| (score(index) + 0.5 * random.even(), *index)).collect()
        }
        Method::NearestEmbedding => {
            let own = tags.embedding.as_ref().expect("tracks have embeddings");
            eligible.iter().map(|index| (cosine(own, &engineers[*index]) + 1e-6 * random.even(), *index)).collect()
        }
    };
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(SHOWN).map(|(_, index)| index).collect()
}

fn cosine(track: &[f32], engineer: &Engineer) -> f64 {
    let Some(own) = engineer.portfolio.as_ref().and_then(|portfolio| portfolio.embedding.as_ref()) else { return -1.0 };
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    product(track, &own.mean) / (product(track, track) * product(&own.mean, &own.mean)).sqrt()
}

fn judge(outcome: &mut Outcome, arrival: &Arrival, eligible: &[usize], shown: &[usize]) {
    let best = shown.iter().map(|index| arrival.utilities[*index]).fold(f64::NEG_INFINITY, f64::max);
    let above = eligible.iter().filter(|index| arrival.utilities[**index] > best).count();
    if !shown.is_empty() {
        outcome.hit_rate += f64::from(u8::from(above == 0));
        outcome.best_rank += 1.0 - above as f64 / eligible.len() as f64;
    }
}

/// The best one shown is asked, if better than half of all who meet the conditions, and mostly agrees.
fn decide(
    world: &World,
    arrival: &Arrival,
    eligible: &[usize],
    shown: &[usize],
    random: &mut Random,
) -> Option<(usize, OfferOutcome)> {
    let worth = |index: &usize| arrival.utilities[*index];
    let best = *shown.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    let above = eligible.iter().filter(|index| worth(index) > worth(&best)).count();
    let agrees = random.happens(
        if world.people[best].genres.iter().any(|genre| crate::music::GENRES[*genre] == arrival.genre) {
            0.97
        } else {
            0.7
        },
    );
    let is_wanted = 2 * above < eligible.len();
    is_wanted.then_some((best, if agrees { OfferOutcome::Accepted } else { OfferOutcome::DeclinedByEngineer }))
}

fn record(world: &mut World, arrival: &Arrival, shown: &[usize], chosen: Option<(usize, OfferOutcome)>) {
    for (place, index) in shown.iter().enumerate() {
        let outcome = chosen
            .filter(|(engineer, _)| engineer == index)
            .map_or(OfferOutcome::DeclinedByClient, |(_, outcome)| outcome);
        let engineer = &mut world.roster.engineers[*index];
        engineer.exposure += 1.0 / (place as f64 + 2.0).log2();
        engineer.history.push(Offer {
            client: arrival.wishes.client.clone(),
            genre: Some(arrival.genre.to_owned()),
            outcome,
        });
    }
}

/// Gini coefficient: 0 where everybody has the same work, towards 1 where one has all.
pub fn gini(mut work: Vec<usize>) -> f64 {
    work.sort_unstable();
    let (count, sum) = (work.len() as f64, work.iter().sum::<usize>() as f64);
    let weighted: f64 = work.iter().enumerate().map(|(rank, work)| (rank as f64 + 1.0) * *work as f64).sum();
    if sum > 0.0 { 2.0 * weighted / (count * sum) - (count + 1.0) / count } else { 0.0 }
}
