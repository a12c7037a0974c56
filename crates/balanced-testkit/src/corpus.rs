//! A generated corpus of clean music: every style and texture, unprocessed and as exports and masters leave it.
//!
//! Which music counts as clean is a decision. Limiting by 7 dB, a soft clipper that rounds peaks off, rounding to 16 bits without
//! dither and fades are everyday practice and no fault; peaks cut flat are a fault however loud the genre, and are not here.

use balanced_dsp::PlanarBuffer;

use crate::music::{self, Style, Texture, render, render_texture};

/// A source of synthetic music: a style or a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Player {
    /// A style of the module `music`.
    Style(Style),
    /// A texture of the module `music`.
    Texture(Texture),
}

impl Player {
    /// Returns every style and every texture.
    pub fn all() -> impl Iterator<Item = Self> {
        Style::ALL.into_iter().map(Self::Style).chain(Texture::ALL.into_iter().map(Self::Texture))
    }

    /// Returns the name for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Style(style) => style.name(),
            Self::Texture(texture) => texture.name(),
        }
    }

    /// Renders a stereo take, unquantised.
    #[must_use]
    pub fn render(self, sample_rate_hz: f64, duration_s: f64, seed: u64) -> PlanarBuffer {
        match self {
            Self::Style(style) => render(style, sample_rate_hz, duration_s, seed).audio,
            Self::Texture(texture) => render_texture(texture, sample_rate_hz, duration_s, seed),
        }
    }
}

/// The processing that a take went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// None, and unquantised.
    AsIs,
    /// Quantised to 16 bits with dither.
    Dithered,
    /// Rounded to 16 bits.
    Rounded,
    /// Raised by 7 dB into a limiter, 24 bits.
    Limited,
    /// Raised by 4 dB into a limiter, then rounded off by a soft clipper: the hot modern master, 24 bits.
    SoftClipped,
    /// A fade in of 3 s and a fade out of 8 s, 24 bits.
    Faded,
}

impl Version {
    /// All versions.
    pub const ALL: [Self; 6] =
        [Self::AsIs, Self::Dithered, Self::Rounded, Self::Limited, Self::SoftClipped, Self::Faded];

    /// Processes `take`; returns it with the bit depth that its file would declare.
    #[must_use]
    pub fn of(self, take: &PlanarBuffer, sample_rate_hz: f64, seed: u64) -> (PlanarBuffer, u16) {
        let mut audio = take.clone();
        match self {
            Self::AsIs => return (audio, 32),
            Self::Dithered => {
                music::quantise(&mut audio, 16, seed);
                return (audio, 16);
            }
            Self::Rounded => {
                each(&mut audio, |_, s| (s * 32_768.0).round() / 32_768.0);
                return (audio, 16);
            }
            // Peaks of this limiter overshoot between the samples by up to 3 dB on dry plucks: louder, and it would be a true finding.
            Self::Limited => music::limit(&mut audio, sample_rate_hz, 7.0, -3.0),
            Self::SoftClipped => {
                music::limit(&mut audio, sample_rate_hz, 4.0, -1.0);
                each(&mut audio, |_, s| 0.75 * (1.5 * s).tanh());
            }
            Self::Faded => {
                let frames = audio.frames() as f64;
                each(&mut audio, |i, s| {
                    let (from_start_s, to_end_s) = (i as f64 / sample_rate_hz, (frames - i as f64) / sample_rate_hz);
                    s * (from_start_s / 3.0).min(to_end_s / 8.0).min(1.0)
                });
            }
        }
        music::quantise(&mut audio, 24, seed);
        (audio, 24)
    }
}

fn each(audio: &mut PlanarBuffer, change: impl Fn(usize, f64) -> f64) {
    for channel in 0..audio.channels() {
        audio.channel_mut(channel).iter_mut().enumerate().for_each(|(i, s)| *s = change(i, *s));
    }
}
