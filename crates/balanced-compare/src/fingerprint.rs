//! Acoustic fingerprints: Chromaprint's, which AcoustID knows.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusty_chromaprint::{Configuration, FingerprintCompressor, Fingerprinter as Chromaprint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Length of one item, in seconds: 4096 / 3 samples at 11025 Hz.
pub const ITEM_S: f64 = 1365.0 / 11_025.0;
/// Least overlap of two fingerprints that is compared, in items: 3 s.
const LEAST_OVERLAP: usize = 24;
/// Least similarity of two uploads of one recording; the page `docs/comparing.md` tells what was measured.
pub const DUPLICATE_SIMILARITY: f64 = 0.4;
/// Low bits of an item that the index leaves out.
const INDEX_SHIFT: u32 = 4;
/// Largest share of all items that one key of the index may hold: silence and drones say nothing.
const MOST_COMMON: usize = 64;

/// Acoustic fingerprint of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// Fingerprint as AcoustID takes it: Chromaprint's algorithm 2, compressed, in URL-safe base64.
    pub encoded: String,
    /// Items of 32 bits, one for every 0.124 s; bits of like recordings are alike.
    pub items: Vec<u32>,
}

/// Similarity of two fingerprints at the offset where they agree best.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Similarity {
    /// 1 for equal bits, 0 for bits that agree by chance (half of them) or less.
    pub score: f64,
    /// Share of bits that differ where the two overlap.
    pub bit_error_rate: f64,
    /// Time in the first recording that the beginning of the second corresponds to; negative if the second begins earlier.
    pub offset_s: f64,
    /// Length of the overlap.
    pub overlap_s: f64,
}

/// Two recordings of a collection that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicate {
    /// Index of the first recording.
    pub first: usize,
    /// Index of the second recording, always larger.
    pub second: usize,
    /// How alike they are.
    pub similarity: Similarity,
}

/// Computes a fingerprint of streamed audio.
pub struct Fingerprinter {
    inner: Chromaprint,
    configuration: Configuration,
    interleaved: Vec<i16>,
}

impl Fingerprinter {
    /// Creates a fingerprinter for `channels` channels, or `None` for a rate under 1 kHz or no channel.
    #[must_use]
    pub fn new(sample_rate_hz: f64, channels: usize) -> Option<Self> {
        let configuration = Configuration::preset_test2();
        let mut inner = Chromaprint::new(&configuration);
        inner.start(sample_rate_hz.round() as u32, u32::try_from(channels).ok()?).ok()?;
        Some(Self { inner, configuration, interleaved: Vec::new() })
    }

