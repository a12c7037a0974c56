#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod chain;
mod channels;
mod crossovers;
mod dynamic_gain;
mod error;
mod guard;
mod matrix;
mod options;
mod param;
mod processor;
pub mod processors;
mod settings;
mod spec;
mod toml_text;
mod validate;
mod zero_phase;

pub use chain::{
    AbSwitch, Audition, Branch, CHAIN_VERSION, Chain, ChainSpec, ClapSpec, Listen, LoudnessMatch, LoudnessMemory,
    MAX_BRANCHES, MAX_NESTING, MAX_STEPS, ParallelSpec, Preset, Split, Step, StepKind, read_settings,
};
pub use dynamic_gain::DynamicsMode;
pub use error::{BuildError, SpecError};
pub use options::{BuildOptions, ExternalBuilder, Latency};
pub use param::{Field, Param, Parameters, Scale};
pub use processor::{DrySignal, MAX_BLOCK_FRAMES, Processor, Settings, Update};
pub use processors::clipper::ClipperSpec;
pub use processors::compressor::{CompressorChannels, CompressorSpec, Detector};
pub use processors::dc_filter::DcFilterSpec;
pub use processors::declick::DeclickSpec;
pub use processors::declip::DeclipSpec;
pub use processors::dehum::DehumSpec;
pub use processors::dither::{DitherNoise, DitherSpec};
pub use processors::dynamic_eq::{DynamicEqBand, DynamicEqKind, DynamicEqSpec};
pub use processors::eq::{CutAlignment, EqBand, EqBandKind, EqChannels, EqPhase, EqSpec};
pub use processors::gain::GainSpec;
pub use processors::limiter::{LimiterForecast, LimiterSpec, LimiterStyle};
pub use processors::multiband::{CrossoverType, MultibandBand, MultibandSpec};
pub use processors::saturator::{SaturationCurve, SaturatorSpec};
pub use processors::stereo::StereoSpec;
pub use processors::transient_shaper::TransientShaperSpec;
pub use processors::utility::{UtilitySource, UtilitySpec};
pub use spec::ProcessorSpec;
pub use toml_text::toml_problem;
