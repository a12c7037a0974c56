//! Temporary file for the output of the chain before the limiter, so that memory does not grow with the track.
//!
//! A block is stored in single precision where that loses nothing, and not at all where it is silent: rendering stays exact
//! to the bit. Where a processor was at work, samples need double precision. Single precision would be inaudible too (150
//! dB below the signal), but the master would no longer be what the chain renders to the bit.

use std::cell::RefCell;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::rc::Rc;

use balanced_dsp::{Block, PlanarBuffer, StreamFormat};

use crate::Error;
use crate::scratch::{Scratch, ScratchFile, failed};

/// Frames per block of the cache; each block is stored channel after channel.
pub(crate) const CACHE_BLOCK_FRAMES: usize = 1 << 13;

/// Storage of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// Every sample is +0.
    Silence,
    /// Every sample has the value of a single-precision number.
    Single,
    Double,
}

impl Coding {
    /// Returns the shortest storage that keeps every bit of the first `frames` frames of `block`.
    fn of(block: &PlanarBuffer, frames: usize) -> Self {
        if all(block, frames, |sample| sample.to_bits() == 0) {
            Self::Silence
        } else if all(block, frames, |sample| f64::from(sample as f32).to_bits() == sample.to_bits()) {
            Self::Single
        } else {
            Self::Double
        }
    }

    /// Returns the bytes per sample.
    fn bytes(self) -> usize {
        match self {
            Self::Silence => 0,
            Self::Single => 4,
            Self::Double => 8,
        }
    }
}

fn all(block: &PlanarBuffer, frames: usize, test: impl Fn(f64) -> bool) -> bool {
    (0..block.channels()).all(|channel| block.channel(channel)[..frames].iter().all(|sample| test(*sample)))
}

/// Writer of a cache; takes blocks of any size.
pub(crate) struct CacheWriter {
    scratch: Rc<Scratch>,
    file: ScratchFile,
    format: StreamFormat,
    pending: PlanarBuffer,
    /// Bytes of one block as they are written to the file.
    bytes: Vec<u8>,
    /// Storage of the blocks written so far: one byte each.
    codings: Vec<Coding>,
    filled: usize,
    frames: u64,
}

/// A complete cache, which can be read any number of times.
pub(crate) struct Cache {
    file: RefCell<ScratchFile>,
    folder: PathBuf,
    codings: Vec<Coding>,
    /// First byte of each block.
    starts: Vec<u64>,
    pub(crate) format: StreamFormat,
    pub(crate) frames: u64,
}

impl CacheWriter {
    pub(crate) fn new(format: &StreamFormat, scratch: &Rc<Scratch>) -> Result<Self, Error> {
        let mut pending = PlanarBuffer::new(format.channels(), CACHE_BLOCK_FRAMES);
        pending.set_frames(CACHE_BLOCK_FRAMES);
        Ok(Self {
            file: scratch.create()?,
            scratch: scratch.clone(),
            format: format.clone(),
            pending,
            bytes: vec![0; block_bytes(format)],
            codings: Vec::new(),
            filled: 0,
            frames: 0,
        })
    }

    pub(crate) fn write(&mut self, block: Block<'_>) -> Result<(), Error> {
        let mut start = 0;
        while start < block.frames() {
            let count = (block.frames() - start).min(CACHE_BLOCK_FRAMES - self.filled);
            for channel in 0..block.channels() {
                self.pending.channel_mut(channel)[self.filled..self.filled + count]
                    .copy_from_slice(&block.channel(channel)[start..start + count]);
            }
            self.filled += count;
            start += count;
            if self.filled == CACHE_BLOCK_FRAMES {
                self.store()?;
            }
        }
        self.frames += block.frames() as u64;
        Ok(())
    }

    fn store(&mut self) -> Result<(), Error> {
        if self.filled == 0 {
            return Ok(());
        }
        let coding = Coding::of(&self.pending, self.filled);
        let used = coding.bytes() * self.filled * self.pending.channels();
        for (channel, bytes) in self.bytes[..used].chunks_exact_mut((coding.bytes() * self.filled).max(1)).enumerate() {
            let samples = self.pending.channel(channel).iter();
            match coding {
                Coding::Silence => {}
                Coding::Single => {
                    bytes.as_chunks_mut().0.iter_mut().zip(samples).for_each(|(b, x)| *b = (*x as f32).to_le_bytes());
                }
                Coding::Double => {
                    bytes.as_chunks_mut().0.iter_mut().zip(samples).for_each(|(b, x)| *b = x.to_le_bytes());
                }
            }
        }
        self.filled = 0;
        self.codings.push(coding);
        self.scratch.take(used as u64)?;
        self.file.write_all(&self.bytes[..used]).map_err(|error| self.scratch.failed("write", &error))
    }

