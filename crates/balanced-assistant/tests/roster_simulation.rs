//! A short run of the simulated platform of `docs/roster.md`, on a seed that nothing was chosen by.
#![allow(dead_code, reason = "the example uses the rest of its files")]

#[path = "../examples/roster_simulation/music.rs"]
mod music;
#[path = "../examples/roster_simulation/platform.rs"]
mod platform;
#[path = "../examples/roster_simulation/random.rs"]
mod random;
#[path = "../examples/roster_simulation/world.rs"]
mod world;

use platform::{Method, Outcome, gini, run};
use world::Truth;

const TRACKS: usize = 400;

fn outcome(truth: Truth, method: &Method) -> Outcome {
    run(202, truth, TRACKS, method)
}

#[test]
fn favourites_are_shown_more_often_than_by_chance_and_no_condition_is_broken() {
    for truth in [Truth::Genre, Truth::Music, Truth::Mixed, Truth::Price] {
        let (ours, random) = (outcome(truth, &Method::ours()), outcome(truth, &Method::Random));
        assert!(ours.hit_rate > 1.5 * random.hit_rate, "{truth:?}: {ours:?} {random:?}");
        assert_eq!(ours.broken, 0, "{truth:?}");
    }
}

/// What cannot be known is not known: a higher rate than that of chance would be a mistake of the simulation.
#[test]
fn noise_is_not_predicted() {
    let (ours, random) = (outcome(Truth::Noise, &Method::ours()), outcome(Truth::Noise, &Method::Random));
    // About 5 % of 400 tracks each: a standard deviation of the difference of 1.6 points; four of them.
    assert!((ours.hit_rate - random.hit_rate).abs() < 0.064, "{ours:?} {random:?}");
}

#[test]
fn the_gini_coefficient_is_that_of_known_distributions() {
    assert!(gini(vec![5; 10]).abs() < 1e-12);
    let mut one = vec![0; 10];
    one[3] = 7;
    assert!((gini(one) - 0.9).abs() < 1e-12, "1 - 1/n where one has all");
    assert!((gini(vec![1, 2, 3, 4]) - 0.25).abs() < 1e-12);
}
