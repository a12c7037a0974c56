//! The rack: order of the modules, and steps of a chain file that are no modules.

use balanced_mastering::{ChainSpec, Step};
use serde::{Deserialize, Serialize};

use super::module::{self, MODULES, Module};

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
    /// Fingerprint of the settings that the name stands for; 0 if unknown.
    #[serde(skip_serializing_if = "is_zero")]
    pub named: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
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

    /// Returns the place where the module with number `index` is added: repairs before everything in their own order, the limiter
    /// and the dither at the end, others before the limiter, whose ceiling they would break.
    #[must_use]
    pub fn place_for(&self, index: usize) -> usize {
        let place = |is_one: &dyn Fn(&Module) -> bool| {
            self.entries.iter().position(|entry| entry.module().is_some_and(|index| is_one(&MODULES[index])))
        };
        let end = self.entries.len();
        match MODULES[index].repair() {
            Some(rank) => place(&|module| module.repair().is_none_or(|other| other > rank)).unwrap_or(end),
            None if MODULES[index].kind == "dither" => end,
            None if MODULES[index].kind == "limiter" => place(&|module| module.kind == "dither").unwrap_or(end),
            None => place(&|module| !module.has_mix()).unwrap_or(end),
        }
    }

    /// Tells whether what stands at `place` comes after the limiter and may break its ceiling.
    #[must_use]
    pub fn is_behind_limiter(&self, place: usize) -> bool {
        let is_limiter = |entry: &Entry| entry.module().is_some_and(|index| MODULES[index].kind == "limiter");
        let limiter = self.entries.iter().position(is_limiter);
        let may_rise = self.entries[place].module().is_none_or(|index| MODULES[index].kind != "dither");
        limiter.is_some_and(|limiter| place > limiter) && may_rise
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