    pub(crate) fn finish(mut self) -> Result<Cache, Error> {
        self.store()?;
        let folder = self.scratch.folder().to_owned();
        let file = RefCell::new(self.file);
        let mut at = 0;
        let block_samples = (self.format.channels() * CACHE_BLOCK_FRAMES) as u64;
        let starts = self.codings.iter().map(|coding| {
            let start = at;
            at += coding.bytes() as u64 * block_samples;
            start
        });
        let starts = starts.collect();
        Ok(Cache { file, folder, starts, codings: self.codings, format: self.format, frames: self.frames })
    }
}

fn block_bytes(format: &StreamFormat) -> usize {
    8 * format.channels() * CACHE_BLOCK_FRAMES
}

/// Selection of cache blocks to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Every block.
    Whole,
    /// The first `blocks` blocks of every `of`.
    Every { blocks: u64, of: u64 },
}

impl Part {
    pub(crate) fn contains(self, block: u64) -> bool {
        match self {
            Self::Whole => true,
            Self::Every { blocks, of } => block % of < blocks,
        }
    }
}

impl Cache {
    /// Returns the number of frames in `part`, to the nearest block.
    pub(crate) fn frames_of(&self, part: Part) -> u64 {
        match part {
            Part::Whole => self.frames,
            Part::Every { blocks, of } => self.frames * blocks / of,
        }
    }

    /// Fills one slice for each channel with the frames from `start` on; what lies outside the cache is silence.
    pub(crate) fn read_at(&self, start: i64, channels: &mut [Vec<f64>]) -> Result<(), Error> {
        channels.iter_mut().for_each(|channel| channel.fill(0.0));
        let wanted = channels.first().map_or(0, Vec::len) as i64;
        let (from, to) = (start.max(0), (start + wanted).min(self.frames as i64));
        let mut buffer = PlanarBuffer::new(self.format.channels(), CACHE_BLOCK_FRAMES);
        let block_frames = CACHE_BLOCK_FRAMES as i64;
        let mut at = from;
        while at < to {
            let index = (at / block_frames) as usize;
            self.read_block(index, &mut buffer)?;
            let skip = at - index as i64 * block_frames;
            let count = (buffer.frames() as i64 - skip).min(to - at);
            let target = (at - start) as usize..(at - start + count) as usize;
            for (channel, slice) in channels.iter_mut().enumerate() {
                slice[target.clone()].copy_from_slice(&buffer.channel(channel)[skip as usize..(skip + count) as usize]);
            }
            at += count;
        }
        Ok(())
    }

    fn read_block(&self, index: usize, buffer: &mut PlanarBuffer) -> Result<(), Error> {
        let failed = |error| failed(&self.folder, "read", &error);
        let (coding, start) = (self.codings[index], index as u64 * CACHE_BLOCK_FRAMES as u64);
        let count = (self.frames - start).min(CACHE_BLOCK_FRAMES as u64) as usize;
        let mut bytes = vec![0; coding.bytes() * count * self.format.channels()];
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(self.starts[index])).map_err(failed)?;
        file.read_exact(&mut bytes).map_err(failed)?;
        buffer.set_frames(count);
        unpack(coding, &bytes, buffer);
        Ok(())
    }

    /// Passes the blocks of `part` to `each`, in order.
    pub(crate) fn for_each(
        &self,
        part: Part,
        mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed = |error| failed(&self.folder, "read", &error);
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut buffer = PlanarBuffer::new(self.format.channels(), CACHE_BLOCK_FRAMES);
        let mut bytes = vec![0; block_bytes(&self.format)];
        for (index, coding) in (0u64..).zip(&self.codings) {
            let start = index * CACHE_BLOCK_FRAMES as u64;
            let count = (self.frames - start).min(CACHE_BLOCK_FRAMES as u64) as usize;
            let bytes = &mut bytes[..coding.bytes() * count * self.format.channels()];
            if !part.contains(index) {
                file.seek(SeekFrom::Current(bytes.len() as i64)).map_err(failed)?;
                continue;
            }
            file.read_exact(bytes).map_err(failed)?;
            buffer.set_frames(count);
            unpack(*coding, bytes, &mut buffer);
            each(&mut buffer)?;
        }
        Ok(())
    }
}

