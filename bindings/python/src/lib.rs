//! The extension module `balanced_mastering._native`, which passes arrays, files and JSON text between Python and
//! Rust.
//!
//! Results are JSON text, which Python turns into typed objects; audio is passed as numpy arrays, without a copy where
//! possible. Every call that measures or processes releases the interpreter's lock. Importing starts no thread, and no
//! thread of this crate outlives a call.
#![deny(unsafe_code)]

mod album;
mod analysis;
mod arrays;
mod chain;
mod compare;
mod cyanite;
mod deliver;
mod errors;
mod features;
mod files;
mod heads;
mod merge;
mod meter;
mod providers;
mod repair;
mod roster;
mod sealed;
mod source;
mod spec;
mod table;
mod text;
mod vault;
mod watch;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // This module's own hook: every extension module has a standard library of its own.
    balanced::hide_caught_panics();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<watch::CancelToken>()?;
    album::register(module)?;
    analysis::register(module)?;
    chain::register(module)?;
    compare::register(module)?;
    cyanite::register(module)?;
    deliver::register(module)?;
    features::register(module)?;
    files::register(module)?;
    heads::register(module)?;
    merge::register(module)?;
    meter::register(module)?;
    repair::register(module)?;
    roster::register(module)?;
    spec::register(module)?;
    table::register(module)?;
    text::register(module)?;
    vault::register(module)
}
