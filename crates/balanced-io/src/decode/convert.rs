//! De-interleaving: conversion of interleaved sample bytes to planar `f64`.
//!
//! An integer sample is shifted to the top of a machine integer and scaled by one power of two, which is exact. The
//! loops are written so that the compiler vectorises mono and stereo.

use std::ops::Range;

use balanced_dsp::PlanarBuffer;

use super::companding;
use super::pcm::{Coding, Endian};

/// De-interleaves the frames of `raw` into `buffer` at `at`; `raw` holds exactly that many frames.
pub(crate) fn interleaved(coding: Coding, endian: Endian, raw: &[u8], buffer: &mut PlanarBuffer, at: Range<usize>) {
    use Endian::{Big, Little};
    match (coding, endian) {
        (Coding::Unsigned8, _) => spread(raw, buffer, at, |[byte]: [u8; 1]| (f64::from(byte) - 128.0) / 128.0),
        (Coding::ALaw, _) => spread(raw, buffer, at, |[byte]: [u8; 1]| companding::A_LAW[usize::from(byte)]),
        (Coding::MuLaw, _) => spread(raw, buffer, at, |[byte]: [u8; 1]| companding::MU_LAW[usize::from(byte)]),
        (Coding::Float32, Little) => spread(raw, buffer, at, |b| f64::from(f32::from_le_bytes(b))),
        (Coding::Float32, Big) => spread(raw, buffer, at, |b| f64::from(f32::from_be_bytes(b))),
        (Coding::Float64, Little) => spread(raw, buffer, at, f64::from_le_bytes),
        (Coding::Float64, Big) => spread(raw, buffer, at, f64::from_be_bytes),
        (Coding::Signed(2), Little) if buffer.channels() == 2 => stereo_16_bit(raw, buffer, at),
        (Coding::Signed(1), _) => spread(raw, buffer, at, |b| f64::from(i8::from_le_bytes(b)) / 128.0),
        (Coding::Signed(2), Little) => spread(raw, buffer, at, |b| f64::from(i16::from_le_bytes(b)) / 32768.0),
        (Coding::Signed(2), Big) => spread(raw, buffer, at, |b| f64::from(i16::from_be_bytes(b)) / 32768.0),
        (Coding::Signed(3), Little) => spread(raw, buffer, at, |[a, b, c]| top_32(i32::from_le_bytes([0, a, b, c]))),
        (Coding::Signed(3), Big) => spread(raw, buffer, at, |[a, b, c]| top_32(i32::from_be_bytes([a, b, c, 0]))),
        (Coding::Signed(4), Little) => spread(raw, buffer, at, |b| top_32(i32::from_le_bytes(b))),
        (Coding::Signed(4), Big) => spread(raw, buffer, at, |b| top_32(i32::from_be_bytes(b))),
        (Coding::Signed(5), _) => spread(raw, buffer, at, |b: [u8; 5]| top_64(b, endian)),
        (Coding::Signed(6), _) => spread(raw, buffer, at, |b: [u8; 6]| top_64(b, endian)),
        (Coding::Signed(7), _) => spread(raw, buffer, at, |b: [u8; 7]| top_64(b, endian)),
        (Coding::Signed(_), _) => spread(raw, buffer, at, |b: [u8; 8]| top_64(b, endian)),
    }
}

/// Converts a 32-bit integer to full scale 1.
#[inline(always)]
fn top_32(value: i32) -> f64 {
    f64::from(value) / 2_147_483_648.0
}

/// Converts a sample of up to eight bytes to full scale 1; beyond 53 bits, `f64` rounds to nearest.
#[inline(always)]
fn top_64<const W: usize>(bytes: [u8; W], endian: Endian) -> f64 {
    let mut wide = [0u8; 8];
    let value = match endian {
        Endian::Little => {
            wide[8 - W..].copy_from_slice(&bytes);
            i64::from_le_bytes(wide)
        }
        Endian::Big => {
            wide[..W].copy_from_slice(&bytes);
            i64::from_be_bytes(wide)
        }
    };
    value as f64 / 9_223_372_036_854_775_808.0
}

