//! Outputs of the models of REST v1: one struct a shape, several models having the same.

use std::collections::BTreeMap;

use super::read::record;
use super::result::{Scores, ScoresOverTime, Words};

record! {
    /// Labels with scores: moods, genres, characters …
    Taxonomy {
        /// Name of the model.
        version: String = "version",
        /// Scores of the whole track, 0 to 1; `null` of subgenres where there are none.
        scores: Scores = "scores",
        /// Labels that lead.
        tags: Vec<String> = "tags",
        /// Scores through time.
        segments: TaxonomySegments = "segments",
    }
}

record! {
    /// Scores of labels through time.
    TaxonomySegments {
        /// Where the stretches lie, in seconds.
        timestamps_s: Vec<Option<f64>> = "timestampsSeconds",
        /// Scores by label, one a stretch.
        values: ScoresOverTime = "values",
    }
}

record! {
    /// A number of the track, with its course: `BpmV2`.
    NumberModel {
        /// Name of the model.
        version: String = "version",
        /// Value of the whole track.
        tag: f64 = "tag",
        /// Values through time.
        segments: NumberSegments = "segments",
        /// How sure the model is.
        confidence: Confidence = "confidence",
    }
}

record! {
    /// Numbers through time.
    NumberSegments {
        /// Where the stretches lie, in seconds.
        timestamps_s: Vec<Option<f64>> = "timestampsSeconds",
        /// One value a stretch.
        values: Vec<Option<f64>> = "values",
    }
}

record! {
    /// A word about the track, with its course: `KeyV2`, `TimeSignatureV2`.
    WordModel {
        /// Name of the model.
        version: String = "version",
        /// Value of the whole track.
        tag: String = "tag",
        /// Values through time.
        segments: WordSegments = "segments",
        /// How sure the model is.
        confidence: Confidence = "confidence",
    }
}

record! {
    /// Words through time.
    WordSegments {
        /// Where the stretches lie, in seconds.
        timestamps_s: Vec<Option<f64>> = "timestampsSeconds",
        /// One value a stretch.
        values: Vec<Option<String>> = "values",
    }
}

record! {
    /// How sure a model is, each 0 to 1; above 0.9 the value is documented as unambiguous.
    Confidence {
        /// Of its predictions.
        model_certainty: f64 = "modelCertainty",
        /// How little they change through time.
        prediction_stability: f64 = "predictionStability",
        /// The smaller of the two.
        confidence: f64 = "confidence",
    }
}

record! {
    /// Whether software composed the music: `AiMusicDetectionV1`.
    AiMusicDetection {
        /// Name of the model.
        version: String = "version",
        /// Whether it did.
        is_ai_music: bool = "isAiMusic",
        /// How likely that is, 0 to 1.
        score: f64 = "score",
        /// Which software, if that is suspected.
        suspected_model: String = "suspectedModel",
    }
}

record! {
    /// The uploaded file, which need not be the source: `AudioFileInfoV1`.
    AudioFileInfo {
        /// Name of the model.
        version: String = "version",
        /// Length in seconds.
        duration_s: f64 = "duration",
        /// Size in bytes.
        file_size_bytes: i64 = "fileSizeB",
        /// Bit rate as the decoder gives it.
        bitrate: f64 = "bitrate",
        /// Sample rate.
        sample_rate_hz: f64 = "samplerate",
    }
}

record! {
    /// Twenty words that fit best: `AugmentedKeywordsV3`.
    Keywords {
        /// Name of the model.
        version: String = "version",
        /// Score by word, -1 to 1.
        scores: Scores = "scores",
    }
}

record! {
    /// A text about the track: `AutoDescriptionV2`.
    Description {
        /// Name of the model.
        version: String = "version",
        /// The text.
        description: String = "description",
    }
}

record! {
    /// Labels without scores: `FreeGenreV3`, `MusicForV1`.
    Labels {
        /// Name of the model.
        version: String = "version",
        /// The labels.
        tags: Vec<String> = "tags",
    }
}

record! {
    /// Instruments: `InstrumentsV2`.
    Instruments {
        /// Name of the model.
        version: String = "version",
        /// How much of the track each plays: `absent`, `partially`, `frequently`, `throughout`.
        presence: Words = "presence",
        /// Instruments that are present, the most frequent first.
        tags: Vec<String> = "tags",
        /// Scores through time.
        segments: TaxonomySegments = "segments",
    }
}

record! {
    /// When such music was made: `MusicalEraV2`.
    MusicalEra {
        /// Name of the model.
        version: String = "version",
        /// Year, 1950 or later.
        estimated_production_year: i64 = "estimatedProductionYear",
        /// Era, such as `midLate1990s`.
        tag: String = "tag",
    }
}

record! {
    /// The stretch that represents the track: `RepresentativeSegmentV2`.
    RepresentativeSegment {
        /// Name of the model.
        version: String = "version",
        /// Start in seconds.
        start_s: f64 = "startSeconds",
        /// End in seconds.
        end_s: f64 = "endSeconds",
    }
}

record! {
    /// A word for the tempo: `TempoV1`.
    TempoWord {
        /// Name of the model.
        version: String = "version",
        /// `slow`, `mediumSlow`, `medium`, `mediumFast`, `fast`.
        tag: String = "tag",
        /// Its score, 0 to 1.
        score: f64 = "score",
        /// Its score through time.
        segments: NumberSegments = "segments",
    }
}

record! {
    /// Valence, arousal, energy and emotion: `ValenceArousalV2`.
    ValenceArousal {
        /// Name of the model.
        version: String = "version",
        /// `valence` and `arousal`, -1 to 1.
        scores: BTreeMap<String, Option<f64>> = "scores",
        /// Both through time.
        segments: TaxonomySegments = "segments",
        /// `low`, `medium`, `high`, `varying`.
        energy_level: String = "energyLevel",
        /// How much the energy changes: `low`, `medium`, `high`.
        energy_changes: String = "energyChanges",
        /// `negative`, `neutral`, `positive`, `varying`.
        emotion_profile: String = "emotionProfile",
        /// How much the emotion changes: `low`, `medium`, `high`.
        emotion_changes: String = "emotionChanges",
    }
}

record! {
    /// Voices: `VocalsV2`.
    Vocals {
        /// Name of the model.
        version: String = "version",
        /// `female`, `male`, `instrumental`.
        scores: Scores = "scores",
        /// Of these, what leads.
        tags: Vec<String> = "tags",
        /// Scores through time.
        segments: TaxonomySegments = "segments",
        /// How much is sung: `low`, `medium`, `high`.
        vocal_presence: String = "vocalPresence",
        /// `male`, `female`.
        predominant_vocal_gender: String = "predominantVocalGender",
    }
}

record! {
    /// Speech over the music: `VoiceoverV2`.
    Voiceover {
        /// Name of the model.
        version: String = "version",
        /// How much, 0 to 1.
        voiceover_degree: f64 = "voiceoverDegree",
        /// Whether it leads.
        is_voiceover_dominant: bool = "isVoiceoverDominant",
        /// How much through time.
        segments: NumberSegments = "segments",
    }
}
