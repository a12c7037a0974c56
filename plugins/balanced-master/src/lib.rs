//! Balanced Master: the mastering chain of `balanced-mastering` as a VST3 and CLAP plugin.
//!
//! A thin adapter. [`params`] makes a knob of every row in the processors' tables and turns chains into positions and
//! back; [`engine`] runs the chain on the audio thread and changes it without a click; [`meters`] listens to what goes in and
//! out, for [`editor`], only while that is open.

pub mod editor;
pub mod engine;
pub mod meters;
pub mod params;
mod plugin;

pub use plugin::BalancedMaster;

use nice_plug::prelude::*;

nice_export_clap!(BalancedMaster);
nice_export_vst3!(BalancedMaster);
