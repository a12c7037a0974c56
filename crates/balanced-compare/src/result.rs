//! The result of a comparison.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use balanced_model::Source;

/// Result of comparing a recording B with a recording A.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackComparison {
    /// Recording A, such as the mix.
    pub a: Source,
    /// Recording B, such as the master.
    pub b: Source,
    /// Relation of B to A.
    pub verdict: Verdict,
    /// Evidence for the verdict, 0 to 1: a score, not a probability.
    pub confidence: f64,
    /// Whether B is made from A: every verdict but `different`.
    pub made_from: bool,
    /// Where B lies in A; `null` if it was not found there.
    pub alignment: Option<Alignment>,
    /// Loudness of B over that of A, in LU, each measured over its whole; `null` if one is silent.
    pub gain_db: Option<f64>,
    /// Residual, B less A; `null` without an alignment.
    pub residual: Option<Residual>,
    /// Differences of long-term spectra; `null` if one has none.
    pub spectrum: Option<SpectrumChange>,
    /// Differences of dynamics.
    pub dynamics: DynamicsChange,
    /// Differences of the stereo image.
    pub stereo: StereoChange,
    /// Traces of lossy codecs.
    pub codec: Codec,
    /// Edits, in the order of B.
    pub edits: Vec<TrackEdit>,
    /// Remarks about how the comparison was made, and where it ends.
    pub notes: Vec<String>,
}

/// Relation of a recording B to a recording A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Equal in every sample.
    Identical,
    /// Equal but for delay, level, polarity and what lies below the dither of 16 bits.
    SameAudio,
    /// The recording of A, processed: mastered, or coded with loss.
    SameRecordingProcessed,
    /// The recording of A with something cut, inserted, replaced or moved; processed or not.
    Edited,
    /// Not found in A.
    Different,
}

/// Where B lies in A.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alignment {
    /// Time in A that the beginning of B corresponds to, by the longest piece; negative if B begins earlier.
    pub offset_s: f64,
    /// The offset in frames of the compared rate, with its fraction.
    pub offset_frames: f64,
    /// Rate at which B is compared with A: the lower one of the two.
    pub sample_rate_hz: f64,
    /// Drift of B's clock: parts in a million that B is longer; 0 where none could be told.
    pub drift_ppm: f64,
    /// Standard error of the drift; `null` with fewer than five windows.
    pub drift_error_ppm: Option<f64>,
    /// Polarity of each channel of B against A: 1, or -1 where it is inverted.
    pub polarity: Vec<i8>,
    /// Whether B's first two channels are those of A in the other order.
    pub channels_swapped: bool,
    /// Agreement of phases in the windows that match, 0 to 1; the median.
    pub coherence: f64,
    /// Share of B that was found in A, silence left out.
    pub matched_share: f64,
}

/// Residual: B less A, at the gain that leaves least.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Residual {
    /// Gain from A to B that leaves least.
    pub gain_db: f64,
    /// Level of the rest relative to A; `null` for nothing at all.
    pub level_db: Option<f64>,
    /// Level of the rest, at A's level; `null` for nothing at all.
    pub level_dbfs: Option<f64>,
    /// Level relative to A of what no equaliser and no gain of A explain: dynamics, saturation, noise, additions.
    pub nonlinear_db: Option<f64>,
    /// Rest in third-octave bands.
    pub bands: Vec<ResidualBand>,
    /// Rest over time.
    pub seconds: Vec<ResidualSecond>,
}

/// Rest in one third-octave band.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResidualBand {
    /// Centre of the band.
    pub center_hz: f64,
    /// Gain from A to B in this band; `null` where A has nothing.
    pub gain_db: Option<f64>,
    /// Level of the rest relative to A in this band; `null` for nothing at all.
    pub level_db: Option<f64>,
    /// Level relative to A of what no equaliser explains.
    pub nonlinear_db: Option<f64>,
}

/// Rest in one second of B.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResidualSecond {
    /// Start in B.
    pub start_s: f64,
    /// Level of the rest relative to A, at the gain of the whole; `null` in silence or for nothing at all.
    pub level_db: Option<f64>,
    /// Gain from A to B in this second; `null` in silence.
    pub gain_db: Option<f64>,
}

/// Differences of long-term spectra, B over A, in third octaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpectrumChange {
    /// Centres of the bands.
    pub center_hz: Vec<f64>,
    /// Change of each band at equal loudness; `null` where one has nothing.
    pub change_db: Vec<Option<f64>>,
    /// Change of the slope.
    pub tilt_db_per_octave: Option<f64>,
}

/// Differences of dynamics, B over A.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DynamicsChange {
    /// Change of the peak-to-loudness ratio.
    pub plr_db: Option<f64>,
    /// Change of the crest factor.
    pub crest_db: Option<f64>,
    /// Change of the loudness range.
    pub range_lu: Option<f64>,
    /// Change of the true peak.
    pub true_peak_db: Option<f64>,
}

/// Differences of the stereo image, B over A.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StereoChange {
    /// Change of the mean correlation.
    pub correlation: Option<f64>,
    /// Change of the side's level over the middle's.
    pub side_to_mid_db: Option<f64>,
    /// Change of the balance, positive to the right.
    pub balance_db: Option<f64>,
}

/// Traces of lossy codecs in both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Codec {
    /// Whether A is, or was, coded with loss.
    pub a_lossy: bool,
    /// Whether B is, or was, coded with loss.
    pub b_lossy: bool,
    /// Frequency at which A ends in a wall.
    pub a_bandwidth_hz: Option<f64>,
    /// Frequency at which B ends in a wall.
    pub b_bandwidth_hz: Option<f64>,
    /// Conclusion from both, in a sentence.
    pub generation: String,
}

/// One edit between A and B.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackEdit {
    /// Kind of edit.
    pub kind: EditKind,
    /// Start and end in A; `null` if A has nothing of it.
    pub a_range_s: Option<[f64; 2]>,
    /// Start and end in B; `null` if B has nothing of it.
    pub b_range_s: Option<[f64; 2]>,
    /// Change of gain against the rest, for `gain_changed`.
    pub gain_db: Option<f64>,
    /// Whether what was cut or inserted is silence, under -60 dBFS.
    pub is_silent: bool,
}

/// Kind of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EditKind {
    /// A piece of A is missing in B.
    Cut,
    /// A piece of B is not in A.
    Inserted,
    /// A piece of A has given way to another in B.
    Replaced,
    /// A piece stands earlier or later in B than in A.
    Moved,
    /// A piece of A stands in B once more.
    Repeated,
    /// A piece has another gain than the rest.
    GainChanged,
}

impl Verdict {
    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::SameAudio => "same_audio",
            Self::SameRecordingProcessed => "same_recording_processed",
            Self::Edited => "edited",
            Self::Different => "different",
        }
    }
}

impl EditKind {
    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Inserted => "inserted",
            Self::Replaced => "replaced",
            Self::Moved => "moved",
            Self::Repeated => "repeated",
            Self::GainChanged => "gain_changed",
        }
    }
}
