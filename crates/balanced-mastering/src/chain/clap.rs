//! CLAP effects as data. This crate never loads one: the host in [`BuildOptions::externals`](crate::BuildOptions::externals) does.

use std::collections::BTreeMap;

use crate::SpecError;
use crate::settings::settings;

settings! {
    /// Settings of a CLAP effect: its file, which plugin in it, its state and parameters.
    pub struct ClapSpec {
        /// File or bundle of the plugin (`.clap`), by its name or its path in one of the plugin folders.
        path: (String) = String::new(),
        /// Id of the plugin; may be left out where the file holds only one.
        #[serde(skip_serializing_if = "Option::is_none")]
        plugin_id: (Option<String>) = None,
        /// File with the state that the plugin saved; one that is not absolute is looked for beside the chain file.
        #[serde(skip_serializing_if = "Option::is_none")]
        state_file: (Option<String>) = None,
        /// The state itself, in base64; instead of `state_file`.
        #[serde(skip_serializing_if = "Option::is_none")]
        state_base64: (Option<String>) = None,
        /// Values set after the state is loaded, in the plugin's own units, by the parameter's name or its numeric id.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        parameters: (BTreeMap<String, f64>) = BTreeMap::new(),
        /// Time that the plugin may take to load, or to process a block, before it counts as hung.
        timeout_s: f64 in log 0.1..=600.0 "s" = 20.0,
    }
}

impl ClapSpec {
    /// Name of this kind of step in files.
    pub const KIND: &'static str = "clap";

    /// Creates a step for the plugin in the file at `path`, with its own defaults.
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
        crate::validate::validate(self)?;
        match self.parameters.iter().find(|(_, value)| !value.is_finite()) {
            Some((name, value)) => Err(SpecError::new(format!("parameters.{name}"), format!("{value} is no value"))),
            None => Ok(()),
        }
    }
}
