//! The detectors that read the shared spectra, and the search for codecs.

use balanced_dsp::StreamFormat;
use balanced_model::{Defect, DefectKind, Stereo};

use super::drone::Drone;
use super::hum::Hum;
use super::lossy::{self, Excerpts};
use super::swap::Swap;
use super::{image, rank, upsampled};
use crate::spectrum::engine::{Frame, Geometry, Listener, measured_pair};
use crate::spectrum::ltas::MeanPower;

/// A spectrum with more than this share of its power in three neighbouring bins is a test tone.
const TONE_SHARE: f64 = 0.8;

/// Detectors over frames and their spectra.
pub(crate) struct SpectralDefects {
    rate: f64,
    frames: u64,
    hum: Hum,
    drone: Drone,
    swap: Option<Swap>,
    excerpts: Excerpts,
    /// What [`conclude`](Self::conclude) found.
    concluded: Option<Defect>,
}

impl SpectralDefects {
    pub fn new(geometry: Geometry, format: &StreamFormat) -> Self {
        let (rate, size) = (geometry.rate, geometry.size as f64);
        Self {
            rate,
            frames: 0,
            hum: Hum::new(geometry),
            drone: Drone::new(geometry),
            swap: measured_pair(&format.layout).map(|_| Swap::new(rate / size, 0.5 * size / rate)),
            excerpts: Excerpts::new(),
            concluded: None,
        }
    }

    /// The search that takes longest and needs no other family. `power` is the mean spectrum.
    pub fn conclude(&mut self, power: &MeanPower) {
        let duration_s = self.frames as f64 / self.rate;
        self.concluded = lossy::judge(&self.excerpts, self.rate, &power.bins(), power.bin_hz(), duration_s);
    }

    /// After [`conclude`](Self::conclude): all findings, the worst first. `power` is the mean spectrum; `found` what the samples
    /// showed.
    pub fn finish(self, power: &MeanPower, stereo: Option<&Stereo>, found: Vec<Defect>) -> Vec<Defect> {
        let duration_s = self.frames as f64 / self.rate;
        let bins = power.bins();
        let mut out = found;
        if is_tone(&bins) {
            // A test tone has no dynamics to lose.
            out.retain(|defect| defect.kind != DefectKind::OverLimiting);
        }
        out.extend(self.hum.finish(duration_s).or_else(|| self.drone.finish(duration_s)));
        out.extend(self.swap.and_then(|swap| swap.finish(duration_s)));
        out.extend(stereo.into_iter().flat_map(|stereo| image::judge(stereo, duration_s)));
        out.extend(self.concluded);
        out.extend(upsampled::judge(&bins, power.bin_hz(), self.rate, duration_s));
        rank(&mut out);
        out
    }
}

impl Listener for SpectralDefects {
    fn frame(&mut self, frame: &Frame<'_>) {
        let before = self.frames;
        self.frames += frame.fresh as u64;
        if let Some(swap) = &mut self.swap {
            swap.push(frame);
        }
        let hop = frame.samples[0].len() / 2;
        if let Some(start) = before.checked_sub(hop as u64) {
            self.excerpts.offer(frame.samples, hop + frame.fresh, start);
        }
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        self.hum.push(frame);
        self.drone.push(frame);
    }
}

fn is_tone(power: &[f64]) -> bool {
    let total: f64 = power.iter().sum();
    power.windows(3).any(|bins| bins.iter().sum::<f64>() > TONE_SHARE * total)
}
