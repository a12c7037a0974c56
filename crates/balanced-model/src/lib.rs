#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod advice;
mod album;
mod analysis;
mod codec;
mod config;
mod defects;
mod dynamics;
mod finding;
mod heads;
mod loudness;
mod master;
mod metadata;
mod platforms;
mod source;
mod spectrum;
mod stereo;
mod tags;
mod target;
mod tempo;
mod tonal;

pub use advice::{Expected, Reason};
pub use album::{
    AlbumAnalysis, AlbumDeviation, AlbumFailure, AlbumLoudness, AlbumMember, AlbumMode, AlbumResult, AlbumTrack,
    Coherence, GainTags, TrackLevels,
};
pub use analysis::{Analysis, Measurements, SCHEMA_VERSION, finite, thousandths};
pub use codec::{CodecCheck, CodecReport, CodecStatus, CodecStep};
pub use config::{AnalysisConfig, Families, Family, TagConfig};
pub use defects::{Channel, Defect, DefectKind, Severity};
pub use dynamics::{Dynamics, LoudnessSection, PeakTrial, TrialFilter};
pub use finding::{Finding, FindingKind, Observation, Outcome, Status};
pub use heads::{
    HeadEmbedding, HeadKind, HeadLabel, HeadLabelReport, HeadReport, HeadScore, HeadTag, HeadTags, HeadTraining,
    TagHead,
};
pub use loudness::{ClippedRun, Loudness, LoudnessCurve, LoudnessHistogram, PlatformGain, TruePeakOver};
pub use master::Achieved;
pub use metadata::{
    Binary, Broadcast, DeclaredLoudness, FieldOutcome, Instrument, LoopDirection, Marker, Metadata, MetadataField,
    Picture, SampleLoop,
};
pub use platforms::{Boost, PlatformRule, platform_rules};
pub use source::{ModelUsed, Provenance, Source};
pub use spectrum::{Bands, Ltas, Spectrogram, Spectrum};
pub use stereo::{CorrelationCurve, Stereo};
pub use tags::{SoundMeasures, Tag, Tags};
pub use target::Target;
pub use tempo::{Tempo, TempoCandidate, TempoCurve};
pub use tonal::{Key, KeyCandidate, KeyMode, KeySegment};
