//! Summary of an engineer's finished masters.

use std::collections::BTreeMap;

use balanced_model::Analysis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::track::{genre_shares, unit};
use super::wishes::bands_db;

/// Number of regions of the spectrum.
pub(super) const BANDS: usize = 7;

/// Means and spreads over the masters of a portfolio.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// Number of masters.
    pub tracks: u32,
    /// Integrated loudness.
    #[serde(default)]
    pub loudness_lufs: Option<PortfolioMeasure>,
    /// Peak to loudness ratio.
    #[serde(default)]
    pub plr_db: Option<PortfolioMeasure>,
    /// Loudness range.
    #[serde(default)]
    pub range_lu: Option<PortfolioMeasure>,
    /// Side over mid power.
    #[serde(default)]
    pub side_to_mid_db: Option<PortfolioMeasure>,
    /// Level of the seven regions relative to the whole, in the order of the spectrum's `bands`; empty where it is not known.
    #[serde(default)]
    pub bands_db: Vec<PortfolioMeasure>,
    /// Number of masters of each genre; a master of two genres counts for both in parts.
    #[serde(default)]
    pub genres: BTreeMap<String, f64>,
    /// Embedding of the masters; `null` where it was not computed.
    #[serde(default)]
    pub embedding: Option<PortfolioEmbedding>,
}

/// Mean and spread of one measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortfolioMeasure {
    /// Mean.
    pub mean: f64,
    /// Standard deviation (of the sample); 0 for one master.
    pub spread: f64,
    /// Number of masters that have a value.
    pub tracks: u32,
}

/// Mean and spread of embeddings, each of length 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortfolioEmbedding {
    /// Mean of the embeddings of the masters.
    pub mean: Vec<f32>,
    /// Root mean square distance of the masters from that mean (of the sample); 0 for one master.
    pub spread: f64,
    /// Number of masters that have one.
    pub tracks: u32,
}

impl Portfolio {
    /// Summarises analyses of finished masters.
    ///
    /// They should hold loudness, spectrum, stereo and tags with the embedding; what is missing in all of them is left out.
    #[must_use]
    pub fn of<'a>(masters: impl IntoIterator<Item = &'a Analysis>) -> Self {
        let mut builder = PortfolioBuilder::default();
        masters.into_iter().for_each(|master| builder.push(master));
        builder.finish()
    }
}

/// Portfolio in the making, for masters that are not all in memory.
#[derive(Clone, Debug, Default)]
pub struct PortfolioBuilder {
    tracks: u32,
    loudness_lufs: Moments,
    plr_db: Moments,
    range_lu: Moments,
    side_to_mid_db: Moments,
    bands_db: [Moments; BANDS],
    genres: BTreeMap<String, f64>,
    embedding: Vec<f64>,
    embeddings: u32,
}

impl PortfolioBuilder {
    /// Adds a finished master.
    pub fn push(&mut self, master: &Analysis) {
        let measured = &master.measurements;
        self.tracks = self.tracks.saturating_add(1);
        if let Some(loudness) = &measured.loudness {
            self.loudness_lufs.push(loudness.integrated_lufs);
            self.plr_db.push(loudness.plr_db);
            self.range_lu.push(loudness.range_lu);
        }
        self.side_to_mid_db.push(measured.stereo.as_ref().and_then(|stereo| stereo.side_to_mid_db));
        if let Some(levels) = measured.spectrum.as_ref().and_then(|spectrum| bands_db(&spectrum.bands)) {
            self.bands_db.iter_mut().zip(levels).for_each(|(band, level)| band.push(Some(level)));
        }
        let Some(tags) = &measured.tags else { return };
        for (genre, share) in genre_shares(tags) {
            *self.genres.entry(genre).or_insert(0.0) += share;
        }
        if let Some(embedding) = tags.embedding.as_deref().and_then(unit) {
            self.push_embedding(&embedding);
        }
    }

    /// Adds an embedding of length 1; one of another size than the first belongs to another network and is left out.
    fn push_embedding(&mut self, embedding: &[f64]) {
        if self.embedding.is_empty() {
            self.embedding = vec![0.0; embedding.len()];
        }
        if self.embedding.len() == embedding.len() {
            self.embedding.iter_mut().zip(embedding).for_each(|(sum, value)| *sum += value);
            self.embeddings += 1;
        }
    }

    /// Returns the summary.
    #[must_use]
    pub fn finish(self) -> Portfolio {
        let count = f64::from(self.embeddings);
        let embedding = (self.embeddings > 0).then(|| {
            let mean: Vec<f64> = self.embedding.iter().map(|sum| sum / count).collect();
            // The squared lengths are all 1, so their mean less that of the mean is the squared distance.
            let variance = (1.0 - mean.iter().map(|value| value * value).sum::<f64>()).max(0.0);
            let spread = if self.embeddings > 1 { (variance * count / (count - 1.0)).sqrt() } else { 0.0 };
            let mean = mean.into_iter().map(|value| value as f32).collect();
            PortfolioEmbedding { mean, spread, tracks: self.embeddings }
        });
        let bands_db: Vec<PortfolioMeasure> = self.bands_db.into_iter().filter_map(Moments::finish).collect();
        Portfolio {
            tracks: self.tracks,
            loudness_lufs: self.loudness_lufs.finish(),
            plr_db: self.plr_db.finish(),
            range_lu: self.range_lu.finish(),
            side_to_mid_db: self.side_to_mid_db.finish(),
            bands_db,
            genres: self.genres,
            embedding,
        }
    }
}

/// Running mean and sum of squares (B. P. Welford, Technometrics 4, 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: u32,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn push(&mut self, value: Option<f64>) {
        let Some(value) = value.filter(|value| value.is_finite()) else { return };
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / f64::from(self.count);
        self.squares += before * (value - self.mean);
    }

    fn finish(self) -> Option<PortfolioMeasure> {
        let degrees = f64::from(self.count.saturating_sub(1).max(1));
        let measure = PortfolioMeasure { mean: self.mean, spread: (self.squares / degrees).sqrt(), tracks: self.count };
        (self.count > 0).then_some(measure)
    }
}
