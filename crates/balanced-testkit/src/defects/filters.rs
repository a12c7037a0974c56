//! Brick-wall low-pass filters.

use balanced_dsp::PlanarBuffer;
use balanced_fft::{forward_f64, inverse_f64};
use rustfft::num_complex::Complex;

/// Removes everything above `hz` by a linear-phase low-pass with a raised-cosine transition over the 300 Hz below it.
pub fn brick_wall(audio: &mut PlanarBuffer, sample_rate_hz: f64, hz: f64) {
    let length = audio.frames();
    let (forward, inverse) = (forward_f64(length), inverse_f64(length));
    for channel in 0..audio.channels() {
        let mut bins: Vec<Complex<f64>> = audio.channel(channel).iter().map(|s| Complex::new(*s, 0.0)).collect();
        forward.process(&mut bins);
        for (i, bin) in bins.iter_mut().enumerate() {
            let bin_hz = i.min(length - i) as f64 * sample_rate_hz / length as f64;
            let open = ((hz - bin_hz) / 300.0).clamp(0.0, 1.0);
            *bin *= 0.5 - 0.5 * (std::f64::consts::PI * open).cos();
        }
        inverse.process(&mut bins);
        for (sample, bin) in audio.channel_mut(channel).iter_mut().zip(&bins) {
            *sample = bin.re / length as f64;
        }
    }
}

/// Whether the band holds programme: at least -75 dBFS in all.
pub(super) fn has_treble(audio: &PlanarBuffer, sample_rate_hz: f64, low_hz: f64, high_hz: f64) -> bool {
    let length = audio.frames();
    let mut bins: Vec<Complex<f64>> = audio.channel(0).iter().map(|s| Complex::new(*s, 0.0)).collect();
    forward_f64(length).process(&mut bins);
    let bin = |hz: f64| ((hz / sample_rate_hz * length as f64) as usize).min(length / 2);
    let power: f64 = bins[bin(low_hz)..bin(high_hz)].iter().map(|b| 2.0 * b.norm_sqr()).sum();
    10.0 * (power / (length as f64).powi(2)).log10() > -75.0
}
