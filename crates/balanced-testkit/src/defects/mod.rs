//! Defects of graded severity put into clean audio, for tests of detectors.
//!
//! [`spoil`] takes clean audio and a [`Fault`] at a [`Grade`]; the same arguments give the same samples. `Grade::Audible` is
//! what an attentive listener or a careful engineer would object to, `Faint` lies at the edge, `Gross` cannot be missed.

mod events;
mod filters;
mod place;

use balanced_dsp::PlanarBuffer;

use crate::music::{self, Rng};
pub use filters::brick_wall;

/// A kind of defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Driven over full scale and clipped there.
    Clipping,
    /// Clipped, then turned down by 6 dB.
    ClippedThenTurnedDown,
    /// True peaks over full scale between samples that stay below it.
    InterSampleOvers,
    /// A constant (DC) added.
    DcOffset,
    /// Spikes and bursts of one to six samples.
    Clicks,
    /// Stretches of zeros.
    Dropout,
    /// A longer stretch of zeros.
    DigitalSilence,
    /// Mains hum: 50 Hz and harmonics.
    Hum50,
    /// Mains hum: 60 Hz and harmonics.
    Hum60,
    /// The beginning cut off.
    CutStart,
    /// The end cut off.
    CutEnd,
    /// Silence added before.
    LeadingSilence,
    /// Silence added after.
    TrailingSilence,
    /// Right channel inverted.
    PhaseInversion,
    /// Right channel turned down.
    ChannelImbalance,
    /// NaN and infinity.
    NotFinite,
    /// 16 bits in a container of 24.
    PaddedBitDepth,
    /// A brick-wall low-pass where a converter from 44.1 kHz would put it; needs a higher rate.
    Upsampled,
    /// Driven far into a limiter: too much gain reduction.
    OverLimiting,
    /// Left on both channels.
    MonoAsStereo,
    /// Clipped, then faded, or high-passed at 20 Hz: the tops are no longer at one level, or no longer level.
    ClippedThenProcessed,
    /// 60 Hz and harmonics under music that never pauses.
    HumUnderMusic,
    /// Left and right exchanged from the middle on.
    ChannelSwap,
    /// A linear fade at the beginning (information, no fault).
    FadeIn,
    /// A linear fade at the end (information, no fault).
    FadeOut,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 25] = [
        Self::Clipping,
        Self::ClippedThenTurnedDown,
        Self::InterSampleOvers,
        Self::DcOffset,
        Self::Clicks,
        Self::Dropout,
        Self::DigitalSilence,
        Self::Hum50,
        Self::Hum60,
        Self::CutStart,
        Self::CutEnd,
        Self::LeadingSilence,
        Self::TrailingSilence,
        Self::PhaseInversion,
        Self::ChannelImbalance,
        Self::NotFinite,
        Self::PaddedBitDepth,
        Self::Upsampled,
        Self::OverLimiting,
        Self::MonoAsStereo,
        Self::ClippedThenProcessed,
        Self::HumUnderMusic,
        Self::ChannelSwap,
        Self::FadeIn,
        Self::FadeOut,
    ];
}

/// The severity of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// At the edge of what can be heard or matters.
    Faint,
    /// Heard by an attentive listener.
    Audible,
    /// Heard by anyone.
    Gross,
}

impl Grade {
    /// All grades.
    pub const ALL: [Self; 3] = [Self::Faint, Self::Audible, Self::Gross];

    fn of<T>(self, faint: T, audible: T, gross: T) -> T {
        match self {
            Self::Faint => faint,
            Self::Audible => audible,
            Self::Gross => gross,
        }
    }
}

/// Spoiled audio and what is known about it.
#[derive(Clone, Debug)]
pub struct Spoiled {
    /// The audio, quantised to 24 bits unless the fault is about bits.
    pub audio: PlanarBuffer,
    /// The bit depth that the container would declare.
    pub bit_depth: u16,
    /// The times of the faults; one at 0 for a fault of the whole track.
    pub events_s: Vec<f64>,
}

