//! A platform of 200 engineers and 5,000 tracks with planted preferences: how often the ranking shows whom the client would choose.
//!
//! `cargo run --release -p balanced-assistant --example roster_simulation [-- held-out | choose] [TRACKS] [TRUTH …]` prints a table for
//! `docs/roster.md`. `choose` is what the weights were chosen by: seeds 1 to 3 of three of the truths.

mod music;
mod platform;
mod random;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use balanced_assistant::{MatchWeights, Ranking};
use platform::{Method, Outcome, SHOWN, run};
use world::Truth;

/// Seeds that nothing was chosen by.
const HELD_OUT: std::ops::Range<u64> = 101..111;
/// Seeds and truths by which the weights were chosen.
const CHOSEN_BY: (std::ops::Range<u64>, [Truth; 3]) = (1..4, [Truth::Genre, Truth::Sound, Truth::Mixed]);
/// Quantile of Student's t at 97.5 % and nine degrees of freedom.
const STUDENT_9: f64 = 2.262;

fn main() {
    let mut words = std::env::args().skip(1);
    let mode = words.next().unwrap_or_else(|| "held-out".into());
    let tracks = words.next().and_then(|word| word.parse().ok()).unwrap_or(5000);
    let named: Vec<String> = words.collect();
    let truths = Truth::ALL.into_iter().filter(|truth| named.is_empty() || named.contains(&format!("{truth:?}")));
    if mode == "choose" { choose(tracks) } else { held_out(tracks, truths) }
}

fn held_out(tracks: usize, truths: impl Iterator<Item = Truth>) {
    println!(
        "| truth | method | favourite shown, % | best shown (rank, %) | found an engineer, % | Gini of work | work of newcomers, % | broken |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for truth in truths {
        let fair = Ranking { top: SHOWN, exploration: 0.0, diversity: 0.0, ..Ranking::default() };
        let bare = MatchWeights { load: 0.0, exposure: 0.0, ..MatchWeights::default() };
        let methods = [
            ("**ours**", Method::ours()),
            ("ours without fairness", Method::Ours(Box::new(bare), fair)),
            ("nearest embedding", Method::NearestEmbedding),
            ("genre only", Method::GenreOnly),
            ("random", Method::Random),
        ];
        for (name, method) in methods {
            let outcomes = over_seeds(HELD_OUT, truth, tracks, &method);
            let cell = |value: fn(&Outcome) -> f64, scale: f64, digits: usize| {
                let (mean, half) = interval(&outcomes.iter().map(|outcome| scale * value(outcome)).collect::<Vec<_>>());
                format!("{mean:.digits$} ± {half:.digits$}")
            };
            println!(
                "| {truth:?} | {name} | {} | {} | {} | {} | {} | {} |",
                cell(|outcome| outcome.hit_rate, 100.0, 1),
                cell(|outcome| outcome.best_rank, 100.0, 1),
                cell(|outcome| outcome.placed, 100.0, 1),
                cell(|outcome| outcome.gini, 1.0, 2),
                cell(|outcome| outcome.newcomers, 100.0, 1),
                outcomes.iter().map(|outcome| outcome.broken).sum::<usize>(),
            );
        }
    }
}

/// Runs of all seeds, on as many threads as there are cores.
fn over_seeds(seeds: std::ops::Range<u64>, truth: Truth, tracks: usize, method: &Method) -> Vec<Outcome> {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut own = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return own;
            }
            own.push((seed, run(seed, truth, tracks, method)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut outcomes: Vec<(u64, Outcome)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a run does not panic")).collect()
    });
    outcomes.sort_by_key(|(seed, _)| *seed);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Mean and half of the 95 % interval over ten seeds.
fn interval(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, STUDENT_9 * (variance / count).sqrt())
}

/// Changes one weight at a time, and prints what it does to the share of favourites shown.
fn choose(tracks: usize) {
    let score = |name: &str, weights: MatchWeights, ranking: Ranking| {
        let method = Method::Ours(Box::new(weights), Ranking { top: SHOWN, ..ranking });
        let mut line = format!("{name:<24}");
        for truth in CHOSEN_BY.1 {
            let outcomes = over_seeds(CHOSEN_BY.0, truth, tracks, &method);
            let mean = |value: fn(&Outcome) -> f64| outcomes.iter().map(value).sum::<f64>() / outcomes.len() as f64;
            let hits = 100.0 * mean(|outcome| outcome.hit_rate);
            let (rank, gini) = (100.0 * mean(|outcome| outcome.best_rank), mean(|outcome| outcome.gini));
            line += &format!(
                " {truth:?} {hits:5.2} {rank:5.1} {gini:.2} {:4.1} |",
                100.0 * mean(|outcome| outcome.newcomers)
            );
        }
        println!("{line}");
    };
    let usual = MatchWeights::default();
    score("default", usual.clone(), Ranking::default());
    for factor in [0.0, 2.0, 4.0] {
        let times = |name: &str, change: fn(&mut MatchWeights, f64)| {
            let mut weights = usual.clone();
            change(&mut weights, factor);
            score(&format!("{name} x {factor}"), weights, Ranking::default());
        };
        times("genre", |weights, factor| weights.genre *= factor);
        times("similar_music", |weights, factor| weights.similar_music *= factor);
        times("loudness … width", |weights, factor| {
            weights.loudness *= factor;
            weights.dynamics *= factor;
            weights.tone *= factor;
            weights.width *= factor;
        });
        times("price", |weights, factor| weights.price *= factor);
        times("turnaround", |weights, factor| weights.turnaround *= factor);
        times("history", |weights, factor| weights.history *= factor);
        times("load, exposure", |weights, factor| {
            weights.load *= factor;
            weights.exposure *= factor;
        });
        let usual = Ranking::default();
        let diversity = Ranking { diversity: factor * usual.diversity, ..usual };
        score(&format!("diversity x {factor}"), MatchWeights::default(), diversity);
    }
}
