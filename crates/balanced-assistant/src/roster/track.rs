//! Track of a request as the ranking sees it: its analysis, with the client's wishes in front.

use balanced_model::{Analysis, Tags};

use super::portfolio::BANDS;
use super::wishes::{Wishes, bands_db};

/// Score of a tag that is no more likely than on any other track.
const CHANCE: f64 = 0.5;
/// Most genres of one track.
const MOST_GENRES: usize = 3;

/// A track and what its master should be.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// Genres with shares that sum to 1; empty where none is known.
    pub genres: Vec<(String, f64)>,
    /// Embedding of length 1.
    pub embedding: Option<Vec<f64>>,
    pub loudness_lufs: Option<Wanted>,
    pub plr_db: Option<Wanted>,
    pub range_lu: Option<Wanted>,
    pub side_to_mid_db: Option<Wanted>,
    pub bands_db: Option<[f64; BANDS]>,
    /// Whether the tone is wished rather than that of the track.
    pub tone_is_wished: bool,
}

/// A value that the master should have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    pub value: f64,
    /// Whether the client wishes it; else the track has it.
    pub is_wished: bool,
}

impl Track {
    pub fn new(analysis: &Analysis, wishes: &Wishes) -> Self {
        let measured = &analysis.measurements;
        let (sound, tags) = (&wishes.sound, measured.tags.as_ref());
        let own_bands = measured.spectrum.as_ref().and_then(|spectrum| bands_db(&spectrum.bands));
        let tone_is_wished = sound.bands_db.len() == BANDS;
        let bands = if tone_is_wished { Some(sound.bands_db.clone()) } else { own_bands };
        Self {
            genres: genres(tags, wishes),
            embedding: tags.and_then(|tags| tags.embedding.as_deref()).and_then(unit),
            loudness_lufs: wanted(sound.loudness_lufs, None),
            plr_db: wanted(sound.plr_db, None),
            range_lu: wanted(sound.range_lu, measured.loudness.as_ref().and_then(|loudness| loudness.range_lu)),
            side_to_mid_db: wanted(
                sound.side_to_mid_db,
                measured.stereo.as_ref().and_then(|stereo| stereo.side_to_mid_db),
            ),
            bands_db: bands.and_then(|bands| bands.try_into().ok()),
            tone_is_wished,
        }
    }
}

fn wanted(wish: Option<f64>, own: Option<f64>) -> Option<Wanted> {
    let value = wish.or(own).filter(|value| value.is_finite())?;
    Some(Wanted { value, is_wished: wish.is_some() })
}

fn genres(tags: Option<&Tags>, wishes: &Wishes) -> Vec<(String, f64)> {
    if wishes.genres.is_empty() {
        return tags.map(genre_shares).unwrap_or_default();
    }
    let mut named: Vec<String> = Vec::new();
    for genre in &wishes.genres {
        if !named.iter().any(|known| is_same(known, genre)) {
            named.push(genre.clone());
        }
    }
    let share = 1.0 / named.len() as f64;
    named.into_iter().map(|genre| (genre, share)).collect()
}

/// The genres that are heard, at most three, with shares that sum to 1.
pub(super) fn genre_shares(tags: &Tags) -> Vec<(String, f64)> {
    let mut heard: Vec<(String, f64)> = tags
        .genre
        .iter()
        .map(|tag| (tag.label.clone(), tag.score - CHANCE))
        .filter(|(_, excess)| *excess > 0.0)
        .collect();
    heard.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    heard.truncate(MOST_GENRES);
    let sum: f64 = heard.iter().map(|(_, excess)| excess).sum();
    heard.into_iter().map(|(genre, excess)| (genre, excess / sum)).collect()
}

/// Whether two words name one genre or language, whatever their case and separators.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    a == b || letters(a).eq(letters(b))
}

fn letters(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The vector at length 1; `None` for one of no length, or that is not finite.
pub(super) fn unit(vector: &[f32]) -> Option<Vec<f64>> {
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    let is_usable = length.is_finite() && length > 1e-9;
    is_usable.then(|| vector.iter().map(|value| f64::from(*value) / length).collect())
}
