//! Mastering processors and chains.
#![forbid(unsafe_code)]
