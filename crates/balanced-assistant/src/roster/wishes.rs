//! Wishes of a client.

use balanced_model::{Analysis, Bands};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Date;
use super::engineer::ROSTER_VERSION;
use super::result::PartKind;

/// Wishes of a client, as `wishes.json` holds them; whatever is left out sets no condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wishes {
    /// Version of this format: 1.
    pub version: u32,
    /// Identifier of the client.
    pub client: Option<String>,
    /// Genres of the track, which replace those that the analysis heard.
    pub genres: Vec<String>,
    /// Day on which the work is to start; `null` for today.
    pub start: Option<Date>,
    /// Most days until the master.
    pub within_days: Option<u32>,
    /// Most that the track may cost, in the roster's currency.
    pub budget: Option<f64>,
    /// Languages of which the engineer has to answer in one.
    pub languages: Vec<String>,
    /// Engineers who are not wanted, by their identifiers.
    pub do_not_match: Vec<String>,
    /// Sound that the master should have.
    pub sound: WishedSound,
    /// Importance of each part of the score.
    pub weights: MatchWeights,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            version: ROSTER_VERSION,
            client: None,
            genres: Vec::new(),
            start: None,
            within_days: None,
            budget: None,
            languages: Vec::new(),
            do_not_match: Vec::new(),
            sound: WishedSound::default(),
            weights: MatchWeights::default(),
        }
    }
}

/// Sound that a client asks for; what is left out is taken from the track, except for loudness and peak to loudness ratio, which a mix
/// does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WishedSound {
    /// Integrated loudness.
    pub loudness_lufs: Option<f64>,
    /// Peak to loudness ratio.
    pub plr_db: Option<f64>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// Side over mid power.
    pub side_to_mid_db: Option<f64>,
    /// Level of the seven regions relative to the whole, in the order of the spectrum's `bands`; empty for those of the track.
    pub bands_db: Vec<f64>,
}

impl WishedSound {
    /// Takes the sound of a finished track as the wish: its loudness, dynamics, width and tone.
    ///
    /// What was not measured is left out.
    #[must_use]
    pub fn of(reference: &Analysis) -> Self {
        let measured = &reference.measurements;
        let loudness = measured.loudness.as_ref();
        Self {
            loudness_lufs: loudness.and_then(|loudness| loudness.integrated_lufs),
            plr_db: loudness.and_then(|loudness| loudness.plr_db),
            range_lu: loudness.and_then(|loudness| loudness.range_lu),
            side_to_mid_db: measured.stereo.as_ref().and_then(|stereo| stereo.side_to_mid_db),
            bands_db: measured.spectrum.as_ref().and_then(|spectrum| bands_db(&spectrum.bands)).unwrap_or_default(),
        }
    }

    /// Returns the wish with what it leaves out taken from another one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            loudness_lufs: self.loudness_lufs.or(other.loudness_lufs),
            plr_db: self.plr_db.or(other.plr_db),
            range_lu: self.range_lu.or(other.range_lu),
            side_to_mid_db: self.side_to_mid_db.or(other.side_to_mid_db),
            bands_db: if self.bands_db.is_empty() { other.bands_db } else { self.bands_db },
        }
    }
}

/// The levels of all regions, if every one is known.
pub(super) fn bands_db(bands: &Bands) -> Option<Vec<f64>> {
    [bands.sub, bands.low, bands.low_mid, bands.mid, bands.high_mid, bands.high, bands.air].into_iter().collect()
}

/// Importance of each part of the score, 0 to 10 relative to each other; only their ratios count.
///
/// The defaults were chosen on a simulated platform (`docs/roster.md`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MatchWeights {
    /// Genre.
    pub genre: f64,
    /// Similar music in the portfolio, by the embedding.
    pub similar_music: f64,
    /// Loudness of the masters against the wished one.
    pub loudness: f64,
    /// Dynamics of the masters.
    pub dynamics: f64,
    /// Tonal balance of the masters.
    pub tone: f64,
    /// Stereo width of the masters.
    pub width: f64,
    /// Low price.
    pub price: f64,
    /// Short turnaround.
    pub turnaround: f64,
    /// Earlier offers that were accepted, those of the same client and genre above others.
    pub history: f64,
    /// Free places.
    pub load: f64,
    /// Exposure below that of other engineers.
    pub exposure: f64,
}

impl Default for MatchWeights {
    fn default() -> Self {
        Self {
            genre: 2.0,
            similar_music: 2.0,
            loudness: 0.5,
            dynamics: 0.5,
            tone: 0.5,
            width: 0.5,
            price: 0.75,
            turnaround: 0.25,
            history: 2.0,
            load: 0.25,
            exposure: 0.25,
        }
    }
}

impl MatchWeights {
    /// Returns the weight of a part.
    #[must_use]
    pub fn of(&self, part: PartKind) -> f64 {
        match part {
            PartKind::Genre => self.genre,
            PartKind::SimilarMusic => self.similar_music,
            PartKind::Loudness => self.loudness,
            PartKind::Dynamics => self.dynamics,
            PartKind::Tone => self.tone,
            PartKind::Width => self.width,
            PartKind::Price => self.price,
            PartKind::Turnaround => self.turnaround,
            PartKind::History => self.history,
            PartKind::Load => self.load,
            PartKind::Exposure => self.exposure,
        }
    }
}
