//! The order of the modules, and steps of a chain file that no module stands for.

use balanced_mastering::{ChainSpec, Step};
use serde::{Deserialize, Serialize};

use super::module::{self, MODULES};

/// A place in the rack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A module, by its `kind`.
    Module(String),
    /// A step of a chain file that no module stands for (a second equaliser, branches): it is run as it is.
    Fixed(Box<Step>),
}

/// What the audio passes, in order.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rack {
    /// Name of the chain.
    pub name: String,
    /// Loudness the thresholds were made for, if a chain file said so.
    pub input_lufs: Option<f64>,
    /// Seed of the dither, which is no knob.
    pub dither_seed: u32,
    /// The places.
    pub entries: Vec<Entry>,
}

impl Entry {
    /// Number of the module, if it is one.
    #[must_use]
    pub fn module(&self) -> Option<usize> {
        if let Self::Module(kind) = self { module::index_of(kind) } else { None }
    }

    /// What the strip shows.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Module(kind) => module::index_of(kind).map_or(kind.clone(), |index| MODULES[index].name.to_owned()),
            Self::Fixed(step) => super::text::capital(step.kind.name()),
        }
    }
}

impl Rack {
    /// Where the module numbered `index` stands.
    #[must_use]
    pub fn place_of(&self, index: usize) -> Option<usize> {
        self.entries.iter().position(|entry| entry.module() == Some(index))
    }

    /// Drop what this version does not know, and modules that stand twice.
    pub fn tidy(&mut self) {
        let mut seen = [false; module::COUNT];
        self.entries.retain(|entry| match entry {
            Entry::Fixed(_) => true,
            Entry::Module(_) => entry.module().is_some_and(|index| !std::mem::replace(&mut seen[index], true)),
        });
    }
}

/// The chain a fresh instance has: everything at rest but a limiter, in the usual order.
///
/// # Panics
/// Never: a test reads it.
#[must_use]
pub fn fresh() -> ChainSpec {
    ChainSpec::from_toml(include_str!("../fresh.toml")).expect("a test reads it")
}
