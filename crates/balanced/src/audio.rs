//! Audio arrays in the caller's memory.

use std::ops::Range;

use balanced_dsp::{Block, ChannelLayout, PlanarBuffer, StreamFormat};

use crate::Error;

/// Sample rates accepted for arrays, in Hz; files have the same limits.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<f64> = 1_000.0..=768_000.0;
/// Largest number of channels of an array or file.
const MAX_CHANNELS: usize = 64;

/// Samples in single or double precision; full scale is 1.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'a> {
    /// Single precision.
    F32(&'a [f32]),
    /// Double precision.
    F64(&'a [f64]),
}

/// Memory layout of multi-channel samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// All samples of the first channel, then all of the second, and so on.
    Planar,
    /// One sample of every channel, frame after frame.
    Interleaved,
}

/// A borrowed array of audio with its sample rate and channel layout.
///
/// Planar `f64` samples are read in place; every other arrangement is converted block by block, so that no second copy
/// of the whole array is made.
///
/// ```
/// use balanced::{Arrangement, AudioView, Samples};
/// let samples = [0.5f32, -0.5, 0.25, -0.25];
/// let view = AudioView::new(Samples::F32(&samples), 2, Arrangement::Interleaved, 48_000.0, None)?;
/// assert_eq!((view.channels(), view.frames()), (2, 2));
/// # Ok::<(), balanced::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AudioView<'a> {
    samples: Samples<'a>,
    arrangement: Arrangement,
    frames: usize,
    format: StreamFormat,
}

impl<'a> AudioView<'a> {
    /// Creates a view of `samples` with `channels` channels at `sample_rate_hz`.
    ///
    /// Without a `layout`, the usual one for that many channels is assumed (mono, stereo, 5.1 …).
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for 0 or more than 64 channels, a rate outside 1
    /// kHz to 768 kHz, a layout with another number of channels, or channels of unequal length.
    pub fn new(
        samples: Samples<'a>,
        channels: usize,
        arrangement: Arrangement,
        sample_rate_hz: f64,
        layout: Option<&ChannelLayout>,
    ) -> Result<Self, Error> {
        let format = format(sample_rate_hz, channels, layout)?;
        let length = match samples {
            Samples::F32(samples) => samples.len(),
            Samples::F64(samples) => samples.len(),
        };
        if !length.is_multiple_of(channels) {
            return Err(Error::settings(
                format!("{length} samples cannot be divided into {channels}-channel frames"),
                "give every channel the same length",
            ));
        }
        Ok(Self { samples, arrangement, frames: length / channels, format })
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.format.channels()
    }

    /// Returns the number of frames, that is samples per channel.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Returns the sample rate and channel layout.
    #[must_use]
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Returns the codec name for `source.codec` of a result.
    pub(crate) fn codec(&self) -> &'static str {
        match self.samples {
            Samples::F32(_) => "pcm_f32",
            Samples::F64(_) => "pcm_f64",
        }
    }

    /// Returns whether the samples have single precision.
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.samples, Samples::F32(_))
    }

    /// Passes every frame in order to `each`, at most `block_frames` at a time, and stops at its first error.
    pub(crate) fn for_each_block(
        &self,
        block_frames: usize,
        mut each: impl FnMut(Block<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut scratch =
            PlanarBuffer::new(self.channels(), if self.is_direct() { 0 } else { block_frames.min(self.frames) });
        for start in (0..self.frames).step_by(block_frames) {
            let range = start..(start + block_frames).min(self.frames);
            match self.samples {
                Samples::F64(samples) if self.is_direct() => {
                    each(Block::new(samples, self.channels(), self.frames, self.frames).slice(range))?;
                }
                _ => {
                    self.fill(&mut scratch, range);
                    each(scratch.block())?;
                }
            }
        }
        Ok(())
    }

    fn is_direct(&self) -> bool {
        matches!(self.samples, Samples::F64(_)) && (self.arrangement == Arrangement::Planar || self.channels() == 1)
    }

    /// Copies the frames of `range` into `buffer`, whose capacity must suffice.
    pub(crate) fn fill(&self, buffer: &mut PlanarBuffer, range: Range<usize>) {
        buffer.set_frames(range.len());
        for channel in 0..self.channels() {
            let target = buffer.channel_mut(channel);
            match self.samples {
                Samples::F32(samples) => self.copy(samples, channel, range.clone(), target),
                Samples::F64(samples) => self.copy(samples, channel, range.clone(), target),
            }
        }
    }

    fn copy<T: Copy + Into<f64>>(&self, samples: &[T], channel: usize, range: Range<usize>, target: &mut [f64]) {
        let channels = self.channels();
        match self.arrangement {
            Arrangement::Planar => {
                let source = &samples[channel * self.frames..][range];
                target.iter_mut().zip(source).for_each(|(out, sample)| *out = (*sample).into());
            }
            Arrangement::Interleaved => {
                let source =
                    samples[range.start * channels..range.end * channels].iter().skip(channel).step_by(channels);
                target.iter_mut().zip(source).for_each(|(out, sample)| *out = (*sample).into());
            }
        }
    }
}

