//! The rendered front of the chain, kept in an unnamed temporary file so that memory does not grow with the track.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use balanced_dsp::{Block, PlanarBuffer, StreamFormat};

use crate::Error;

/// Frames a block of the cache; each block is stored channel after channel.
pub(crate) const CACHE_BLOCK_FRAMES: usize = 1 << 13;

/// Writes blocks of any size.
pub(crate) struct CacheWriter {
    file: BufWriter<File>,
    format: StreamFormat,
    pending: PlanarBuffer,
    filled: usize,
    frames: u64,
}

/// A finished cache, readable any number of times.
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
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, file),
            format: format.clone(),
            pending,
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
        let mut bytes = [0u8; 4096];
        for channel in 0..self.pending.channels() {
            for samples in self.pending.channel(channel)[..self.filled].chunks(bytes.len() / 8) {
                for (bytes, sample) in bytes.chunks_exact_mut(8).zip(samples) {
                    bytes.copy_from_slice(&sample.to_le_bytes());
                }
                self.file.write_all(&bytes[..samples.len() * 8]).map_err(|error| failed("write", &error))?;
            }
        }
        self.filled = 0;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Cache, Error> {
        self.store()?;
        let file = self.file.into_inner().map_err(|error| failed("write", error.error()))?;
        Ok(Cache { file, format: self.format, frames: self.frames })
    }
}

/// Which blocks of a cache are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of them.
    Whole,
    /// The first `blocks` of every `of`.
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
    /// Frames in `part`, to a block.
    pub(crate) fn frames_of(&self, part: Part) -> u64 {
        match part {
            Part::Whole => self.frames,
            Part::Every { blocks, of } => self.frames * blocks / of,
        }
    }

    /// Hand the blocks of `part` to `each`, in order.
    pub(crate) fn for_each(
        &self,
        part: Part,
        mut each: impl FnMut(&mut PlanarBuffer) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut file = BufReader::with_capacity(1 << 18, &self.file);
        file.seek(SeekFrom::Start(0)).map_err(|error| failed("read", &error))?;
        let mut buffer = PlanarBuffer::new(self.format.channels(), CACHE_BLOCK_FRAMES);
        let frame_bytes = 8 * self.format.channels() as u64;
        for index in 0..self.frames.div_ceil(CACHE_BLOCK_FRAMES as u64) {
            let start = index * CACHE_BLOCK_FRAMES as u64;
            let count = (self.frames - start).min(CACHE_BLOCK_FRAMES as u64);
            if !part.contains(index) {
                let skipped = (count * frame_bytes) as i64;
                file.seek_relative(skipped).map_err(|error| failed("read", &error))?;
                continue;
            }
            buffer.set_frames(count as usize);
            for channel in 0..buffer.channels() {
                read_samples(&mut file, buffer.channel_mut(channel))?;
            }
            each(&mut buffer)?;
        }
        Ok(())
    }
}

fn read_samples(file: &mut impl Read, samples: &mut [f64]) -> Result<(), Error> {
    let mut bytes = [0u8; 4096];
    for samples in samples.chunks_mut(bytes.len() / 8) {
        let bytes = &mut bytes[..samples.len() * 8];
        file.read_exact(bytes).map_err(|error| failed("read", &error))?;
        for (sample, bytes) in samples.iter_mut().zip(bytes.chunks_exact(8)) {
            *sample = f64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
        }
    }
    Ok(())
}

fn failed(verb: &str, error: &std::io::Error) -> Error {
    Error::output(
        std::env::temp_dir(),
        format!("could not {verb} a temporary file ({error}); free space there or set TMPDIR to a roomier folder"),
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
