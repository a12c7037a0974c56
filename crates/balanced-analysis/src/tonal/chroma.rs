//! Folding peaks onto pitch classes.

use std::f64::consts::{PI, TAU};

use super::peaks::Peak;

/// Bins an octave: ten a semitone, bin 0 is C at 440 Hz tuning.
pub(super) const FINE: usize = 120;
/// Harmonics a peak may be of a lower note, and how much less each next one counts (Gómez 2006: four, 0.6).
const HARMONICS: usize = 4;
const HARMONIC_DECAY: f64 = 0.6;
/// Loudness-like compression of amplitudes.
const COMPRESSION: f64 = 0.7;
/// Where pitch is best heard: weight falls by `exp(-1/2)` an octave away.
const CENTRE_HZ: f64 = 350.0;
/// Peaks below are spread too far by the window to say the tuning.
const TUNING_FROM_HZ: f64 = 150.0;
/// Bass, middle and treble.
pub(super) const REGISTERS: usize = 3;
/// Where one register goes over into the next, within an octave.
const BORDERS_HZ: [f64; REGISTERS - 1] = [200.0, 640.0];

/// Chroma and tuning evidence of a stretch of music; every sounding frame counts the same.
#[derive(Clone, Debug)]
pub(super) struct FineChroma {
    bins: [f64; FINE],
    /// The peaks of each register without their folded harmonics.
    registers: [[f64; FINE]; REGISTERS],
    /// Sum of the peaks as unit vectors, a full turn a semitone, and of their weights.
    direction: (f64, f64),
    weight: f64,
    squared_weight: f64,
    /// Frames counted.
    pub frames: f64,
}

impl Default for FineChroma {
    fn default() -> Self {
        Self {
            bins: [0.0; FINE],
            registers: [[0.0; FINE]; REGISTERS],
            direction: (0.0, 0.0),
            weight: 0.0,
            squared_weight: 0.0,
            frames: 0.0,
        }
    }
}

impl FineChroma {
    /// Count one frame.
    pub fn add(&mut self, peaks: &[Peak]) {
        let weighted: Vec<(f64, f64, f64)> = peaks
            .iter()
            .map(|peak| {
                let hump = (-0.5 * (peak.hz / CENTRE_HZ).log2().powi(2)).exp();
                (semitone(peak.hz), peak.amplitude.powf(COMPRESSION), hump)
            })
            .collect();
        let (mut level, mut total, mut plain) = (0.0, 0.0, 0.0);
        for (peak, (_, w, hump)) in peaks.iter().zip(&weighted) {
            total += w * hump;
            plain += w;
            level += if peak.hz > TUNING_FROM_HZ { *w } else { 0.0 };
        }
        if total <= 0.0 {
            return;
        }
        for (peak, (pitch, w, hump)) in peaks.iter().zip(weighted) {
            self.fold(pitch, w * hump / total);
            for (register, share) in self.registers.iter_mut().zip(shares_of_registers(peak.hz)) {
                spread(register, pitch, share * w / plain);
            }
            if peak.hz > TUNING_FROM_HZ {
                let (sin, cos) = (TAU * pitch).sin_cos();
                self.direction.0 += w / level * cos;
                self.direction.1 += w / level * sin;
                self.weight += w / level;
                self.squared_weight += (w / level).powi(2);
            }
        }
        self.frames += 1.0;
    }

