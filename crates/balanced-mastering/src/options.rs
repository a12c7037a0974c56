//! Options of building processors and chains.

use balanced_dsp::StreamFormat;

use crate::{ClapSpec, Processor, SpecError};

/// Latency that processors may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Latency {
    /// Builds every processor in its best form.
    #[default]
    Full,
    /// Builds saturator, clipper and limiter in forms with low latency, for someone who plays through them: 15 frames instead
    /// of 98, 33 instead of 1000 and more, at a cost that their pages name. Other processors are built as ever; latency that
    /// is a setting (linear phase, look-ahead of a compressor) stays. The declicker and the declipper, which need what comes
    /// after, do nothing.
    Low,
}

/// Builds steps that this crate cannot build: CLAP effects.
///
/// The processor that it returns may allocate, wait or fail inside; such a chain is for rendering, not for an audio thread. The path of
/// an error is empty: the chain knows the step.
pub type ExternalBuilder<'a> = dyn Fn(&ClapSpec, &StreamFormat) -> Result<Box<dyn Processor>, SpecError> + 'a;

/// Options of [`ProcessorSpec::build_with`](crate::ProcessorSpec::build_with) and
/// [`Chain::build_with`](crate::Chain::build_with).
///
/// ```
/// use balanced_dsp::StreamFormat;
/// use balanced_mastering::{BuildOptions, Chain, ChainSpec, Latency};
///
/// let spec = ChainSpec::from_toml("[[steps]]\nkind = \"limiter\"\n")?;
/// let options = BuildOptions { latency: Latency::Low, ..BuildOptions::default() };
/// let chain = Chain::build_with(&spec, &StreamFormat::new(48_000.0, 2), &options)?;
/// assert_eq!(chain.latency_frames(), 33);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct BuildOptions<'a> {
    /// Latency that processors may have.
    pub latency: Latency,
    /// Builds CLAP effects; without it a chain that has one is not built.
    pub externals: Option<&'a ExternalBuilder<'a>>,
}
