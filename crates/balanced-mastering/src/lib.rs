//! Mastering processors and chains.
//!
//! A [`ChainSpec`] is data: a list of [`Step`]s, each a [`ProcessorSpec`], [`ParallelSpec`] branches or a [`ClapSpec`], with
//! its bypass and mix. [`Chain::build`] turns it into a running chain for one [`StreamFormat`](balanced_dsp::StreamFormat), which allocates and checks everything;
//! [`Chain::process`] then cannot fail, allocate, lock or log.
//!
//! ```
//! use balanced_dsp::{PlanarBuffer, StreamFormat};
//! use balanced_mastering::{Chain, ChainSpec};
//!
//! let spec = ChainSpec::from_toml("version = 2\n[[steps]]\nkind = \"gain\"\ngain_db = -6.0\n")?;
//! let mut chain = Chain::build(&spec, &StreamFormat::new(48_000.0, 2))?;
//! let mut audio = PlanarBuffer::from_channels(&[vec![0.5; 480], vec![0.5; 480]]);
//! chain.process(&mut audio.block_mut());
//! assert!((audio.channel(0)[479] - 0.2506).abs() < 1e-4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
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
mod validate;
mod zero_phase;

pub use chain::{
    AbSwitch, Audition, Branch, CHAIN_VERSION, Chain, ChainSpec, ClapSpec, Listen, LoudnessMatch, MAX_BRANCHES,
    MAX_NESTING, MAX_STEPS, ParallelSpec, Preset, Split, Step, StepKind,
};
pub use dynamic_gain::DynamicsMode;
pub use error::{BuildError, SpecError};
pub use options::{BuildOptions, ExternalBuilder, Latency};
pub use param::{Field, Param, Parameters, Scale};
pub use processor::{MAX_BLOCK_FRAMES, Processor, Settings, Update};
pub use processors::clipper::ClipperSpec;
pub use processors::compressor::{CompressorChannels, CompressorSpec, Detector};
pub use processors::dc_filter::DcFilterSpec;
pub use processors::dither::{DitherNoise, DitherSpec};
pub use processors::dynamic_eq::{DynamicEqBand, DynamicEqKind, DynamicEqSpec};
pub use processors::eq::{CutAlignment, EqBand, EqBandKind, EqChannels, EqPhase, EqSpec};
pub use processors::gain::GainSpec;
pub use processors::limiter::{LimiterForecast, LimiterSpec, LimiterStyle};
pub use processors::multiband::{CrossoverType, MultibandBand, MultibandSpec};
pub use processors::saturator::{SaturationCurve, SaturatorSpec};
pub use processors::stereo::StereoSpec;
pub use processors::transient_shaper::TransientShaperSpec;
pub use processors::utility::UtilitySpec;
pub use spec::ProcessorSpec;
