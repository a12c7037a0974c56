//! The result of a GraphQL analysis: V6 and V7 in one struct, every field of either.

use std::collections::BTreeMap;

use super::read::record;

/// Score by label, 0 to 1.
pub type Scores = BTreeMap<String, Option<f64>>;
/// Scores through time by label; places as in `timestamps`.
pub type ScoresOverTime = BTreeMap<String, Option<Vec<Option<f64>>>>;
/// Word by label, such as how much of the track an instrument plays.
pub type Words = BTreeMap<String, Option<String>>;

record! {
    /// Result of an analysis of either GraphQL version; every field may be missing.
    ///
    /// V7 has what V6 has, and the fields called `advanced_*` that describe the newer genres and instruments.
    AnalysisResult {
        /// Scores in stretches of about 15 seconds.
        segments: Segments = "segments",
        /// Genres.
        genre: Scores = "genre",
        /// Genres that lead.
        genre_tags: Vec<String> = "genreTags",
        /// Subgenres.
        subgenre: Scores = "subgenre",
        /// Subgenres that lead.
        subgenre_tags: Vec<String> = "subgenreTags",
        /// Subgenres of electronic music (deprecated).
        subgenre_edm: Scores = "subgenreEdm",
        /// Subgenres of electronic music that lead (deprecated).
        subgenre_edm_tags: Vec<String> = "subgenreEdmTags",
        /// Moods.
        mood: Scores = "mood",
        /// Moods that lead, or `ambiguous`.
        mood_tags: Vec<String> = "moodTags",
        /// Where each mood is strongest.
        mood_max_times: Vec<MoodMaxTime> = "moodMaxTimes",
        /// Moods of the large vocabulary.
        mood_advanced: Scores = "moodAdvanced",
        /// Moods of the large vocabulary that lead.
        mood_advanced_tags: Vec<String> = "moodAdvancedTags",
        /// Female, male, instrumental.
        voice: Scores = "voice",
        /// Of these, what leads.
        voice_tags: Vec<String> = "voiceTags",
        /// How much is sung: `none`, `low`, `medium`, `high`.
        voice_presence_profile: String = "voicePresenceProfile",
        /// `none`, `female`, `male`.
        predominant_voice_gender: String = "predominantVoiceGender",
        /// Whether somebody speaks over the music.
        voiceover_exists: bool = "voiceoverExists",
        /// How much somebody speaks over the music, 0 to 1.
        voiceover_degree: f64 = "voiceoverDegree",
        /// Instruments (percussion only).
        instruments: Scores = "instruments",
        /// How much of the track each instrument plays: `absent`, `partially`, `frequently`, `throughout`.
        instrument_presence: Words = "instrumentPresence",
        /// Instruments that are present.
        instrument_tags: Vec<String> = "instrumentTags",
        /// Tempo in beats a minute; see [`AnalysisResult::tempo_bpm`].
        bpm: f64 = "bpm",
        /// Tempo with its confidence.
        bpm_prediction: NumberPrediction = "bpmPrediction",
        /// Tempo brought into 60 to 180 beats a minute.
        bpm_range_adjusted: f64 = "bpmRangeAdjusted",
        /// Key, such as `fsMinor`.
        key: String = "key",
        /// Key with its confidence.
        key_prediction: WordPrediction = "keyPrediction",
        /// Such as `4/4`.
        time_signature: String = "timeSignature",
        /// From negative to positive.
        valence: f64 = "valence",
        /// From calm to excited.
        arousal: f64 = "arousal",
        /// `low`, `medium`, `high`, `variable`.
        energy_level: String = "energyLevel",
        /// How much the energy changes: `low`, `medium`, `high`.
        energy_dynamics: String = "energyDynamics",
        /// `negative`, `balanced`, `positive`, `variable`.
        emotional_profile: String = "emotionalProfile",
        /// How much the emotion changes: `low`, `medium`, `high`.
        emotional_dynamics: String = "emotionalDynamics",
        /// When such music was made.
        musical_era_tag: String = "musicalEraTag",
        /// Kinds of movement.
        movement: Scores = "movement",
        /// Kinds of movement that lead.
        movement_tags: Vec<String> = "movementTags",
        /// Characters.
        character: Scores = "character",
        /// Characters that lead.
        character_tags: Vec<String> = "characterTags",
        /// Epochs, of classical music only.
        classical_epoch: Scores = "classicalEpoch",
        /// Epochs that lead, of classical music only.
        classical_epoch_tags: Vec<String> = "classicalEpochTags",
        /// A sentence about the track.
        transformer_caption: String = "transformerCaption",
        /// Genres in free words: one text with commas; see [`AnalysisResult::free_genres`].
        free_genre_tags: String = "freeGenreTags",
        /// Genres (V7).
        advanced_genre: Scores = "advancedGenre",
        /// Genres that lead (V7).
        advanced_genre_tags: Vec<String> = "advancedGenreTags",
        /// Subgenres (V7).
        advanced_subgenre: Scores = "advancedSubgenre",
        /// Subgenres that lead (V7).
        advanced_subgenre_tags: Vec<String> = "advancedSubgenreTags",
        /// How much of the track each instrument plays (V7).
        advanced_instrument_presence: Words = "advancedInstrumentPresence",
        /// Instruments that are present (V7).
        advanced_instrument_tags: Vec<String> = "advancedInstrumentTags",
        /// How much of the track each instrument of the large vocabulary plays (V7).
        advanced_instrument_presence_extended: Words = "advancedInstrumentPresenceExtended",
        /// Instruments of the large vocabulary that are present (V7).
        advanced_instrument_tags_extended: Vec<String> = "advancedInstrumentTagsExtended",
    }
}

