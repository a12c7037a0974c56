//! The one reading of the audio that all spectral families share: frames, transforms, and the samples behind them.

use balanced_dsp::{Block, ChannelLayout, Speaker, StreamFormat};

use super::decimate::Decimator;
use super::framer::Framer;
use super::transform::Transform;

/// Length of a frame: 4096 samples at 44.1 and 48 kHz, the power of two nearest to the same time elsewhere.
const FRAME_S: f64 = 4096.0 / 44_100.0;
/// Length of a frame of the low spectrum, at the decimated rate.
const LOW_SIZE: usize = 4096;
/// Size of the shared FFT at a sample rate.
pub(crate) fn frame_size(rate: f64) -> usize {
    let exponent = (FRAME_S * rate).max(1.0).log2().round().clamp(6.0, 16.0);
    1 << exponent as u32
}

/// One frame of audio and its spectrum.
pub(crate) struct Frame<'a> {
    /// The spectrum: mean over channels, and of the stereo pair.
    pub spectrum: &'a Transform,
    /// Share of the window that lies over audio, 0 to 1.
    pub weight: f64,
    /// Samples of the frame; the second half is new, the first was the second half of the frame before.
    pub samples: &'a [Vec<f32>],
    /// How many samples of the second half are audio; the rest is padding.
    pub fresh: usize,
}

impl Frame<'_> {
    /// New samples of a channel.
    pub fn new_samples(&self, channel: usize) -> &[f32] {
        let hop = self.samples[channel].len() / 2;
        &self.samples[channel][hop..hop + self.fresh]
    }
}

/// A consumer of the shared frames: one per family.
pub(crate) trait Listener {
    /// A frame of the full spectrum.
    fn frame(&mut self, frame: &Frame<'_>);
    /// A frame of the fine low spectrum, of the decimated stream.
    fn low_frame(&mut self, frame: &Frame<'_>);
}

/// Turns blocks into frames and hands them to listeners.
pub(crate) struct Engine {
    framer: Framer,
    transform: Transform,
    low: Low,
    hop: usize,
    position: u64,
}

struct Low {
    decimators: Vec<Decimator>,
    decimated: Vec<Vec<f32>>,
    framer: Framer,
    transform: Transform,
    position: u64,
}

/// Rates and sizes that listeners need to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    /// Rate of the audio.
    pub rate: f64,
    /// FFT size at that rate; frames advance by half of it.
    pub size: usize,
    /// Rate of the decimated stream.
    pub low_rate: f64,
    /// FFT size there.
    pub low_size: usize,
    /// Factor of [`Transform::scale`] at the full rate.
    pub scale: f64,
}

impl Engine {
    pub fn new(format: &StreamFormat) -> Self {
        let rate = sane_rate(format);
        let (size, channels) = (frame_size(rate), format.channels());
        // The effects channel would pass for a bass-heavy mix.
        let (heard, pair) = (format.layout.full_range_channels(), measured_pair(&format.layout));
        let decimators: Vec<_> = (0..channels).map(|_| Decimator::new(rate)).collect();
        Self {
            framer: Framer::new(channels, size / 2),
            transform: Transform::new(size, heard.clone(), pair),
            low: Low {
                decimated: vec![Vec::with_capacity(size / 2); channels],
                decimators,
                framer: Framer::new(channels, LOW_SIZE / 2),
                transform: Transform::new(LOW_SIZE, heard, pair),
                position: 0,
            },
            hop: size / 2,
            position: 0,
        }
    }

    pub fn geometry(format: &StreamFormat) -> Geometry {
        let rate = sane_rate(format);
        let size = frame_size(rate);
        Geometry {
            rate,
            size,
            low_rate: Decimator::new(rate).rate(),
            low_size: LOW_SIZE,
            scale: Transform::new(size, vec![0], None).scale(),
        }
    }

