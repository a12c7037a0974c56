//! Tests of decoding, encoding and resampling against ffmpeg, flac, lame and oggenc.
mod absurd;
mod aiff;
mod coded;
mod counts;
mod damage;
mod encode;
mod hostile;
mod matroska;
mod metadata;
mod opus;
mod other_formats;
mod refused;
mod resample;
mod support;
mod wave;