/// Converts the stored `bytes` of a block to samples.
fn unpack(coding: Coding, bytes: &[u8], block: &mut PlanarBuffer) {
    let length = coding.bytes() * block.frames();
    for channel in 0..block.channels() {
        let (bytes, samples) = (&bytes[channel * length..][..length], block.channel_mut(channel).iter_mut());
        match coding {
            Coding::Silence => samples.for_each(|x| *x = 0.0),
            Coding::Single => samples.zip(bytes.as_chunks().0).for_each(|(x, b)| *x = f32::from_le_bytes(*b).into()),
            Coding::Double => samples.zip(bytes.as_chunks().0).for_each(|(x, b)| *x = f64::from_le_bytes(*b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn scratch(limits: &Limits) -> Rc<Scratch> {
        Rc::new(Scratch::new(None, std::path::Path::new("mix.wav"), limits))
    }

    /// Writes `audio` in pieces and returns the cache with its size in bytes.
    fn cached(audio: &PlanarBuffer) -> (Cache, u64) {
        let mut writer =
            CacheWriter::new(&StreamFormat::new(48_000.0, audio.channels()), &scratch(&Limits::NONE)).unwrap();
        let frames = audio.frames();
        for start in (0..frames).step_by(1000) {
            writer.write(audio.block().slice(start..(start + 1000).min(frames))).unwrap();
        }
        let cache = writer.finish().unwrap();
        let bytes = cache.file.borrow_mut().seek(SeekFrom::End(0)).unwrap();
        (cache, bytes)
    }

    fn read(cache: &Cache, part: Part) -> Vec<Vec<u64>> {
        let mut read = vec![Vec::new(); cache.format.channels()];
        let collect = |block: &mut PlanarBuffer| {
            for (channel, read) in read.iter_mut().enumerate() {
                read.extend(block.channel(channel).iter().map(|x| x.to_bits()));
            }
            Ok(())
        };
        cache.for_each(part, collect).unwrap();
        read
    }

    fn bits(samples: &[f64]) -> Vec<u64> {
        samples.iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn what_was_written_is_read_back_to_the_bit() {
        let frames = CACHE_BLOCK_FRAMES * 2 + 77;
        let left: Vec<f64> = (0..frames).map(|i| (i as f64).sin()).collect();
        let right: Vec<f64> = left.iter().map(|x| -x / 3.0).collect();
        let (cache, bytes) = cached(&PlanarBuffer::from_channels(&[&left, &right]));
        assert_eq!(bytes, 16 * frames as u64);
        for _ in 0..2 {
            assert_eq!(read(&cache, Part::Whole), [bits(&left), bits(&right)]);
        }
        let second = read(&cache, Part::Every { blocks: 1, of: 2 }).remove(1);
        assert_eq!(second, bits(&[&right[..CACHE_BLOCK_FRAMES], &right[2 * CACHE_BLOCK_FRAMES..]].concat()));
    }

    #[test]
    fn blocks_are_as_short_as_keeps_every_bit() {
        let block = |value: fn(usize) -> f64| (0..CACHE_BLOCK_FRAMES).map(value).collect::<Vec<_>>();
        let silent = block(|_| 0.0);
        let integers = block(|i| (i as f64 - 4000.0) / 8_388_608.0);
        let strange = block(|i| [f64::NAN, f64::INFINITY, -0.0, 1e-300, 0.1][i % 5]);
        let negative_zeros = block(|_| -0.0);
        let audio = [silent, integers, strange, negative_zeros].concat();
        let (cache, bytes) = cached(&PlanarBuffer::from_channels(&[&audio, &audio]));
        assert_eq!(cache.codings, [Coding::Silence, Coding::Single, Coding::Double, Coding::Single]);
        assert_eq!(bytes, 2 * CACHE_BLOCK_FRAMES as u64 * (4 + 8 + 4));
        assert_eq!(read(&cache, Part::Whole), [bits(&audio), bits(&audio)]);
        // Blocks that are left out have different sizes.
        let last = read(&cache, Part::Every { blocks: 3, of: 4 }).remove(0);
        assert_eq!(last, bits(&audio[..3 * CACHE_BLOCK_FRAMES]));
    }

    #[test]
    fn a_cache_that_outgrows_its_limit_ends_the_call() {
        let limits = Limits { max_temp_bytes: Some(100_000), ..Limits::NONE };
        let mut writer = CacheWriter::new(&StreamFormat::new(48_000.0, 1), &scratch(&limits)).unwrap();
        let block = PlanarBuffer::from_channels(&[[0.1; CACHE_BLOCK_FRAMES]]);
        assert!(writer.write(block.block()).is_ok());
        let error = writer.write(block.block()).unwrap_err();
        assert!(error.to_string().contains("--max-temp"), "{error}");
    }
}
