//! CLAP effects in a chain: who runs them, and what became of them.

use std::ffi::OsString;
use std::path::PathBuf;

use balanced_dsp::StreamFormat;
use balanced_mastering::{Chain, ChainSpec};

use crate::Error;

/// The program that becomes the process of a plugin: it calls [`serve_plugin`] and ends. Each plugin has a process of its
/// own, so that one that crashes or hangs is an error and not the end of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginHost {
    /// The program.
    pub program: PathBuf,
    /// What tells it to serve.
    pub arguments: Vec<OsString>,
}

/// The argument by which the `balanced` command becomes the process of a plugin.
pub const PLUGIN_HOST_ARGUMENT: &str = "--serve-plugin";

impl PluginHost {
    /// The `balanced` command at `program`.
    #[must_use]
    pub fn command(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: vec![PLUGIN_HOST_ARGUMENT.into()] }
    }
}

/// Hold a plugin for the program that started this one, and return the exit code. Only for a program that was started
/// for that.
#[must_use]
pub fn serve_plugin() -> i32 {
    #[cfg(feature = "host")]
    return balanced_host::serve();
    #[cfg(not(feature = "host"))]
    return 2;
}

/// The plugins of a chain at work.
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

    /// Build `spec` with its plugins.
    pub(crate) fn build(&self, spec: &ChainSpec, format: &StreamFormat) -> Result<Chain, Error> {
        let chain = Chain::build_with(spec, format, &mut |clap, format| self.open(clap, format));
        chain.map_err(|error| Error::settings(error.to_string()))
    }

    #[cfg(feature = "host")]
    fn open(
        &self,
        clap: &balanced_mastering::ClapSpec,
        format: &StreamFormat,
    ) -> Result<Box<dyn balanced_mastering::Processor>, String> {
        let PluginHost { program, arguments } = self
            .host
            .clone()
            .ok_or("no program is set that could run CLAP effects (a `PluginHost`); set it, or bypass this step")?;
        let command = balanced_host::HostCommand { program, arguments };
        balanced_host::open(clap, format, &command, &self.failures).map_err(|error| error.to_string())
    }

    #[cfg(not(feature = "host"))]
    fn open(
        &self,
        _: &balanced_mastering::ClapSpec,
        _: &StreamFormat,
    ) -> Result<Box<dyn balanced_mastering::Processor>, String> {
        let _ = &self.host;
        Err("this program was built without CLAP hosting (feature `host`); bypass this step, or build with it"
            .to_owned())
    }

    /// Whether every plugin is still alive and well.
    pub(crate) fn check(&self) -> Result<(), Error> {
        #[cfg(feature = "host")]
        if let Some(failure) = self.failures.first() {
            return Err(Error::plugin(failure.to_string()));
        }
        Ok(())
    }
}
