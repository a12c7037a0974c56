//! The detectors that read the shared spectra, and the search for codecs.

use balanced_dsp::StreamFormat;
use balanced_model::{Defect, DefectKind, Stereo};

use super::coherence::Coherence;
use super::drone::Drone;
use super::floor::Floor;
use super::hum::Hum;
use super::lossy::{self, Excerpts};
use super::resonance::Resonance;
use super::sibilance::Sibilance;
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
    coherence: Coherence,
    floor: Floor,
    resonance: Resonance,
    sibilance: Sibilance,
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
            coherence: Coherence::new(geometry),
            floor: Floor::new(geometry),
            resonance: Resonance::new(geometry, format),
            sibilance: Sibilance::new(geometry),
            swap: measured_pair(&format.layout).map(|_| Swap::new(rate / size, 0.5 * size / rate)),
            excerpts: Excerpts::new(),
            concluded: None,
        }
    }

    /// The search that takes longest and needs no other family. `power` is the mean spectrum.
    pub fn conclude(&mut self, power: &MeanPower) {
        self.coherence.end_segment();
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
        let hum = self.hum.finish(duration_s).or_else(|| self.drone.finish(duration_s));
        out.extend(hum.or_else(|| self.coherence.finish(duration_s)));
        let programme_db = 10.0 * bins.iter().sum::<f64>().max(1e-20).log10();
        noise(&mut out, self.floor.finish(programme_db, duration_s));
        out.extend(self.resonance.finish(duration_s));
        out.extend(self.sibilance.finish(programme_db, duration_s));
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
        self.floor.push(frame);
        self.resonance.frame(frame);
        self.sibilance.push(frame);
        let hop = frame.samples[0].len() / 2;
        if let Some(start) = before.checked_sub(hop as u64) {
            self.excerpts.offer(frame.samples, hop + frame.fresh, start);
        }
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        self.hum.push(frame);
        self.drone.push(frame);
        self.coherence.push(frame);
    }
}

/// Adds what is known about noise, and takes back cuts that are the noise's: hiss is there at full level from
/// the first sample to the last, and so is an offset.
fn noise(out: &mut Vec<Defect>, noises: Vec<Defect>) {
    /// A cut in the music stands over the noise by more than this.
    const OVER_NOISE_DB: f64 = 8.0;
    let offsets: Vec<Defect> = out.iter().filter(|defect| defect.kind == DefectKind::DcOffset).cloned().collect();
    for noise in noises.iter().chain(&offsets) {
        let level = ["level_dbfs", "offset_dbfs"].iter().find_map(|name| noise.evidence.get(*name));
        let level_dbfs = level.copied().unwrap_or(f64::NEG_INFINITY);
        let is_of_noise = |defect: &Defect| {
            let starts = noise.kind != DefectKind::NoisyEnd && defect.kind == DefectKind::CutStart;
            let ends = noise.kind != DefectKind::NoisyIntro && defect.kind == DefectKind::CutEnd;
            let level = defect.evidence.get("level_dbfs");
            (starts || ends) && level.is_some_and(|brink| *brink < level_dbfs + OVER_NOISE_DB)
        };
        out.retain(|defect| !is_of_noise(defect));
    }
    out.extend(noises);
}

fn is_tone(power: &[f64]) -> bool {
    let total: f64 = power.iter().sum();
    power.windows(3).any(|bins| bins.iter().sum::<f64>() > TONE_SHARE * total)
}
