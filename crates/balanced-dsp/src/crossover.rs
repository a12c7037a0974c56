//! Linkwitz-Riley crossovers of fourth order: 24 dB per octave, -6 dB at the corner, flat sum.
//!
//! The sum of low and high band is an allpass, so every band that is not split further passes the allpasses of the
//! later corners: then all bands are in phase and their sum is flat (Linkwitz, Riley, JAES 24, 1976; D'Appolito 1987 for
//! the compensation). The high band is taken as that allpass less the low band, which makes the sum exact.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::svf::{Svf, SvfCoefficients};
use crate::{VectorLoop, vectorize};

/// The most bands a [`Crossover`] makes.
pub const MAX_CROSSOVER_BANDS: usize = 6;

/// One sample of every band on each of `N` channels, lowest band first.
pub type Bands<const N: usize> = [[f64; N]; MAX_CROSSOVER_BANDS];

/// Returns the coefficients of a split at `frequency_hz`.
#[must_use]
pub fn corner(frequency_hz: f64, sample_rate_hz: f64) -> SvfCoefficients {
    SvfCoefficients::new(frequency_hz, FRAC_1_SQRT_2, sample_rate_hz)
}

/// Splits `N` channels at one corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Split<const N: usize> {
    first: Svf<N>,
    second: Svf<N>,
}

impl<const N: usize> Split<N> {
    #[inline(always)]
    fn next(&mut self, input: [f64; N], c: &SvfCoefficients) -> ([f64; N], [f64; N]) {
        let first = self.first.next(input, c);
        let low = self.second.next(first.low, c).low;
        let mut high = [0.0; N];
        for lane in 0..N {
            let allpass = input[lane] - 2.0 * c.damping * first.band[lane];
            high[lane] = allpass - low[lane];
        }
        (low, high)
    }
}

/// One sample of each lane through the allpass that a split at this corner sums to.
#[inline(always)]
fn allpass<const N: usize>(filter: &mut Svf<N>, input: [f64; N], c: &SvfCoefficients) -> [f64; N] {
    let band = filter.next(input, c).band;
    std::array::from_fn(|lane| input[lane] - 2.0 * c.damping * band[lane])
}

/// A Linkwitz-Riley crossover of `N` channels into up to [`MAX_CROSSOVER_BANDS`] bands, lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Crossover<const N: usize> {
    splits: [Split<N>; MAX_CROSSOVER_BANDS - 1],
    /// `allpasses[band][split]`: the compensation of each band for later splits.
    allpasses: [[Svf<N>; MAX_CROSSOVER_BANDS - 1]; MAX_CROSSOVER_BANDS - 1],
}

impl<const N: usize> Crossover<N> {
    /// Splits one sample of each channel at `corners`, which rise, into one band more.
    #[inline(always)]
    pub fn next(&mut self, input: [f64; N], corners: &[SvfCoefficients], bands: &mut Bands<N>) {
        let mut rest = input;
        for (index, c) in corners.iter().enumerate() {
            let (low, high) = self.splits[index].next(rest, c);
            rest = high;
            bands[index] = low;
            for (later, c) in corners.iter().enumerate().skip(index + 1) {
                bands[index] = allpass(&mut self.allpasses[index][later], bands[index], c);
            }
        }
        bands[corners.len()] = rest;
    }

    /// Sets states below -600 dBFS to zero; see [`Svf::flush`].
    pub fn flush(&mut self) {
        for split in &mut self.splits {
            split.first.flush();
            split.second.flush();
        }
        self.allpasses.iter_mut().flatten().for_each(Svf::flush);
    }
}

/// The samples of one band on two channels.
pub type BandPair<'a> = [&'a mut [f64]; 2];

impl Crossover<2> {
    /// Splits a run of samples of two channels at fixed corners.
    ///
    /// There are [`MAX_CROSSOVER_BANDS`] less one corners at most; `bands` are one more, each as long as the input.
    pub fn process(&mut self, input: [&[f64]; 2], corners: &[SvfCoefficients], bands: &mut [BandPair<'_>]) {
        match *corners {
            [] => vectorize(Run { crossover: self, input, corners: [], bands }),
            [a] => vectorize(Run { crossover: self, input, corners: [a], bands }),
            [a, b] => vectorize(Run { crossover: self, input, corners: [a, b], bands }),
            [a, b, c] => vectorize(Run { crossover: self, input, corners: [a, b, c], bands }),
            [a, b, c, d] => vectorize(Run { crossover: self, input, corners: [a, b, c, d], bands }),
            [a, b, c, d, e, ..] => vectorize(Run { crossover: self, input, corners: [a, b, c, d, e], bands }),
        }
    }
}

/// With a number of corners that the compiler knows, the loops over them vanish.
struct Run<'a, 'b, const K: usize> {
    crossover: &'a mut Crossover<2>,
    input: [&'a [f64]; 2],
    corners: [SvfCoefficients; K],
    bands: &'a mut [BandPair<'b>],
}

impl<const K: usize> VectorLoop for Run<'_, '_, K> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { crossover, input: [left, right], corners, bands } = self;
        let mut at_work = *crossover;
        for (frame, (left, right)) in left.iter().zip(right).enumerate() {
            let mut split = [[0.0; 2]; MAX_CROSSOVER_BANDS];
            at_work.next([*left, *right], &corners, &mut split);
            for (band, [left, right]) in bands[..=K].iter_mut().zip(split) {
                band[0][frame] = left;
                band[1][frame] = right;
            }
        }
        *crossover = at_work;
    }
}

