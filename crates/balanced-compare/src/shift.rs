//! A read at the places of B: with A's delay, drift, channel order and polarity.

use std::f64::consts::PI;

use crate::align::Run;
use crate::audio::Audio;

/// Frames that one frame between frames is interpolated from.
const TAPS: usize = 64;
/// Fractions of a frame that are tabulated; between them the taps are interpolated.
const PHASES: usize = 512;
/// Shape of the Kaiser window: 90 dB of stopband.
const KAISER_BETA: f64 = 9.0;

/// Which channel of A a channel of B is, and with which polarity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mapping {
    pub source: Vec<usize>,
    pub polarity: Vec<i8>,
}

impl Mapping {
    pub fn straight(channels: usize) -> Self {
        Self { source: (0..channels).collect(), polarity: vec![1; channels] }
    }

    pub fn is_swapped(&self) -> bool {
        self.source.first().is_some_and(|source| *source != 0)
    }
}

/// Reads A as B has it, and B beside it.
pub(crate) struct Shifted<'a, A> {
    a: &'a A,
    b: &'a A,
    mapping: &'a Mapping,
    table: Vec<f64>,
}

impl<'a, A: Audio> Shifted<'a, A> {
    pub fn new(a: &'a A, b: &'a A, mapping: &'a Mapping) -> Self {
        Self { a, b, mapping, table: (0..=PHASES).flat_map(|phase| taps(phase as f64 / PHASES as f64)).collect() }
    }

    /// Reads `frames` frames from `start` of B on: first A where `run` has it, then B.
    pub fn read(&self, run: &Run, start: i64, frames: usize) -> Result<[Vec<Vec<f64>>; 2], A::Error> {
        let channels = self.b.channels();
        let mut of_b = vec![vec![0.0; frames]; channels];
        self.b.read(start, &mut of_b)?;
        let first = run.place(start as f64);
        let whole = first.floor() as i64;
        let is_direct = run.drift == 0.0 && first == first.floor();
        let mut raw = if is_direct {
            vec![vec![0.0; frames]; channels]
        } else {
            let extra = (run.drift.abs() * frames as f64).ceil() as usize + TAPS;
            vec![vec![0.0; frames + extra]; channels]
        };
        // What drift takes away at the end is read at the beginning.
        let ahead = if is_direct { 0 } else { TAPS as i64 / 2 - 1 };
        self.a.read(whole - ahead, &mut raw)?;
        let of_a = (0..channels).map(|channel| {
            let source = &raw[self.mapping.source[channel]];
            let sign = f64::from(self.mapping.polarity[channel]);
            if is_direct {
                return source.iter().map(|x| sign * x).collect();
            }
            let at = |n: usize| first - whole as f64 + n as f64 * (1.0 + run.drift);
            (0..frames).map(|n| sign * self.between(source, at(n))).collect()
        });
        Ok([of_a.collect(), of_b])
    }

    /// Interpolates at frame `at`, whose neighbourhood begins at frame `at - TAPS / 2 + 1` of `source`.
    fn between(&self, source: &[f64], at: f64) -> f64 {
        let whole = at.floor();
        let Some(near) = source.get(whole as usize..whole as usize + TAPS) else { return 0.0 };
        let position = (at - whole) * PHASES as f64;
        let phase = (position as usize).min(PHASES - 1);
        let (share, from) = (position - phase as f64, phase * TAPS);
        let (low, high) = (&self.table[from..from + TAPS], &self.table[from + TAPS..from + 2 * TAPS]);
        near.iter().zip(low.iter().zip(high)).map(|(x, (l, h))| x * (l + share * (h - l))).sum()
    }
}

/// Returns the taps for `fraction` of a frame behind the tap `TAPS / 2 - 1`.
fn taps(fraction: f64) -> Vec<f64> {
    let half = TAPS as f64 / 2.0;
    let tap = |n: usize| {
        let distance = n as f64 - (half - 1.0) - fraction;
        let sinc = if distance.abs() < 1e-12 { 1.0 } else { (PI * distance).sin() / (PI * distance) };
        let inside = 1.0 - (distance / half).powi(2);
        if inside < 0.0 { 0.0 } else { sinc * bessel(KAISER_BETA * inside.sqrt()) / bessel(KAISER_BETA) }
    };
    let taps: Vec<f64> = (0..TAPS).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / sum).collect()
}

/// Modified Bessel function of the first kind and order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

/// Tells which channel of A each channel of B is, by correlation where windows matched.
pub(crate) fn mapping<A: Audio>(a: &A, b: &A, runs: &[Run], rate_hz: f64) -> Result<Mapping, A::Error> {
    const WINDOWS: usize = 12;
    let channels = b.channels();
    let mut products = vec![vec![0.0; channels]; channels];
    let straight = Mapping::straight(channels);
    let shifted = Shifted::new(a, b, &straight);
    let all: Vec<_> = runs.iter().flat_map(|run| run.matches.iter().map(move |found| (run, found))).collect();
    for (run, found) in all.iter().step_by((all.len() / WINDOWS).max(1)) {
        let frames = (rate_hz * 0.5) as usize;
        let [of_a, of_b] = shifted.read(run, found.b as i64 - frames as i64 / 2, frames)?;
        for (i, a) in of_a.iter().enumerate() {
            for (j, b) in of_b.iter().enumerate() {
                products[i][j] += a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            }
        }
    }
    let mut mapping = straight.clone();
    if channels == 2 {
        let along = products[0][0].abs() + products[1][1].abs();
        let across = products[0][1].abs() + products[1][0].abs();
        // Near mono both are alike, and the order that is expected stands.
        if across > 1.05 * along {
            mapping.source = vec![1, 0];
        }
    }
    for (channel, polarity) in mapping.polarity.iter_mut().enumerate() {
        *polarity = if products[mapping.source[channel]][channel] < 0.0 { -1 } else { 1 };
    }
    Ok(mapping)
}
