//! Settings of the limiter and what they mean in time constants.

use super::gain::PassShape;
use super::release::ReleaseShape;
use crate::settings::{choices, settings};

choices! {
    /// How the gain of the limiter recovers between peaks.
    #[non_exhaustive]
    pub enum LimiterStyle {
        /// Holds the gain over a bass cycle and lets it move as little as the programme allows: lowest distortion.
        Transparent = "transparent",
        /// Recovers soon after a transient, so that what follows keeps its body.
        Punchy = "punchy",
        /// Recovers within a few milliseconds: most loudness, most colour.
        Loud = "loud",
    }
}

settings! {
    /// Settings of the true-peak limiter.
    pub struct LimiterSpec {
        /// Gain before the limiter.
        drive_db: f64 in -24.0..=48.0 "dB" = 0.0,
        /// Highest true peak of the output.
        ceiling_dbtp: f64 in -30.0..=0.0 "dBTP" = -1.0,
        /// Look-ahead: how long before a peak the gain begins to move.
        lookahead_ms: f64 in log 1.0..=20.0 "ms" = 5.0,
        /// Release time after a lone peak, to 1/e; the style scales it.
        release_ms: f64 in log 5.0..=2000.0 "ms" = 100.0,
        /// How the gain recovers between peaks.
        style: LimiterStyle = LimiterStyle::Transparent,
        /// How much the channels share the gain reduction of transients: 0 is each its own, 100 all the same.
        link_percent: f64 in 0.0..=100.0 "%" = 100.0,
        /// How much the channels share the gain reduction of sustained loudness; no effect with fully linked transients.
        sustain_link_percent: f64 in 0.0..=100.0 "%" = 100.0,
        /// Shortest time that the gain reduction is held after a peak, against distortion of dense bass; 0 leaves it to the style.
        hold_ms: f64 in 0.0..=50.0 "ms" = 0.0,
    }
}

/// Time constants of a style.
struct Character {
    hold_ms: f64,
    release_scale: f64,
    settle_s: f64,
    recover_s: f64,
    floor_share: f64,
}

const LONGEST_HOLD_MS: f64 = 50.0;

impl LimiterStyle {
    /// Tuned on music and multi-tones: the least drive for the same loudness that keeps bass (60 Hz for the first two)
    /// free of distortion and sums of tones within 2 dB of the calmest release there is.
    fn character(self) -> Character {
        match self {
            Self::Transparent => {
                Character { hold_ms: 10.0, release_scale: 0.6, settle_s: 0.3, recover_s: 0.5, floor_share: 0.7 }
            }
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
            hold_frames: frames(self.style.character().hold_ms.max(self.hold_ms)),
            max_hold_frames: frames(LONGEST_HOLD_MS),
        }
    }
}
