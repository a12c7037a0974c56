//! Balanced Master: the mastering chain of `balanced-mastering` as a VST3 and CLAP plugin.
//!
//! [`params`] makes a plugin parameter of every row in the processors' tables and converts between chains and
//! parameters. [`engine`] runs the chain on the audio thread and crossfades between chains. [`meters`] measure input
//! and output for the [`editor`] while it is open. `vst3` is the entry of that format.

pub mod editor;
pub mod engine;
pub mod meters;
pub mod params;
mod plugin;
mod vst3;

pub use plugin::BalancedMaster;

use nice_plug::prelude::*;

nice_export_clap!(BalancedMaster);
