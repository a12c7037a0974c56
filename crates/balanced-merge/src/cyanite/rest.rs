//! The REST answer about a track: the outputs of its models, told apart by `version`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::models::{
    AiMusicDetection, AudioFileInfo, Description, Instruments, Keywords, Labels, MusicalEra, NumberModel,
    RepresentativeSegment, Taxonomy, TempoWord, ValenceArousal, Vocals, Voiceover, WordModel,
};
use super::read::Read;
use super::result::positive;

/// Defines the fields of [`ModelOutputs`], each with the name of its model.
macro_rules! models {
    ($($(#[$doc:meta])* $field:ident: $kind:ty = $version:literal,)*) => {
        /// Outputs of the models that were asked for; each may be missing.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct ModelOutputs {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)*
            /// Outputs of models that this version does not know, of models that came twice, and what else was no output.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub unread: Vec<Value>,
        }

        impl ModelOutputs {
            /// Names of the models that are read, in the order of the fields.
            pub const MODELS: [&'static str; [$($version),*].len()] = [$($version),*];

            /// Puts an output in its field; returns whether it has one.
            fn place(&mut self, version: &str, output: &Value) -> bool {
                match version {
                    $($version if self.$field.is_none() => {
                        self.$field = <$kind>::read(output).map(|(read, _)| read);
                        self.$field.is_some()
                    })*
                    _ => false,
                }
            }
        }
    };
}

models! {
    /// Whether software composed the music.
    ai_music_detection: AiMusicDetection = "AiMusicDetectionV1",
    /// The uploaded file.
    audio_file_info: AudioFileInfo = "AudioFileInfoV1",
    /// Twenty words that fit best.
    keywords: Keywords = "AugmentedKeywordsV3",
    /// A text about the track.
    description: Description = "AutoDescriptionV2",
    /// Tempo in beats a minute, 60 to 200.
    bpm: NumberModel = "BpmV2",
    /// Characters.
    character: Taxonomy = "CharacterV2",
    /// Genres in free words.
    free_genre: Labels = "FreeGenreV3",
    /// Instruments.
    instruments: Instruments = "InstrumentsV2",
    /// Key, such as `fSharpMinor`.
    key: WordModel = "KeyV2",
    /// Genres.
    genre: Taxonomy = "MainGenreV2",
    /// Moods of the large vocabulary.
    mood_advanced: Taxonomy = "MoodAdvancedV2",
    /// Moods.
    mood: Taxonomy = "MoodSimpleV2",
    /// Kinds of movement.
    movement: Taxonomy = "MovementV2",
    /// When such music was made.
    era: MusicalEra = "MusicalEraV2",
    /// What the music suits.
    music_for: Labels = "MusicForV1",
    /// The stretch that represents the track.
    representative_segment: RepresentativeSegment = "RepresentativeSegmentV2",
    /// Subgenres.
    subgenre: Taxonomy = "SubgenreV2",
    /// A word for the tempo.
    tempo_word: TempoWord = "TempoV1",
    /// Such as `4/4`.
    time_signature: WordModel = "TimeSignatureV2",
    /// Valence, arousal, energy and emotion.
    valence_arousal: ValenceArousal = "ValenceArousalV2",
    /// Kinds of voices, with or without instruments.
    vocal_style: Taxonomy = "VocalStyleV1",
    /// Voices.
    vocals: Vocals = "VocalsV2",
    /// Speech over the music.
    voiceover: Voiceover = "VoiceoverV2",
}

impl ModelOutputs {
    /// Reads an answer to `/models`; never fails, since what does not fit is kept in `unread`.
    #[must_use]
    pub fn read(answer: &Value) -> Self {
        let mut outputs = Self::default();
        let items = answer.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for item in items {
            let version = item.get("version").and_then(Value::as_str).unwrap_or_default();
            if !outputs.place(version, item) {
                outputs.unread.push(item.clone());
            }
        }
        outputs
    }

    /// Returns the tempo; `None` where it is missing or zero.
    #[must_use]
    pub fn tempo_bpm(&self) -> Option<f64> {
        positive(self.bpm.as_ref().and_then(|bpm| bpm.tag))
    }

    /// Returns whether no model has answered yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
