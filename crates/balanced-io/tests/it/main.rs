//! Reading, writing and resampling against outside truth: ffmpeg, flac, lame and oggenc.
mod aiff;
mod coded;
mod refused;
mod support;
mod wave;
