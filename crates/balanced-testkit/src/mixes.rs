//! Five mixes that are hard to master, made from the synthetic styles.

use balanced_dsp::PlanarBuffer;

use crate::music::{Rng, Style, render};

/// A mix that is hard to master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HardMix {
    /// A band recorded 34 dB too low.
    Quiet,
    /// A band pushed 12 dB into a hard clipper.
    HotAndClipped,
    /// A bass line with sustained 45 Hz under a quiet band.
    BassHeavy,
    /// Drums alone with clicks of 8 dB above the loudest hit.
    TransientRich,
    /// One signal on both channels.
    MonoAsStereo,
}

impl HardMix {
    /// All mixes.
    pub const ALL: [Self; 5] =
        [Self::Quiet, Self::HotAndClipped, Self::BassHeavy, Self::TransientRich, Self::MonoAsStereo];

    /// Returns the name for files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::HotAndClipped => "hot-and-clipped",
            Self::BassHeavy => "bass-heavy",
            Self::TransientRich => "transient-rich",
            Self::MonoAsStereo => "mono-as-stereo",
        }
    }

    /// Renders the mix, stereo, samples within -1..1.
    #[must_use]
    pub fn render(self, sample_rate_hz: f64, duration_s: f64) -> PlanarBuffer {
        let take = |style| render(style, sample_rate_hz, duration_s, 11).audio;
        match self {
            Self::Quiet => map(take(Style::Band), |x| 0.02 * x),
            Self::HotAndClipped => map(take(Style::Band), |x| (4.0 * x).clamp(-0.98, 0.98)),
            Self::BassHeavy => bass_heavy(take(Style::Bass), &take(Style::Band), sample_rate_hz),
            Self::TransientRich => with_clicks(map(take(Style::Drums), |x| 0.4 * x), sample_rate_hz),
            Self::MonoAsStereo => fold(take(Style::Band)),
        }
    }
}

fn map(mut audio: PlanarBuffer, f: impl Fn(f64) -> f64) -> PlanarBuffer {
    for channel in 0..audio.channels() {
        for sample in audio.channel_mut(channel) {
            *sample = f(*sample);
        }
    }
    audio
}

fn bass_heavy(mut bass: PlanarBuffer, band: &PlanarBuffer, sample_rate_hz: f64) -> PlanarBuffer {
    for channel in 0..bass.channels() {
        for (frame, (low, rest)) in bass.channel_mut(channel).iter_mut().zip(band.channel(channel)).enumerate() {
            let drone = (std::f64::consts::TAU * 45.0 * frame as f64 / sample_rate_hz).sin();
            *low = 0.5 * *low + 0.35 * drone + 0.12 * rest;
        }
    }
    bass
}

fn with_clicks(mut drums: PlanarBuffer, sample_rate_hz: f64) -> PlanarBuffer {
    let mut rng = Rng::new(5);
    let every_frames = (0.37 * sample_rate_hz) as usize;
    for start in (every_frames..drums.frames().saturating_sub(64)).step_by(every_frames) {
        for offset in 0..24 {
            let sample = 0.95 * (-(offset as f64) / 5.0).exp() * if rng.uniform() > 0.5 { 1.0 } else { -1.0 };
            for channel in 0..drums.channels() {
                drums.channel_mut(channel)[start + offset] = sample;
            }
        }
    }
    drums
}

fn fold(mut audio: PlanarBuffer) -> PlanarBuffer {
    let middle: Vec<f64> = audio.channel(0).iter().zip(audio.channel(1)).map(|(l, r)| 0.5 * (l + r)).collect();
    for channel in 0..audio.channels() {
        audio.channel_mut(channel).copy_from_slice(&middle);
    }
    audio
}
