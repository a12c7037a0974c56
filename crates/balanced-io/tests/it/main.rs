//! Reading, writing and resampling against outside truth: ffmpeg, flac, lame and oggenc.
mod aiff;
mod coded;
mod encode;
mod hostile;
mod refused;
mod resample;
mod support;
mod wave;
