//! The saved description of a chain.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{ClapSpec, ParallelSpec, read};
use crate::{Param, ProcessorSpec, SpecError, toml_problem};

/// Version of the chain format that is written; older ones are migrated, newer ones refused.
pub const CHAIN_VERSION: u32 = 2;
/// Largest number of steps in a chain, those within branches included.
pub const MAX_STEPS: usize = 256;

/// Row of [`ChainSpec::input_lufs`].
const INPUT: Param = Param::linear("input_lufs", "LUFS", (-60.0, 0.0), -18.0, "Loudness the thresholds are made for.");
/// Row of [`Step::mix`].
pub(crate) const MIX: Param =
    Param::linear("mix", "", (0.0, 1.0), 1.0, "Share of the processed signal; the rest is dry.");

/// A mastering chain as data: steps with their settings, saved as TOML or JSON.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct ChainSpec {
    /// Version of the format; the current one if absent.
    pub version: u32,
    /// Name of the chain.
    pub name: String,
    /// Loudness in LUFS (-60 to 0) that the chain's thresholds are made for; a file is brought to it before it is rendered.
    /// A running [`Chain`](super::Chain) does not change the level of its input.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = INPUT.min, max = INPUT.max))]
    pub input_lufs: Option<f64>,
    /// The steps, in the order the audio passes them.
    pub steps: Vec<Step>,
}

/// One step of a chain. In files its settings stand beside `kind`, `bypass` and `mix`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Processor, parallel branches or CLAP effect, with its settings.
    #[serde(flatten)]
    pub kind: StepKind,
    /// Bypass: passes the input on unchanged, still delayed by the step's latency.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bypass: bool,
    /// Share of the processed signal, 0 to 1; the rest is the dry signal, aligned in time.
    #[serde(skip_serializing_if = "is_one")]
    pub mix: f64,
}

/// Kind of a step, with its settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)]
pub enum StepKind {
    /// Parallel branches, summed.
    Parallel(ParallelSpec),
    /// A CLAP effect, run by the host in [`BuildOptions::externals`](crate::BuildOptions::externals).
    Clap(ClapSpec),
    /// A processor of this crate, which names its own kind.
    #[serde(untagged)]
    Processor(ProcessorSpec),
}

fn is_one(mix: &f64) -> bool {
    *mix == 1.0
}

impl Default for ChainSpec {
    fn default() -> Self {
        Self { version: CHAIN_VERSION, name: String::new(), input_lufs: None, steps: Vec::new() }
    }
}

impl Step {
    /// Parameter of [`bypass`](Self::bypass).
    pub const BYPASS: Param =
        Param::toggle("bypass", false, "Passes the input on unchanged, still delayed by the step's latency.");
    /// Parameter of [`mix`](Self::mix).
    pub const MIX: Param = MIX;

    /// Creates a step that is on and fully wet.
    #[must_use]
    pub fn new(kind: impl Into<StepKind>) -> Self {
        Self { kind: kind.into(), bypass: false, mix: 1.0 }
    }

    /// Returns the settings if the step is a processor.
    #[must_use]
    pub fn processor(&self) -> Option<&ProcessorSpec> {
        if let StepKind::Processor(processor) = &self.kind { Some(processor) } else { None }
    }

    /// Visits this step, then every step within its branches, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Step)) {
        visit(self);
        let StepKind::Parallel(parallel) = &self.kind else { return };
        parallel.branches.iter().flat_map(|branch| &branch.steps).for_each(|step| step.walk(visit));
    }
}

impl StepKind {
    /// Returns the name of this kind of step in files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Processor(processor) => processor.kind(),
            Self::Parallel(_) => ParallelSpec::KIND,
            Self::Clap(_) => ClapSpec::KIND,
        }
    }

    /// Lists every `kind` that a step may have.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ProcessorSpec::KINDS.iter().copied().chain([ParallelSpec::KIND, ClapSpec::KIND])
    }
}

impl From<ProcessorSpec> for StepKind {
    fn from(processor: ProcessorSpec) -> Self {
        Self::Processor(processor)
    }
}

