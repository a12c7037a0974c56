//! A catalogue: its own mean balance and spread, shrunk towards the tone model where it has few tracks.

use balanced_model::Analysis;

use super::reference::{Reference, level_db};
use super::thirds::{BANDS, Spectra, Thirds, center_hz, mean};
use crate::tone;

/// As many tracks of its own the expectation of the tone model is worth, in the mean and in the spread.
const MODEL_MEAN_TRACKS: f64 = 4.0;
const MODEL_SPREAD_TRACKS: f64 = 8.0;
/// Spread of a band that the model does not know.
const UNKNOWN_DB: f64 = 8.0;

/// Fewest tracks that are a catalogue.
const FEWEST: usize = 3;
/// Most gain of a bell.
const LIMIT_DB: f64 = 4.0;

/// Sum of squared distances from the mean, by band.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spread([f64; BANDS]);

impl Reference {
    /// Makes a target of a catalogue, such as all tracks of an album or a label: only what is outside its own spread is corrected, by
    /// at most 4 dB a bell.
    ///
    /// Tracks with a [`reference_fault`](super::reference_fault) are left out; `None` if fewer than three others are there.
    #[must_use]
    pub fn catalogue(tracks: &[Analysis]) -> Option<Self> {
        let own = Self::of(tracks).filter(|reference| reference.files >= FEWEST)?;
        let usable = tracks.iter().filter(|track| super::reference_fault(track).is_none());
        let balances: Vec<Thirds> = usable.filter_map(Spectra::of).map(|spectra| aligned(&spectra.both)).collect();
        let squares = |band: usize| {
            let distance = |levels: &Thirds| Some(levels[band]? - own.both[band]?);
            balances.iter().filter_map(distance).map(|db| db * db).sum()
        };
        let spread = Spread(std::array::from_fn(squares));
        let name = format!("the catalogue of {} tracks", own.files);
        Some(Self { name, pair: None, spread: Some(spread), ..own }.with_limit_db(LIMIT_DB))
    }

    /// Tells in its name how many other tracks were found and not used.
    #[must_use]
    pub fn leaving_out(self, tracks: usize) -> Self {
        let name = if tracks > 0 { format!("{} ({tracks} more were not used)", self.name) } else { self.name };
        Self { name, ..self }
    }
}

/// The levels less their mean.
fn aligned(levels: &Thirds) -> Thirds {
    let level_db = level_db(levels);
    levels.map(|level| Some(level? - level_db))
}

/// How far a track is outside the spread, as the change that brings it to the edge; by band, where both are known.
pub(super) fn excess_db(reference: &Reference, spread: &Spread, track: &Thirds, analysis: &Analysis) -> Thirds {
    let tracks = reference.files as f64;
    let model = tone::expected(analysis).unwrap_or_default();
    let model_at = |band: usize| model.iter().find(|expected| (expected.hz / center_hz(band) - 1.0).abs() < 0.02);
    let shared = |band: usize| Some(reference.both[band]? - model_at(band)?.level_db);
    // The model's level is free: it is put at that of the catalogue.
    let offset_db = mean((0..BANDS).filter_map(shared)).unwrap_or(0.0);
    let track = aligned(track);
    std::array::from_fn(|band| {
        let own_db = reference.both[band]?;
        let (middle_db, variance) = match model_at(band) {
            None => (own_db, UNKNOWN_DB * UNKNOWN_DB),
            Some(expected) => {
                let model_db = expected.level_db + offset_db;
                let middle_db = (tracks * own_db + MODEL_MEAN_TRACKS * model_db) / (tracks + MODEL_MEAN_TRACKS);
                (middle_db, expected.variance)
            }
        };
        let variance = (spread.0[band] + MODEL_SPREAD_TRACKS * variance) / (tracks + MODEL_SPREAD_TRACKS);
        let wanted_db = middle_db - track[band]?;
        Some(wanted_db.signum() * (wanted_db.abs() - variance.sqrt()).max(0.0))
    })
}
