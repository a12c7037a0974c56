//! Fields of a merged document, which are compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::Category;

/// A property of the track about which there may be several opinions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldName {
    /// Tempo in beats a minute.
    Tempo,
    /// Key, such as `F# minor`.
    Key,
    /// Metre, such as `4/4`.
    TimeSignature,
    /// Genre families, ranked.
    Genre,
    /// Kinds within the families, ranked.
    Subgenre,
    /// Epochs of classical music, ranked.
    ClassicalEpoch,
    /// Moods, ranked.
    Mood,
    /// Moods of Cyanite's large vocabulary, ranked.
    MoodAdvanced,
    /// Instruments, ranked.
    Instrument,
    /// Voice: who sings, or instrumental.
    Voice,
    /// Energy: the local measure from 0 to 1, Cyanite's word.
    Energy,
    /// How much the energy changes.
    EnergyDynamics,
    /// From negative (-1) to positive (1).
    Valence,
    /// From calm to excited: the local proxy from 0 to 1, Cyanite's from -1 to 1.
    Arousal,
    /// Emotional profile.
    EmotionalProfile,
    /// How much the emotion changes.
    EmotionalDynamics,
    /// Kinds of movement, ranked.
    Movement,
    /// Characters, ranked.
    Character,
    /// When such music was made.
    Era,
    /// Genres in free words.
    FreeGenre,
    /// What the music suits.
    MusicFor,
    /// A sentence about the track.
    Description,
}

/// What a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holds {
    /// `number`.
    Number,
    /// `word`.
    Word,
    /// `ranking`.
    Labels,
}

/// How values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tempo,
    Key,
    Word,
    Energy,
    Axis,
    Ranking(Category),
    Voice,
    /// Free words, which are shown beside each other only.
    Open,
}

impl FieldName {
    /// Every field, in the order of the document.
    pub const ALL: [Self; 22] = [
        Self::Tempo,
        Self::Key,
        Self::TimeSignature,
        Self::Genre,
        Self::Subgenre,
        Self::ClassicalEpoch,
        Self::Mood,
        Self::MoodAdvanced,
        Self::Instrument,
        Self::Voice,
        Self::Energy,
        Self::EnergyDynamics,
        Self::Valence,
        Self::Arousal,
        Self::EmotionalProfile,
        Self::EmotionalDynamics,
        Self::Movement,
        Self::Character,
        Self::Era,
        Self::FreeGenre,
        Self::MusicFor,
        Self::Description,
    ];

    /// Returns the name, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tempo => "tempo",
            Self::Key => "key",
            Self::TimeSignature => "time_signature",
            Self::Genre => "genre",
            Self::Subgenre => "subgenre",
            Self::ClassicalEpoch => "classical_epoch",
            Self::Mood => "mood",
            Self::MoodAdvanced => "mood_advanced",
            Self::Instrument => "instrument",
            Self::Voice => "voice",
            Self::Energy => "energy",
            Self::EnergyDynamics => "energy_dynamics",
            Self::Valence => "valence",
            Self::Arousal => "arousal",
            Self::EmotionalProfile => "emotional_profile",
            Self::EmotionalDynamics => "emotional_dynamics",
            Self::Movement => "movement",
            Self::Character => "character",
            Self::Era => "era",
            Self::FreeGenre => "free_genre",
            Self::MusicFor => "music_for",
            Self::Description => "description",
        }
    }

    /// Returns what Cyanite's values of the field are.
    #[must_use]
    pub fn holds(self) -> Holds {
        match self {
            Self::Tempo | Self::Valence | Self::Arousal => Holds::Number,
            Self::FreeGenre | Self::MusicFor => Holds::Labels,
            _ => match self.kind() {
                Kind::Ranking(_) | Kind::Voice => Holds::Labels,
                _ => Holds::Word,
            },
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Tempo => Kind::Tempo,
            Self::Key => Kind::Key,
            Self::TimeSignature | Self::EnergyDynamics | Self::EmotionalProfile | Self::EmotionalDynamics => Kind::Word,
            Self::Energy => Kind::Energy,
            Self::Valence | Self::Arousal => Kind::Axis,
            Self::Genre => Kind::Ranking(Category::Genre),
            Self::Subgenre => Kind::Ranking(Category::Subgenre),
            Self::ClassicalEpoch => Kind::Ranking(Category::ClassicalEpoch),
            Self::Mood => Kind::Ranking(Category::Mood),
            Self::MoodAdvanced => Kind::Ranking(Category::MoodAdvanced),
            Self::Instrument => Kind::Ranking(Category::Instrument),
            Self::Movement => Kind::Ranking(Category::Movement),
            Self::Character => Kind::Ranking(Category::Character),
            Self::Voice => Kind::Voice,
            Self::Era | Self::FreeGenre | Self::MusicFor | Self::Description => Kind::Open,
        }
    }
}
