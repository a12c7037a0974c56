//! Real-time signal processing for measurement and mastering: filters, meters, oversampling, dither.
//!
//! Constructors allocate; `process` and everything else an audio thread calls allocates nothing, takes no lock, opens
//! nothing and cannot fail. Blocks are planar `f64`, one slice a channel ([`Block`], [`BlockMut`], [`PlanarBuffer`]). One input
//! gives the same bits with AVX2 and without ([`cpu`]); only Fourier transforms, which are RustFFT's, round by the
//! processor, and the standard library's sines and powers, which design filters, by the system.
//!
//! | task | items |
//! |---|---|
//! | audio in memory | [`Block`], [`PlanarBuffer`], [`ChannelLayout`], [`StreamFormat`] |
//! | loudness, true peak | [`loudness`], [`true_peak`], [`k_weighting`] |
//! | equalisers | [`AnalogSection`], [`matched`](fn@matched), [`Biquad`], [`Cascade`], [`svf`], [`convolver`] |
//! | dynamics, limiting | [`dynamics`], [`crossover`], [`intersample`], [`SlidingMax`], [`SmoothingWindow`], [`ClipResidual`] |
//! | rates, bits | [`Oversampler`], [`dither`] |
//! | parameters, delays | [`Ramp`], [`OnePole`], [`Delay`] |
//! | mathematics | [`window`], [`interpolate`], [`lanes`], [`elementary`], [`decibel`], [`RealFft`] |
#![deny(unsafe_code)]

mod analog;
pub mod autoregression;
mod biquad;
mod block;
mod clip;
pub mod convolver;
pub mod cpu;
pub mod crossover;
pub mod decibel;
mod delay;
pub mod dither;
pub mod dynamics;
pub mod elementary;
pub mod interpolate;
pub mod intersample;
pub mod k_weighting;
pub mod lanes;
mod layout;
pub mod loudness;
mod matched;
mod one_pole;
mod oversample;
mod random;
mod real_fft;
mod sliding_max;
mod sliding_sum;
mod smooth;
mod smoothing_window;
pub mod svf;
pub mod true_peak;
mod vectorize;
pub mod window;

pub use analog::{AnalogSection, butterworth_q};
pub use biquad::{Biquad, BiquadState, Cascade, CascadeState, MAX_SECTIONS, SectionPair, process_sections};
pub use block::{Block, BlockMut, PlanarBuffer};
pub use clip::ClipResidual;
pub use delay::Delay;
pub use layout::{ChannelLayout, Speaker, StreamFormat};
pub use matched::matched;
pub use one_pole::OnePole;
pub use oversample::Oversampler;
pub use random::Random;
pub use real_fft::RealFft;
pub use sliding_max::SlidingMax;
pub use sliding_sum::SlidingSum;
pub use smooth::Ramp;
pub use smoothing_window::SmoothingWindow;
pub use vectorize::{VectorLoop, vectorize};
