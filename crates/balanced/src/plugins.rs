//! CLAP effects in a chain: the process that hosts each, and their errors.

use std::ffi::OsString;
use std::path::PathBuf;

use balanced_dsp::StreamFormat;
use balanced_mastering::{BuildOptions, Chain, ChainSpec, ClapSpec, SpecError, Step, StepKind};

use crate::Error;

/// Says which CLAP plugins a chain may load. A plugin is native code, so by default none, whatever the chain names.
///
/// The `path` of a step chooses among the `.clap` files in the plugin folders: those of the environment variable
/// `CLAP_PATH` and the usual ones of the system (`~/.clap`, `/usr/local/lib/clap`, `/usr/lib/clap`; on macOS
/// `~/Library/Audio/Plug-Ins/CLAP`, `/Library/Audio/Plug-Ins/CLAP`; on Windows `%LOCALAPPDATA%\Programs\Common\CLAP`,
/// `%COMMONPROGRAMFILES%\CLAP`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AllowPlugins {
    /// None: a chain with a CLAP effect that is not bypassed is refused.
    #[default]
    None,
    /// Those in the plugin folders.
    Installed,
    /// Only what is listed: a folder (the plugins in it, wherever it is), a plugin's file, or the file name or the id of
    /// one in the plugin folders. An entry with a path separator is a path.
    ///
    /// Confined plugins may read the listed folders, so a folder of presets or licences can be listed too.
    Only(Vec<String>),
}

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
    /// The plugins that may be loaded.
    pub allow: AllowPlugins,
}

/// Argument that makes the `balanced` command host a plugin.
pub const PLUGIN_HOST_ARGUMENT: &str = "--serve-plugin";

impl PluginHost {
    /// Uses the `balanced` command at the path `program` as the host; it may load no plugin until [`allow`](Self::allow)
    /// says which.
    #[must_use]
    pub fn command(program: impl Into<PathBuf>) -> Self {
        let arguments = vec![PLUGIN_HOST_ARGUMENT.into()];
        Self { program: program.into(), arguments, allow: AllowPlugins::None }
    }

    /// Sets which plugins may be loaded.
    #[must_use]
    pub fn allowing(self, allow: AllowPlugins) -> Self {
        Self { allow, ..self }
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
        chain.map_err(|error| {
            let error = Error::building(&error);
            if self.check().is_err() { error.of_plugin() } else { error }
        })
    }

    #[cfg(feature = "host")]
    fn open(
        &self,
        clap: &ClapSpec,
        format: &StreamFormat,
    ) -> Result<Box<dyn balanced_mastering::Processor>, SpecError> {
        let PluginHost { program, arguments, allow } = self.host.clone().ok_or_else(|| {
            SpecError::new("", "CLAP effects need a host program and none is set (`PluginHost`)")
                .with_remedy("set one, or bypass this step")
        })?;
        let allowed = entries(&allow).ok_or_else(|| {
            let problem = format!("{}: a CLAP plugin is native code, which a chain may not load by itself", clap.path);
            SpecError::new("", problem).with_remedy(
                "if you trust it, allow plugins (`--allow-plugins`, in Python `allow_plugins=True`), or set \
                 `bypass = true` on this step",
            )
        })?;
        let command = balanced_host::HostCommand { program, arguments };
        balanced_host::open(clap, format, &command, allowed, &self.failures).map_err(|error| {
            SpecError::new("", format!("{}: {}", error.path().display(), error.problem())).with_remedy(error.remedy())
        })
    }

    /// Returns a note on what of the plugins' processes is not confined on this system; `None` if all is, or none runs.
    #[cfg(feature = "host")]
    pub(crate) fn note(&self) -> Option<String> {
        let gaps = self.failures.gaps();
        let note = || format!("the sandbox of the chain's CLAP plugins is not complete here: {}", gaps.join(", "));
        (!gaps.is_empty()).then(note)
    }

    #[cfg(not(feature = "host"))]
    pub(crate) fn note(&self) -> Option<String> {
        None
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

/// What the host is told of `allow`: nothing runs for `None`, and all that is installed for `Some(None)`.
#[cfg(feature = "host")]
fn entries(allow: &AllowPlugins) -> Option<Option<&[String]>> {
    match allow {
        AllowPlugins::None => None,
        AllowPlugins::Installed => Some(None),
        AllowPlugins::Only(entries) => Some(Some(entries)),
    }
}

/// Returns the files that a running chain reads: its plugins and their saved states.
pub(crate) fn files_of(chain: &ChainSpec, host: Option<&PluginHost>) -> Vec<PathBuf> {
    let clap = |step: &Step| match &step.kind {
        StepKind::Clap(clap) => Some(clap.clone()),
        _ => None,
    };
    let all = chain.all_steps().into_iter().filter_map(clap);
    all.flat_map(|clap| [plugin_file(&clap, host), clap.state_file.map(PathBuf::from)]).flatten().collect()
}

#[cfg(feature = "host")]
fn plugin_file(clap: &ClapSpec, host: Option<&PluginHost>) -> Option<PathBuf> {
    let allowed = entries(&host?.allow)?;
    balanced_host::find(clap, allowed).ok().map(|found| found.path)
}

#[cfg(not(feature = "host"))]
fn plugin_file(_: &ClapSpec, _: Option<&PluginHost>) -> Option<PathBuf> {
    None
}
