//! The extension module `balanced_mastering._native`: arrays, files and JSON text across the border, nothing else.
//!
//! Results cross as JSON text and become typed objects in Python; audio crosses as numpy arrays, read where they lie. Every
//! call that measures or processes releases the interpreter's lock. No thread is started at import, and none of ours outlives a call.
#![deny(unsafe_code)]

mod analysis;
mod arrays;
mod chain;
mod errors;
mod features;
mod files;
mod meter;
mod source;
mod spec;
mod table;
mod text;
mod watch;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<watch::CancelToken>()?;
    analysis::register(module)?;
    chain::register(module)?;
    features::register(module)?;
    files::register(module)?;
    meter::register(module)?;
    spec::register(module)?;
    table::register(module)?;
    text::register(module)
}
