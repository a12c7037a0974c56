//! Faults, each with a time range and its evidence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One fault found in the audio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Defect {
    /// Kind of fault.
    pub kind: DefectKind,
    /// Severity.
    pub severity: Severity,
    /// Start of the affected range.
    pub start_s: f64,
    /// End of the affected range.
    pub end_s: f64,
    /// Affected channel, or all channels.
    pub channel: Channel,
    /// Explanation in one sentence, for a musician.
    pub message: String,
    /// Measured values behind it, by unit-suffixed name.
    pub evidence: BTreeMap<String, f64>,
}

impl Defect {
    /// Sets the affected channel, counted from 0.
    #[must_use]
    pub fn in_channel(mut self, channel: usize) -> Self {
        self.channel = Channel(Some(channel));
        self
    }

    /// Adds a number to the evidence; what is not finite is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        if value.is_finite() {
            self.evidence.insert(name.to_owned(), value);
        }
        self
    }
}

/// Severity of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// May be heard.
    Minor,
    /// Audible.
    Major,
    /// Makes the result unusable.
    Critical,
}

impl Severity {
    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// The channel a fault is in: its index from 0, or `null` for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Channel(pub Option<usize>);

/// Kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DefectKind {
    /// Clipped peaks: flat tops in the waveform.
    Clipping,
    /// Inter-sample peaks above full scale.
    InterSampleOvers,
    /// A constant (DC) offset.
    DcOffset,
    /// Short impulses.
    Clicks,
    /// Short gaps.
    Dropout,
    /// Digital silence inside the programme.
    DigitalSilence,
    /// Mains hum.
    Hum,
    /// The programme starts without attack or fade.
    CutStart,
    /// The programme ends without decay or fade.
    CutEnd,
    /// Silence before the programme.
    LeadingSilence,
    /// Silence after the programme.
    TrailingSilence,
    /// The polarity of one channel is inverted.
    PhaseInversion,
    /// One channel is much louder.
    ChannelImbalance,
    /// One channel of a pair carries no sound.
    DeadChannel,
    /// Steady hiss under the whole track.
    NoiseFloor,
    /// Noise before the music begins.
    NoisyIntro,
    /// Noise after the music has ended.
    NoisyEnd,
    /// One narrow region that rings whatever is played.
    Resonance,
    /// Bursts of "s" sounds that stand out.
    Sibilance,
    /// Samples that are NaN, infinite or far above full scale.
    NotFinite,
    /// Fewer significant bits than the container declares.
    PaddedBitDepth,
    /// Bandwidth well below the Nyquist frequency.
    Upsampled,
    /// Traces of a lossy codec.
    LossyTranscode,
    /// Dynamics removed by a limiter or clipper.
    OverLimiting,
    /// Two channels with the same content.
    MonoAsStereo,
    /// Channels that swap during the track, or are in another order than declared.
    ChannelSwap,
    /// A fade at the beginning: information.
    FadeIn,
    /// A fade at the end: information.
    FadeOut,
}