record! {
    /// Scores in stretches of the track; lists have one place for each of `timestamps`.
    Segments {
        /// Place of the stretch that represents the track.
        representative_segment_index: i64 = "representativeSegmentIndex",
        /// Where the stretches lie, in seconds; whether that is their start or their centre is documented differently in
        /// different places.
        timestamps: Vec<Option<f64>> = "timestamps",
        /// Moods.
        mood: ScoresOverTime = "mood",
        /// Female, male, instrumental.
        voice: ScoresOverTime = "voice",
        /// Instruments.
        instruments: ScoresOverTime = "instruments",
        /// Instruments (V7).
        advanced_instruments: ScoresOverTime = "advancedInstruments",
        /// Instruments of the large vocabulary (V7).
        advanced_instruments_extended: ScoresOverTime = "advancedInstrumentsExtended",
        /// Genres.
        genre: ScoresOverTime = "genre",
        /// Subgenres.
        subgenre: ScoresOverTime = "subgenre",
        /// Subgenres of electronic music.
        subgenre_edm: ScoresOverTime = "subgenreEdm",
        /// From negative to positive.
        valence: Vec<Option<f64>> = "valence",
        /// From calm to excited.
        arousal: Vec<Option<f64>> = "arousal",
        /// Moods of the large vocabulary.
        mood_advanced: ScoresOverTime = "moodAdvanced",
        /// Kinds of movement.
        movement: ScoresOverTime = "movement",
        /// Characters.
        character: ScoresOverTime = "character",
        /// Epochs of classical music.
        classical_epoch: ScoresOverTime = "classicalEpoch",
        /// Genres (V7).
        advanced_genre: ScoresOverTime = "advancedGenre",
        /// Subgenres (V7).
        advanced_subgenre: ScoresOverTime = "advancedSubgenre",
    }
}

record! {
    /// Where a mood is strongest.
    MoodMaxTime {
        /// Mood.
        mood: String = "mood",
        /// Start in seconds.
        start_s: f64 = "start",
        /// End in seconds.
        end_s: f64 = "end",
    }
}

record! {
    /// A number with its confidence.
    NumberPrediction {
        /// The number.
        value: f64 = "value",
        /// 0 to 1.
        confidence: f64 = "confidence",
    }
}

record! {
    /// A word with its confidence.
    WordPrediction {
        /// The word.
        value: String = "value",
        /// 0 to 1.
        confidence: f64 = "confidence",
    }
}

impl AnalysisResult {
    /// Returns the tempo; `None` where it is missing, or zero, as recordings come back in which no tempo was found.
    #[must_use]
    pub fn tempo_bpm(&self) -> Option<f64> {
        let predicted = self.bpm_prediction.as_ref().and_then(|prediction| prediction.value);
        positive(predicted).or_else(|| positive(self.bpm))
    }

    /// Returns the confidence of the tempo, 0 to 1.
    #[must_use]
    pub fn tempo_confidence(&self) -> Option<f64> {
        self.bpm_prediction.as_ref().and_then(|prediction| prediction.confidence)
    }

    /// Returns the genres in free words, one a value.
    #[must_use]
    pub fn free_genres(&self) -> Vec<String> {
        let text = self.free_genre_tags.as_deref().unwrap_or_default();
        text.split(',').map(str::trim).filter(|genre| !genre.is_empty()).map(str::to_owned).collect()
    }
}

/// A tempo of zero or below is none.
pub(super) fn positive(bpm: Option<f64>) -> Option<f64> {
    bpm.filter(|bpm| *bpm > 0.0)
}