/// Puts `fault` into clean stereo audio, `None` where there is no place for it.
///
/// No place means: a click that would have to exceed full scale to be heard over noise, a dropout in silence, a low-pass
/// above all that the instrument plays.
#[must_use]
pub fn spoil(clean: &PlanarBuffer, sample_rate_hz: f64, fault: Fault, grade: Grade, seed: u64) -> Option<Spoiled> {
    let mut audio = clean.clone();
    let mut rng = Rng::new(seed ^ 0x5EED);
    let mut events_s = vec![0.0];
    let rate = sample_rate_hz;
    match fault {
        Fault::Clipping => clip(&mut audio, grade, 1.0),
        Fault::ClippedThenTurnedDown => clip(&mut audio, grade, 0.5),
        Fault::InterSampleOvers => events_s = events::overs(&mut audio, rate, grade, &mut rng),
        Fault::DcOffset => each(&mut audio, |s| 0.5 * s + grade.of(0.001, 0.01, 0.05)),
        Fault::Clicks => events_s = events::clicks(&mut audio, rate, grade.of(5.0, 12.0, 40.0), &mut rng)?,
        Fault::Dropout => {
            let length_s = grade.of(0.000_4, 0.005, 0.04);
            events_s = events::silence(&mut audio, rate, length_s, 4, &mut rng)?;
        }
        Fault::DigitalSilence => {
            events_s = events::silence(&mut audio, rate, grade.of(0.12, 0.5, 2.0), 1, &mut rng)?;
        }
        Fault::Hum50 | Fault::Hum60 => {
            // Hum is heard when nobody plays: before and after the take, as the tape runs.
            audio = place::pad(&audio, (3.0 * rate) as usize, (4.0 * rate) as usize);
            each(&mut audio, |s| s + 1e-4 * rng.bipolar());
            let mains_hz = if fault == Fault::Hum50 { 50.03 } else { 59.98 };
            events::hum(&mut audio, rate, mains_hz, grade.of(-75.0, -50.0, -35.0));
        }
        Fault::CutStart => audio = place::cut_start(&audio, rate, grade.of(0.006, 0.02, 0.1), &mut rng)?,
        Fault::CutEnd => {
            audio = place::cut_end(&audio, rate, grade.of(0.006, 0.02, 0.1), &mut rng)?;
            events_s = vec![audio.frames() as f64 / rate];
        }
        Fault::LeadingSilence => audio = place::pad(&audio, (grade.of(1.5, 4.0, 10.0) * rate) as usize, 0),
        Fault::TrailingSilence => {
            events_s = vec![audio.frames() as f64 / rate];
            audio = place::pad(&audio, 0, (grade.of(3.5, 6.0, 20.0) * rate) as usize);
        }
        Fault::PhaseInversion => {
            narrow(&mut audio, grade.of(0.6, 0.4, 0.1));
            audio.channel_mut(1).iter_mut().for_each(|s| *s = -*s);
        }
        Fault::ChannelImbalance => {
            let gain = 10f64.powf(grade.of(-5.0, -9.0, -30.0) / 20.0);
            narrow(&mut audio, 0.5);
            audio.channel_mut(1).iter_mut().for_each(|s| *s *= gain);
        }
        Fault::NotFinite => events_s = events::not_finite(&mut audio, rate, grade.of(1, 3, 50), &mut rng),
        Fault::PaddedBitDepth => {
            let bits = grade.of(20, 16, 12);
            music::quantise(&mut audio, bits, seed);
            return Some(Spoiled { audio, bit_depth: 24, events_s });
        }
        Fault::Upsampled => {
            filters::has_treble(&audio, rate, 15_000.0, 22_000.0).then_some(())?;
            brick_wall(&mut audio, rate, grade.of(21_900.0, 21_500.0, 21_000.0));
        }
        Fault::OverLimiting => music::limit(&mut audio, rate, grade.of(15.0, 30.0, 40.0), -1.5),
        Fault::MonoAsStereo => {
            let left = audio.channel(0).to_vec();
            audio.channel_mut(1).copy_from_slice(&left);
        }
        Fault::ClippedThenProcessed => {
            clip(&mut audio, grade, 0.8);
            process(&mut audio, rate, rng.chance(0.5));
        }
        Fault::HumUnderMusic => {
            audio = place::tiled(&audio, rate, 45.0);
            events::hum(&mut audio, rate, 60.02, grade.of(-70.0, -40.0, -30.0));
        }
        Fault::ChannelSwap => {
            audio = place::tiled(&audio, rate, 30.0);
            let gain = 10f64.powf(grade.of(-1.0, -4.0, -5.5) / 20.0);
            let half = audio.frames() / 2;
            narrow(&mut audio, 0.5);
            audio.channel_mut(0).iter_mut().for_each(|s| *s *= gain);
            let (left, right) = (audio.channel(0)[half..].to_vec(), audio.channel(1)[half..].to_vec());
            audio.channel_mut(0)[half..].copy_from_slice(&right);
            audio.channel_mut(1)[half..].copy_from_slice(&left);
            events_s = vec![half as f64 / rate];
        }
        Fault::FadeIn | Fault::FadeOut => {
            // What is shorter than a few seconds is how notes end.
            audio = place::tiled(&audio, rate, 24.0);
            let (frames, length_s) = (audio.frames(), grade.of(4.5, 6.0, 10.0));
            let fade = |i: usize| (i as f64 / (length_s * rate)).min(1.0);
            for channel in 0..audio.channels() {
                for (i, sample) in audio.channel_mut(channel).iter_mut().enumerate() {
                    *sample *= fade(if fault == Fault::FadeIn { i } else { frames - 1 - i });
                }
            }
            if fault == Fault::FadeOut {
                events_s = vec![frames as f64 / rate - 0.5 * length_s];
            }
        }
    }
    if fault == Fault::MonoAsStereo {
        let left = quantised(&audio, seed).channel(0).to_vec();
        audio = PlanarBuffer::from_channels(&[left.clone(), left]);
    } else if fault != Fault::NotFinite {
        audio = quantised(&audio, seed);
    }
    Some(Spoiled { audio, bit_depth: 24, events_s })
}