    /// Count what `other` counted.
    pub fn merge(&mut self, other: &Self) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(a, b)| *a += b);
        let others = other.registers.iter().flatten();
        self.registers.iter_mut().flatten().zip(others).for_each(|(a, b)| *a += b);
        self.direction.0 += other.direction.0;
        self.direction.1 += other.direction.1;
        self.weight += other.weight;
        self.squared_weight += other.squared_weight;
        self.frames += other.frames;
    }

    /// The bins alone, for keeping.
    pub fn bins(&self) -> [f32; FINE] {
        self.bins.map(|value| value as f32)
    }

    /// All bins: with harmonics folded, then each register.
    pub fn planes(&self) -> impl Iterator<Item = &[f64; FINE]> {
        std::iter::once(&self.bins).chain(&self.registers)
    }

    fn fold(&mut self, pitch: f64, weight: f64) {
        let mut weight = weight;
        for harmonic in 1..=HARMONICS {
            spread(&mut self.bins, pitch - 12.0 * (harmonic as f64).log2(), weight);
            weight *= HARMONIC_DECAY;
        }
    }

    /// Deviation of the tuning from 440 Hz, in semitones, -0.5 to 0.5.
    pub fn tuning(&self) -> f64 {
        self.direction.1.atan2(self.direction.0) / TAU
    }

    /// How surely the peaks agree on that tuning: the length of their mean direction times the root of their number.
    /// Random frequencies give about 1 whatever their number (Rayleigh's test), music several times that.
    pub fn pitchedness(&self) -> f64 {
        if self.squared_weight > 0.0 {
            self.direction.0.hypot(self.direction.1) / self.squared_weight.sqrt()
        } else {
            0.0
        }
    }

    /// How far the peaks agree, 0 to 1, whatever their number: the length of their mean direction. Noise of any length gives
    /// 0.01, where peaks lie not quite evenly between the semitones; rap over drums 0.03, most music over 0.05.
    pub fn agreement(&self) -> f64 {
        if self.weight > 0.0 { self.direction.0.hypot(self.direction.1) / self.weight } else { 0.0 }
    }

    /// Twelve pitch classes, C first, on a grid `tuning` semitones above 440 Hz.
    pub fn pitch_classes(&self, tuning: f64) -> [f64; 12] {
        pitch_classes(&self.bins, tuning)
    }
}

/// Share `weight` between the two bins beside `pitch` (semitones).
fn spread(bins: &mut [f64; FINE], pitch: f64, weight: f64) {
    let at = (10.0 * pitch).rem_euclid(FINE as f64);
    let (low, share) = (at.floor(), at.fract());
    bins[low as usize % FINE] += weight * (1.0 - share);
    bins[(low as usize + 1) % FINE] += weight * share;
}

/// How much a frequency belongs to each register, one in all.
fn shares_of_registers(hz: f64) -> [f64; REGISTERS] {
    let [above_bass, treble] = BORDERS_HZ.map(|border| ((hz / border).log2() + 0.5).clamp(0.0, 1.0));
    [1.0 - above_bass, above_bass - treble, treble]
}

/// Twelve pitch classes of fine bins, C first, on a grid `tuning` semitones above 440 Hz.
pub(super) fn pitch_classes(bins: &[f64; FINE], tuning: f64) -> [f64; 12] {
    let mut classes = [0.0; 12];
    for (bin, value) in bins.iter().enumerate() {
        let pitch = bin as f64 / 10.0 - tuning;
        let nearest = pitch.round();
        classes[nearest.rem_euclid(12.0) as usize % 12] += value * (PI * (pitch - nearest)).cos().powi(2);
    }
    classes
}

/// Semitones above the C five octaves below middle C (MIDI note number); C is a multiple of twelve.
fn semitone(hz: f64) -> f64 {
    69.0 + 12.0 * (hz / 440.0).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_falls_on_its_class_whatever_the_tuning() {
        for a4_hz in [432.0, 440.0, 448.0] {
            let mut chroma = FineChroma::default();
            // E4 and its harmonics.
            let hz = a4_hz * 2f64.powf(-5.0 / 12.0);
            let peaks: Vec<Peak> =
                (1..4).map(|h| Peak { hz: hz * f64::from(h), amplitude: 0.1 / f64::from(h) }).collect();
            chroma.add(&peaks);
            let tuning = chroma.tuning();
            assert!((440.0 * 2f64.powf(tuning / 12.0) - a4_hz).abs() < 0.5, "{a4_hz} {tuning}");
            let classes = chroma.pitch_classes(tuning);
            let best = (0..12).max_by(|a, b| classes[*a].total_cmp(&classes[*b]));
            assert_eq!(best, Some(4), "{classes:?}");
            assert!(chroma.pitchedness() > 1.5);
        }
    }
}
