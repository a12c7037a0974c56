//! Heads of one's own: a platform's genres and moods, learnt from its own catalogue.
//!
//! ```no_run
//! use balanced::heads::{self, HeadOptions};
//!
//! fn main() -> Result<(), balanced::Error> {
//!     // A folder for each label, or a CSV file of paths and labels.
//!     let tracks = heads::read_labels("catalogue.csv")?;
//!     let trained = balanced::train_head(&tracks, &HeadOptions { name: "genre".to_owned(), ..HeadOptions::default() })?;
//!     println!("{:?}", trained.head.training.report.accuracy);
//!     balanced::write_file("genre.json", heads::json(&trained.head).as_bytes())
//! }
//! ```

mod csv;
mod labels;
mod train;

use std::path::Path;

use balanced_mastering::read_settings;
use balanced_model::{AnalysisConfig, Family, ModelUsed};
use balanced_tags::heads::HeadError;
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use balanced_model::{
    HeadEmbedding, HeadKind, HeadLabel, HeadLabelReport, HeadReport, HeadScore, HeadTag, HeadTags, HeadTraining,
    TagHead,
};
pub use balanced_tags::heads::HeadExample;
pub use labels::{LabelledTrack, read_labels};
pub use train::{HeadOptions, TrainedHead, train_head, train_on};

use crate::Error;
use crate::hash::hex;

/// Reads a head (`head.json`) and checks that it is for the embedding of this program.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file, the place in it (`labels[3].weights`) and what would be
/// right.
pub fn read(path: impl AsRef<Path>) -> Result<TagHead, Error> {
    let path = path.as_ref();
    let remedy = "give a file that `balanced heads train` wrote";
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error))?;
    from_json(&text).map_err(|error| error.in_file(path))
}

/// Reads a head from the text of its file.
///
/// # Errors
/// Returns the errors of [`read`].
pub fn from_json(text: &str) -> Result<TagHead, Error> {
    let remedy = "give a head that `balanced heads train` wrote";
    let tree: Value = serde_json::from_str(text)
        .map_err(|error| Error::settings(format!("is not JSON ({error})"), remedy).caused_by(error))?;
    // A later version may have other fields: it is told first.
    let version = tree.get("version").and_then(Value::as_u64);
    if version.is_some_and(|version| version != u64::from(TagHead::VERSION)) {
        let version = u32::try_from(version.unwrap_or_default()).unwrap_or(u32::MAX);
        check(&TagHead { version, ..TagHead::default() })?;
    }
    let head: TagHead = read_settings(tree).map_err(|slip| Error::spec(&slip))?;
    check(&head)?;
    Ok(head)
}

/// Formats a head as its file: JSON, one line for each label.
#[must_use]
pub fn json(head: &TagHead) -> String {
    fn text<T: serde::Serialize>(value: &T) -> String {
        serde_json::to_string(value).expect("a head is plain data")
    }
    let TagHead { version, name, kind, embedding, labels, training } = head;
    let (name, kind, embedding, training) = (text(name), text(kind), text(embedding), text(training));
    let labels: Vec<String> = labels.iter().map(|label| format!("    {}", text(label))).collect();
    format!(
        "{{\n  \"version\": {version},\n  \"name\": {name},\n  \"kind\": {kind},\n  \"embedding\": {embedding},\n  \
         \"training\": {training},\n  \"labels\": [\n{}\n  ]\n}}\n",
        labels.join(",\n")
    )
}

/// Checks a head: its version, its embedding against that of this program, and the form of its labels.
///
/// # Errors
/// Returns the errors of [`read`].
pub fn check(head: &TagHead) -> Result<(), Error> {
    balanced_tags::heads::check(head).map_err(|error| slip(&error))
}

/// Reads an embedding, such as one of a catalogue that was analysed before, with a head.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the head cannot be used here, or the embedding is not 200 finite
/// numbers.
pub fn apply(head: &TagHead, embedding: &[f32]) -> Result<HeadTags, Error> {
    check(head)?;
    balanced_tags::heads::read(head, embedding).ok_or_else(|| {
        let problem = format!("an embedding of {} values cannot be read with the head", embedding.len());
        Error::settings(problem, "give `tags.embedding` of an analysis, 200 finite numbers")
    })
}

/// Checks the heads of a configuration.
pub(crate) fn check_config(config: &AnalysisConfig) -> Result<(), Error> {
    if config.tags.heads.is_empty() {
        return Ok(());
    }
    if !config.families().contains(Family::Tags) {
        let remedy = "add tags to the families, or leave the heads out";
        return Err(Error::settings("tags.heads: are given, but tags are not measured", remedy));
    }
    for (index, head) in config.tags.heads.iter().enumerate() {
        let twice = config.tags.heads[..index].iter().any(|before| before.name == head.name);
        if twice {
            let problem = format!("tags.heads[{index}].name: \"{}\" is the name of a head above", head.name);
            return Err(Error::settings(problem, "give every head a name of its own"));
        }
        balanced_tags::heads::check(head)
            .map_err(|error| Error::settings(format!("tags.heads[{index}].{}", error.problem), &error.remedy))?;
    }
    Ok(())
}

