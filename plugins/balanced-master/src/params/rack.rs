//! The rack: order of the modules, and steps of a chain file that are no modules.

use balanced_mastering::{ChainSpec, Step};
use serde::{Deserialize, Serialize};

use super::module::{self, MODULES};

/// A place in the rack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A module, by its kind.
    Module(String),
    /// A step of a chain file that is no module (a second equaliser, branches) and runs unchanged.
    Fixed(Box<Step>),
}

/// Modules and steps in the order the audio passes them.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rack {
    /// Name of the chain.
    pub name: String,
    /// Loudness that the thresholds are made for, if a chain file has one.
    pub input_lufs: Option<f64>,
    /// Seed of the dither, which has no knob.
    pub dither_seed: u32,
    /// Places of the rack.
    pub entries: Vec<Entry>,
}

impl Entry {
    /// Returns the number of the module, if it is one.
    #[must_use]
    pub fn module(&self) -> Option<usize> {
        if let Self::Module(kind) = self { module::index_of(kind) } else { None }
    }

    /// Returns the title in the strip.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Module(kind) => module::index_of(kind).map_or(kind.clone(), |index| MODULES[index].name.to_owned()),
            Self::Fixed(step) => super::text::capital(step.kind.name()),
        }
    }
}

impl Rack {
    /// Returns the place of the module with number `index`.
    #[must_use]
    pub fn place_of(&self, index: usize) -> Option<usize> {
        self.entries.iter().position(|entry| entry.module() == Some(index))
    }

    /// Removes modules that this version does not know, and duplicates.
    pub fn tidy(&mut self) {
        let mut seen = [false; module::COUNT];
        self.entries.retain(|entry| match entry {
            Entry::Fixed(_) => true,
            Entry::Module(_) => entry.module().is_some_and(|index| !std::mem::replace(&mut seen[index], true)),
        });
    }
}

/// Returns the chain of a new instance: all modules neutral but the limiter, in the usual order.
///
/// # Panics
/// Never: a test reads it.
#[must_use]
pub fn fresh() -> ChainSpec {
    ChainSpec::from_toml(include_str!("../fresh.toml")).expect("a test reads it")
}
