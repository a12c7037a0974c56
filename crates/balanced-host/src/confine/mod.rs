//! The sandbox of a plugin's process: what its code can do to the rest of the machine.
//!
//! Linux gives one: limits on resources, Landlock for files and network, seccomp for everything else. It is put on by the
//! process itself before it loads the plugin, and cannot be taken off again. Elsewhere a plugin has the user's own rights.

use std::path::PathBuf;

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod limits;

/// What a confined process may still reach, beside the system's libraries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Files and folders that it may read.
    pub(crate) readable: Vec<PathBuf>,
    /// The folder that it may write to.
    pub(crate) temporary: Option<PathBuf>,
}

/// Confines this process, which must have no other threads yet; returns what could not be confined here, in words.
#[cfg(target_os = "linux")]
pub(crate) fn confine(bounds: &Bounds) -> Vec<String> {
    let outcomes = [limits::apply(), files::apply(bounds), calls::apply()];
    outcomes.into_iter().filter_map(Result::err).collect()
}

/// Returns that nothing is confined here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn confine(_: &Bounds) -> Vec<String> {
    vec!["this system has no sandbox for it".to_owned()]
}