/// Names and hashes of the heads of a configuration, as results tell what was used.
pub(crate) fn models(config: &AnalysisConfig) -> impl Iterator<Item = ModelUsed> {
    config.tags.heads.iter().map(|head| ModelUsed {
        name: format!("head {}", head.name),
        sha256: hex(&Sha256::digest(serde_json::to_vec(head).expect("a head is plain data"))),
    })
}

fn slip(error: &HeadError) -> Error {
    Error::settings(&error.problem, &error.remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalyzeOptions, DEMO_FLAC, TagConfig, analyze_bytes};

    fn head(name: &str) -> TagHead {
        let label = |label: &str, weight: f64| HeadLabel {
            label: label.to_owned(),
            weights: vec![weight; 200],
            bias: 0.0,
            slope: 1.0,
            offset: 0.0,
        };
        let embedding = balanced_tags::heads::embedding();
        let labels = vec![label("a", 0.01), label("b", -0.01)];
        TagHead { version: 1, name: name.to_owned(), embedding, labels, ..TagHead::default() }
    }

    fn analyzed(heads: Vec<TagHead>, families: Vec<Family>) -> Result<crate::Analysis, Error> {
        let tags = TagConfig { heads, embedding: true, ..TagConfig::default() };
        let config = AnalysisConfig { families, tags, ..AnalysisConfig::default() };
        analyze_bytes(DEMO_FLAC.to_vec(), &AnalyzeOptions { config, ..AnalyzeOptions::default() })
    }

    #[test]
    fn heads_speak_beside_the_tags_and_are_named_in_the_provenance() {
        let analysis = analyzed(vec![head("mood"), head("genre")], vec![Family::Tags]).unwrap();
        let tags = analysis.measurements.tags.unwrap();
        let names: Vec<&str> = tags.heads.iter().map(|head| head.name.as_str()).collect();
        assert_eq!(names, ["mood", "genre"]);
        assert_eq!(tags.heads[0], apply(&head("mood"), tags.embedding.as_ref().unwrap()).unwrap());
        let models: Vec<&str> = analysis.provenance.models.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(models, ["MSD_musicnn", "MTT_musicnn", "head mood", "head genre"]);
        assert_ne!(analysis.provenance.models[2].sha256, analysis.provenance.models[3].sha256);
    }

    #[test]
    fn a_configuration_without_heads_has_the_hash_that_it_had() {
        let text = serde_json::to_string(&AnalysisConfig::default()).unwrap();
        assert!(!text.contains("heads"), "{text}");
        let tags = TagConfig { heads: vec![head("x")], ..TagConfig::default() };
        let with = AnalysisConfig { tags, ..AnalysisConfig::default() };
        assert_ne!(crate::config_hash(&with), crate::config_hash(&AnalysisConfig::default()));
    }

    #[test]
    fn heads_that_cannot_speak_are_refused_before_the_work() {
        let mut other = head("x");
        other.embedding.sha256 = "0".repeat(64);
        let words = |heads, families| analyzed(heads, families).unwrap_err().to_string();
        assert!(words(vec![other], vec![Family::Tags]).contains("tags.heads[0].embedding"));
        assert!(words(vec![head("x")], vec![Family::Loudness]).contains("add tags"));
        assert!(words(vec![head("x"), head("x")], vec![Family::Tags]).contains("tags.heads[1].name"));
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_slips_have_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("head.json");
        let mut odd = head("genre");
        odd.labels[0].weights[5] = 0.1 + 0.2;
        odd.training.date = Some("2026-11-30".to_owned());
        std::fs::write(&file, json(&odd)).unwrap();
        assert_eq!(read(&file).unwrap(), odd);
        assert_eq!(json(&odd).lines().filter(|line| line.starts_with("    {")).count(), 2, "a line for each label");
        let problem = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let error = read(&file).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Settings);
            error.to_string()
        };
        assert!(problem("{").contains("head.json: is not JSON"));
        assert!(problem(r#"{"version": 2, "new": 1}"#).contains("version: 2 is not known"));
        assert!(problem(&json(&odd).replace("\"bias\"", "\"basis\"")).contains("labels[0]"));
        assert!(read(folder.path().join("none")).unwrap_err().to_string().contains("cannot be read"));
        assert!(apply(&odd, &[0.0; 3]).unwrap_err().to_string().contains("3 values"));
    }
}
