//! Tests of decoding, encoding and resampling against ffmpeg, flac, lame and oggenc.
mod aiff;
mod coded;
mod counts;
mod encode;
mod hostile;
mod refused;
mod resample;
mod support;
mod wave;
