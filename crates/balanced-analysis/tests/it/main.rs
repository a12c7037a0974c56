//! Integration tests of the measurements.

mod defects;
mod features;
mod key;
mod levels;
mod lossy;
mod spectrum;
mod stereo;
mod support;
mod tempo;
mod threads;
