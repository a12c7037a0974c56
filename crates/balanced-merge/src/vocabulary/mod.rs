//! One spelling for what two interfaces and three generations of models call by different words.
//!
//! The spelling is that of GraphQL V7, which the local tags use too; a word that only REST has keeps REST's. Labels that
//! no list holds stay as they came.

mod key;
mod labels;
mod local;
mod spelling;

pub use key::KeyName;
pub use local::{LOCAL, LocalLabel, Relation, local_label};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a label describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Category {
    /// Genre families.
    Genre,
    /// Kinds within the families.
    Subgenre,
    /// Epochs of classical music.
    ClassicalEpoch,
    /// Moods, the small vocabulary.
    Mood,
    /// Moods, the large vocabulary.
    MoodAdvanced,
    /// Instruments.
    Instrument,
    /// How much of a track an instrument plays.
    Presence,
    /// Female, male, instrumental.
    Voice,
    /// Kinds of voices (REST only).
    VocalStyle,
    /// Kinds of movement.
    Movement,
    /// Characters.
    Character,
    /// How much energy.
    EnergyLevel,
    /// How much the energy, or the emotion, changes.
    Dynamics,
    /// From negative to positive.
    EmotionalProfile,
    /// Words for the tempo (REST only).
    TempoWord,
    /// When such music was made (REST only; GraphQL's is free text).
    Era,
    /// What the music suits (REST only); its 302 words are not listed here.
    MusicFor,
}

/// A label in the one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    /// What it describes; REST's epochs of classical music, which it lists among the subgenres, become epochs.
    pub category: Category,
    /// The label.
    pub label: String,
    /// Whether the vocabularies of this version hold it.
    pub is_known: bool,
}

impl Category {
    /// Returns the labels in the one spelling, or nothing where the vocabulary is open.
    #[must_use]
    pub fn labels(self) -> &'static [&'static str] {
        labels::of(self)
    }
}

/// Brings a label of any interface and version into the one spelling.
///
/// ```
/// use balanced_merge::vocabulary::{Category, normalised};
///
/// assert_eq!(normalised(Category::Genre, "electronic").label, "electronicDance");
/// assert_eq!(normalised(Category::Genre, "polka").label, "polka");
/// ```
#[must_use]
pub fn normalised(category: Category, label: &str) -> Normalised {
    let label = label.trim();
    let (category, label) = spelling::of(category, label).unwrap_or((category, label));
    Normalised { category, label: label.to_owned(), is_known: category.labels().contains(&label) }
}

/// Returns every label that is spelled differently somewhere: what it describes there, that spelling, and the one spelling
/// with what it describes here.
pub fn respelled() -> impl Iterator<Item = (Category, &'static str, Category, &'static str)> {
    spelling::all()
}

#[cfg(test)]
mod tests;
