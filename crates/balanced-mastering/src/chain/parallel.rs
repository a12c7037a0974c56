//! Parallel steps as data: how the audio is split, and the branches it passes.

use balanced_dsp::crossover::MAX_CROSSOVER_BANDS;

use super::Step;
use super::spec::validate_all;
use crate::SpecError;
use crate::processors::multiband::check_rising;
use crate::settings::{choices, settings};

/// Largest number of branches of a parallel step.
pub const MAX_BRANCHES: usize = 8;
/// Deepest nesting of parallel steps.
pub const MAX_NESTING: usize = 4;

settings! {
    /// Parallel branches: the audio is split, each branch runs its own steps, and their outputs are summed, in time.
    pub struct ParallelSpec {
        /// Part of the audio that each branch processes.
        split: Split = Split::Whole,
        /// Crossover frequencies between the branches of `bands`, rising; one fewer than branches.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        crossovers_hz: [f64] in log 20.0..=16_000.0 "Hz" each 1000.0 = Vec::new(),
        /// The branches.
        branches: [Branch] = Vec::new(),
    }

    /// One branch of a parallel step: a row of steps and its level in the sum.
    pub struct Branch in branches {
        /// Name of the branch.
        #[serde(skip_serializing_if = "String::is_empty")]
        name: (String) = String::new(),
        /// Level of the branch in the sum.
        gain_db: f64 in -96.0..=24.0 "dB" = 0.0,
        /// Mutes the branch.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        mute: bool = false,
        /// Solo: only this branch is heard, with others that have it on.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        solo: bool = false,
        /// The steps, in order; without any the branch passes its share unchanged.
        steps: [Step] = Vec::new(),
    }
}

choices! {
    /// How a parallel step splits the audio between its branches.
    pub enum Split {
        /// Gives all of the audio to every branch; an empty branch is the dry signal.
        Whole = "whole",
        /// Gives the mid of the front pair to the first branch and its side to the second, each as one channel; other
        /// channels are only delayed. Without a front pair the first branch has everything.
        MidSide = "mid_side",
        /// Gives each branch a band of frequencies, lowest first, split by Linkwitz-Riley crossovers of fourth order whose
        /// sum is flat.
        Bands = "bands",
    }
}

impl ParallelSpec {
    /// Name of this kind of step in files.
    pub const KIND: &'static str = "parallel";

    /// Creates branches that are each given all of the audio.
    #[must_use]
    pub fn whole(branches: impl IntoIterator<Item = Branch>) -> Self {
        Self { branches: branches.into_iter().collect(), ..Self::default() }
    }

    /// Creates one branch for the mid and one for the side.
    #[must_use]
    pub fn mid_side(mid: Branch, side: Branch) -> Self {
        Self { split: Split::MidSide, branches: vec![mid, side], ..Self::default() }
    }

    /// Creates a branch for every band between `crossovers_hz`, lowest first.
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
        crate::validate::validate(self)?;
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
                wrong(format!("`split = \"mid_side\"` has two, mid then side, there are {branches}"))
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
    /// Creates a branch of `steps` at 0 dB.
    #[must_use]
    pub fn new(name: impl Into<String>, steps: impl IntoIterator<Item = impl Into<Step>>) -> Self {
        Self { name: name.into(), steps: steps.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Creates a branch without steps: the dry signal.
    #[must_use]
    pub fn dry() -> Self {
        Self { name: "Dry".to_owned(), ..Self::default() }
    }
}
