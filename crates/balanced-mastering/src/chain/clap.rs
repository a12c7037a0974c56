//! CLAP effects from outside, as data. This crate never loads one: a host does ([`Chain::build_with`](super::Chain::build_with)).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Param, SpecError};

/// An effect in CLAP format: the file, which plugin in it, its state and parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClapSpec {
    /// The plugin's file or bundle (`.clap`); one that is not absolute is looked for beside the chain file.
    pub path: String,
    /// The plugin's id; may be left out where the file holds only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin_id: Option<String>,
    /// A file with the state that the plugin saved; one that is not absolute is looked for beside the chain file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_file: Option<String>,
    /// The state itself, in base64; instead of `state_file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_base64: Option<String>,
    /// Values set after the state is loaded, in the plugin's own units, by the parameter's name or its numeric id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, f64>,
    /// Seconds the plugin may take to load, or to process a block, before it counts as hung.
    pub timeout_s: f64,
}

const TIMEOUT: Param = Param::logarithmic(
    "timeout_s",
    "s",
    (0.1, 600.0),
    20.0,
    "Seconds to load, or to process a block, before the plugin counts as hung.",
);

impl Default for ClapSpec {
    fn default() -> Self {
        Self {
            path: String::new(),
            plugin_id: None,
            state_file: None,
            state_base64: None,
            parameters: BTreeMap::new(),
            timeout_s: TIMEOUT.default,
        }
    }
}

impl ClapSpec {
    /// The name of this kind of step in files.
    pub const KIND: &'static str = "clap";

    /// The parameter table.
    pub const PARAMS: &'static [Param] = &[TIMEOUT];

    /// The plugin in the file at `path`, as it comes.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    pub(super) fn validate(&self) -> Result<(), SpecError> {
        if self.path.is_empty() {
            return Err(SpecError::new("path", "must name the plugin's file (.clap)"));
        }
        if self.state_file.is_some() && self.state_base64.is_some() {
            return Err(SpecError::new(
                "state_base64",
                "a state is given by `state_file` or `state_base64`, not by both",
            ));
        }
        if !TIMEOUT.contains(self.timeout_s) {
            return Err(SpecError::new("timeout_s", format!("{} is outside {}", self.timeout_s, TIMEOUT.range_text())));
        }
        match self.parameters.iter().find(|(_, value)| !value.is_finite()) {
            Some((name, value)) => Err(SpecError::new(format!("parameters.{name}"), format!("{value} is no value"))),
            None => Ok(()),
        }
    }
}
