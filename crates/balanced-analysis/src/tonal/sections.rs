//! The key through time: the likeliest path through 24 keys over sections of four and a half seconds.

use balanced_model::KeySegment;

use super::chroma::{FINE, FineChroma, pitch_classes};
use super::names::KeyIndex;
use super::profiles;

/// Steps in a section.
pub(super) const SECTION_STEPS: usize = 3;
/// How much likelier, as a logarithm, a new key must make the rest of the path than the old one. A chord that lasts a few
/// seconds looks like a key of its own; there and back costs this twice, which only a stretch of some 15 s earns.
const CHANGE_COST: f64 = 8.0;

/// Pitch-class profile of each section.
pub(super) struct Sections {
    bins: Vec<[f32; FINE]>,
    section_s: f64,
}

impl Sections {
    /// Of sections that last `section_s` seconds.
    pub fn new(section_s: f64) -> Self {
        Self { bins: Vec::new(), section_s }
    }

    /// Keep a section.
    pub fn push(&mut self, section: &FineChroma) {
        self.bins.push(section.bins());
    }

    /// The segments of a track of `duration_s` on a grid `tuning` semitones above 440 Hz. A path that never changes is all
    /// in the `global` key, and as sure as that.
    pub fn segments(&self, tuning: f64, global: (KeyIndex, f64), duration_s: f64) -> Vec<KeySegment> {
        let scores: Vec<_> = self.bins.iter().map(|bins| score(bins, tuning)).collect();
        let mut path = best_path(&scores);
        let steady = path.windows(2).all(|pair| pair[0] == pair[1]);
        if steady {
            path.fill(global.0.0);
        }
        let mut segments = Vec::new();
        let mut first = 0;
        for end in 1..=path.len() {
            if end == path.len() || path[end] != path[first] {
                segments.push(self.segment(first..end, KeyIndex(path[first]), tuning));
                first = end;
            }
        }
        if let Some(last) = segments.last_mut() {
            last.end_s = duration_s;
            last.confidence = if steady { global.1 } else { last.confidence };
        }
        segments
    }

    fn segment(&self, sections: std::ops::Range<usize>, key: KeyIndex, tuning: f64) -> KeySegment {
        let mut bins = [0.0; FINE];
        for section in &self.bins[sections.clone()] {
            bins.iter_mut().zip(section).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        let shares = profiles::scores(&pitch_classes(&bins, tuning)).map(|scores| profiles::shares(&scores));
        KeySegment {
            start_s: sections.start as f64 * self.section_s,
            end_s: sections.end as f64 * self.section_s,
            name: key.name(),
            camelot: key.camelot(),
            confidence: shares.map_or(0.0, |shares| shares[key.0]),
        }
    }
}

/// Logarithms of the shares; nothing for or against any key where nothing sounds.
fn score(bins: &[f32; FINE], tuning: f64) -> [f64; 24] {
    let classes = pitch_classes(&bins.map(f64::from), tuning);
    profiles::scores(&classes).map_or([0.0; 24], |scores| profiles::shares(&scores).map(f64::ln))
}

/// Viterbi's algorithm: the keys of highest total score, a change costing [`CHANGE_COST`].
fn best_path(scores: &[[f64; 24]]) -> Vec<usize> {
    let Some((first, rest)) = scores.split_first() else { return Vec::new() };
    let best_of =
        |total: &[f64; 24]| (0..24).max_by(|a, b| total[*a].total_cmp(&total[*b]).then(b.cmp(a))).expect("24 keys");
    let mut total = *first;
    let mut from: Vec<[u8; 24]> = Vec::with_capacity(rest.len());
    for here in rest {
        let best = best_of(&total);
        let changed = total[best] - CHANGE_COST;
        from.push(std::array::from_fn(|key| if total[key] >= changed { key as u8 } else { best as u8 }));
        total = std::array::from_fn(|key| total[key].max(changed) + here[key]);
    }
    let mut path = vec![best_of(&total)];
    for step in from.iter().rev() {
        path.push(usize::from(step[path[path.len() - 1]]));
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passing_chord_is_no_change_and_a_lasting_one_is() {
        let favour = |key: usize, by: f64| std::array::from_fn(|k| if k == key { 0.0 } else { -by });
        let scores = |lengths: &[(usize, usize)]| -> Vec<[f64; 24]> {
            lengths.iter().flat_map(|(key, count)| vec![favour(*key, 3.0); *count]).collect()
        };
        assert!(best_path(&scores(&[(0, 8), (7, 2), (0, 8)])).iter().all(|key| *key == 0));
        let path = best_path(&scores(&[(0, 8), (3, 8)]));
        assert_eq!((path[7], path[8]), (0, 3));
        assert_eq!(best_path(&[]), Vec::<usize>::new());
    }
}
