//! Mean mel-frequency cepstral coefficients (Davis, Mermelstein, IEEE TASSP 1980).

use super::mel::{Dct, MelBank, MelScale};

/// Mel bands and coefficients: librosa's defaults.
const MELS: usize = 128;
const COEFFICIENTS: usize = 20;
/// Floor of mel power, as librosa's `power_to_db(amin=1e-10)`.
const FLOOR: f32 = 1e-10;
/// Levels further than this below the loudest cell of the file are raised to it, as librosa's `top_db`.
const TOP_DB: f64 = 80.0;
/// Lowest and highest level of the histogram, a cell a decibel.
const LOWEST_DB: f64 = -100.0;
const CELLS: usize = 200;

/// Mean MFCCs over frames.
///
/// Compatible with librosa 0.11 `feature.mfcc(n_mfcc=20, n_mels=128, n_fft=size, hop_length=size/2)` averaged over frames.
/// The cosine transform is linear, so the mean is taken over the decibels of the mel bands and transformed once. librosa's
/// clamp at 80 dB under the loudest cell needs the whole file; a histogram by level keeps what is needed to apply it at the end
/// (exactly, but for the levels within the one decibel that holds the clamp).
pub(crate) struct Cepstrum {
    bank: MelBank,
    mel: Vec<f32>,
    histogram: Vec<Cell>,
    loudest_db: f32,
    frames: u64,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    sum_db: f64,
    count: u32,
}

impl Cepstrum {
    /// `scale` is the factor from plain `|X|^2` to the power that is pushed.
    pub fn new(rate: f64, size: usize, scale: f64) -> Self {
        // The scaled power is one-sided; at DC and Nyquist, where it is not, the filters have no weight.
        let bank = MelBank::new(rate, size, MELS, MelScale::Slaney, 0.0..rate / 2.0);
        let bank = bank.with_unit_area().scaled(|_| 1.0 / scale);
        let histogram = vec![Cell::default(); bank.bands() * CELLS];
        Self { mel: vec![0.0; bank.bands()], bank, histogram, loudest_db: f32::MIN, frames: 0 }
    }

    pub fn push(&mut self, power: &[f32]) {
        self.bank.apply(power, &mut self.mel);
        for (cells, energy) in self.histogram.chunks_exact_mut(CELLS).zip(&self.mel) {
            let level_db = 10.0 * energy.max(FLOOR).log10();
            self.loudest_db = self.loudest_db.max(level_db);
            let cell = &mut cells[((f64::from(level_db) - LOWEST_DB) as usize).min(CELLS - 1)];
            cell.sum_db += f64::from(level_db);
            cell.count += 1;
        }
        self.frames += 1;
    }

    /// Mean coefficients; empty without frames.
    pub fn finish(&self) -> Vec<f64> {
        if self.frames == 0 {
            return Vec::new();
        }
        let clamp_db = f64::from(self.loudest_db) - TOP_DB;
        let clamped = |cell: &Cell| cell.sum_db.max(f64::from(cell.count) * clamp_db);
        let mean = |cells: &[Cell]| cells.iter().map(clamped).sum::<f64>() / self.frames as f64;
        let means: Vec<f64> = self.histogram.chunks_exact(CELLS).map(mean).collect();
        Dct::new(means.len(), COEFFICIENTS).apply(&means)
    }
}
