//! Planar audio blocks: one contiguous slice a channel, channels a fixed stride apart.

use std::ops::Range;

/// Read-only view of planar audio.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    samples: &'a [f64],
    stride_frames: usize,
    channels: usize,
    frames: usize,
}

/// Writable view of planar audio.
#[derive(Debug)]
pub struct BlockMut<'a> {
    samples: &'a mut [f64],
    stride_frames: usize,
    channels: usize,
    frames: usize,
}

/// Owned planar audio with a fixed capacity, whose number of frames changes without allocating.
#[derive(Clone, Debug)]
pub struct PlanarBuffer {
    samples: Vec<f64>,
    channels: usize,
    capacity_frames: usize,
    frames: usize,
}

impl<'a> Block<'a> {
    /// Views `samples` as `channels` slices of `frames`, each starting `stride_frames` after the one before.
    ///
    /// # Panics
    /// If the last channel would end beyond `samples`.
    #[must_use]
    pub fn new(samples: &'a [f64], channels: usize, stride_frames: usize, frames: usize) -> Self {
        check(samples.len(), channels, stride_frames, frames);
        Self { samples, stride_frames, channels, frames }
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Returns the number of frames (samples a channel).
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Returns the samples of one channel.
    #[inline]
    #[must_use]
    pub fn channel(&self, channel: usize) -> &'a [f64] {
        assert!(channel < self.channels);
        &self.samples[channel * self.stride_frames..][..self.frames]
    }

    /// Returns the frames of the block within `range`.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Block<'a> {
        assert!(range.start <= range.end && range.end <= self.frames);
        let samples = if self.channels == 0 { self.samples } else { &self.samples[range.start..] };
        Block { samples, frames: range.end - range.start, ..*self }
    }
}

impl<'a> BlockMut<'a> {
    /// Views `samples` as `channels` slices of `frames`, each starting `stride_frames` after the one before.
    ///
    /// # Panics
    /// If the last channel would end beyond `samples`.
    #[must_use]
    pub fn new(samples: &'a mut [f64], channels: usize, stride_frames: usize, frames: usize) -> Self {
        check(samples.len(), channels, stride_frames, frames);
        Self { samples, stride_frames, channels, frames }
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Returns the number of frames (samples a channel).
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Returns the samples of one channel.
    #[inline]
    #[must_use]
    pub fn channel(&self, channel: usize) -> &[f64] {
        assert!(channel < self.channels);
        &self.samples[channel * self.stride_frames..][..self.frames]
    }

    /// Returns the samples of one channel, writable.
    #[inline]
    #[must_use]
    pub fn channel_mut(&mut self, channel: usize) -> &mut [f64] {
        assert!(channel < self.channels);
        &mut self.samples[channel * self.stride_frames..][..self.frames]
    }

    /// Returns the samples of two different channels at once, writable.
    ///
    /// # Panics
    /// If `first >= second` or `second` does not exist.
    #[inline]
    #[must_use]
    pub fn pair_mut(&mut self, first: usize, second: usize) -> (&mut [f64], &mut [f64]) {
        assert!(first < second && second < self.channels);
        let (head, tail) = self.samples.split_at_mut(second * self.stride_frames);
        (&mut head[first * self.stride_frames..][..self.frames], &mut tail[..self.frames])
    }

    /// Returns a read-only view of this audio.
    #[must_use]
    pub fn as_block(&self) -> Block<'_> {
        Block { samples: self.samples, stride_frames: self.stride_frames, channels: self.channels, frames: self.frames }
    }

    /// Returns the frames of the block within `range`, writable.
    #[must_use]
    pub fn slice_mut(&mut self, range: Range<usize>) -> BlockMut<'_> {
        assert!(range.start <= range.end && range.end <= self.frames);
        let samples = if self.channels == 0 { &mut *self.samples } else { &mut self.samples[range.start..] };
        BlockMut {
            samples,
            stride_frames: self.stride_frames,
            channels: self.channels,
            frames: range.end - range.start,
        }
    }

    /// Copies `source`, which has as many channels and frames, into this block.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn copy_from(&mut self, source: Block<'_>) {
        assert_eq!((self.channels, self.frames), (source.channels, source.frames));
        for channel in 0..self.channels {
            self.channel_mut(channel).copy_from_slice(source.channel(channel));
        }
    }
}

