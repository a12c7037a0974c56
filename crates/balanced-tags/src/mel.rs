//! Input of the networks: 96 mel bands of 16 kHz mono, in the scaling they were trained with.
//!
//! STFT of 512 samples (periodic Hann, centred, zeros beyond the ends) every 256, power, 96 Slaney mel bands from 0 to
//! 8 kHz, `log10(10000 x + 1)`: the front end of Pons & Serra, "musicnn: pre-trained convolutional neural networks for music
//! audio tagging" (ISMIR-LBD 2019), which takes it from librosa.

use balanced_analysis::front_end::{MelBank, MelScale, WindowedFft};

/// Rate the networks listen at.
pub(crate) const RATE_HZ: f64 = 16_000.0;
/// Samples a frame.
pub(crate) const FRAME: usize = 512;
/// Samples from one frame to the next.
pub(crate) const HOP: usize = 256;
/// Mel bands.
pub(crate) const BANDS: usize = 96;

/// Turns frames into log-mel vectors.
pub(crate) struct LogMel {
    fft: WindowedFft,
    power: Vec<f32>,
    bank: MelBank,
}

impl LogMel {
    pub fn new() -> Self {
        Self {
            fft: WindowedFft::new(FRAME, 1.0),
            power: vec![0.0; FRAME / 2 + 1],
            bank: MelBank::new(RATE_HZ, FRAME, BANDS, MelScale::Slaney, 0.0..RATE_HZ / 2.0).with_unit_area(),
        }
    }

    /// The vector of one frame of [`FRAME`] samples.
    pub fn of(&mut self, frame: &[f32]) -> [f32; BANDS] {
        for (p, x) in self.power.iter_mut().zip(self.fft.run(frame)) {
            *p = x.re * x.re + x.im * x.im;
        }
        let mut bands = [0.0; BANDS];
        self.bank.apply(&self.power, &mut bands);
        bands.map(|energy| (10_000.0 * energy + 1.0).log10())
    }
}

/// Energy of a band from its log-mel value, in the units of the power spectrum.
pub(crate) fn energy(log_mel: f32) -> f64 {
    (f64::from(log_mel) * std::f64::consts::LN_10).exp_m1() / 10_000.0
}

/// Centre and half the base of each triangle, in hertz.
pub(crate) fn centres_and_widths() -> impl Iterator<Item = (f64, f64)> {
    let top = MelScale::Slaney.mel(RATE_HZ / 2.0);
    let edge = move |i: usize| MelScale::Slaney.hz(top * i as f64 / (BANDS + 1) as f64);
    (0..BANDS).map(move |i| (edge(i + 1), 0.5 * (edge(i + 2) - edge(i))))
}
