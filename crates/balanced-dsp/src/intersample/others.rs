//! What other interpolators read of a signal that reaches half the sample rate.
//!
//! Near half the rate every interpolator passes the part in phase with the sampling grid, and a share of the part in
//! quadrature: a long one nearly all of it, a short one little. Two of them so differ by `E(t) sin πt` with a slow `E`. A few
//! lengths stand for all, as the readings of those between lie between.

use std::sync::Arc;

use rustfft::Fft;

use super::{C32, FIRST_FRAME, HALF_WIDTH, HEAD, WINDOW_FRAMES, larger, transform};
use crate::window::{kaiser, sinc};

/// Taps on either side and shape of the Kaiser window: from the widest transition band in use to near the detector's own.
const MEMBERS: [(f64, f64); 3] = [(64.0, 14.0), (64.0, 7.0), (128.0, 8.0)];
/// Bins around half the rate that hold the differences.
const BAND_BINS: usize = 256;
/// Frames between two points of a difference.
const STEP_FRAMES: usize = WINDOW_FRAMES / BAND_BINS;
/// A difference rises above its points by less than this.
const BETWEEN_POINTS: f32 = 1.1;
/// Bins on either side of half the rate whose content reaches beyond the window.
const TAIL_BINS: usize = 3;
/// How much of their effective level beyond [`TAIL_KNEE`] is kept for what a longer sinc collects beyond the window: four
/// times what it is for white noise in the mean.
const TAIL_ALLOWANCE: f64 = 2.0;
/// Effective level of those bins, relative to the threshold, up to which the limiter's margin suffices.
const TAIL_KNEE: f64 = 0.015;

/// The points of a difference, one channel.
#[derive(Clone)]
pub(super) struct Difference([f32; BAND_BINS]);

impl Difference {
    pub fn none() -> Self {
        Self([0.0; BAND_BINS])
    }

    /// The most that a reading around judged frame `frame` differs.
    #[inline]
    pub fn around(&self, frame: usize) -> f32 {
        let step = (FIRST_FRAME + HEAD + frame) / STEP_FRAMES;
        larger(self.0[step], self.0[step + 1])
    }
}

/// Kernels of the other interpolators.
pub(super) struct Others {
    members: Vec<Member>,
    inverse: Arc<dyn Fft<f32>>,
}

struct Member {
    /// Interpolator for half a frame.
    half_way: Vec<C32>,
    /// Its difference from the detector's, half the rate first.
    difference: Vec<C32>,
}

impl Others {
    /// For a detector whose own half-way kernel is `own`.
    pub fn new(forward: &dyn Fft<f32>, own: &[C32]) -> Self {
        let member = |(reach, beta): (f64, f64)| {
            debug_assert!(reach <= HALF_WIDTH as f64, "the detector's window holds the taps");
            let tap = |t: f64| if t.abs() < reach { sinc(t) * kaiser(t / reach, beta) } else { 0.0 };
            let half_way = transform(forward, |m| tap(m + 0.5)).0;
            let difference = |bin: usize| half_way[from_half_rate(bin)] - own[from_half_rate(bin)];
            Member { difference: (0..BAND_BINS).map(difference).collect(), half_way }
        };
        Self { members: MEMBERS.map(member).into(), inverse: balanced_fft::inverse_f32(BAND_BINS) }
    }

    /// None at all: estimates are the detector's own.
    #[cfg(test)]
    pub fn none() -> Self {
        Self { members: Vec::new(), inverse: balanced_fft::inverse_f32(BAND_BINS) }
    }

    pub fn scratch_len(&self) -> usize {
        self.inverse.get_inplace_scratch_len()
    }

    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// The kernel of `member` for the points half-way between samples.
    pub fn half_way(&self, member: usize) -> &[C32] {
        &self.members[member].half_way
    }

    /// Fills `differences` with how much the reading of each channel by `member` differs at most.
    pub fn differ(&self, member: usize, spectrum: &[C32], scratch: &mut [C32], differences: &mut [Difference; 2]) {
        let mut band = [C32::default(); BAND_BINS];
        for (bin, (y, h)) in band.iter_mut().zip(&self.members[member].difference).enumerate() {
            *y = spectrum[from_half_rate(bin)] * h;
        }
        self.inverse.process_with_scratch(&mut band, scratch);
        let [left, right] = differences;
        for (pair, (left, right)) in band.iter().zip(left.0.iter_mut().zip(&mut right.0)) {
            (*left, *right) = (BETWEEN_POINTS * pair.re.abs(), BETWEEN_POINTS * pair.im.abs());
        }
    }
}

/// Allowance for what interpolators longer than the window collect from beyond it, per channel.
///
/// That is content so close to half the rate that it keeps its phase for hundreds of frames. Hann's window, as three bins
/// each, keeps the ends of the window from looking like it.
pub(super) fn tails(spectrum: &[C32], threshold: f64) -> [f32; 2] {
    let middle = WINDOW_FRAMES / 2;
    let hann = |bin: usize| spectrum[bin] - (spectrum[bin - 1] + spectrum[bin + 1]) * 0.5;
    let mut powers = [0.0; 2];
    for bin in middle - TAIL_BINS..=middle + TAIL_BINS {
        // The left channel is the real part of what was transformed, the right one the imaginary part.
        let (ahead, mirrored) = (hann(bin), hann(WINDOW_FRAMES - bin).conj());
        powers[0] += (ahead + mirrored).norm_sqr();
        powers[1] += (ahead - mirrored).norm_sqr();
    }
    // A quarter for the halves of either sum, two thirds for the window.
    powers.map(|power| {
        let level = f64::from((power / 6.0).sqrt()) / WINDOW_FRAMES as f64;
        (TAIL_ALLOWANCE * (level - TAIL_KNEE * threshold)).max(0.0) as f32
    })
}

/// The bin of the window's spectrum that is bin `bin` of the band.
fn from_half_rate(bin: usize) -> usize {
    let offset = if bin < BAND_BINS / 2 { bin } else { WINDOW_FRAMES - BAND_BINS + bin };
    (WINDOW_FRAMES / 2 + offset) % WINDOW_FRAMES
}
