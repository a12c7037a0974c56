//! How far an engineer works in a genre: by their own word, and by their masters.

use super::engineer::Engineer;
use super::track::{Track, is_same};

/// Belief in a genre that is stated and not shown by any master.
const STATED: f64 = 0.7;
/// Masters of a genre that show half of a full belief.
const HALF_SHOWN: f64 = 2.0;

/// Evidence for an engineer in a genre.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence {
    pub is_stated: bool,
    /// Masters of the genre in the portfolio.
    pub masters: f64,
}

impl Evidence {
    pub fn of(engineer: &Engineer, genre: &str) -> Self {
        let is_stated = engineer.genres.iter().any(|stated| is_same(stated, genre));
        let shown = engineer.portfolio.iter().flat_map(|portfolio| &portfolio.genres);
        Self { is_stated, masters: shown.filter(|(label, _)| is_same(label, genre)).map(|(_, masters)| masters).sum() }
    }

    /// Belief, 0 to 1: both sources are taken as independent reasons.
    fn belief(self) -> f64 {
        let stated = if self.is_stated { STATED } else { 0.0 };
        let shown = self.masters / (self.masters + HALF_SHOWN);
        1.0 - (1.0 - stated) * (1.0 - shown)
    }
}

/// Mean belief over the genres of the track; `None` where either side is unknown.
pub(super) fn value(engineer: &Engineer, track: &Track) -> Option<f64> {
    let shows_any = engineer.portfolio.as_ref().is_some_and(|portfolio| !portfolio.genres.is_empty());
    if track.genres.is_empty() || (engineer.genres.is_empty() && !shows_any) {
        return None;
    }
    Some(track.genres.iter().map(|(genre, share)| share * Evidence::of(engineer, genre).belief()).sum())
}
