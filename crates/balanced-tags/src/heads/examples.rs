//! Tracks to train on, checked and packed.

use std::collections::{BTreeMap, BTreeSet};

use balanced_model::HeadKind;

use super::check::is_label;
use super::{HeadError, LEAST_GROUPS, LEAST_TRACKS, MOST_LABELS, MOST_TRACKS};
use crate::network::EMBEDDING;

/// Track to train a head on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadExample {
    /// Embedding, 200 values.
    pub embedding: Vec<f32>,
    /// Labels; none says that no label is true of the track.
    pub labels: Vec<String>,
    /// Group, such as the artist or album, that training and test never share; `None` if the track stands alone.
    pub group: Option<String>,
}

/// The tracks as numbers: embeddings in one array, labels and groups by their indices.
pub(super) struct Examples {
    pub kind: HeadKind,
    /// Names of the labels, in alphabetical order.
    pub labels: Vec<String>,
    values: Vec<f32>,
    targets: Vec<Vec<usize>>,
    groups: Vec<usize>,
    group_count: usize,
}

impl Examples {
    pub fn new(tracks: &[HeadExample]) -> Result<Self, HeadError> {
        let mut packed = Self::unmeasured(tracks)?;
        packed.fill(tracks)?;
        Ok(packed)
    }

    /// Labels and groups without the embeddings.
    pub fn unmeasured(tracks: &[HeadExample]) -> Result<Self, HeadError> {
        if tracks.len() > MOST_TRACKS {
            let problem = format!("{} tracks are more than a training holds", tracks.len());
            return Err(HeadError::new(problem, format!("give at most {MOST_TRACKS}")));
        }
        let names: BTreeSet<&str> = tracks.iter().flat_map(|track| &track.labels).map(String::as_str).collect();
        let labels: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let mut packed = Self {
            kind: kind_of(tracks),
            labels,
            values: Vec::new(),
            targets: Vec::with_capacity(tracks.len()),
            groups: Vec::with_capacity(tracks.len()),
            group_count: 0,
        };
        packed.place(tracks);
        packed.check()?;
        Ok(packed)
    }

    fn fill(&mut self, tracks: &[HeadExample]) -> Result<(), HeadError> {
        self.values.reserve_exact(tracks.len() * EMBEDDING);
        for (index, track) in tracks.iter().enumerate() {
            let is_finite = track.embedding.iter().all(|value| value.is_finite());
            if track.embedding.len() != EMBEDDING || !is_finite {
                let problem = format!(
                    "tracks[{index}].embedding: is not {EMBEDDING} finite numbers, but {}",
                    track.embedding.len()
                );
                return Err(HeadError::new(problem, "give the embedding as this version of the program makes it"));
            }
            self.values.extend_from_slice(&track.embedding);
        }
        Ok(())
    }

    fn place(&mut self, tracks: &[HeadExample]) {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for track in tracks {
            let place = |label: &String| self.labels.binary_search(label).unwrap_or_default();
            self.targets.push(track.labels.iter().map(place).collect::<BTreeSet<_>>().into_iter().collect());
            let next = self.group_count;
            let group = track.group.as_deref().map_or(next, |name| *groups.entry(name).or_insert(next));
            self.group_count += usize::from(group == next);
            self.groups.push(group);
        }
    }

    fn check(&self) -> Result<(), HeadError> {
        let least = match self.kind {
            HeadKind::OneLabel => 2,
            HeadKind::AnyLabels => 1,
        };
        let count = self.labels.len();
        if count < least || count > MOST_LABELS {
            let problem = format!("{count} labels make no head");
            return Err(HeadError::new(problem, format!("give tracks of {least} to {MOST_LABELS} labels")));
        }
        if let Some(label) = self.labels.iter().find(|label| !is_label(label)) {
            let problem = format!("\"{}\" is no name for a label", label.escape_debug());
            return Err(HeadError::new(problem, "give every label a name of at most 100 letters"));
        }
        for (label, name) in self.labels.iter().enumerate() {
            let with = self.counts(|targets| targets.contains(&label));
            self.check_enough(with, &format!("label \"{name}\" has"))?;
            if self.kind == HeadKind::AnyLabels {
                let without = self.counts(|targets| !targets.contains(&label));
                self.check_enough(without, &format!("without label \"{name}\" there are"))?;
            }
        }
        Ok(())
    }

    fn check_enough(&self, (tracks, groups): (usize, usize), what: &str) -> Result<(), HeadError> {
        if tracks >= LEAST_TRACKS && groups >= LEAST_GROUPS {
            return Ok(());
        }
        let problem = format!("{what} {tracks} tracks in {groups} groups, too few to train on and to test with");
        let remedy = format!("give at least {LEAST_TRACKS} tracks from {LEAST_GROUPS} groups, or leave the label out");
        Err(HeadError::new(problem, remedy))
    }

    /// Number of tracks, and of their groups, whose labels are as `wanted`.
    pub fn counts(&self, wanted: impl Fn(&[usize]) -> bool) -> (usize, usize) {
        let of = (0..self.len()).filter(|track| wanted(&self.targets[*track]));
        let groups: Vec<usize> = of.map(|track| self.groups[track]).collect();
        (groups.len(), groups.iter().collect::<BTreeSet<_>>().len())
    }

    pub fn len(&self) -> usize {
        self.targets.len()
    }

    pub fn embedding(&self, track: usize) -> &[f32] {
        &self.values[track * EMBEDDING..][..EMBEDDING]
    }

    /// Indices of a track's labels, in order.
    pub fn targets(&self, track: usize) -> &[usize] {
        &self.targets[track]
    }

    pub fn group(&self, track: usize) -> usize {
        self.groups[track]
    }

    pub fn group_count(&self) -> usize {
        self.group_count
    }
}

fn kind_of(tracks: &[HeadExample]) -> HeadKind {
    let is_one = tracks.iter().all(|track| track.labels.iter().collect::<BTreeSet<_>>().len() == 1);
    if is_one { HeadKind::OneLabel } else { HeadKind::AnyLabels }
}
