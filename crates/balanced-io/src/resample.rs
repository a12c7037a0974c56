//! Sample-rate conversion of a stream with rubato's FFT resampler, in `f64`.
//!
//! The anti-aliasing filter is a sinc under a squared Blackman-Harris window as long as the block, centred, so its
//! delay is exactly half a block, which is removed here. The block length follows from the lower of the two rates:
//! 2048 frames at that rate put the passband edge (-0.01 dB) at 0.985 of the lower Nyquist frequency and the stopband
//! (below -150 dB) at Nyquist.

use balanced_dsp::{Block, PlanarBuffer};
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use crate::IoError;
use crate::decode::{MAX_CHANNELS, MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ};

/// Intended filter length, in frames at the lower rate.
const FILTER_FRAMES: u64 = 2048;
/// Largest term of the ratio; it bounds the block, which is a multiple of both terms.
const MAX_TERM: u64 = 1 << 16;

/// Resamples planar audio from one sample rate to another.
///
/// The output is aligned with the input (no delay) and has exactly `round(frames * to / from)` frames in all. Passband
/// ripple is at most 0.01 dB up to 0.95 of the lower Nyquist frequency; aliases and images beyond that frequency are
/// attenuated by at least 120 dB.
pub struct Resampler {
    /// The FFT resampler; `None` if the rates are equal.
    inner: Option<Fft<f64>>,
    channels: usize,
    /// Output frames per `denominator` input frames.
    numerator: u64,
    denominator: u64,
    /// One block of input, channel after channel, with `filled` frames so far.
    input: Vec<f64>,
    output: Vec<f64>,
    filled: usize,
    input_frames: u64,
    output_frames: u64,
    /// Output frames still to drop: the filter's delay.
    delay_left: usize,
}

impl Resampler {
    /// Creates a resampler from `from_hz` to `to_hz` for `channels` channels.
    ///
    /// Rates may be fractional; their ratio is met within a factor of 1e-9.
    ///
    /// # Errors
    /// Returns an error if a rate is outside 1 kHz to 768 kHz, or if `channels` is not 1 to 64.
    pub fn new(from_hz: f64, to_hz: f64, channels: usize) -> Result<Self, IoError> {
        for rate_hz in [from_hz, to_hz] {
            if !(MIN_SAMPLE_RATE_HZ..=MAX_SAMPLE_RATE_HZ).contains(&rate_hz) {
                let problem = format!("cannot convert a sample rate of {rate_hz} Hz");
                return Err(IoError::settings(problem, "use rates from 1 kHz to 768 kHz"));
            }
        }
        if !(1..=MAX_CHANNELS).contains(&channels) {
            let remedy = format!("use 1 to {MAX_CHANNELS} channels");
            return Err(IoError::settings(format!("cannot convert {channels} channels"), remedy));
        }
        let (numerator, denominator) = ratio(to_hz / from_hz);
        let inner = if numerator == denominator { None } else { Some(engine(numerator, denominator, channels)?) };
        let frames = inner.as_ref().map_or((0, 0), |fft| (fft.fft_size_in(), fft.fft_size_out()));
        let delay_left = inner.as_ref().map_or(0, |fft| fft.output_delay());
        Ok(Self {
            inner,
            channels,
            numerator,
            denominator,
            input: vec![0.0; frames.0 * channels],
            output: vec![0.0; frames.1 * channels],
            filled: 0,
            input_frames: 0,
            output_frames: 0,
            delay_left,
        })
    }

    /// Returns the number of output frames for `input_frames` frames: `round(input_frames * to / from)`.
    #[must_use]
    pub fn output_frames(&self, input_frames: u64) -> u64 {
        let scaled = u128::from(input_frames) * u128::from(self.numerator);
        ((scaled + u128::from(self.denominator / 2)) / u128::from(self.denominator)) as u64
    }

    /// Resamples `input` and fills `output` with the frames that are ready, which may be none.
    ///
    /// `output` is reallocated if its capacity does not suffice.
    ///
    /// # Panics
    /// Panics if `input` has another number of channels than the resampler.
    pub fn process(&mut self, input: &Block<'_>, output: &mut PlanarBuffer) {
        assert_eq!(input.channels(), self.channels, "block of another number of channels");
        self.input_frames += input.frames() as u64;
        let Some(fft) = &self.inner else {
            self.output_frames = self.input_frames;
            ensure(output, self.channels, input.frames());
            output.block_mut().copy_from(*input);
            return;
        };
        let (block_in, block_out) = (fft.fft_size_in(), fft.fft_size_out());
        ensure(output, self.channels, (self.filled + input.frames()) / block_in * block_out);
        let (mut from, mut at) = (0, 0);
        while from < input.frames() {
            let count = (block_in - self.filled).min(input.frames() - from);
            for channel in 0..self.channels {
                self.input[channel * block_in + self.filled..][..count]
                    .copy_from_slice(&input.channel(channel)[from..from + count]);
            }
            self.filled += count;
            from += count;
            if self.filled == block_in {
                at += self.convert_block(output, at, u64::MAX);
            }
        }
        output.set_frames(at);
    }

