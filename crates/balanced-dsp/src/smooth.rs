//! Parameters that glide instead of jumping.

use crate::BlockMut;

/// A value that moves to its target in a fixed number of frames along a raised cosine, which has no corner at either end.
///
/// Its course depends on frames only, never on blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    from: f64,
    to: f64,
    /// Frames gone since the glide began; `glide_frames` once there.
    position: usize,
    glide_frames: usize,
}

impl Ramp {
    /// Start at `value`, with glides of `glide_frames`.
    #[must_use]
    pub fn new(value: f64, glide_frames: usize) -> Self {
        let glide_frames = glide_frames.max(1);
        Self { from: value, to: value, position: glide_frames, glide_frames }
    }

    /// Glide from the present value to `target`; to the present target again changes nothing.
    pub fn glide_to(&mut self, target: f64) {
        if target != self.to {
            *self = Self { from: self.value(), to: target, position: 0, ..*self };
        }
    }

    /// Be at the target at once.
    pub fn jump(&mut self) {
        self.position = self.glide_frames;
    }

    /// Where it is going.
    #[must_use]
    pub fn target(&self) -> f64 {
        self.to
    }

    /// Whether it has arrived.
    #[inline]
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.position >= self.glide_frames
    }

    /// The present value; exactly the target once settled.
    #[inline]
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.is_settled() {
            return self.to;
        }
        let phase = self.position as f64 / self.glide_frames as f64;
        self.from + (self.to - self.from) * (0.5 - 0.5 * (std::f64::consts::PI * phase).cos())
    }

    /// The value for the next frame.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> f64 {
        if self.is_settled() {
            return self.to;
        }
        self.position += 1;
        self.value()
    }

    /// Frames a whole glide takes.
    #[must_use]
    pub fn glide_frames(&self) -> usize {
        self.glide_frames
    }

    /// Frames left to the target.
    #[must_use]
    pub fn remaining_frames(&self) -> usize {
        self.glide_frames - self.position
    }

    /// Pass over `frames` frames.
    pub fn skip(&mut self, frames: usize) {
        self.position = (self.position + frames).min(self.glide_frames);
    }

    /// Multiply `samples`; at a settled 1 they stay bit-exact.
    pub fn apply(&mut self, samples: &mut [f64]) {
        let gliding = samples.len().min(self.glide_frames - self.position);
        let (head, tail) = samples.split_at_mut(gliding);
        head.iter_mut().for_each(|sample| *sample *= self.next());
        if self.to != 1.0 {
            tail.iter_mut().for_each(|sample| *sample *= self.to);
        }
    }

    /// Multiply every channel, each by the same course.
    pub fn apply_to_all(&mut self, block: &mut BlockMut<'_>) {
        let start = *self;
        for channel in 0..block.channels() {
            *self = start;
            self.apply(block.channel_mut(channel));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glide_ends_exactly_at_its_target_and_has_no_corner() {
        let mut ramp = Ramp::new(1.0, 100);
        ramp.glide_to(0.1);
        let course: Vec<f64> = (0..120).map(|_| ramp.next()).collect();
        assert_eq!(course[99], 0.1);
        assert_eq!(course[119], 0.1);
        let bend = course.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f64::max);
        assert!(bend < 0.9 * 0.5 * (std::f64::consts::PI / 100.0f64).powi(2) * 1.01, "{bend}");
    }

    #[test]
    fn skipping_is_the_same_as_taking_every_value() {
        let (mut stepped, mut skipped) = (Ramp::new(0.0, 50), Ramp::new(0.0, 50));
        stepped.glide_to(2.0);
        skipped.glide_to(2.0);
        (0..17).for_each(|_| _ = stepped.next());
        skipped.skip(17);
        assert_eq!(stepped, skipped);
    }
}
