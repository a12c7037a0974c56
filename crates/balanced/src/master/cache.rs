//! Temporary file for the output of the chain before the limiter, so that memory does not grow with the track.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use balanced_dsp::{Block, PlanarBuffer, StreamFormat};

use crate::Error;

/// Frames per block of the cache; each block is stored channel after channel.
pub(crate) const CACHE_BLOCK_FRAMES: usize = 1 << 13;

/// Writer of a cache; takes blocks of any size.
pub(crate) struct CacheWriter {
    file: File,
    format: StreamFormat,
    pending: PlanarBuffer,
    /// Bytes of one block as they are written to the file.
    bytes: Vec<u8>,
    filled: usize,
    frames: u64,
}

/// A complete cache, which can be read any number of times.
pub(crate) struct Cache {
    file: File,
    pub(crate) format: StreamFormat,
    pub(crate) frames: u64,
}

impl CacheWriter {
    pub(crate) fn new(format: &StreamFormat) -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(|error| failed("create", &error))?;
        let mut pending = PlanarBuffer::new(format.channels(), CACHE_BLOCK_FRAMES);
        pending.set_frames(CACHE_BLOCK_FRAMES);
        Ok(Self { file, format: format.clone(), pending, bytes: vec![0; block_bytes(format)], filled: 0, frames: 0 })
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
        let mut rest = &mut self.bytes[..];
        for channel in 0..self.pending.channels() {
            let (bytes, later) = rest.split_at_mut(8 * self.filled);
            let samples = self.pending.channel(channel);
            bytes.as_chunks_mut().0.iter_mut().zip(samples).for_each(|(bytes, sample)| *bytes = sample.to_le_bytes());
            rest = later;
        }
        let used = 8 * self.filled * self.pending.channels();
        self.filled = 0;
        self.file.write_all(&self.bytes[..used]).map_err(|error| failed("write", &error))
    }

    pub(crate) fn finish(mut self) -> Result<Cache, Error> {
        self.store()?;
        Ok(Cache { file: self.file, format: self.format, frames: self.frames })
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

    /// Passes the blocks of `part` to `each`, in order.
    pub(crate) fn for_each(
        &self,
        part: Part,
        mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(|error| failed("read", &error))?;
        let mut buffer = PlanarBuffer::new(self.format.channels(), CACHE_BLOCK_FRAMES);
        let mut bytes = vec![0; block_bytes(&self.format)];
        for index in 0..self.frames.div_ceil(CACHE_BLOCK_FRAMES as u64) {
            let start = index * CACHE_BLOCK_FRAMES as u64;
            let count = (self.frames - start).min(CACHE_BLOCK_FRAMES as u64) as usize;
            let bytes = &mut bytes[..8 * count * self.format.channels()];
            if !part.contains(index) {
                file.seek(SeekFrom::Current(bytes.len() as i64)).map_err(|error| failed("read", &error))?;
                continue;
            }
            file.read_exact(bytes).map_err(|error| failed("read", &error))?;
            buffer.set_frames(count);
            for (channel, bytes) in bytes.chunks_exact(8 * count).enumerate() {
                let samples = buffer.channel_mut(channel).iter_mut().zip(bytes.as_chunks().0);
                samples.for_each(|(sample, bytes)| *sample = f64::from_le_bytes(*bytes));
            }
            each(&mut buffer)?;
        }
        Ok(())
    }
}

fn failed(verb: &str, error: &std::io::Error) -> Error {
    Error::output(
        std::env::temp_dir(),
        format!("could not {verb} a temporary file ({error})"),
        "free some space there, or set TMPDIR to a folder with more space",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back_to_the_bit() {
        let format = StreamFormat::new(48_000.0, 2);
        let frames = CACHE_BLOCK_FRAMES * 2 + 77;
        let left: Vec<f64> = (0..frames).map(|i| (i as f64).sin()).collect();
        let right: Vec<f64> = left.iter().map(|x| -x / 3.0).collect();
        let audio = PlanarBuffer::from_channels(&[&left, &right]);
        let mut writer = CacheWriter::new(&format).unwrap();
        for start in (0..frames).step_by(1000) {
            writer.write(audio.block().slice(start..(start + 1000).min(frames))).unwrap();
        }
        let cache = writer.finish().unwrap();
        for _ in 0..2 {
            let mut read = [Vec::new(), Vec::new()];
            cache
                .for_each(Part::Whole, |block| {
                    read[0].extend_from_slice(block.channel(0));
                    read[1].extend_from_slice(block.channel(1));
                    Ok(())
                })
                .unwrap();
            assert_eq!(read, [left.clone(), right.clone()]);
        }
        let mut second = Vec::new();
        let every_other = |block: &mut PlanarBuffer| {
            second.extend_from_slice(block.channel(1));
            Ok(())
        };
        cache.for_each(Part::Every { blocks: 1, of: 2 }, every_other).unwrap();
        assert_eq!(second, [&right[..CACHE_BLOCK_FRAMES], &right[2 * CACHE_BLOCK_FRAMES..]].concat());
    }
}