    /// Takes the next samples: one slice for each channel, all of one length, full scale 1.
    pub fn push(&mut self, channels: &[&[f64]]) {
        let frames = channels.first().map_or(0, |channel| channel.len());
        self.interleaved.clear();
        for frame in 0..frames {
            let whole = |channel: &&[f64]| (channel[frame] * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
            self.interleaved.extend(channels.iter().map(whole));
        }
        self.inner.consume(&self.interleaved);
    }

    /// Returns the fingerprint of everything pushed; audio shorter than 3 s has no items.
    #[must_use]
    pub fn finish(mut self) -> Fingerprint {
        self.inner.finish();
        let items = self.inner.fingerprint().to_vec();
        let compressed = FingerprintCompressor::from(&self.configuration).compress(&items);
        Fingerprint { encoded: URL_SAFE_NO_PAD.encode(compressed), items }
    }
}

impl Fingerprint {
    /// Compares two fingerprints at every offset; `None` if one is too short to tell (about 6 s).
    #[must_use]
    pub fn similarity(&self, other: &Self) -> Option<Similarity> {
        let (a, b) = (&self.items, &other.items);
        let least = LEAST_OVERLAP.max(a.len().min(b.len()) / 2);
        let (from, to) = (least as i64 - b.len() as i64, a.len() as i64 - least as i64);
        (from..=to).filter_map(|offset| at_offset(a, b, offset, least)).max_by(|x, y| x.score.total_cmp(&y.score))
    }
}

/// Compares item `n + offset` of `a` with item `n` of `b`, where at least `least` items overlap.
fn at_offset(a: &[u32], b: &[u32], offset: i64, least: usize) -> Option<Similarity> {
    let a_from = usize::try_from(offset.max(0)).ok()?;
    let b_from = usize::try_from((-offset).max(0)).ok()?;
    let (a, b) = (a.get(a_from..)?, b.get(b_from..)?);
    let count = a.len().min(b.len());
    if count < least.max(1) {
        return None;
    }
    let bit_error_rate = bit_error_rate(&a[..count], &b[..count]);
    Some(Similarity {
        score: (1.0 - 2.0 * bit_error_rate).max(0.0),
        bit_error_rate,
        offset_s: offset as f64 * ITEM_S,
        overlap_s: count as f64 * ITEM_S,
    })
}

/// Returns the share of bits that differ; both have one length.
pub(crate) fn bit_error_rate(a: &[u32], b: &[u32]) -> f64 {
    let wrong: u32 = a.iter().zip(b).map(|(x, y)| (x ^ y).count_ones()).sum();
    f64::from(wrong) / (32.0 * a.len().max(1) as f64)
}

/// Finds the pairs of like recordings in a collection, by an index of items.
///
/// A pair is compared only where items agree in their upper 28 bits at one offset at least twice; its similarity must be `least`
/// or more. Pairs come in the order of their indices.
#[must_use]
pub fn find_duplicates(fingerprints: &[&Fingerprint], least: f64) -> Vec<Duplicate> {
    let mut index: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
    let mut found = Vec::new();
    for (second, fingerprint) in fingerprints.iter().enumerate() {
        let mut votes: HashMap<(usize, i64), u32> = HashMap::new();
        for (at, item) in fingerprint.items.iter().enumerate() {
            for (first, place) in index.get(&(item >> INDEX_SHIFT)).into_iter().flatten() {
                *votes.entry((*first, *place as i64 - at as i64)).or_default() += 1;
            }
        }
        found.extend(best_of(&votes, fingerprints, second).into_iter().filter(|pair| pair.similarity.score >= least));
        for (at, item) in fingerprint.items.iter().enumerate() {
            let places = index.entry(item >> INDEX_SHIFT).or_default();
            if places.len() < MOST_COMMON * fingerprints.len().max(1) {
                places.push((second, at));
            }
        }
    }
    found.sort_by_key(|pair| (pair.first, pair.second));
    found
}

/// Returns the best offset of each earlier recording that has votes.
fn best_of(votes: &HashMap<(usize, i64), u32>, fingerprints: &[&Fingerprint], second: usize) -> Vec<Duplicate> {
    let mut best: HashMap<usize, Similarity> = HashMap::new();
    let b = &fingerprints[second].items;
    for ((first, offset), _) in votes.iter().filter(|(_, count)| **count >= 2) {
        let a = &fingerprints[*first].items;
        let least = LEAST_OVERLAP.max(a.len().min(b.len()) / 2);
        let Some(similarity) = at_offset(a, b, *offset, least) else { continue };
        let known = best.entry(*first).or_insert(similarity);
        let is_better = (similarity.score, -similarity.offset_s) > (known.score, -known.offset_s);
        if is_better {
            *known = similarity;
        }
    }
    best.into_iter().map(|(first, similarity)| Duplicate { first, second, similarity }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn of(items: Vec<u32>) -> Fingerprint {
        Fingerprint { encoded: String::new(), items }
    }

    fn random(count: usize, seed: u64) -> Vec<u32> {
        noise(count, seed).iter().map(|x| ((x + 1.0) * 2_147_483_647.0) as u32).collect()
    }

    #[test]
    fn a_cut_beginning_is_an_offset() {
        let whole = random(300, 1);
        let cut = of(whole[50..].to_vec());
        let found = of(whole).similarity(&cut).unwrap();
        assert_eq!((found.score, found.bit_error_rate), (1.0, 0.0));
        assert!((found.offset_s - 50.0 * ITEM_S).abs() < 1e-9 && (found.overlap_s - 250.0 * ITEM_S).abs() < 1e-9);
    }

    #[test]
    fn unrelated_bits_agree_by_half_and_short_ones_tell_nothing() {
        let found = of(random(300, 1)).similarity(&of(random(300, 2))).unwrap();
        assert!(found.score < 0.1, "{found:?}");
        assert_eq!(of(random(300, 1)).similarity(&of(random(10, 1))), None);
    }

    #[test]
    fn duplicates_are_found_among_many() {
        let mut all: Vec<Fingerprint> = (0..40).map(|seed| of(random(200, seed + 10))).collect();
        // In every other item, two bits differ.
        let near = all[7].items[20..]
            .iter()
            .enumerate()
            .map(|(n, item)| if n % 2 == 0 { *item } else { item ^ (0x0001_0001 << (n % 16)) })
            .collect();
        all.push(of(near));
        let mut exact = all[3].clone();
        exact.items.truncate(150);
        all.push(exact);
        let views: Vec<&Fingerprint> = all.iter().collect();
        let found = find_duplicates(&views, DUPLICATE_SIMILARITY);
        let pairs: Vec<_> = found.iter().map(|pair| (pair.first, pair.second)).collect();
        assert_eq!(pairs, [(3, 41), (7, 40)]);
        assert!((found[1].similarity.offset_s - 20.0 * ITEM_S).abs() < 1e-9);
    }
}
