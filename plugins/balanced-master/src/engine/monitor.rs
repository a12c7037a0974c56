//! Monitoring of single channels: left, right, mid or side.

use balanced_dsp::{BlockMut, Ramp};

const FADE_MS: f64 = 20.0;
/// Gains: left from left, left from right, right from left, right from right.
const MATRICES: [[f64; 4]; 5] =
    [[1.0, 0.0, 0.0, 1.0], [0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5], [1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]];

/// A channel matrix that crossfades from one choice to the next.
pub struct Monitor {
    gains: [Ramp; 4],
    choice: usize,
}

impl Monitor {
    /// Creates a monitor that passes all channels.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        let frames = (FADE_MS * 1e-3 * sample_rate_hz).round() as usize;
        Self { gains: MATRICES[0].map(|gain| Ramp::new(gain, frames)), choice: 0 }
    }

    /// Selects a choice by its number. `[audio]`
    pub fn choose(&mut self, choice: usize) {
        self.choice = choice.min(MATRICES.len() - 1);
        for (ramp, gain) in self.gains.iter_mut().zip(MATRICES[self.choice]) {
            ramp.glide_to(gain);
        }
    }

    /// Skips the crossfade. `[audio]`
    pub fn jump(&mut self) {
        self.gains.iter_mut().for_each(Ramp::jump);
    }

    /// Processes stereo; other layouts, and the choice of all channels, pass unchanged. `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != 2 || (self.choice == 0 && self.gains.iter().all(Ramp::is_settled)) {
            return;
        }
        let (left, right) = block.pair_mut(0, 1);
        for (l, r) in left.iter_mut().zip(right) {
            let [ll, lr, rl, rr] = [0, 1, 2, 3].map(|index: usize| self.gains[index].next());
            (*l, *r) = (ll * *l + lr * *r, rl * *l + rr * *r);
        }
    }
}
