//! Clean synthetic music: deterministic test programme with known tempo, beats and key.
//!
//! [`render`] gives a stereo take in one [`Style`]; the same arguments give the same samples. Nothing in it is faulty: no
//! clipping, no clicks, no cuts; it is there to be mistaken for a fault, or to be measured.
//! ```
//! use balanced_testkit::music::{Style, render};
//! let take = render(Style::Piano, 44_100.0, 2.0, 1);
//! assert_eq!((take.audio.channels(), take.audio.frames()), (2, 88_200));
//! ```

mod arrange;
mod rng;
mod score;
mod space;
mod textures;
mod voices;

use balanced_dsp::PlanarBuffer;

pub use rng::Rng;
use score::Score;
use space::Stem;
pub use textures::{Texture, render_texture};

/// A style of music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Kick, snare, hats, toms, rim shots and crashes with uneven velocities: the hardest case for click detectors.
    Drums,
    /// Inharmonic decaying partials with hammer noise, block chords and a melody.
    Piano,
    /// Plucked and slapped notes, E1 to G2: the hardest case for hum detectors.
    Bass,
    /// Slow wide chords of detuned saws.
    Pads,
    /// Saturated power chords through a cabinet filter: the hardest case for clipping detectors.
    DistortedGuitar,
    /// A sung line: glottal pulses with vibrato through formants, breaths and sibilants.
    Vocals,
    /// Swelling pink noise, uncorrelated left and right.
    Noise,
    /// Plucked strings (Karplus-Strong), dry, with a noise floor of about -75 dBFS.
    Acoustic,
    /// Gated square bass, 808 kicks, claps, and breaks of true digital silence.
    Electronic,
    /// A band: drums, bass, guitar, piano, pad and voice.
    Band,
}

impl Style {
    /// All styles.
    pub const ALL: [Self; 10] = [
        Self::Drums,
        Self::Piano,
        Self::Bass,
        Self::Pads,
        Self::DistortedGuitar,
        Self::Vocals,
        Self::Noise,
        Self::Acoustic,
        Self::Electronic,
        Self::Band,
    ];

    /// Returns the name for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drums => "drums",
            Self::Piano => "piano",
            Self::Bass => "bass",
            Self::Pads => "pads",
            Self::DistortedGuitar => "distorted guitar",
            Self::Vocals => "vocals",
            Self::Noise => "noise",
            Self::Acoustic => "acoustic",
            Self::Electronic => "electronic",
            Self::Band => "band",
        }
    }
}

/// A rendered take and what is known about it.
#[derive(Clone, Debug)]
pub struct Take {
    /// The stereo audio, sample peak -3 dBFS, unquantised.
    pub audio: PlanarBuffer,
    /// The sample rate.
    pub sample_rate_hz: f64,
    /// The tempo, constant, in 4/4; without meaning for [`Style::Noise`].
    pub bpm: f64,
    /// The times of the beats; every fourth one, from the first, is a downbeat.
    pub beats_s: Vec<f64>,
    /// The pitch class of the tonic, 0 is C.
    pub tonic: u8,
    /// Whether the mode is natural minor instead of major.
    pub minor: bool,
}

/// The sample peak of every take.
pub const PEAK_DBFS: f64 = -3.0;

/// Renders `duration_s` seconds of `style`.
///
/// It begins with 0.1 s of lead-in; the players stop 2 s before the end (or at
/// three quarters of a short take), ring out, and the last second fades.
#[must_use]
pub fn render(style: Style, sample_rate_hz: f64, duration_s: f64, seed: u64) -> Take {
    let score = Score::new(sample_rate_hz, duration_s, seed);
    let mut mix = Stem::silent(sample_rate_hz, score.frames);
    arrange::play(style, &score, &mut mix);
    mix.fade_out(1.0_f64.min(0.2 * duration_s));
    mix.normalise(10f64.powf(PEAK_DBFS / 20.0));
    Take {
        audio: PlanarBuffer::from_channels(&[mix.left, mix.right]),
        sample_rate_hz,
        bpm: score.bpm,
        beats_s: score.beats_s(),
        tonic: score.tonic,
        minor: score.minor,
    }
}

/// Quantises to `bits` with TPDF dither of two steps peak to peak, as a careful export does.
///
/// Digital silence stays digital
/// silence: exporters that switch dither off in silence are common, and the detectors must live with both.
pub fn quantise(audio: &mut PlanarBuffer, bits: u32, seed: u64) {
    let mut rng = Rng::new(seed);
    let steps = f64::from(1u32 << (bits - 1));
    for channel in 0..audio.channels() {
        for sample in audio.channel_mut(channel).iter_mut().filter(|s| **s != 0.0) {
            let dither = rng.uniform() - rng.uniform();
            *sample = (*sample * steps + dither).round().clamp(-steps, steps - 1.0) / steps;
        }
    }
}

/// Raises audio by `gain_db` into a look-ahead limiter with a sample-peak ceiling.
///
/// That is the everyday loud master (1.5 ms look-ahead, 60 ms release): peaks gather at the ceiling, but no tops are flat.
pub fn limit(audio: &mut PlanarBuffer, sample_rate_hz: f64, gain_db: f64, ceiling_dbfs: f64) {
    space::limit(audio, sample_rate_hz, 10f64.powf(gain_db / 20.0), 10f64.powf(ceiling_dbfs / 20.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_sounds_is_wide_awake_and_repeatable() {
        for style in Style::ALL {
            let take = render(style, 44_100.0, 4.0, 7);
            let again = render(style, 44_100.0, 4.0, 7);
            for channel in 0..2 {
                let samples = take.audio.channel(channel);
                assert_eq!(samples, again.audio.channel(channel), "{style:?} is not repeatable");
                let power = samples.iter().map(|s| s * s).sum::<f64>() / samples.len() as f64;
                assert!(power > 1e-5, "{style:?} is almost silent");
                let mean = samples.iter().sum::<f64>() / samples.len() as f64;
                assert!(mean.abs() < 1e-3, "{style:?} has an offset of {mean}");
            }
            let peak = (0..2).flat_map(|c| take.audio.channel(c)).fold(0f64, |p, s| p.max(s.abs()));
            assert!((20.0 * peak.log10() - PEAK_DBFS).abs() < 1e-9);
        }
    }

    #[test]
    fn the_limiter_holds_its_ceiling() {
        let mut take = render(Style::Band, 44_100.0, 4.0, 3);
        limit(&mut take.audio, 44_100.0, 9.0, -0.3);
        let peak = (0..2).flat_map(|c| take.audio.channel(c)).fold(0f64, |p, s| p.max(s.abs()));
        assert!((-0.6..=-0.299).contains(&(20.0 * peak.log10())), "{peak}");
    }
}