impl From<ParallelSpec> for StepKind {
    fn from(parallel: ParallelSpec) -> Self {
        Self::Parallel(parallel)
    }
}

impl From<ClapSpec> for StepKind {
    fn from(clap: ClapSpec) -> Self {
        Self::Clap(clap)
    }
}

impl<K: Into<StepKind>> From<K> for Step {
    fn from(kind: K) -> Self {
        Self::new(kind)
    }
}

impl ChainSpec {
    /// Creates a chain of `steps`.
    #[must_use]
    pub fn new(name: impl Into<String>, steps: impl IntoIterator<Item = impl Into<Step>>) -> Self {
        Self { name: name.into(), steps: steps.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Reads a TOML document.
    ///
    /// # Errors
    /// Syntax errors with their place; unknown, missing or impossible fields with their path.
    pub fn from_toml(text: &str) -> Result<Self, SpecError> {
        let tree: toml::Table = toml::from_str(text).map_err(|error| SpecError::new("", toml_problem(text, &error)))?;
        let tree = serde_json::to_value(tree).map_err(|error| SpecError::new("", error.to_string()))?;
        read::chain(tree)
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    /// Returns the errors of [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, SpecError> {
        read::chain(serde_json::from_str(text).map_err(|error| SpecError::new("", error.to_string()))?)
    }

    /// Reads JSON if the text starts with `{`, else TOML.
    ///
    /// # Errors
    /// Returns the errors of [`from_toml`](Self::from_toml).
    pub fn from_str_auto(text: &str) -> Result<Self, SpecError> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('{') { Self::from_json(text) } else { Self::from_toml(text) }
    }

    /// Writes TOML that reads back equal.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a chain is a table of plain values")
    }

    /// Writes JSON that reads back equal; settings must be finite numbers ([`validate`](Self::validate)).
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a chain is a tree of plain values")
    }

    /// Lists every step, those within branches included, in order, outermost first.
    #[must_use]
    pub fn all_steps(&self) -> Vec<&Step> {
        let mut all = Vec::new();
        self.steps.iter().for_each(|step| step.walk(&mut |step| all.push(step)));
        all
    }

    /// Checks the version and every setting of every step.
    ///
    /// # Errors
    /// The first wrong setting, by its path (`steps[1].bands[0].frequency_hz`).
    pub fn validate(&self) -> Result<(), SpecError> {
        if self.version != CHAIN_VERSION {
            return Err(SpecError::new("version", format!("must be {CHAIN_VERSION}, is {}", self.version)));
        }
        if let Some(lufs) = self.input_lufs.filter(|lufs| !INPUT.contains(*lufs)) {
            return Err(SpecError::new(INPUT.id, format!("{lufs} is outside {}", INPUT.range_text())));
        }
        validate_all(&self.steps, 0)?;
        let count = self.all_steps().len();
        if count > MAX_STEPS {
            return Err(SpecError::new("steps", format!("a chain has {MAX_STEPS} steps at most, this has {count}")));
        }
        Ok(())
    }
}

/// Checks a row of steps, `depth` parallel steps down.
pub(super) fn validate_all(steps: &[Step], depth: usize) -> Result<(), SpecError> {
    steps
        .iter()
        .enumerate()
        .try_for_each(|(index, step)| step.validate(depth).map_err(|error| error.within(&format!("steps[{index}]"))))
}

impl Step {
    fn validate(&self, depth: usize) -> Result<(), SpecError> {
        if !MIX.contains(self.mix) {
            return Err(SpecError::new("mix", format!("{} is outside {}", self.mix, MIX.range_text())));
        }
        match &self.kind {
            StepKind::Processor(processor) => processor.validate(),
            StepKind::Parallel(parallel) => parallel.validate(depth),
            StepKind::Clap(clap) => clap.validate(),
        }
    }
}

impl<'de> Deserialize<'de> for ChainSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::chain(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::step(Value::deserialize(deserializer)?, 0).map_err(serde::de::Error::custom)
    }
}
