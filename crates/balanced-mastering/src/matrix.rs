//! A gliding 2 x 2 matrix on the front pair: levels, rotation, swaps, polarity.

use balanced_dsp::{BlockMut, Ramp};

/// Rows are outputs: `[left from left, left from right, right from left, right from right]`.
pub(crate) type Entries = [f64; 4];

pub(crate) const IDENTITY: Entries = [1.0, 0.0, 0.0, 1.0];

/// `second` after `first`.
pub(crate) fn product(second: &Entries, first: &Entries) -> Entries {
    let ([a, b, c, d], [e, f, g, h]) = (second, first);
    [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
}

pub(crate) struct GlidingMatrix {
    ramps: [Ramp; 4],
}

impl GlidingMatrix {
    pub(crate) fn new(entries: Entries, glide_frames: usize) -> Self {
        Self { ramps: entries.map(|entry| Ramp::new(entry, glide_frames)) }
    }

    pub(crate) fn glide_to(&mut self, entries: Entries) {
        self.ramps.iter_mut().zip(entries).for_each(|(ramp, entry)| ramp.glide_to(entry));
    }

    pub(crate) fn jump(&mut self) {
        self.ramps.iter_mut().for_each(Ramp::jump);
    }

    fn is_settled(&self) -> bool {
        self.ramps.iter().all(Ramp::is_settled)
    }

    /// Apply to channels `left` and `right`; a settled identity leaves them bit-exact.
    pub(crate) fn process(&mut self, block: &mut BlockMut<'_>, (left, right): (usize, usize)) {
        if self.is_settled() && self.ramps.map(|ramp| ramp.value()) == IDENTITY {
            return;
        }
        for frame in 0..block.frames() {
            let [ll, lr, rl, rr] = self.ramps.each_mut().map(Ramp::next);
            let (l, r) = (block.channel(left)[frame], block.channel(right)[frame]);
            block.channel_mut(left)[frame] = weigh(ll, l) + weigh(lr, r);
            block.channel_mut(right)[frame] = weigh(rl, l) + weigh(rr, r);
        }
    }
}

/// The product; 1 and 0 leave no trace of rounding or signed zeros, which keeps blocks of either path alike.
#[inline]
fn weigh(weight: f64, sample: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * sample }
}
