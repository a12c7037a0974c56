//! Parallel steps as data: how the audio is split, and the branches it passes.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Step;
use super::spec::validate_all;
use crate::processors::multiband::check_rising;
use crate::{Param, SpecError};

/// Branches a parallel step may have.
pub const MAX_BRANCHES: usize = 8;
/// Parallel steps that may lie within one another.
pub const MAX_NESTING: usize = 4;

/// Branches side by side: the audio is split, each branch runs its own steps, and their outputs are summed, in time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ParallelSpec {
    /// What each branch is given.
    pub split: Split,
    /// With `bands`: corners between the branches in Hz, rising; one fewer than branches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crossovers_hz: Vec<f64>,
    /// What runs side by side.
    pub branches: Vec<Branch>,
}

/// What the branches of a parallel step are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// All of the audio, to every branch: an empty branch is the dry signal.
    #[default]
    Whole,
    /// The middle of the front pair to the first branch, its sides to the second, each as one channel; other channels
    /// wait. Without a front pair the first branch has everything.
    MidSide,
    /// A band of frequencies each, lowest first, split by Linkwitz-Riley crossovers of fourth order whose sum is flat.
    Bands,
}

/// One branch: a row of steps, its level in the sum.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Branch {
    /// What the branch is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Level in the sum, in dB.
    pub gain_db: f64,
    /// Leave the branch out of the sum.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mute: bool,
    /// Leave all branches out that are not solo.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub solo: bool,
    /// What is done, in order; nothing passes the branch's share on as it is.
    pub steps: Vec<Step>,
}

const SPLITS: &[&str] = &["whole", "mid_side", "bands"];

impl ParallelSpec {
    /// The name of this kind of step in files.
    pub const KIND: &'static str = "parallel";

    /// The parameter table.
    pub const PARAMS: &'static [Param] = &[
        Param::choice("split", SPLITS, 0, "What each branch is given."),
        Param::logarithmic(
            "crossovers_hz[]",
            "Hz",
            (20.0, 16_000.0),
            1000.0,
            "Corners between the branches of `bands`, rising.",
        ),
        Param::linear("branches[].gain_db", "dB", (-96.0, 24.0), 0.0, "Level of the branch in the sum."),
        Param::toggle("branches[].mute", false, "Leave the branch out of the sum."),
        Param::toggle("branches[].solo", false, "Leave all branches out that are not solo."),
    ];

    /// Branches that are each given all of the audio.
    #[must_use]
    pub fn whole(branches: impl IntoIterator<Item = Branch>) -> Self {
        Self { branches: branches.into_iter().collect(), ..Self::default() }
    }

    /// One branch for the middle and one for the sides.
    #[must_use]
    pub fn mid_side(mid: Branch, side: Branch) -> Self {
        Self { split: Split::MidSide, branches: vec![mid, side], ..Self::default() }
    }

    /// A branch for every band between `crossovers_hz`, lowest first.
    #[must_use]
    pub fn bands(crossovers_hz: impl Into<Vec<f64>>, branches: impl IntoIterator<Item = Branch>) -> Self {
        let branches = branches.into_iter().collect();
        Self { split: Split::Bands, crossovers_hz: crossovers_hz.into(), branches }
    }

    /// Gain of every branch in the sum, 0 for what mute and solo leave out.
    pub(super) fn levels(&self) -> impl Iterator<Item = f64> {
        let soloed = self.branches.iter().any(|branch| branch.solo);
        self.branches.iter().map(move |branch| {
            let heard = !branch.mute && (branch.solo || !soloed);
            if heard { balanced_dsp::decibel::db_to_gain(branch.gain_db) } else { 0.0 }
        })
    }

    pub(super) fn validate(&self, depth: usize) -> Result<(), SpecError> {
        check_nesting(depth)?;
        self.check_count()?;
        let tree = serde_json::to_value(self).map_err(|error| SpecError::new("", error.to_string()))?;
        crate::validate::validate(&tree, Self::PARAMS)?;
        check_rising(&self.crossovers_hz)?;
        for (index, branch) in self.branches.iter().enumerate() {
            validate_all(&branch.steps, depth + 1).map_err(|error| error.within(&format!("branches[{index}]")))?;
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), SpecError> {
        let (branches, corners) = (self.branches.len(), self.crossovers_hz.len());
        let wrong = |message: String| Err(SpecError::new("branches", message));
        match self.split {
            Split::Whole if !(1..=MAX_BRANCHES).contains(&branches) => {
                wrong(format!("there may be 1 to {MAX_BRANCHES}, there are {branches}"))
            }
            Split::MidSide if branches != 2 => {
                wrong(format!("`split = \"mid_side\"` has two, mid then side; there are {branches}"))
            }
            Split::Bands if !(2..=MAX_CROSSOVER_BANDS).contains(&branches) => {
                wrong(format!("`split = \"bands\"` has 2 to {MAX_CROSSOVER_BANDS}, there are {branches}"))
            }
            Split::Bands if corners + 1 != branches => Err(SpecError::new(
                "crossovers_hz",
                format!("{branches} branches have {} corners between them, there are {corners}", branches - 1),
            )),
            Split::Whole | Split::MidSide if corners > 0 => {
                Err(SpecError::new("crossovers_hz", "corners belong to `split = \"bands\"`"))
            }
            _ => Ok(()),
        }
    }
}

/// Refuse a parallel step that lies within too many others.
pub(super) fn check_nesting(depth: usize) -> Result<(), SpecError> {
    if depth < MAX_NESTING {
        return Ok(());
    }
    Err(SpecError::new("kind", format!("parallel steps may lie within one another {MAX_NESTING} deep, not deeper")))
}

impl Branch {
    /// A branch of these steps at 0 dB.
    #[must_use]
    pub fn new(name: impl Into<String>, steps: impl IntoIterator<Item = impl Into<Step>>) -> Self {
        Self { name: name.into(), steps: steps.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// A branch that passes its share on as it is.
    #[must_use]
    pub fn dry() -> Self {
        Self { name: "Dry".to_owned(), ..Self::default() }
    }
}
