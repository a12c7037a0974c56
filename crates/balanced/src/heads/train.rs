//! Training on files: measure, then learn.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use balanced_assistant::Date;
use balanced_model::{Analysis, AnalysisConfig, Family, TagConfig, TagHead};
use balanced_tags::heads::{HeadExample, HeadPlan};
use serde_json::Value;

use super::{LabelledTrack, slip};
use crate::{AnalyzeOptions, Error, Order, Progress, Stage, analyze_many};

/// Options of [`train_head`].
#[derive(Clone, Default)]
pub struct HeadOptions<'a> {
    /// Name of the head, under which its labels stand in results.
    pub name: String,
    /// Day of the training, such as `2026-11-30`, for the head's facts.
    pub date: Option<String>,
    /// Rows that `balanced analyze --embedding --json` wrote; tracks that they hold are not measured again.
    pub analyses: Option<PathBuf>,
    /// Number of files measured at the same time; 0 means one for every core.
    pub jobs: usize,
    /// Options of the measurement; of its configuration only the number of patches is used.
    pub analyze: AnalyzeOptions<'a>,
}

/// Head with what became of its tracks.
#[derive(Clone, Debug)]
pub struct TrainedHead {
    /// Head.
    pub head: TagHead,
    /// Tracks that could not be measured and were left out, each with its error.
    pub failures: Vec<(PathBuf, Error)>,
}

/// Measures labelled tracks and trains a head on them.
///
/// Tracks whose files hold the same bytes are taken as one group. A file that cannot be measured, or holds nothing to hear, is left
/// out and told.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the tracks are too few or the options wrong, and
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if the call was stopped.
pub fn train_head(tracks: &[LabelledTrack], options: &HeadOptions<'_>) -> Result<TrainedHead, Error> {
    // Mistakes are told before the work.
    let plan = plan(options)?;
    let unmeasured: Vec<HeadExample> = tracks
        .iter()
        .map(|LabelledTrack { labels, group, .. }| HeadExample {
            labels: labels.clone(),
            group: group.clone(),
            ..HeadExample::default()
        })
        .collect();
    balanced_tags::heads::check_plan(&unmeasured, &plan).map_err(|error| slip(&error))?;
    let mut examples = Gathered { tracks, examples: vec![None; tracks.len()], failures: Vec::new() };
    if let Some(path) = &options.analyses {
        examples.take_rows(path)?;
    }
    examples.measure(options);
    if options.analyze.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
        return Err(Error::cancelled());
    }
    let Gathered { examples, failures, .. } = examples;
    let measured: Vec<(HeadExample, String)> = examples.into_iter().flatten().collect();
    let head = train_on(&grouped(measured), options).map_err(|error| match failures.first() {
        Some((path, first)) if error.kind() == crate::ErrorKind::Settings => {
            let (count, file) = (failures.len(), path.display());
            error.with_remark(&format!(" ({count} files were left out, the first {file}: {})", first.problem()))
        }
        _ => error,
    })?;
    Ok(TrainedHead { head, failures })
}

/// Trains a head on embeddings that were measured before, by this version of the program.
///
/// Only name, date, progress and cancel flag of `options` are used.
///
/// # Errors
/// Returns the errors of [`train_head`].
pub fn train_on(examples: &[HeadExample], options: &HeadOptions<'_>) -> Result<TagHead, Error> {
    let plan = plan(options)?;
    let is_stopped = || options.analyze.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed));
    let trained = balanced_tags::heads::train(examples, &plan, |done| {
        if let Some(tell) = options.analyze.progress {
            tell(Progress { stage: Stage::Train, fraction: Some(done) });
        }
        !is_stopped()
    });
    trained.map_err(|error| if is_stopped() { Error::cancelled() } else { slip(&error) })
}

fn plan(options: &HeadOptions<'_>) -> Result<HeadPlan, Error> {
    if let Some(date) = &options.date {
        date.parse::<Date>().map_err(|problem| Error::settings(format!("date: {problem}"), "give a day, or none"))?;
    }
    Ok(HeadPlan { name: options.name.clone(), date: options.date.clone() })
}

/// Embeddings of the tracks, with the hash of each file.
struct Gathered<'a> {
    tracks: &'a [LabelledTrack],
    examples: Vec<Option<(HeadExample, String)>>,
    failures: Vec<(PathBuf, Error)>,
}

