//! The saved description of a chain.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::read;
use crate::{Param, ProcessorSpec, SpecError};

/// The version this program writes. Older ones are migrated, newer ones refused.
pub const CHAIN_VERSION: u32 = 1;

/// How much of a step's output is heard, the rest being its input.
pub(crate) const MIX: Param =
    Param::linear("mix", "", (0.0, 1.0), 1.0, "Share of the processed signal; the rest is dry.");

/// A mastering chain as data: what is saved, sent and shown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct ChainSpec {
    /// Version of the format; 1 if absent.
    pub version: u32,
    /// What the chain is called.
    pub name: String,
    /// Processors in the order the audio passes them.
    pub steps: Vec<Step>,
}

/// One processor of a chain. In files its settings stand beside `kind`, `bypass` and `mix`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What is done.
    #[serde(flatten)]
    pub processor: ProcessorSpec,
    /// Pass the input on unchanged, still delayed by the processor's latency.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bypass: bool,
    /// Share of the processed signal, 0 to 1; the rest is the dry input, aligned in time.
    #[serde(skip_serializing_if = "is_one")]
    pub mix: f64,
}

fn is_one(mix: &f64) -> bool {
    *mix == 1.0
}

impl Default for ChainSpec {
    fn default() -> Self {
        Self { version: CHAIN_VERSION, name: String::new(), steps: Vec::new() }
    }
}

impl Step {
    /// `processor`, switched on and fully heard.
    #[must_use]
    pub fn new(processor: ProcessorSpec) -> Self {
        Self { processor, bypass: false, mix: 1.0 }
    }
}

impl From<ProcessorSpec> for Step {
    fn from(processor: ProcessorSpec) -> Self {
        Self::new(processor)
    }
}

impl ChainSpec {
    /// A chain of these processors, all switched on.
    #[must_use]
    pub fn new(name: impl Into<String>, processors: impl IntoIterator<Item = ProcessorSpec>) -> Self {
        Self { name: name.into(), steps: processors.into_iter().map(Step::new).collect(), ..Self::default() }
    }

    /// Read a TOML document.
    ///
    /// # Errors
    /// Syntax errors with their place; unknown, missing or impossible fields with their path.
    pub fn from_toml(text: &str) -> Result<Self, SpecError> {
        let tree: toml::Table = toml::from_str(text).map_err(|error| SpecError::new("", error.to_string()))?;
        let tree = serde_json::to_value(tree).map_err(|error| SpecError::new("", error.to_string()))?;
        read::chain(tree)
    }

    /// Read a JSON document.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, SpecError> {
        read::chain(serde_json::from_str(text).map_err(|error| SpecError::new("", error.to_string()))?)
    }

    /// Read JSON if the text starts with `{`, else TOML.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_str_auto(text: &str) -> Result<Self, SpecError> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('{') { Self::from_json(text) } else { Self::from_toml(text) }
    }

    /// Write TOML that reads back equal.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a chain is a table of plain values")
    }

    /// Write JSON that reads back equal; settings must be finite numbers ([`validate`](Self::validate)).
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a chain is a tree of plain values")
    }

    /// Check the version and every setting of every step.
    ///
    /// # Errors
    /// The first culprit, by its path (`steps[1].bands[0].frequency_hz`).
    pub fn validate(&self) -> Result<(), SpecError> {
        if self.version != CHAIN_VERSION {
            return Err(SpecError::new("version", format!("must be {CHAIN_VERSION}, is {}", self.version)));
        }
        for (index, step) in self.steps.iter().enumerate() {
            step.validate().map_err(|error| error.within(&format!("steps[{index}]")))?;
        }
        Ok(())
    }
}

impl Step {
    fn validate(&self) -> Result<(), SpecError> {
        if !MIX.contains(self.mix) {
            return Err(SpecError::new("mix", format!("{} is outside {}", self.mix, MIX.range_text())));
        }
        self.processor.validate()
    }
}

impl<'de> Deserialize<'de> for ChainSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::chain(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::step(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
