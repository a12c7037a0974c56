//! One file or folder a processor: its settings with the parameter table, and the wiring of `balanced-dsp` parts.

pub mod compressor;
pub mod dc_filter;
pub mod dither;
pub mod eq;
pub mod gain;
pub mod limiter;
