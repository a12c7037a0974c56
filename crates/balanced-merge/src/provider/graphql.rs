//! Values of a GraphQL answer: those of its newest finished analysis.

use super::{Said, Writer, by_presence, scored};
use crate::FieldName;
use crate::cyanite::{AnalysisResult, AnalysisState, LibraryTrack};
use crate::vocabulary::Category;

pub(super) fn said(mut writer: Writer<'_>, track: &LibraryTrack) -> Said {
    for analysis in &track.analyses {
        let why = analysis.error.as_deref().map_or_else(String::new, |error| format!(" ({error})"));
        if analysis.state != AnalysisState::Finished {
            let state = analysis.state.name().replace('_', " ");
            writer.note(format!("cyanite graphql: analysis {} is {state}{why}", analysis.version));
        }
    }
    match &track.message {
        Some(message) => writer.note(format!("cyanite graphql: {message}")),
        None if track.analyses.is_empty() => writer.note("cyanite graphql: the answer holds no analysis".to_owned()),
        None => {}
    }
    if let Some((version, result)) = track.newest_result() {
        values(&mut writer, &format!("AudioAnalysis{version}"), result);
    }
    writer.said
}

fn values(writer: &mut Writer<'_>, model: &str, result: &AnalysisResult) {
    let key = result.key_prediction.as_ref();
    writer.number(FieldName::Tempo, model, result.tempo_bpm(), result.tempo_confidence());
    writer.key(
        model,
        key.and_then(|key| key.value.as_ref()).or(result.key.as_ref()),
        key.and_then(|key| key.confidence),
    );
    writer.word(FieldName::TimeSignature, model, None, result.time_signature.as_ref());
    rankings(writer, model, result);
    writer.word(FieldName::Energy, model, Some(Category::EnergyLevel), result.energy_level.as_ref());
    writer.word(FieldName::EnergyDynamics, model, Some(Category::Dynamics), result.energy_dynamics.as_ref());
    writer.number(FieldName::Valence, model, result.valence, None);
    writer.number(FieldName::Arousal, model, result.arousal, None);
    writer.word(
        FieldName::EmotionalProfile,
        model,
        Some(Category::EmotionalProfile),
        result.emotional_profile.as_ref(),
    );
    writer.word(FieldName::EmotionalDynamics, model, Some(Category::Dynamics), result.emotional_dynamics.as_ref());
    writer.word(FieldName::Era, model, None, result.musical_era_tag.as_ref());
    writer.list(FieldName::FreeGenre, model, &result.free_genres());
    writer.word(FieldName::Description, model, None, result.transformer_caption.as_ref());
}

fn rankings(writer: &mut Writer<'_>, model: &str, result: &AnalysisResult) {
    let genre = match (&result.advanced_genre, &result.advanced_genre_tags) {
        (None, None) => scored(Category::Genre, result.genre.as_ref(), result.genre_tags.as_ref()),
        (scores, tags) => scored(Category::Genre, scores.as_ref(), tags.as_ref()),
    };
    let subgenre = match (&result.advanced_subgenre, &result.advanced_subgenre_tags) {
        (None, None) => scored(Category::Subgenre, result.subgenre.as_ref(), result.subgenre_tags.as_ref()),
        (scores, tags) => scored(Category::Subgenre, scores.as_ref(), tags.as_ref()),
    };
    writer.ranking(FieldName::Genre, model, genre);
    writer.ranking(FieldName::Subgenre, model, subgenre);
    for (field, category, scores, tags) in [
        (FieldName::ClassicalEpoch, Category::ClassicalEpoch, &result.classical_epoch, &result.classical_epoch_tags),
        (FieldName::Mood, Category::Mood, &result.mood, &result.mood_tags),
        (FieldName::MoodAdvanced, Category::MoodAdvanced, &result.mood_advanced, &result.mood_advanced_tags),
        (FieldName::Voice, Category::Voice, &result.voice, &result.voice_tags),
        (FieldName::Movement, Category::Movement, &result.movement, &result.movement_tags),
        (FieldName::Character, Category::Character, &result.character, &result.character_tags),
    ] {
        writer.ranking(field, model, scored(category, scores.as_ref(), tags.as_ref()));
    }
    writer.ranking(FieldName::Instrument, model, instruments(result));
}

/// Instruments of the largest vocabulary that the result has.
fn instruments(result: &AnalysisResult) -> Vec<crate::RankedLabel> {
    [
        (&result.advanced_instrument_presence_extended, &result.advanced_instrument_tags_extended),
        (&result.advanced_instrument_presence, &result.advanced_instrument_tags),
        (&result.instrument_presence, &result.instrument_tags),
    ]
    .into_iter()
    .map(|(presence, tags)| by_presence(presence.as_ref(), tags.as_ref()))
    .find(|ranking| !ranking.is_empty())
    .unwrap_or_default()
}
