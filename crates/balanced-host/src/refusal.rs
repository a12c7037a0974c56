//! Why the plugin's process refused or failed, as it tells it over the wire.

use serde::{Deserialize, Serialize};

/// A problem of the plugin and, where something special helps, the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) problem: String,
    /// Empty for [`USUAL_REMEDY`].
    pub(crate) remedy: String,
}

/// What helps against most failures of plugins.
pub(crate) const USUAL_REMEDY: &str = "try another version of it, or set `bypass = true` on its step";

impl Refusal {
    pub(crate) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }
}

impl From<String> for Refusal {
    fn from(problem: String) -> Self {
        Self::new(problem, "")
    }
}

impl From<&str> for Refusal {
    fn from(problem: &str) -> Self {
        Self::new(problem, "")
    }
}