impl Gathered<'_> {
    /// Takes the embeddings that a file of rows has; rows of other tracks, and of failed ones, are passed over.
    fn take_rows(&mut self, path: &Path) -> Result<(), Error> {
        let remedy = "write it with `balanced analyze TRACKS --embedding --json`";
        let unreadable = |error: std::io::Error| {
            Error::settings(format!("cannot be read as analyses ({error})"), remedy).in_file(path).caused_by(error)
        };
        let places: BTreeMap<PathBuf, usize> =
            self.tracks.iter().enumerate().map(|(place, track)| (resolved(&track.path), place)).collect();
        for (index, line) in BufReader::new(File::open(path).map_err(unreadable)?).lines().enumerate() {
            let line = line.map_err(unreadable)?;
            let slip = |error: serde_json::Error| {
                let problem = format!("line {}: is no analysis ({error})", index + 1);
                Error::settings(problem, remedy).in_file(path).caused_by(error)
            };
            if line.trim().is_empty() {
                continue;
            }
            let row: Value = serde_json::from_str(&line).map_err(slip)?;
            if row.get("error").is_some() {
                continue;
            }
            let analysis: Analysis = serde_json::from_value(row).map_err(slip)?;
            let Some(place) = analysis.source.path.as_ref().and_then(|name| places.get(&resolved(Path::new(name))))
            else {
                continue;
            };
            let ours = balanced_tags::heads::embedding();
            let of_network =
                |model: &balanced_model::ModelUsed| model.name == ours.model && model.sha256 != ours.sha256;
            if analysis.provenance.models.iter().any(of_network) {
                let problem = format!("line {}: its embedding is of another version of the network", index + 1);
                return Err(Error::settings(problem, "analyse the tracks again with this program").in_file(path));
            }
            self.examples[*place] = self.example(*place, &analysis);
        }
        Ok(())
    }

    /// Measures the tracks that are not known yet.
    fn measure(&mut self, options: &HeadOptions<'_>) {
        let missing: Vec<usize> = (0..self.tracks.len()).filter(|place| self.examples[*place].is_none()).collect();
        let paths: Vec<PathBuf> = missing.iter().map(|place| self.tracks[*place].path.clone()).collect();
        let tags = TagConfig { embedding: true, heads: Vec::new(), ..options.analyze.config.tags.clone() };
        let config = AnalysisConfig { families: vec![Family::Tags], tags, ..AnalysisConfig::default() };
        let analyze = AnalyzeOptions { config, ..options.analyze.clone() };
        let jobs = if options.jobs == 0 { crate::analyze::cores() } else { options.jobs };
        let mut places = missing.iter();
        analyze_many(&paths, jobs, Order::AsGiven, &analyze, |path, result| {
            let Some(place) = places.next() else { return };
            match result {
                Ok(analysis) => {
                    self.examples[*place] = self.example(*place, &analysis);
                    if self.examples[*place].is_none() {
                        let remedy = "leave it out, or give a track of at least a second of sound";
                        let error = Error::settings("has nothing to hear", remedy).in_file(path);
                        self.failures.push((path.to_owned(), error));
                    }
                }
                Err(error) => self.failures.push((path.to_owned(), error)),
            }
        });
    }

    fn example(&self, place: usize, analysis: &Analysis) -> Option<(HeadExample, String)> {
        let LabelledTrack { labels, group, .. } = &self.tracks[place];
        let embedding = analysis.measurements.tags.as_ref()?.embedding.clone()?;
        let example = HeadExample { embedding, labels: labels.clone(), group: group.clone() };
        Some((example, analysis.source.sha256.clone().unwrap_or_default()))
    }
}

/// The path of a file whatever its spelling, or as it is.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Tracks with the same bytes, and all tracks of their groups, are one group.
fn grouped(measured: Vec<(HeadExample, String)>) -> Vec<HeadExample> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut union: Vec<usize> = (0..measured.len()).collect();
    for (index, (example, hash)) in measured.iter().enumerate() {
        let group = example.group.as_ref().map(|group| format!("group {group}"));
        let content = Some(hash).filter(|hash| !hash.is_empty()).map(|hash| format!("content {hash}"));
        for key in [group, content].into_iter().flatten() {
            let other = *first.entry(key).or_insert(index);
            let (a, b) = (root(&union, index), root(&union, other));
            union[a.max(b)] = a.min(b);
        }
    }
    let named = |(index, (example, _)): (usize, (HeadExample, String))| HeadExample {
        group: Some(root(&union, index).to_string()),
        ..example
    };
    measured.into_iter().enumerate().map(named).collect()
}

fn root(union: &[usize], mut at: usize) -> usize {
    while union[at] != at {
        at = union[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_groups_are_joined() {
        let track = |group: Option<&str>, hash: &str| {
            (HeadExample { group: group.map(str::to_owned), ..HeadExample::default() }, hash.to_owned())
        };
        let tracks = vec![
            track(Some("ana"), "1"),
            track(None, "2"),
            track(Some("bo"), "3"),
            track(Some("ana"), "3"),
            track(None, ""),
            track(None, ""),
        ];
        let groups: Vec<String> = grouped(tracks).into_iter().filter_map(|track| track.group).collect();
        assert_eq!(groups, ["0", "1", "0", "0", "4", "5"]);
    }

    #[test]
    fn a_day_is_a_day() {
        let options =
            HeadOptions { name: "x".to_owned(), date: Some("yesterday".to_owned()), ..HeadOptions::default() };
        assert!(train_head(&[], &options).unwrap_err().to_string().contains("date: "));
    }
}
