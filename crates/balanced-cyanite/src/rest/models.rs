//! Results: the answers of the models.

use serde_json::Value;

use super::{Request, Rest, json};
use crate::assumptions::REST_NOT_READY;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Repeat, percent};
use crate::watch::Watch;

const NAME: &str = "library-tracks models";

/// The models of the REST API, version 1 (official).
pub const REST_MODELS: [&str; 23] = [
    "AiMusicDetectionV1",
    "AudioFileInfoV1",
    "AugmentedKeywordsV3",
    "AutoDescriptionV2",
    "BpmV2",
    "CharacterV2",
    "FreeGenreV3",
    "InstrumentsV2",
    "KeyV2",
    "MainGenreV2",
    "MoodAdvancedV2",
    "MoodSimpleV2",
    "MovementV2",
    "MusicalEraV2",
    "MusicForV1",
    "RepresentativeSegmentV2",
    "SubgenreV2",
    "TempoV1",
    "TimeSignatureV2",
    "ValenceArousalV2",
    "VocalStyleV1",
    "VocalsV2",
    "VoiceoverV2",
];

impl Rest {
    /// Returns what the models say about a track, as the API answers: `{"items": […]}`.
    pub(crate) fn models(&self, id: &str, models: &[&str], watch: &Watch) -> Result<Value> {
        let query: Vec<String> = models.iter().map(|model| format!("model={}", percent(model))).collect();
        let path = format!("/library-tracks/{}/models?{}", percent(id), query.join("&"));
        let request = Request { name: NAME, method: "GET", path, content_type: None, body: &[], repeat: Repeat::Safe };
        let mut attempt = 1;
        loop {
            let answer = self.send(&request, watch)?;
            if REST_NOT_READY.contains(&answer.status) {
                let problem = format!("the results are not there ({})", answer.status);
                let remedy = "wait for the webhook, or ask again later; a track that was deleted answers alike";
                return Err(Error::new(ErrorKind::NotReady, NAME, problem, remedy));
            }
            match json(NAME, &answer) {
                Ok(json) if json["items"].is_array() => return Ok(json),
                Ok(_) => return Err(Error::protocol(NAME, "the answer has no items")),
                Err(error) if error.kind() == ErrorKind::Protocol && attempt < self.transport.attempts() => {
                    self.transport.back_off(attempt, watch);
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
