//! The processors, one file or folder each: settings with the parameter table, and the wiring of `balanced-dsp` parts.

#[cfg(test)]
mod alias;
pub mod clipper;
pub mod compressor;
pub mod dc_filter;
pub mod declick;
pub mod declip;
pub mod dehum;
pub mod dither;
pub mod dynamic_eq;
pub mod eq;
pub mod gain;
mod hop_lines;
pub mod limiter;
#[cfg(test)]
mod lined_up;
pub mod multiband;
mod oversampled;
pub mod saturator;
pub mod stereo;
pub mod transient_shaper;
pub mod utility;
