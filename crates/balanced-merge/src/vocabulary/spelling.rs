//! Labels that are spelled differently somewhere: a table.

use super::Category::{
    self, ClassicalEpoch, EmotionalProfile, EnergyLevel, Genre, Instrument, Mood, Movement, Subgenre,
};

/// Spellings that differ: category, other spelling, spelling used here; beside it, who uses the other.
#[rustfmt::skip]
const SPELLINGS: [(Category, &str, &str); 16] = [
    (Mood, "chill", "chilled"), // REST MoodSimpleV2
    (Movement, "bouncing", "bouncy"), // REST MovementV2
    (Genre, "african", "afro"), // REST MainGenreV2
    (Genre, "middleEastern", "arab"), // REST MainGenreV2
    (Genre, "electronic", "electronicDance"), // REST MainGenreV2
    (Genre, "singerSongwriter", "singerSongwriters"), // REST MainGenreV2, GraphQL V6
    (Subgenre, "abstractIdm", "abstractIDMLeftfield"), // REST SubgenreV2
    (Subgenre, "breakbeatDnb", "breakbeatDnB"), // REST SubgenreV2
    (Subgenre, "breakbeatDrumAndBass", "breakbeatDnB"), // GraphQL V6 subgenreEdm
    (Subgenre, "contemporaryRnb", "contemporaryRnB"), // REST SubgenreV2
    (Subgenre, "psychProgRock", "psychedelicProgressiveRock"), // REST SubgenreV2
    (Instrument, "horn", "frenchHorn"), // REST InstrumentsV2
    (Instrument, "saxophone", "sax"), // REST InstrumentsV2
    (EnergyLevel, "varying", "variable"), // REST ValenceArousalV2
    (EmotionalProfile, "varying", "variable"), // REST ValenceArousalV2
    (EmotionalProfile, "neutral", "balanced"), // REST ValenceArousalV2
];

/// REST's subgenres that GraphQL has as epochs, with the epoch.
const EPOCHS: [(&str, &str); 6] = [
    ("medievalPeriod", "middleAge"),
    ("renaissancePeriod", "renaissance"),
    ("baroquePeriod", "baroque"),
    ("classicalPeriod", "classical"),
    ("romanticPeriod", "romantic"),
    ("contemporaryClassical", "contemporary"),
];

/// The one spelling of a label that has another here.
pub(super) fn of(category: Category, label: &str) -> Option<(Category, &'static str)> {
    all().find(|(from, other, _, _)| (*from, *other) == (category, label)).map(|(_, _, to, own)| (to, own))
}

/// Every difference.
pub(super) fn all() -> impl Iterator<Item = (Category, &'static str, Category, &'static str)> {
    let same = SPELLINGS.iter().map(|(category, other, own)| (*category, *other, *category, *own));
    same.chain(EPOCHS.iter().map(|(other, own)| (Subgenre, *other, ClassicalEpoch, *own)))
}
