//! Spectral shape: one shared FFT, read by everything that needs a spectrum.
//!
//! Definitions where peers differ, all with energies averaged over the channels (never a mono fold) and LFE left out:
//!
//! | value | definition |
//! |---|---|
//! | frame | 4096 samples at 44.1 and 48 kHz (93 and 85 ms), periodic Hann, half overlap, centred; frames under -70 dBFS are not measured |
//! | `centroid_hz`, `rolloff85_hz`, `bandwidth_hz` | on the magnitude spectrum, mean over frames (librosa's; see [`shape`]) |
//! | `flatness` | on power, mean over frames |
//! | `flux` | distance of successive unit-length magnitude spectra, 0 to 1.41 |
//! | `contrast_db` | seven octave bands, strongest over weakest 2 % of bins |
//! | `ltas`, `bands` | power over the whole programme, silence included, IEC 61260-1 base-ten bands; a full-scale sine reads -3.01 dB |
//! | `tilt_db_per_octave` | least squares over the third octaves from 100 Hz to 10 kHz, as density: white noise 0, pink noise -3.01 |
//! | `mfcc_mean` | 20 coefficients of 128 Slaney mel bands (librosa's) |
//! | `bandwidth_limit_hz` | a fall of at least 18 dB within 500 Hz with nothing above; natural roll-off is no limit |

pub(crate) mod bandwidth;
mod cepstrum;
pub(crate) mod contrast;
pub(crate) mod decimate;
pub(crate) mod engine;
mod families;
pub(crate) mod framer;
pub(crate) mod ltas;
pub(crate) mod mel;
mod picture;
mod reasons;
pub(crate) mod shape;
pub(crate) mod transform;

pub(crate) use families::SpectralFamilies;

use balanced_dsp::lanes;
use balanced_model::{Spectrum, finite};
use cepstrum::Cepstrum;
use contrast::Contrast;
use engine::{Frame, Geometry, Listener};
use ltas::{LongTerm, MeanPower};
use picture::Picture;
use shape::Shape;

/// Frames under this level (of mean square) have no shape: it would be the shape of the dither.
const GATE_POWER: f32 = 1e-7;

/// Measures the shape of the spectrum.
pub(crate) struct SpectrumStage {
    geometry: Geometry,
    low: MeanPower,
    shape: Shape,
    contrast: Contrast,
    cepstrum: Cepstrum,
    picture: Option<Picture>,
}

impl SpectrumStage {
    /// `with_picture`: also make the spectrogram.
    pub fn new(geometry: Geometry, with_picture: bool) -> Self {
        let Geometry { rate, size, low_rate, low_size, scale } = geometry;
        Self {
            geometry,
            low: MeanPower::new(low_rate, low_size),
            shape: Shape::new(rate, size, scale),
            contrast: Contrast::new(rate, size),
            cepstrum: Cepstrum::new(rate, size, scale),
            picture: with_picture.then(|| Picture::new(rate, size)),
        }
    }

    /// `high` is the mean spectrum at the full rate, which the families share.
    pub fn finish(self, high: &MeanPower) -> Spectrum {
        let means = self.shape.finish();
        let spectrum = LongTerm::new(&self.low, high, self.geometry.rate / 2.0);
        Spectrum {
            centroid_hz: means.centroid_hz.and_then(finite),
            rolloff85_hz: means.rolloff85_hz.and_then(finite),
            bandwidth_hz: means.bandwidth_hz.and_then(finite),
            flatness: means.flatness.and_then(finite),
            flux: means.flux.and_then(finite),
            contrast_db: self.contrast.finish(),
            tilt_db_per_octave: spectrum.tilt_db_per_octave(),
            ltas: spectrum.fractional_octaves(3),
            ltas_twelfth: spectrum.fractional_octaves(12),
            bands: spectrum.regions(),
            mfcc_mean: self.cepstrum.finish(),
            bandwidth_limit_hz: bandwidth::limit_hz(&high.bins(), high.bin_hz()),
            spectrogram: self.picture.and_then(Picture::finish),
        }
    }
}

impl Listener for SpectrumStage {
    fn frame(&mut self, frame: &Frame<'_>) {
        let power = &frame.spectrum.mean;
        if let Some(picture) = &mut self.picture {
            picture.push(power);
        }
        if lanes::sum(power) < GATE_POWER {
            return self.shape.skip();
        }
        self.shape.push(power);
        self.contrast.push(self.shape.magnitude());
        self.cepstrum.push(power);
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        self.low.push(&frame.spectrum.mean, frame.weight);
    }
}
