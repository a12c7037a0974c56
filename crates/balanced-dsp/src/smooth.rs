//! Parameter smoothing: values that glide instead of jumping.

use crate::BlockMut;

/// A smoothed parameter: it glides to its target in a fixed number of frames along a raised cosine.
///
/// A raised cosine has no corner at either end. The course depends on frames only, never on block sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    from: f64,
    to: f64,
    /// Frames gone since the glide began; `glide_frames` once there.
    position: usize,
    glide_frames: usize,
}

impl Ramp {
    /// Creates a ramp at `value` whose glides take `glide_frames`.
    #[must_use]
    pub fn new(value: f64, glide_frames: usize) -> Self {
        let glide_frames = glide_frames.max(1);
        Self { from: value, to: value, position: glide_frames, glide_frames }
    }

    /// Starts to glide from the present value to `target`; the present target again changes nothing.
    pub fn glide_to(&mut self, target: f64) {
        if target != self.to {
            *self = Self { from: self.value(), to: target, position: 0, ..*self };
        }
    }

    /// Jumps to the target.
    pub fn jump(&mut self) {
        self.position = self.glide_frames;
    }

    /// Returns the target.
    #[must_use]
    pub fn target(&self) -> f64 {
        self.to
    }

    /// Tells whether the target is reached.
    #[inline]
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.position >= self.glide_frames
    }

    /// Returns the present value, exactly the target once settled.
    #[inline]
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.is_settled() {
            return self.to;
        }
        let phase = self.position as f64 / self.glide_frames as f64;
        self.from + (self.to - self.from) * (0.5 - 0.5 * (std::f64::consts::PI * phase).cos())
    }

    /// Returns the value of the next frame.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> f64 {
        if self.is_settled() {
            return self.to;
        }
        self.position += 1;
        self.value()
    }

    /// Returns the number of frames of a whole glide.
    #[must_use]
    pub fn glide_frames(&self) -> usize {
        self.glide_frames
    }

    /// Returns the number of frames left to the target.
    #[must_use]
    pub fn remaining_frames(&self) -> usize {
        self.glide_frames - self.position
    }

    /// Skips `frames` frames.
    pub fn skip(&mut self, frames: usize) {
        self.position = (self.position + frames).min(self.glide_frames);
    }

    /// Multiplies `samples` by the gliding value; at a settled 1 they stay bit-exact.
    pub fn apply(&mut self, samples: &mut [f64]) {
        let gliding = samples.len().min(self.glide_frames - self.position);
        let (head, tail) = samples.split_at_mut(gliding);
        head.iter_mut().for_each(|sample| *sample *= self.next());
        if self.to != 1.0 {
            tail.iter_mut().for_each(|sample| *sample *= self.to);
        }
    }

    /// Multiplies every channel by the gliding value.
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