fn quantised(audio: &PlanarBuffer, seed: u64) -> PlanarBuffer {
    let mut audio = audio.clone();
    music::quantise(&mut audio, 24, seed);
    audio
}

fn each(audio: &mut PlanarBuffer, mut change: impl FnMut(f64) -> f64) {
    for channel in 0..audio.channels() {
        audio.channel_mut(channel).iter_mut().for_each(|s| *s = change(*s));
    }
}

/// Drive the highest peak 1, 4 or 9 dB over full scale, or further until 2, 30 or 300 of 100 000 samples are over (one drum hit cut
/// for a few samples is not heard); cut there, then scale.
fn clip(audio: &mut PlanarBuffer, grade: Grade, after: f64) {
    let mut sizes: Vec<f64> = (0..audio.channels()).flat_map(|c| audio.channel(c)).map(|s| s.abs()).collect();
    let over = (grade.of(2e-5, 3e-4, 3e-3) * sizes.len() as f64) as usize;
    let index = sizes.len() - 1 - over;
    let (_, quantile, above) = sizes.select_nth_unstable_by(index, f64::total_cmp);
    let peak = above.iter().fold(*quantile, |p, s| p.max(*s));
    let gain = (10f64.powf(grade.of(1.0, 4.0, 9.0) / 20.0) / peak).max(1.0 / *quantile);
    each(audio, |s| after * (gain * s).clamp(-1.0, 1.0));
}

/// Processing of a clipped mix on its way: a slow ride of 3 dB, or a first-order high-pass at 20 Hz.
fn process(audio: &mut PlanarBuffer, rate: f64, ride: bool) {
    let pole = (-std::f64::consts::TAU * 20.0 / rate).exp();
    for channel in 0..audio.channels() {
        let (mut x1, mut y1) = (0.0, 0.0);
        for (i, sample) in audio.channel_mut(channel).iter_mut().enumerate() {
            if ride {
                let swing = (std::f64::consts::TAU * i as f64 / rate / 7.0).sin();
                *sample *= 10f64.powf(1.5 * (swing - 1.0) / 20.0);
            } else {
                // Room for the tilt.
                y1 = 0.8 * (*sample - x1) + pole * y1;
                x1 = *sample;
                *sample = y1;
            }
        }
    }
}

/// Scale the side signal.
fn narrow(audio: &mut PlanarBuffer, side: f64) {
    for i in 0..audio.frames() {
        let (l, r) = (audio.channel(0)[i], audio.channel(1)[i]);
        let (m, s) = (0.5 * (l + r), 0.5 * side * (l - r));
        audio.channel_mut(0)[i] = m + s;
        audio.channel_mut(1)[i] = m - s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::{Style, render};

    #[test]
    fn every_fault_changes_the_audio_and_is_repeatable() {
        let clean = render(Style::Band, 48_000.0, 6.0, 2).audio;
        for fault in Fault::ALL {
            for grade in Grade::ALL {
                let Some(spoiled) = spoil(&clean, 48_000.0, fault, grade, 9) else { continue };
                let again = spoil(&clean, 48_000.0, fault, grade, 9).unwrap();
                let bits = |audio: &PlanarBuffer| {
                    (0..2).flat_map(|c| audio.channel(c)).map(|s| s.to_bits()).collect::<Vec<_>>()
                };
                assert_eq!(bits(&spoiled.audio), bits(&again.audio), "{fault:?} {grade:?}");
                assert_ne!(bits(&spoiled.audio), bits(&clean), "{fault:?} {grade:?}");
                assert!(!spoiled.events_s.is_empty());
            }
        }
    }
}