    /// Fills `output` with the remaining frames after the last block of input, and resets the resampler.
    pub fn finish(&mut self, output: &mut PlanarBuffer) {
        let total = self.output_frames(self.input_frames);
        let left = total.saturating_sub(self.output_frames);
        ensure(output, self.channels, left as usize);
        let mut at = 0;
        if let Some(fft) = &self.inner {
            let block_in = fft.fft_size_in();
            while (at as u64) < left {
                for channel in 0..self.channels {
                    self.input[channel * block_in..][self.filled..block_in].fill(0.0);
                }
                at += self.convert_block(output, at, left - at as u64);
            }
        }
        output.set_frames(at);
        self.reset();
    }

    /// Clears all history.
    pub fn reset(&mut self) {
        (self.filled, self.input_frames, self.output_frames) = (0, 0, 0);
        if let Some(fft) = &mut self.inner {
            fft.reset();
            self.delay_left = fft.output_delay();
        }
    }

    /// Resamples the block in `input`, writes at most `limit` frames to `output` at `at`, and returns their number.
    fn convert_block(&mut self, output: &mut PlanarBuffer, at: usize, limit: u64) -> usize {
        let Some(fft) = &mut self.inner else { return 0 };
        let (block_in, block_out) = (fft.fft_size_in(), fft.fft_size_out());
        self.filled = 0;
        let source = SequentialSlice::new(&self.input, self.channels, block_in);
        let target = SequentialSlice::new_mut(&mut self.output, self.channels, block_out);
        let (Ok(source), Ok(mut target)) = (source, target) else {
            unreachable!("both buffers were made for these sizes");
        };
        let converted = fft.process_into_buffer(&source, &mut target, None);
        debug_assert!(matches!(converted, Ok(sizes) if sizes == (block_in, block_out)), "{converted:?}");
        let skip = self.delay_left.min(block_out);
        self.delay_left -= skip;
        let count = (block_out - skip).min(usize::try_from(limit).unwrap_or(usize::MAX));
        for channel in 0..self.channels {
            output.channel_mut(channel)[at..at + count]
                .copy_from_slice(&self.output[channel * block_out + skip..][..count]);
        }
        self.output_frames += count as u64;
        count
    }
}

/// Resizes the buffer to `frames` frames.
fn ensure(buffer: &mut PlanarBuffer, channels: usize, frames: usize) {
    if buffer.channels() != channels || buffer.capacity_frames() < frames {
        *buffer = PlanarBuffer::new(channels, frames);
    }
    buffer.set_frames(frames);
}

/// Creates rubato's resampler with an even multiple of the ratio's terms as its block: both halves of the filter are
/// then whole frames, and the delay is exact.
fn engine(numerator: u64, denominator: u64, channels: usize) -> Result<Fft<f64>, IoError> {
    let even_steps = FILTER_FRAMES.div_ceil(2 * numerator.min(denominator)) * 2;
    let chunk = (even_steps * denominator) as usize;
    let window = WindowFunction::BlackmanHarris2;
    Fft::new_custom(denominator as usize, numerator as usize, chunk, 1, channels, window, FixedSync::Both).map_err(
        |error| IoError::settings(format!("cannot convert between these rates ({error})"), "use standard rates"),
    )
}

/// Returns the fraction nearest to `value` with terms up to [`MAX_TERM`], by continued fractions.
fn ratio(value: f64) -> (u64, u64) {
    let (mut before, mut now) = ((0u64, 1u64), (1u64, 0u64));
    let mut rest = value;
    for _ in 0..64 {
        let whole = rest.floor();
        let term = whole as u64;
        let next =
            (term.saturating_mul(now.0).saturating_add(before.0), term.saturating_mul(now.1).saturating_add(before.1));
        if next.0 > MAX_TERM * 16 || next.1 > MAX_TERM * 16 || next.0.min(next.1) > MAX_TERM {
            break;
        }
        (before, now) = (now, next);
        let exact = now.0 as f64 / now.1 as f64;
        if (exact - value).abs() <= value * 1e-13 || rest - whole < 1e-12 {
            break;
        }
        rest = 1.0 / (rest - whole);
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_ratios_are_found_exactly() {
        assert_eq!(ratio(48_000.0 / 44_100.0), (160, 147));
        assert_eq!(ratio(44_100.0 / 192_000.0), (147, 640));
        assert_eq!(ratio(2.0), (2, 1));
        assert_eq!(ratio(1.0), (1, 1));
        assert_eq!(ratio(44_101.0 / 44_100.0), (44_101, 44_100));
        let (a, b) = ratio(48_000.0 / 47_952.05);
        assert!((a as f64 / b as f64 * 47_952.05 / 48_000.0 - 1.0).abs() < 1e-9, "{a}/{b}");
    }
}
