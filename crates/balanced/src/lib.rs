#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod album;
mod analyze;
mod audio;
mod batch;
mod bytes;
mod chain_file;
mod check;
mod codecs;
pub mod compare;
mod contain;
#[cfg(feature = "cyanite")]
pub mod cyanite;
pub mod deliver;
mod demo;
mod error;
mod files;
mod fingerprint;
mod folder;
mod hash;
pub mod heads;
mod input;
mod limits;
mod master;
mod matching;
pub mod merge;
mod meter;
mod origin;
mod outputs;
mod pages;
mod platforms;
mod plugins;
mod preview;
mod progress;
mod recommend;
pub mod repair;
pub mod roster;
mod schema;
mod scratch;
mod spool;
mod stream;
#[cfg(feature = "arrow")]
pub mod table;
pub mod vault;

pub use album::{AlbumOptions, AlbumSpec, AlbumTrackSpec, album, album_of, analyze_album, read_album};
pub use analyze::{AnalyzeOptions, analyze, analyze_bytes, analyze_source, config_hash};
pub use audio::{Arrangement, AudioView, Samples};
pub use balanced_analysis::features;
pub use balanced_assistant::check as check_analysis;
pub use balanced_assistant::{CheckResult, Level, Profile, Recommendation, platforms_toml};
pub use balanced_dsp::{Block, ChannelLayout, StreamFormat};
pub use balanced_io::{EncodeSpec, FileFormat, SampleFormat, printable};
pub use balanced_mastering::{ChainSpec, Param, Preset, ProcessorSpec, Scale};
pub use balanced_model as model;
pub use balanced_model::{
    Achieved, AlbumAnalysis, AlbumMode, AlbumResult, Analysis, AnalysisConfig, Boost, Coherence, Families, Family,
    Finding, Measurements, PlatformRule, TagConfig, TagHead, Target,
};
pub use balanced_report as report;
pub use batch::{Order, analyze_many};
pub use chain_file::{preset_target, read_chain};
pub use check::{check, check_config, check_source, profile, profile_toml};
pub use codecs::{Codec, codecs};
pub use compare::{TrackComparison, compare, compare_sources};
pub use contain::{contain_panics, hide_caught_panics};
pub use deliver::{deliver, reproduce};
pub use demo::DEMO_FLAC;
pub use error::{Error, ErrorKind, InputFault};
pub use files::{AudioBuffer, AudioInfo, ReadOptions, layout, probe, read_audio, read_part, resample, write_audio};
pub use fingerprint::{fingerprint, fingerprint_source};
pub use folder::audio_files;
pub use heads::train_head;
pub use input::{AudioSource, ReadSeek, Reopen};
pub use limits::Limits;
pub use master::{Edit, MasterOptions, MasterResult, MetadataEdit, master, master_source};
pub use matching::Matching;
pub use meter::{MeterReading, StreamingMeter, loudness, true_peak};
pub use outputs::{check_outputs, write_file};
pub use pages::{ReportAudio, analysis_report, comparison_report, master_report, saved_report};
pub use platforms::platforms;
pub use plugins::{AllowPlugins, PLUGIN_HOST_ARGUMENT, PluginHost, serve_plugin};
pub use preview::{BandDifference, PreviewOptions, PreviewResult, preview};
pub use progress::{Progress, Stage};
pub use recommend::{RecommendOptions, recommend, recommend_config, recommend_for, recommend_source};
pub use repair::{RepairOptions, RepairResult, repair, repair_source};
pub use roster::match_engineers;
pub use schema::{SchemaKind, schema};
pub use stream::ChainStream;

/// Removes the temporary files of all unfinished outputs; for a Ctrl-C handler that is about to exit.
pub fn remove_partial_outputs() {
    balanced_io::cleanup_temporaries();
}
