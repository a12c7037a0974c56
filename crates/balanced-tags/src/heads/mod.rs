//! Heads of one's own: linear classifiers over the embedding, their training and their readings.
//!
//! The page is `docs/heads.md`.

mod calibrate;
mod check;
mod cross;
mod examples;
mod fit;
mod folds;
mod minimise;
mod read;
mod score;
mod train;

pub use check::check;
pub use examples::HeadExample;
pub use read::read;
pub use train::{HeadPlan, check_plan, train};

use balanced_model::HeadEmbedding;

use crate::listen;
use crate::network::EMBEDDING;

/// Parts of the cross-validation.
pub const FOLDS: usize = 5;
/// Fewest tracks of a label.
pub const LEAST_TRACKS: usize = 10;
/// Fewest groups of a label: one for each part.
pub const LEAST_GROUPS: usize = FOLDS;
/// Most labels of a head.
pub const MOST_LABELS: usize = 500;
/// Most tracks of a training.
pub const MOST_TRACKS: usize = 1_000_000;

/// Mistake in a head or in the tracks to train one on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError {
    /// Problem, with its place.
    pub problem: String,
    /// Remedy: how it would be right.
    pub remedy: String,
}

impl HeadError {
    fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }
}

/// Embedding that this version makes: the network's name, hash and number of values.
#[must_use]
pub fn embedding() -> HeadEmbedding {
    let [network, ..] = listen::FILES;
    HeadEmbedding { model: network.0.to_owned(), sha256: network.1.to_owned(), values: EMBEDDING }
}
