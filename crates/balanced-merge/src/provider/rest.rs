//! Values of a REST answer.

use super::{Said, Writer, by_presence, by_score, scored};
use crate::cyanite::{Confidence, ModelOutputs, Taxonomy};
use crate::vocabulary::Category;
use crate::{FieldName, RankedLabel};

pub(super) fn said(mut writer: Writer<'_>, outputs: &ModelOutputs) -> Said {
    if outputs.is_empty() {
        writer.note("cyanite rest-v1: the answer holds no output of a model".to_owned());
    }
    for output in &outputs.unread {
        let version = output["version"].as_str().unwrap_or("without a version");
        writer.note(format!("cyanite rest-v1: an output {version} is not read; it is kept"));
    }
    parameters(&mut writer, outputs);
    rankings(&mut writer, outputs);
    axes(&mut writer, outputs);
    words(&mut writer, outputs);
    writer.said
}

fn sure(confidence: Option<&Confidence>) -> Option<f64> {
    confidence.and_then(|confidence| confidence.confidence)
}

fn parameters(writer: &mut Writer<'_>, outputs: &ModelOutputs) {
    if let Some(bpm) = &outputs.bpm {
        writer.number(FieldName::Tempo, "BpmV2", outputs.tempo_bpm(), sure(bpm.confidence.as_ref()));
    }
    if let Some(key) = &outputs.key {
        writer.key("KeyV2", key.tag.as_ref(), sure(key.confidence.as_ref()));
    }
    if let Some(signature) = &outputs.time_signature {
        let value = writer.value("TimeSignatureV2").with_word(signature.tag.clone(), None);
        writer.push(FieldName::TimeSignature, value.with_confidence(sure(signature.confidence.as_ref())));
    }
}

fn rankings(writer: &mut Writer<'_>, outputs: &ModelOutputs) {
    for (field, model, category, output) in [
        (FieldName::Genre, "MainGenreV2", Category::Genre, &outputs.genre),
        (FieldName::Mood, "MoodSimpleV2", Category::Mood, &outputs.mood),
        (FieldName::MoodAdvanced, "MoodAdvancedV2", Category::MoodAdvanced, &outputs.mood_advanced),
        (FieldName::Movement, "MovementV2", Category::Movement, &outputs.movement),
        (FieldName::Character, "CharacterV2", Category::Character, &outputs.character),
    ] {
        if let Some(Taxonomy { scores, tags, .. }) = output {
            writer.ranking(field, model, scored(category, scores.as_ref(), tags.as_ref()));
        }
    }
    if let Some(Taxonomy { scores, tags, .. }) = &outputs.subgenre {
        let (epochs, subgenres): (Vec<_>, Vec<_>) = by_score(Category::Subgenre, scores.as_ref(), tags.as_ref())
            .into_iter()
            .partition(|(category, _)| *category == Category::ClassicalEpoch);
        let labels = |ranking: Vec<(Category, RankedLabel)>| ranking.into_iter().map(|(_, ranked)| ranked).collect();
        writer.ranking(FieldName::Subgenre, "SubgenreV2", labels(subgenres));
        // GraphQL has epochs of classical music only; REST scores them for every track.
        if epochs.iter().any(|(_, ranked)| ranked.leads) {
            writer.ranking(FieldName::ClassicalEpoch, "SubgenreV2", labels(epochs));
        }
    }
    if let Some(instruments) = &outputs.instruments {
        let ranking = by_presence(instruments.presence.as_ref(), instruments.tags.as_ref());
        writer.ranking(FieldName::Instrument, "InstrumentsV2", ranking);
    }
    if let Some(vocals) = &outputs.vocals {
        let ranking = scored(Category::Voice, vocals.scores.as_ref(), vocals.tags.as_ref());
        writer.ranking(FieldName::Voice, "VocalsV2", ranking);
    }
}

fn axes(writer: &mut Writer<'_>, outputs: &ModelOutputs) {
    let Some(output) = &outputs.valence_arousal else { return };
    let model = "ValenceArousalV2";
    let axis = |name: &str| output.scores.as_ref().and_then(|scores| scores.get(name).copied().flatten());
    writer.number(FieldName::Valence, model, axis("valence"), None);
    writer.number(FieldName::Arousal, model, axis("arousal"), None);
    writer.word(FieldName::Energy, model, Some(Category::EnergyLevel), output.energy_level.as_ref());
    writer.word(FieldName::EnergyDynamics, model, Some(Category::Dynamics), output.energy_changes.as_ref());
    writer.word(FieldName::EmotionalProfile, model, Some(Category::EmotionalProfile), output.emotion_profile.as_ref());
    writer.word(FieldName::EmotionalDynamics, model, Some(Category::Dynamics), output.emotion_changes.as_ref());
}

fn words(writer: &mut Writer<'_>, outputs: &ModelOutputs) {
    if let Some(era) = &outputs.era {
        let value = writer.value("MusicalEraV2").with_word(era.tag.clone(), None);
        writer.push(FieldName::Era, value.with_number(era.estimated_production_year.map(|year| year as f64)));
    }
    for (field, model, output) in [
        (FieldName::FreeGenre, "FreeGenreV3", &outputs.free_genre),
        (FieldName::MusicFor, "MusicForV1", &outputs.music_for),
    ] {
        if let Some(labels) = output.as_ref().and_then(|labels| labels.tags.as_ref()) {
            writer.list(field, model, labels);
        }
    }
    if let Some(description) = &outputs.description {
        writer.word(FieldName::Description, "AutoDescriptionV2", None, description.description.as_ref());
    }
}
