//! Residual: B less A, in bands and over time.
//!
//! All sums are of spectra of aligned frames: the rest at any gain, the gain of each band, and what no linear filter explains (from
//! the coherence; Bendat and Piersol, Random Data, chapter 6) follow from them.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::RealToComplex;
use rustfft::num_complex::Complex;

use crate::align::Run;
use crate::audio::Audio;
use crate::bounds::Sums;
use crate::result::{Residual, ResidualBand, ResidualSecond};
use crate::shift::Shifted;

/// Frames of a spectrum, half overlapping.
const FRAME: usize = 4096;
/// Spectra that are read at once.
const AT_ONCE: usize = 16;
/// Level under which sums in double precision tell nothing.
const FLOOR_DB: f64 = -150.0;
/// Blocks over time.
pub(crate) const BLOCK_S: f64 = 0.05;

/// Block of B with the sums over it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub start: i64,
    pub frames: usize,
    pub sums: Sums,
}

/// Sums over everything that is aligned.
pub(crate) struct Measured {
    rate_hz: f64,
    channels: usize,
    spectra: Vec<Spectra>,
    pub blocks: Vec<Block>,
    plan: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
}

/// Sums of the bins of one channel.
#[derive(Clone)]
struct Spectra {
    aa: Vec<f64>,
    bb: Vec<f64>,
    ab: Vec<Complex<f64>>,
    count: u64,
}

impl Measured {
    pub fn new(channels: usize, rate_hz: f64) -> Self {
        let bins = FRAME / 2 + 1;
        let empty = Spectra { aa: vec![0.0; bins], bb: vec![0.0; bins], ab: vec![Complex::default(); bins], count: 0 };
        Self {
            rate_hz,
            channels,
            spectra: vec![empty; channels],
            blocks: Vec::new(),
            plan: balanced_fft::real_forward_f64(FRAME),
            window: (0..FRAME).map(|n| 0.5 - 0.5 * (TAU * n as f64 / FRAME as f64).cos()).collect(),
        }
    }

    /// Adds everything between the ends of a run.
    pub fn add<A: Audio>(&mut self, run: &Run, shifted: &Shifted<'_, A>) -> Result<(), A::Error> {
        let hop = FRAME / 2;
        let mut at = run.start;
        while at < run.end {
            let step = (AT_ONCE * hop).min((run.end - at) as usize);
            let frames = (step + hop).min((run.end - at) as usize);
            let [a, b] = shifted.read(run, at, frames)?;
            for start in (0..step).step_by(hop).filter(|start| start + FRAME <= frames) {
                for channel in 0..self.channels {
                    self.spectrum(channel, &a[channel][start..start + FRAME], &b[channel][start..start + FRAME]);
                }
            }
            let block = (BLOCK_S * self.rate_hz) as usize;
            for start in (0..step).step_by(block) {
                let end = (start + block).min(step);
                let sums = Sums::of(&a, &b, start..end);
                self.blocks.push(Block { start: at + start as i64, frames: end - start, sums });
            }
            at += step as i64;
        }
        Ok(())
    }

    fn spectrum(&mut self, channel: usize, a: &[f64], b: &[f64]) {
        let [a, b] = [a, b].map(|samples| {
            let mut windowed: Vec<f64> = samples.iter().zip(&self.window).map(|(x, w)| x * w).collect();
            let mut bins = vec![Complex::default(); FRAME / 2 + 1];
            let done = self.plan.process(&mut windowed, &mut bins);
            debug_assert!(done.is_ok(), "the buffers have the plan's sizes");
            bins
        });
        let sums = &mut self.spectra[channel];
        sums.count += 1;
        for (k, (a, b)) in a.iter().zip(&b).enumerate() {
            sums.aa[k] += a.norm_sqr();
            sums.bb[k] += b.norm_sqr();
            sums.ab[k] += b * a.conj();
        }
    }