/// Whether a layout is dual mono beside audio of more channels, which it leaves as it is.
fn is_for_mono_only(layout: &ChannelLayout, channels: usize) -> bool {
    channels != 1 && *layout == ChannelLayout::dual_mono()
}

/// Returns `format` with the layout that the caller named instead of the declared one.
pub(crate) fn with_layout(format: &StreamFormat, layout: Option<&ChannelLayout>) -> Result<StreamFormat, Error> {
    let Some(layout) = layout.filter(|layout| !is_for_mono_only(layout, format.channels())) else {
        return Ok(format.clone());
    };
    if layout.channels() != format.channels() {
        let (name, wanted, channels) = (layout.name(), layout.channels(), format.channels());
        return Err(Error::settings(
            format!("layout {name} has {wanted} channels, the input has {channels}"),
            "leave the layout out or name one that fits",
        ));
    }
    Ok(StreamFormat { layout: layout.clone(), ..format.clone() })
}

/// Checks rate, channels and layout of an array, and returns them as a format.
pub(crate) fn format(
    sample_rate_hz: f64,
    channels: usize,
    layout: Option<&ChannelLayout>,
) -> Result<StreamFormat, Error> {
    if !(1..=MAX_CHANNELS).contains(&channels) {
        let problem = format!("an array of {channels} channels is not supported");
        return Err(Error::settings(problem, format!("give 1 to {MAX_CHANNELS} channels")));
    }
    if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
        let problem = format!("the sample rate {sample_rate_hz} Hz is out of range");
        return Err(Error::settings(problem, "give 1000 to 768000 Hz"));
    }
    let named = layout.filter(|layout| !is_for_mono_only(layout, channels));
    let layout = named.cloned().unwrap_or_else(|| ChannelLayout::default_for(channels));
    if layout.channels() != channels {
        let (name, wanted) = (layout.name(), layout.channels());
        return Err(Error::settings(
            format!("layout {name} has {wanted} channels, the audio has {channels}"),
            "leave the layout out or name one that fits",
        ));
    }
    Ok(StreamFormat { sample_rate_hz, layout })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arrangement_gives_the_same_blocks() {
        let planar: Vec<f64> = (0..10).map(|i| f64::from(i) / 16.0).collect();
        let interleaved: Vec<f64> = (0..10).map(|i| planar[(i % 2) * 5 + i / 2]).collect();
        let single: Vec<f32> = interleaved.iter().map(|sample| *sample as f32).collect();
        let views = [
            (Samples::F64(&planar), Arrangement::Planar),
            (Samples::F64(&interleaved), Arrangement::Interleaved),
            (Samples::F32(&single), Arrangement::Interleaved),
        ];
        for (samples, arrangement) in views {
            for block_frames in [1, 3, 100] {
                let view = AudioView::new(samples, 2, arrangement, 48_000.0, None).unwrap();
                let mut seen = [Vec::new(), Vec::new()];
                view.for_each_block(block_frames, |block| {
                    (0..2).for_each(|channel| seen[channel].extend_from_slice(block.channel(channel)));
                    Ok(())
                })
                .unwrap();
                assert_eq!(seen.concat(), planar, "{arrangement:?} {block_frames}");
            }
        }
    }

    #[test]
    fn what_is_no_audio_is_refused_with_a_remedy() {
        let view = |length: usize, channels, rate, layout: Option<&ChannelLayout>| {
            AudioView::new(Samples::F64(&[0.0; 8][..length]), channels, Arrangement::Planar, rate, layout)
        };
        for error in [
            view(8, 0, 48_000.0, None),
            view(8, 65, 48_000.0, None),
            view(7, 2, 48_000.0, None),
            view(8, 2, f64::NAN, None),
            view(8, 2, 48_000.0, Some(&ChannelLayout::mono())),
        ] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Settings);
            assert!(!error.remedy().is_empty(), "{error}");
        }
        assert_eq!(view(0, 2, 48_000.0, None).unwrap().frames(), 0);
    }
}
