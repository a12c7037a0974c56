//! What a rendered master did beyond its bells: limiter, clipper and other steps change the balance too.

use balanced_model::Analysis;

use super::changes::Changes;
use super::reference::Reference;
use super::thirds::{BANDS, Spectra, Thirds};
use crate::Intent;

/// Changes under this need no other render.
const SETTLED_DB: f64 = 0.1;

/// Change of each band that a render made and its bells do not explain; the default is a first render.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feedback {
    parts: Vec<[f64; BANDS]>,
}

impl Feedback {
    /// Compares the master `after` of the mix `before` with what its recommendation, made with this feedback, was meant to do.
    #[must_use]
    pub fn next(&self, before: &Analysis, after: &Analysis, reference: &Reference, intent: &Intent) -> Self {
        let changes = super::changes(before, reference, self, intent);
        let Some(spectra) = Spectra::of(after) else { return self.clone() };
        let pair = spectra.as_pair();
        let measured =
            |part: usize| if changes.parts.len() == 2 { &pair[part] } else { first(&changes, &spectra, &pair) };
        let happened = |part: usize, band: usize| {
            let before_db = changes.parts[part].before[band]?;
            Some(measured(part)[band]? - before_db - changes.added_db(part, band))
        };
        let mut parts: Vec<[f64; BANDS]> = (0..changes.parts.len())
            .map(|part| std::array::from_fn(|band| happened(part, band).unwrap_or(0.0)))
            .collect();
        // The drive is common to all.
        let drive_db = parts.first().map_or(0.0, |part| part.iter().sum::<f64>() / BANDS as f64);
        parts.iter_mut().flatten().for_each(|db| *db -= drive_db);
        Self { parts }
    }

    /// Returns whether another render with this feedback would differ from the one with `earlier`.
    #[must_use]
    pub fn differs_from(&self, earlier: &Self) -> bool {
        let change =
            |part: usize, band: usize| self.part(part)[band] - earlier.part(part).get(band).copied().unwrap_or(0.0);
        (0..self.parts.len()).any(|part| {
            let squares: f64 = (0..BANDS).map(|band| change(part, band).powi(2)).sum();
            (squares / BANDS as f64).sqrt() > SETTLED_DB
        })
    }

    pub(super) fn part(&self, part: usize) -> &[f64] {
        self.parts.get(part).map_or(&[], |bands| bands.as_slice())
    }
}

/// The spectrum that a lone part acts on: the middle where there are sides it cannot reach.
fn first<'a>(changes: &Changes, spectra: &'a Spectra, pair: &'a [Thirds; 2]) -> &'a Thirds {
    use balanced_mastering::EqChannels::Mid;
    if changes.parts[0].channels == Mid { &pair[0] } else { &spectra.both }
}