    /// Returns the result; `None` if nothing sounds in what is aligned.
    pub fn residual(&self) -> Option<Residual> {
        let mut all = Sums { is_equal: true, ..Sums::default() };
        self.blocks.iter().for_each(|block| all.add(&block.sums));
        if all.aa <= 0.0 || all.ab <= 0.0 {
            return None;
        }
        let gain = all.ab / all.aa;
        let samples = self.blocks.iter().map(|block| block.frames * self.channels).sum::<usize>();
        let level_db = rest(all.aa, all.bb, all.ab, gain).filter(|_| !all.is_equal);
        let mean_square_db = 10.0 * (all.aa / samples.max(1) as f64).log10();
        Some(Residual {
            gain_db: decibels(gain),
            level_db,
            level_dbfs: level_db.map(|level| level + mean_square_db),
            nonlinear_db: if all.is_equal { None } else { self.nonlinear(0..FRAME / 2 + 1) },
            bands: if all.is_equal { Vec::new() } else { self.bands(gain) },
            seconds: self.seconds(gain),
        })
    }

    /// Returns the level of what no filter explains, in a range of bins.
    fn nonlinear(&self, bins: std::ops::Range<usize>) -> Option<f64> {
        let (mut rest, mut whole) = (0.0, 0.0);
        // Few spectra agree by chance: an expectation of 1 / count is left out.
        for sums in self.spectra.iter().filter(|sums| sums.count >= 8) {
            for k in bins.clone().filter(|k| sums.aa[*k] > 0.0) {
                let explained = sums.ab[k].norm_sqr() / sums.aa[k];
                rest += (sums.bb[k] - explained).max(0.0);
                whole += sums.bb[k];
            }
        }
        (whole > 0.0).then(|| (10.0 * (rest / whole).log10()).max(FLOOR_DB))
    }

    fn bands(&self, gain: f64) -> Vec<ResidualBand> {
        let bin_hz = self.rate_hz / FRAME as f64;
        let centers = (-15..=13).map(|n| 1000.0 * 2f64.powf(f64::from(n) / 3.0));
        let band = |center_hz: f64| {
            let edge = 2f64.powf(1.0 / 6.0);
            let bins = (center_hz / edge / bin_hz).ceil() as usize..(center_hz * edge / bin_hz).ceil() as usize;
            if bins.is_empty() || bins.end > FRAME / 2 + 1 {
                return None;
            }
            let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
            for sums in &self.spectra {
                aa += sums.aa[bins.clone()].iter().sum::<f64>();
                bb += sums.bb[bins.clone()].iter().sum::<f64>();
                ab += sums.ab[bins.clone()].iter().map(|x| x.re).sum::<f64>();
            }
            Some(ResidualBand {
                center_hz,
                gain_db: (aa > 0.0 && bb > 0.0).then(|| 10.0 * (bb / aa).log10()),
                level_db: rest(aa, bb, ab, gain),
                nonlinear_db: self.nonlinear(bins),
            })
        };
        centers.filter_map(band).collect()
    }

    fn seconds(&self, gain: f64) -> Vec<ResidualSecond> {
        let second = |block: &Block| block.start / self.rate_hz as i64;
        let group = |blocks: &[Block]| {
            let mut sums = Sums { is_equal: true, ..Sums::default() };
            blocks.iter().for_each(|block| sums.add(&block.sums));
            let samples = blocks.iter().map(|block| block.frames * self.channels).sum();
            let sounds = !sums.is_silent(samples) && sums.aa > 0.0 && sums.ab > 0.0;
            ResidualSecond {
                start_s: blocks[0].start as f64 / self.rate_hz,
                level_db: rest(sums.aa, sums.bb, sums.ab, gain).filter(|_| sounds && !sums.is_equal),
                gain_db: sounds.then(|| decibels(sums.ab / sums.aa)),
            }
        };
        self.blocks.chunk_by(|x, y| second(x) == second(y)).map(group).collect()
    }

    /// Returns whether every sample of B is that of A.
    pub fn is_equal(&self) -> bool {
        !self.blocks.is_empty() && self.blocks.iter().all(|block| block.sums.is_equal)
    }
}

fn decibels(gain: f64) -> f64 {
    20.0 * gain.log10()
}

/// Returns the level of B over `gain`, less A, relative to A.
fn rest(aa: f64, bb: f64, ab: f64, gain: f64) -> Option<f64> {
    if aa <= 0.0 {
        return None;
    }
    let rest = bb / (gain * gain) - 2.0 * ab / gain + aa;
    Some((10.0 * (rest.max(0.0) / aa).log10()).max(FLOOR_DB))
}