/// Converts samples of `W` bytes and de-interleaves them.
#[inline(always)]
fn spread<const W: usize>(
    raw: &[u8],
    buffer: &mut PlanarBuffer,
    at: Range<usize>,
    decode: impl Fn([u8; W]) -> f64 + Copy,
) {
    let samples = raw.as_chunks::<W>().0;
    match buffer.channels() {
        1 => {
            for (out, &sample) in buffer.channel_mut(0)[at].iter_mut().zip(samples) {
                *out = decode(sample);
            }
        }
        2 => {
            let mut block = buffer.block_mut();
            let (left, right) = block.pair_mut(0, 1);
            let frames = samples.as_chunks::<2>().0;
            for ((left, right), &[a, b]) in left[at.clone()].iter_mut().zip(&mut right[at]).zip(frames) {
                (*left, *right) = (decode(a), decode(b));
            }
        }
        channels => {
            for channel in 0..channels {
                let column = samples.iter().skip(channel).step_by(channels);
                for (out, &sample) in buffer.channel_mut(channel)[at.clone()].iter_mut().zip(column) {
                    *out = decode(sample);
                }
            }
        }
    }
}

/// Converts 16-bit stereo, the most common format: a frame is one 32-bit word, its halves the two channels.
fn stereo_16_bit(raw: &[u8], buffer: &mut PlanarBuffer, at: Range<usize>) {
    let mut block = buffer.block_mut();
    let (left, right) = block.pair_mut(0, 1);
    let frames = raw.as_chunks::<4>().0;
    for ((left, right), &frame) in left[at.clone()].iter_mut().zip(&mut right[at]).zip(frames) {
        let word = i32::from_le_bytes(frame);
        *left = f64::from((word << 16) >> 16) / 32768.0;
        *right = f64::from(word >> 16) / 32768.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(coding: Coding, endian: Endian, channels: usize, raw: &[u8]) -> Vec<Vec<f64>> {
        let frames = raw.len() / coding.bytes() / channels;
        let mut buffer = PlanarBuffer::new(channels, frames + 3);
        interleaved(coding, endian, raw, &mut buffer, 3..3 + frames);
        (0..channels).map(|channel| buffer.channel(channel)[3..].to_vec()).collect()
    }

    #[test]
    fn every_width_reads_minus_one_half_and_its_smallest_step() {
        for width in 1..=8u8 {
            let bits = 8 * i32::from(width);
            for (value, expected) in [(i64::MIN, -1.0), (i64::MIN / 2, -0.5), (1 << (64 - bits), 2f64.powi(1 - bits))] {
                let big = &value.to_be_bytes()[..usize::from(width)];
                let little: Vec<u8> = big.iter().rev().copied().collect();
                for channels in 1..4 {
                    let mut expected_channels = vec![vec![0.0]; channels];
                    expected_channels[channels - 1] = vec![expected];
                    let silence = vec![0; usize::from(width) * (channels - 1)];
                    let coding = Coding::Signed(width);
                    let (big, little) = ([&silence, big].concat(), [&silence[..], &little].concat());
                    assert_eq!(decode(coding, Endian::Big, channels, &big), expected_channels, "{width} bytes");
                    assert_eq!(decode(coding, Endian::Little, channels, &little), expected_channels, "{width} bytes");
                }
            }
        }
    }

    #[test]
    fn stereo_of_16_bits_agrees_with_the_general_loop() {
        let raw: Vec<u8> = (0..4 * 1001u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let fast = decode(Coding::Signed(2), Endian::Little, 2, &raw);
        let swapped: Vec<u8> = raw.chunks(2).flat_map(|b| [b[1], b[0]]).collect();
        assert_eq!(fast, decode(Coding::Signed(2), Endian::Big, 2, &swapped));
        assert_eq!(fast[0][7], f64::from(i16::from_le_bytes([raw[28], raw[29]])) / 32768.0);
    }

    #[test]
    fn unsigned_bytes_have_their_zero_at_128() {
        assert_eq!(decode(Coding::Unsigned8, Endian::Big, 1, &[0, 128, 192]), [[-1.0, 0.0, 0.5]]);
    }
}
