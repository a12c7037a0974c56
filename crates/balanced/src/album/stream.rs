//! The album as one stream: tracks at their gains, silence between them, crossfades, limiter and dither; cut at the borders.

use std::rc::Rc;

use balanced_dsp::decibel::{db_to_gain, gain_to_db};
use balanced_dsp::true_peak::TruePeakMeter;
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_mastering::ChainSpec;

use super::timeline::Slot;
use crate::master::cache::{CACHE_BLOCK_FRAMES, Cache, CacheWriter, Part};
use crate::master::level::{LevelMeter, Levels};
use crate::master::render::Aligned;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{Error, Stage};

/// A track's share of the finished album, as it will be written.
pub(crate) struct Cut {
    pub(crate) cache: Cache,
    pub(crate) levels: Levels,
    pub(crate) true_peak_dbtp: Option<f64>,
    /// Loudness of the same stretch before the limiter; `None` where the stretches are the tracks' audio and nothing else.
    pub(crate) unlimited: Option<Levels>,
}

/// A track before the album's limiter.
pub(crate) struct Voice<'a> {
    pub(crate) audio: &'a Cache,
    pub(crate) gain_db: f64,
    pub(crate) slot: Slot,
}

/// Renders the album through `tail` and cuts it into its tracks.
///
/// `format` is that of the album; a track of one channel is heard from both sides of a stereo album.
pub(crate) fn render(
    voices: &[Voice<'_>],
    tail: &ChainSpec,
    format: &StreamFormat,
    scratch: &Rc<Scratch>,
    monitor: &Monitor<'_>,
) -> Result<Vec<Cut>, Error> {
    let slots: Vec<Slot> = voices.iter().map(|voice| voice.slot).collect();
    let total = slots.last().map_or(0, |slot| slot.end);
    let are_apart = slots.iter().all(Slot::is_audio_alone);
    let mut limiter = Aligned::new(tail, format)?;
    let mut cutter = Cutter::new(&slots, format, scratch)?;
    let mut unlimited = (!are_apart).then(|| Meters::new(&slots, format));
    let mut mixer = Mixer::new(format, total);
    let mut emit = |buffer: &mut PlanarBuffer, done: u64| {
        monitor.at(Stage::Write, done, Some(total))?;
        if let Some(meters) = &mut unlimited {
            meters.push(buffer.block());
        }
        limiter.push(buffer, |block| cutter.push(block))
    };
    for (index, voice) in voices.iter().enumerate() {
        let next = slots.get(index + 1).map_or(0, |slot| slot.crossfade_frames);
        mixer.play(voice, next, &mut emit)?;
    }
    mixer.rest(&mut emit)?;
    limiter.finish(|block| cutter.push(block))?;
    let mut cuts = cutter.finish()?;
    if let Some(meters) = unlimited {
        for (cut, levels) in cuts.iter_mut().zip(meters.finish()) {
            cut.unlimited = Some(levels);
        }
    }
    Ok(cuts)
}

/// Puts tracks after each other and hands the sum on, block by block.
struct Mixer {
    format: StreamFormat,
    buffer: PlanarBuffer,
    /// End of the last track, which overlaps with the next.
    overlap: Vec<Vec<f64>>,
    /// Frames handed on.
    position: u64,
    total: u64,
}

impl Mixer {
    fn new(format: &StreamFormat, total: u64) -> Self {
        let buffer = PlanarBuffer::new(format.channels(), CACHE_BLOCK_FRAMES);
        Self { overlap: vec![Vec::new(); format.channels()], buffer, position: 0, total, format: format.clone() }
    }

    /// Plays one track, whose last `next` frames are kept for the track after it.
    fn play(
        &mut self,
        voice: &Voice<'_>,
        next: u64,
        emit: &mut impl FnMut(&mut PlanarBuffer, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.silence_until(voice.slot.audio_start, emit)?;
        let before = std::mem::replace(&mut self.overlap, vec![Vec::new(); self.format.channels()]);
        let gain = db_to_gain(voice.gain_db);
        let (fade, alone) = (voice.slot.crossfade_frames, voice.audio.frames - next);
        let mut at = 0u64;
        voice.audio.for_each(Part::Whole, |block| {
            let heard = (alone.saturating_sub(at)).min(block.frames() as u64) as usize;
            self.buffer.set_frames(heard);
            for channel in 0..self.format.channels() {
                let samples = block.channel(channel.min(block.channels() - 1));
                let out = self.buffer.channel_mut(channel);
                for (offset, sample) in samples.iter().enumerate() {
                    let frame = at + offset as u64;
                    let mut value = gain * sample;
                    if frame < fade {
                        value = value * rise(frame, fade) + before[channel][frame as usize];
                    }
                    if offset < heard {
                        out[offset] = value;
                    } else {
                        self.overlap[channel].push(value * rise(next - 1 - (frame - alone), next));
                    }
                }
            }
            at += block.frames() as u64;
            if heard == 0 {
                return Ok(());
            }
            self.position += heard as u64;
            emit(&mut self.buffer, self.position)
        })
    }

    fn silence_until(
        &mut self,
        frame: u64,
        emit: &mut impl FnMut(&mut PlanarBuffer, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while self.position < frame {
            let count = (frame - self.position).min(CACHE_BLOCK_FRAMES as u64);
            self.buffer.set_frames(count as usize);
            (0..self.format.channels()).for_each(|channel| self.buffer.channel_mut(channel).fill(0.0));
            self.position += count;
            emit(&mut self.buffer, self.position)?;
        }
        Ok(())
    }

    /// Fills the album up to its end.
    fn rest(&mut self, emit: &mut impl FnMut(&mut PlanarBuffer, u64) -> Result<(), Error>) -> Result<(), Error> {
        self.silence_until(self.total, emit)
    }
}

/// Returns the gain of frame `frame` of a fade-in over `length` frames; mirrored it is the fade-out, and the squares of both
/// add up to 1: equal power, for material that is not alike.
fn rise(frame: u64, length: u64) -> f64 {
    (std::f64::consts::FRAC_PI_2 * (frame as f64 + 0.5) / length as f64).sin()
}

/// Cuts a stream at the borders of the tracks, keeps each part and measures it.
struct Cutter<'a> {
    slots: &'a [Slot],
    writers: Vec<(CacheWriter, LevelMeter, TruePeakMeter)>,
    position: u64,
}

impl<'a> Cutter<'a> {
    fn new(slots: &'a [Slot], format: &StreamFormat, scratch: &Rc<Scratch>) -> Result<Self, Error> {
        let writer =
            |_: &Slot| Ok((CacheWriter::new(format, scratch)?, LevelMeter::new(format), TruePeakMeter::new(format)));
        Ok(Self { slots, writers: slots.iter().map(writer).collect::<Result<_, Error>>()?, position: 0 })
    }

    fn push(&mut self, block: Block<'_>) -> Result<(), Error> {
        let writers = &mut self.writers;
        let position = &mut self.position;
        split(self.slots, position, block, |index, part| {
            let (cache, levels, peaks) = &mut writers[index];
            levels.push(part);
            peaks.process(part);
            cache.write(part)
        })
    }

    fn finish(self) -> Result<Vec<Cut>, Error> {
        let cuts = self.writers.into_iter().map(|(cache, levels, mut peaks)| {
            let cache = cache.finish()?;
            peaks.flush();
            let highest = (0..cache.format.channels()).filter_map(|channel| peaks.peak(channel));
            let highest = highest.map(|peak| peak.amplitude).fold(0.0, f64::max);
            let true_peak_dbtp = (highest > 0.0).then(|| gain_to_db(highest));
            Ok(Cut { cache, levels: levels.finish(), true_peak_dbtp, unlimited: None })
        });
        cuts.collect()
    }
}

/// Meters of the tracks' stretches before the limiter.
struct Meters<'a> {
    slots: &'a [Slot],
    meters: Vec<LevelMeter>,
    position: u64,
}

impl<'a> Meters<'a> {
    fn new(slots: &'a [Slot], format: &StreamFormat) -> Self {
        Self { slots, meters: slots.iter().map(|_| LevelMeter::new(format)).collect(), position: 0 }
    }

    fn push(&mut self, block: Block<'_>) {
        let meters = &mut self.meters;
        let measured = split(self.slots, &mut self.position, block, |index, part| {
            meters[index].push(part);
            Ok(())
        });
        debug_assert!(measured.is_ok(), "a meter cannot fail");
    }

    fn finish(self) -> impl Iterator<Item = Levels> {
        self.meters.into_iter().map(LevelMeter::finish)
    }
}

/// Hands the parts of `block`, which begins at `position`, to the tracks that they belong to.
fn split(
    slots: &[Slot],
    position: &mut u64,
    block: Block<'_>,
    mut each: impl FnMut(usize, Block<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut at = 0;
    while at < block.frames() {
        let index = slots.partition_point(|slot| slot.end <= *position).min(slots.len() - 1);
        let left = slots[index].end.saturating_sub(*position).min((block.frames() - at) as u64) as usize;
        // What lies after the last border cannot be: the stream ends there.
        let count = if left == 0 { block.frames() - at } else { left };
        each(index, block.slice(at..at + count))?;
        at += count;
        *position += count as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fades_have_equal_power_and_mirror_each_other() {
        for frame in 0..100 {
            let (up, down) = (rise(frame, 100), rise(99 - frame, 100));
            assert!((up * up + down * down - 1.0).abs() < 1e-12);
        }
        assert!(rise(0, 100) < 0.01 && rise(99, 100) > 0.9999);
    }
}