/// The allpass that the bands of a [`Crossover`] sum to: its phase without its bands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossoverPhase {
    allpasses: [Svf<1>; MAX_CROSSOVER_BANDS - 1],
}

impl CrossoverPhase {
    /// Filters one sample.
    #[inline]
    pub fn next(&mut self, input: f64, corners: &[SvfCoefficients]) -> f64 {
        let stages = self.allpasses.iter_mut().zip(corners);
        stages.fold(input, |sample, (filter, c)| allpass(filter, [sample], c)[0])
    }

    /// Sets states below -600 dBFS to zero; see [`Svf::flush`].
    pub fn flush(&mut self) {
        self.allpasses.iter_mut().for_each(Svf::flush);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustfft::num_complex::Complex64;

    const RATE_HZ: f64 = 48_000.0;
    const CORNERS_HZ: [f64; 5] = [60.0, 250.0, 1_000.0, 4_000.0, 12_000.0];

    #[test]
    fn lanes_are_channels_of_their_own_and_runs_are_samples_in_a_row() {
        for count in 0..=5 {
            let corners: Vec<_> = CORNERS_HZ[..count].iter().map(|hz| corner(*hz, RATE_HZ)).collect();
            let (mut pair, mut alone) = (Crossover::<2>::default(), [Crossover::<1>::default(); 2]);
            let mut random = crate::Random::new(2, 0);
            let input: Vec<[f64; 2]> = (0..2_000).map(|_| random.centred_pair()).collect();
            let channels: [Vec<f64>; 2] = std::array::from_fn(|lane| input.iter().map(|pair| pair[lane]).collect());
            let mut both = vec![[vec![0.0; input.len()], vec![0.0; input.len()]]; count + 1];
            let mut bands: Vec<_> = both.iter_mut().map(|pair| pair.each_mut().map(Vec::as_mut_slice)).collect();
            pair.process(channels.each_ref().map(Vec::as_slice), &corners, &mut bands);
            for (frame, input) in input.iter().enumerate() {
                for (lane, crossover) in alone.iter_mut().enumerate() {
                    let mut single = [[0.0]; MAX_CROSSOVER_BANDS];
                    crossover.next([input[lane]], &corners, &mut single);
                    assert!((0..=count).all(|band| both[band][lane][frame].to_bits() == single[band][0].to_bits()));
                }
            }
        }
    }

    /// Impulse responses of all bands.
    fn impulses(corners_hz: &[f64]) -> Vec<Vec<f64>> {
        let corners: Vec<_> = corners_hz.iter().map(|hz| corner(*hz, RATE_HZ)).collect();
        let mut crossover = Crossover::default();
        let mut bands = vec![Vec::new(); corners.len() + 1];
        for n in 0..48_000 {
            let mut out = [[0.0]; MAX_CROSSOVER_BANDS];
            crossover.next([f64::from(u8::from(n == 0))], &corners, &mut out);
            bands.iter_mut().zip(out).for_each(|(band, sample)| band.push(sample[0]));
        }
        bands
    }

    fn response(impulse: &[f64], at_hz: f64) -> Complex64 {
        let omega = std::f64::consts::TAU * at_hz / RATE_HZ;
        impulse.iter().enumerate().map(|(n, h)| Complex64::from_polar(*h, -omega * n as f64)).sum()
    }

    fn db(response: Complex64) -> f64 {
        20.0 * response.norm().log10()
    }

    /// The gate: flat within 0.01 dB, for every number of bands.
    #[test]
    fn the_sum_is_flat() {
        let mut worst = 0.0f64;
        for count in 1..=5 {
            let bands = impulses(&CORNERS_HZ[..count]);
            let sum: Vec<f64> = (0..48_000).map(|n| bands.iter().map(|band| band[n]).sum()).collect();
            for at_hz in (0..60).map(|step| 20.0 * 1000f64.powf(f64::from(step) / 59.0)) {
                worst = worst.max(db(response(&sum, at_hz)).abs());
            }
        }
        println!("sum of up to 6 bands: flat within {worst:.1e} dB");
        assert!(worst < 0.01, "{worst}");
    }

    /// Each band's own slope: -6 dB at its corners, 24 dB per octave beyond.
    #[test]
    fn bands_fall_by_24_db_an_octave() {
        let bands = impulses(&[1_000.0]);
        for band in &bands {
            assert!((db(response(band, 1_000.0)) + 6.02).abs() < 0.01);
        }
        assert!((db(response(&bands[1], 125.0)) - db(response(&bands[1], 62.5)) - 24.08).abs() < 0.1);
        let fall = db(response(&bands[0], 2_000.0)) - db(response(&bands[0], 4_000.0));
        assert!((23.0..26.5).contains(&fall), "{fall}"); // the bilinear transform steepens the top
    }

    #[test]
    fn the_phase_alone_is_that_of_the_sum() {
        let corners = CORNERS_HZ.map(|hz| corner(hz, RATE_HZ));
        let (mut crossover, mut phase) = (Crossover::default(), CrossoverPhase::default());
        let mut random = crate::Random::new(1, 0);
        for _ in 0..5_000 {
            let (input, mut bands) = (random.centred(), [[0.0]; MAX_CROSSOVER_BANDS]);
            crossover.next([input], &corners, &mut bands);
            assert!((bands.iter().flatten().sum::<f64>() - phase.next(input, &corners)).abs() < 1e-12);
        }
    }
}
