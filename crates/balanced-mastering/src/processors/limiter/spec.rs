//! Settings of the limiter and what they mean in time constants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gain::PassShape;
use super::release::ReleaseShape;
use crate::Param;

/// How the limiter behaves between peaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimiterStyle {
    /// Holds the gain over a bass cycle and lets it move as little as the programme allows: lowest distortion.
    #[default]
    Transparent,
    /// Recovers soon after a transient, so that what follows keeps its body.
    Punchy,
    /// Recovers within a few milliseconds: most loudness, most colour.
    Loud,
}

/// True-peak limiter: nothing leaves it above `ceiling_dbtp`, on or between the samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimiterSpec {
    /// Gain before the limiter, dB (−24 to 48).
    pub drive_db: f64,
    /// Highest true peak of the output, dBTP (−30 to 0).
    pub ceiling_dbtp: f64,
    /// How far ahead of a peak the gain begins to move, ms (1 to 20).
    pub lookahead_ms: f64,
    /// Recovery after a lone peak, to 1/e, ms (5 to 2000); the style scales it.
    pub release_ms: f64,
    /// Release character.
    pub style: LimiterStyle,
    /// How much the channels share the reduction of transients, % (0: each its own, 100: all the same).
    pub link_percent: f64,
    /// How much the channels share the reduction of sustained loudness, % (0 to 100); no effect with `link_percent = 100`.
    pub sustain_link_percent: f64,
}

impl Default for LimiterSpec {
    fn default() -> Self {
        Self {
            drive_db: 0.0,
            ceiling_dbtp: -1.0,
            lookahead_ms: 5.0,
            release_ms: 100.0,
            style: LimiterStyle::Transparent,
            link_percent: 100.0,
            sustain_link_percent: 100.0,
        }
    }
}

/// The parameter table.
pub(super) const PARAMS: &[Param] = &[
    Param::linear("drive_db", "dB", (-24.0, 48.0), 0.0, "Gain before the limiter."),
    Param::linear("ceiling_dbtp", "dBTP", (-30.0, 0.0), -1.0, "Highest true peak of the output."),
    Param::logarithmic("lookahead_ms", "ms", (1.0, 20.0), 5.0, "How far ahead of a peak the gain begins to move."),
    Param::logarithmic(
        "release_ms",
        "ms",
        (5.0, 2000.0),
        100.0,
        "Recovery after a lone peak, to 1/e; the style scales it.",
    ),
    Param::choice("style", &["transparent", "punchy", "loud"], 0, "How the gain recovers between peaks."),
    Param::linear("link_percent", "%", (0.0, 100.0), 100.0, "How much the channels share the reduction of transients."),
    Param::linear(
        "sustain_link_percent",
        "%",
        (0.0, 100.0),
        100.0,
        "How much the channels share the reduction of sustained loudness; no effect with fully linked transients.",
    ),
];

/// What makes a style.
struct Character {
    hold_ms: f64,
    release_scale: f64,
    settle_s: f64,
    recover_s: f64,
    floor_share: f64,
}

const LONGEST_HOLD_MS: f64 = 10.0;

impl LimiterStyle {
    /// Tuned on music and multi-tones: the least drive for the same loudness that keeps bass (60 Hz for the first two)
    /// free of distortion and sums of tones within 2 dB of the calmest release there is.
    fn character(self) -> Character {
        match self {
            Self::Transparent => Character {
                hold_ms: LONGEST_HOLD_MS,
                release_scale: 0.6,
                settle_s: 0.3,
                recover_s: 0.5,
                floor_share: 0.7,
            },
            Self::Punchy => {
                Character { hold_ms: 5.0, release_scale: 0.3, settle_s: 0.4, recover_s: 0.4, floor_share: 0.5 }
            }
            Self::Loud => {
                Character { hold_ms: 3.0, release_scale: 0.15, settle_s: 0.5, recover_s: 0.3, floor_share: 0.3 }
            }
        }
    }
}

impl LimiterSpec {
    pub(super) fn release_shape(&self) -> ReleaseShape {
        let character = self.style.character();
        ReleaseShape {
            fast_s: 1e-3 * self.release_ms * character.release_scale,
            settle_s: character.settle_s,
            recover_s: character.recover_s,
            floor_share: character.floor_share,
        }
    }

    pub(super) fn pass_shape(&self, sample_rate_hz: f64) -> PassShape {
        let frames = |time_ms: f64| (1e-3 * time_ms * sample_rate_hz).round() as usize;
        let lookahead_frames = frames(self.lookahead_ms).max(4);
        let guard_frames = (lookahead_frames / 8).min(16);
        PassShape {
            slope_frames: lookahead_frames - guard_frames,
            guard_frames,
            hold_frames: frames(self.style.character().hold_ms),
            max_hold_frames: frames(LONGEST_HOLD_MS),
        }
    }

    /// `clone_from` that is sure not to allocate: every field is a plain value.
    pub(super) fn copy_values(&mut self, other: &Self) {
        let Self { drive_db, ceiling_dbtp, lookahead_ms, release_ms, style, link_percent, sustain_link_percent } =
            *other;
        *self = Self { drive_db, ceiling_dbtp, lookahead_ms, release_ms, style, link_percent, sustain_link_percent };
    }
}