    /// Take one block.
    pub fn push(&mut self, block: Block<'_>, listen: &mut impl Listener) {
        let (transform, low, position, hop) = (&mut self.transform, &mut self.low, &mut self.position, self.hop);
        self.framer.push(
            block.frames(),
            |channel| block.channel(channel),
            |samples| {
                frame(transform, samples, hop, *position, listen);
                low.push(samples, hop..2 * hop, listen);
                *position += hop as u64;
            },
        );
    }

    /// End of the stream.
    pub fn finish(&mut self, listen: &mut impl Listener) {
        let (samples, fresh) = self.framer.rest();
        frame(&mut self.transform, samples, fresh, self.position, listen);
        self.low.push(samples, self.hop..self.hop + fresh, listen);
        let (samples, fresh) = self.low.framer.rest();
        low_frame(&mut self.low.transform, samples, fresh, self.low.position, listen);
    }
}

impl Low {
    fn push(&mut self, samples: &[Vec<f32>], fresh: std::ops::Range<usize>, listen: &mut impl Listener) {
        for (channel, decimator) in self.decimators.iter_mut().enumerate() {
            self.decimated[channel].clear();
            decimator.push(&samples[channel][fresh.clone()], &mut self.decimated[channel]);
        }
        let (transform, position, decimated) = (&mut self.transform, &mut self.position, &self.decimated);
        self.framer.push(
            decimated[0].len(),
            |channel| decimated[channel].as_slice(),
            |samples| {
                low_frame(transform, samples, LOW_SIZE / 2, *position, listen);
                *position += LOW_SIZE as u64 / 2;
            },
        );
    }
}

fn frame(transform: &mut Transform, samples: &[Vec<f32>], fresh: usize, start_frame: u64, listen: &mut impl Listener) {
    transform.run(samples);
    let weight = weight(transform, samples[0].len() / 2, fresh, start_frame);
    listen.frame(&Frame { spectrum: transform, weight, samples, fresh });
}

fn low_frame(
    transform: &mut Transform,
    samples: &[Vec<f32>],
    fresh: usize,
    start_frame: u64,
    listen: &mut impl Listener,
) {
    transform.run(samples);
    let weight = weight(transform, LOW_SIZE / 2, fresh, start_frame);
    listen.low_frame(&Frame { spectrum: transform, weight, samples, fresh });
}

fn weight(transform: &Transform, hop: usize, fresh: usize, start_frame: u64) -> f64 {
    transform.weight(if start_frame == 0 { hop } else { 0 }..hop + fresh)
}

/// A rate that can be divided by, whatever the file claims.
pub(crate) fn sane_rate(format: &StreamFormat) -> f64 {
    if format.sample_rate_hz.is_finite() { format.sample_rate_hz.clamp(1.0, 1e7) } else { 44_100.0 }
}

/// The channels whose stereo image is measured: the front pair, or the first two of a layout that gives no channel a position.
/// (A processor leaves more than two such channels alone; a measurement changes nothing.)
pub(crate) fn measured_pair(layout: &ChannelLayout) -> Option<(usize, usize)> {
    let without_positions = || layout.speakers().iter().all(|speaker| *speaker == Speaker::Discrete);
    layout.front_pair().or_else(|| (layout.channels() >= 2 && without_positions()).then_some((0, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_last_as_long_at_every_rate() {
        assert_eq!([44_100.0, 48_000.0, 96_000.0, 192_000.0].map(frame_size), [4096, 4096, 8192, 16_384]);
        assert_eq!(frame_size(0.0), 64);
    }

    #[test]
    fn the_measured_pair_is_in_front_or_first() {
        assert_eq!(measured_pair(&ChannelLayout::from_name("5.1").unwrap()), Some((0, 1)));
        assert_eq!(measured_pair(&ChannelLayout::mono()), None);
        assert_eq!(measured_pair(&ChannelLayout::default_for(20)), Some((0, 1)));
    }
}
