//! Interleaving: conversion of planar `f64` to interleaved sample bytes.
//!
//! Integers are rounded to the nearest step, ties to even, and clipped to the format's range; dither, if wanted, was
//! added before. A value on the format's integer grid is stored bit-exactly.

use std::ops::Range;

use balanced_dsp::Block;

use super::SampleFormat;

/// Byte order of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// Quantiser to integers of a given bit depth; counts clipped samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantizer {
    scale: f64,
    pub(crate) clipped: u64,
}

/// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer, ties to even, for magnitudes below 2^51. It avoids
/// the function call that `round_ties_even` needs on processors without SSE 4.1.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

impl Quantizer {
    pub(crate) fn new(bits: u16) -> Self {
        Self { scale: 2f64.powi(i32::from(bits) - 1), clipped: 0 }
    }

    /// Returns the nearest step; NaN gives 0.
    #[inline(always)]
    pub(crate) fn quantize(&mut self, sample: f64) -> i32 {
        let scaled = sample * self.scale;
        let clamped = scaled.clamp(-self.scale, self.scale - 1.0);
        self.clipped += u64::from((scaled - clamped).abs() >= 0.5);
        ((clamped + ROUNDER) - ROUNDER) as i32
    }
}

/// Encodes frames of `block` into `bytes`, replacing their content, and returns the number of clipped samples.
pub(crate) fn pack(
    format: SampleFormat,
    order: ByteOrder,
    block: &Block<'_>,
    frames: Range<usize>,
    bytes: &mut Vec<u8>,
) -> u64 {
    use ByteOrder::{Big, Little};
    let mut quantizer = Quantizer::new(format.bits());
    let q = &mut quantizer;
    match (format, order) {
        (SampleFormat::I16, Little) => interleave(block, frames, bytes, |x| (q.quantize(x) as i16).to_le_bytes()),
        (SampleFormat::I16, Big) => interleave(block, frames, bytes, |x| (q.quantize(x) as i16).to_be_bytes()),
        (SampleFormat::I24, Little) => interleave(block, frames, bytes, |x| {
            let [a, b, c, _] = q.quantize(x).to_le_bytes();
            [a, b, c]
        }),
        (SampleFormat::I24, Big) => interleave(block, frames, bytes, |x| {
            let [_, a, b, c] = q.quantize(x).to_be_bytes();
            [a, b, c]
        }),
        (SampleFormat::I32, Little) => interleave(block, frames, bytes, |x| q.quantize(x).to_le_bytes()),
        (SampleFormat::I32, Big) => interleave(block, frames, bytes, |x| q.quantize(x).to_be_bytes()),
        (SampleFormat::F32, Little) => interleave(block, frames, bytes, |x| (x as f32).to_le_bytes()),
        (SampleFormat::F32, Big) => interleave(block, frames, bytes, |x| (x as f32).to_be_bytes()),
        (SampleFormat::F64, Little) => interleave(block, frames, bytes, f64::to_le_bytes),
        (SampleFormat::F64, Big) => interleave(block, frames, bytes, f64::to_be_bytes),
    }
    quantizer.clipped
}

fn interleave<const W: usize>(
    block: &Block<'_>,
    frames: Range<usize>,
    bytes: &mut Vec<u8>,
    mut code: impl FnMut(f64) -> [u8; W],
) {
    let channels = block.channels();
    bytes.resize(frames.len() * channels * W, 0);
    let slots = bytes.as_chunks_mut::<W>().0;
    for channel in 0..channels {
        let column = slots.iter_mut().skip(channel).step_by(channels);
        for (slot, &sample) in column.zip(&block.channel(channel)[frames.clone()]) {
            *slot = code(sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_to_nearest_ties_to_even_and_clamps() {
        let mut q = Quantizer::new(16);
        let lsb = 1.0 / 32768.0;
        for (steps, expected) in [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (0.49, 0), (-0.51, -1)] {
            assert_eq!(q.quantize(steps * lsb), expected, "{steps}");
        }
        assert_eq!((q.quantize(-1.0), q.quantize(32767.0 * lsb), q.clipped), (-32768, 32767, 0));
        assert_eq!((q.quantize(1.0), q.quantize(-1.5), q.quantize(f64::INFINITY)), (32767, -32768, 32767));
        assert_eq!(q.clipped, 3);
        assert_eq!(q.quantize(f64::NAN), 0);
        let mut q = Quantizer::new(32);
        assert_eq!((q.quantize(2.0), q.quantize(-1.0), q.quantize(2f64.powi(-31))), (i32::MAX, i32::MIN, 1));
    }
}