impl PlanarBuffer {
    /// Creates a buffer of `capacity_frames` frames of silence, all of them in use. Allocates.
    #[must_use]
    pub fn new(channels: usize, capacity_frames: usize) -> Self {
        Self { samples: vec![0.0; channels * capacity_frames], channels, capacity_frames, frames: capacity_frames }
    }

    /// Creates a buffer with a copy of `channels`, all of one length. Allocates.
    ///
    /// # Panics
    /// If the channels differ in length.
    #[must_use]
    pub fn from_channels(channels: &[impl AsRef<[f64]>]) -> Self {
        let frames = channels.first().map_or(0, |c| c.as_ref().len());
        let mut buffer = Self::new(channels.len(), frames);
        for (index, channel) in channels.iter().enumerate() {
            assert_eq!(channel.as_ref().len(), frames, "channels differ in length");
            buffer.channel_mut(index).copy_from_slice(channel.as_ref());
        }
        buffer
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Returns the number of frames in use.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Returns the number of frames the buffer can hold.
    #[must_use]
    pub fn capacity_frames(&self) -> usize {
        self.capacity_frames
    }

    /// Sets the number of frames in use; frames not used before hold unspecified but finite samples.
    ///
    /// # Panics
    /// If `frames` is more than the capacity.
    pub fn set_frames(&mut self, frames: usize) {
        assert!(frames <= self.capacity_frames);
        self.frames = frames;
    }

    /// Returns the samples of one channel.
    #[inline]
    #[must_use]
    pub fn channel(&self, channel: usize) -> &[f64] {
        &self.samples[channel * self.capacity_frames..][..self.frames]
    }

    /// Returns the samples of one channel, writable.
    #[inline]
    #[must_use]
    pub fn channel_mut(&mut self, channel: usize) -> &mut [f64] {
        &mut self.samples[channel * self.capacity_frames..][..self.frames]
    }

    /// Returns a view of the frames in use.
    #[must_use]
    pub fn block(&self) -> Block<'_> {
        Block::new(&self.samples, self.channels, self.capacity_frames, self.frames)
    }

    /// Returns a writable view of the frames in use.
    #[must_use]
    pub fn block_mut(&mut self) -> BlockMut<'_> {
        BlockMut::new(&mut self.samples, self.channels, self.capacity_frames, self.frames)
    }

    /// Returns the samples of two different channels at once, writable, the frames in use.
    ///
    /// # Panics
    /// If `first >= second` or `second` does not exist.
    #[must_use]
    pub fn pair_mut(&mut self, first: usize, second: usize) -> (&mut [f64], &mut [f64]) {
        assert!(first < second && second < self.channels);
        let (head, tail) = self.samples.split_at_mut(second * self.capacity_frames);
        (&mut head[first * self.capacity_frames..][..self.frames], &mut tail[..self.frames])
    }

    /// Fills every frame with silence.
    pub fn clear(&mut self) {
        self.samples.fill(0.0);
    }
}

fn check(samples: usize, channels: usize, stride_frames: usize, frames: usize) {
    assert!(frames <= stride_frames || channels <= 1, "channels would overlap");
    let needed = channels.checked_sub(1).map_or(Some(0), |c| c.checked_mul(stride_frames)?.checked_add(frames));
    assert!(needed.is_some_and(|needed| needed <= samples), "block reaches beyond its samples");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_keep_channels_apart() {
        let mut buffer = PlanarBuffer::from_channels(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        let mut block = buffer.block_mut();
        let mut tail = block.slice_mut(1..3);
        tail.channel_mut(1)[1] = 60.0;
        assert_eq!(tail.channel(0), [2.0, 3.0]);
        let (left, right) = block.pair_mut(0, 1);
        assert_eq!((left[0], right[2]), (1.0, 60.0));
        assert_eq!(block.as_block().slice(3..3).frames(), 0);
    }

    #[test]
    #[should_panic(expected = "beyond")]
    fn a_block_cannot_reach_beyond_its_samples() {
        let _ = Block::new(&[0.0; 5], 2, 3, 3);
    }
}
