//! CLAP effects in a chain: the process that hosts each, and their errors.

use std::ffi::OsString;
use std::path::PathBuf;

use balanced_dsp::StreamFormat;
use balanced_mastering::{BuildOptions, Chain, ChainSpec, ClapSpec, SpecError};

use crate::Error;

/// The program that hosts CLAP plugins: it calls [`serve_plugin`] and exits with its result.
///
/// Each plugin runs in a process of its own, so that a plugin that crashes or hangs causes an error and does not take
/// the program with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginHost {
    /// Path of the program.
    pub program: PathBuf,
    /// Arguments that make the program call [`serve_plugin`].
    pub arguments: Vec<OsString>,
}

/// Argument that makes the `balanced` command host a plugin.
pub const PLUGIN_HOST_ARGUMENT: &str = "--serve-plugin";

impl PluginHost {
    /// Uses the `balanced` command at the path `program` as the host.
    #[must_use]
    pub fn command(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: vec![PLUGIN_HOST_ARGUMENT.into()] }
    }
}

/// Hosts one plugin for the program that started this process, and returns the exit code.
///
/// Call it only in a process that was started as a [`PluginHost`].
#[must_use]
pub fn serve_plugin() -> i32 {
    #[cfg(feature = "host")]
    return balanced_host::serve();
    #[cfg(not(feature = "host"))]
    return 2;
}

/// The plugins of a running chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plugins {
    host: Option<PluginHost>,
    #[cfg(feature = "host")]
    failures: balanced_host::Failures,
}

impl Plugins {
    pub(crate) fn new(host: Option<&PluginHost>) -> Self {
        Self { host: host.cloned(), ..Self::default() }
    }

    /// Builds `spec` and starts its plugins.
    pub(crate) fn build(&self, spec: &ChainSpec, format: &StreamFormat) -> Result<Chain, Error> {
        let open = |clap: &ClapSpec, format: &StreamFormat| self.open(clap, format);
        let options = BuildOptions { externals: Some(&open), ..BuildOptions::default() };
        let chain = Chain::build_with(spec, format, &options);
        chain.map_err(|error| Error::building(&error))
    }

    #[cfg(feature = "host")]
    fn open(
        &self,
        clap: &ClapSpec,
        format: &StreamFormat,
    ) -> Result<Box<dyn balanced_mastering::Processor>, SpecError> {
        let PluginHost { program, arguments } = self.host.clone().ok_or_else(|| {
            SpecError::new("", "CLAP effects need a host program and none is set (`PluginHost`)")
                .with_remedy("set one, or bypass this step")
        })?;
        let command = balanced_host::HostCommand { program, arguments };
        balanced_host::open(clap, format, &command, &self.failures).map_err(|error| {
            SpecError::new("", format!("{}: {}", error.path().display(), error.problem())).with_remedy(error.remedy())
        })
    }

    #[cfg(not(feature = "host"))]
    fn open(&self, _: &ClapSpec, _: &StreamFormat) -> Result<Box<dyn balanced_mastering::Processor>, SpecError> {
        let _ = &self.host;
        Err(SpecError::new("", "this program was built without CLAP hosting (feature `host`)")
            .with_remedy("bypass this step, or build with it"))
    }

    /// Returns an error if a plugin crashed, hung or failed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        #[cfg(feature = "host")]
        if let Some(failure) = self.failures.first() {
            return Err(Error::plugin(&failure));
        }
        Ok(())
    }
}
