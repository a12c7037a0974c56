//! Encoding: one front end for all codecs.
//!
//! Whatever a caller's blocks are, encoders get blocks of [`CHUNK_FRAMES`] frames at the codec's rate, so that what they
//! write does not depend on the blocks.

mod aac;
mod child;
#[cfg(feature = "lame")]
mod lame;
mod memory;
#[cfg(feature = "lame")]
mod mp3;
mod ogg;
mod opus;
mod sink;
#[cfg(feature = "vorbis")]
mod vorbis;

use std::io::{Seek, Write};
use std::path::Path;

use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_io::{AtomicWriter, Resampler};

#[cfg(feature = "lame")]
pub use lame::Lame;
pub use memory::MemoryEncoder;

use crate::{Codec, CodecError, CodecErrorKind};
use sink::Sink;

/// Most channels that are encoded: what mono and stereo services stream.
pub const MAX_CHANNELS: usize = 2;
/// Frames that an encoder gets at a time.
const CHUNK_FRAMES: usize = 4096;
/// Amplitude from which samples count as invalid, as for the analyser.
const SANE: f64 = 65_536.0;

/// Medium that an encoder writes to: it is overwritten at its start in the end.
pub(crate) trait Target: Write + Seek + Send + 'static {}
impl<T: Write + Seek + Send + 'static> Target for T {}

/// Returns the encoder of `codec` with its version, such as `LAME 3.100`.
///
/// # Errors
/// Returns [`CodecErrorKind::Missing`] if there is none, with how to get it.
pub fn encoder_name(codec: Codec) -> Result<String, CodecError> {
    match codec {
        Codec::Aac { .. } => aac::name(),
        #[cfg(feature = "lame")]
        Codec::Mp3 { .. } => Ok(Lame::name()),
        #[cfg(not(feature = "lame"))]
        Codec::Mp3 { .. } => Err(no_lame()),
        Codec::Opus { .. } => Ok(opus::name()),
        #[cfg(feature = "vorbis")]
        Codec::Vorbis { .. } => Ok(vorbis::NAME.to_owned()),
        #[cfg(not(feature = "vorbis"))]
        Codec::Vorbis { .. } => Err(no_vorbis()),
    }
}

#[cfg(not(feature = "lame"))]
fn no_lame() -> CodecError {
    let problem = "this build has no MP3 encoder";
    CodecError::new(CodecErrorKind::Missing, problem, "build with the feature `lame` (LAME, under the LGPL)")
}

#[cfg(not(feature = "vorbis"))]
fn no_vorbis() -> CodecError {
    let problem = "this build has no Vorbis encoder";
    CodecError::new(CodecErrorKind::Missing, problem, "build with the feature `vorbis` (libvorbis, which is C)")
}

/// An encoder of one codec.
enum Body<W: Target> {
    Aac(aac::Aac<W>),
    #[cfg(feature = "lame")]
    Mp3(mp3::Mp3<W>),
    Opus(Box<opus::Opus<W>>),
    #[cfg(feature = "vorbis")]
    Vorbis(Box<vorbis::Vorbis<W>>),
}

impl<W: Target> Body<W> {
    fn new(codec: Codec, format: &StreamFormat, sink: Sink<W>, path: Option<&Path>) -> Result<Self, CodecError> {
        let channels = format.channels();
        Ok(match codec {
            Codec::Aac { kbps } => Self::Aac(aac::Aac::start(kbps, format, sink, path)?),
            #[cfg(feature = "lame")]
            Codec::Mp3 { kbps } => Self::Mp3(mp3::Mp3::start(kbps, format, sink)?),
            #[cfg(not(feature = "lame"))]
            Codec::Mp3 { .. } => return Err(no_lame()),
            Codec::Opus { kbps } => Self::Opus(Box::new(opus::Opus::start(kbps, channels, sink)?)),
            #[cfg(feature = "vorbis")]
            Codec::Vorbis { quality } => Self::Vorbis(Box::new(vorbis::Vorbis::start(quality, format, sink)?)),
            #[cfg(not(feature = "vorbis"))]
            Codec::Vorbis { .. } => return Err(no_vorbis()),
        })
    }

    fn push(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        match self {
            Self::Aac(aac) => aac.push(block),
            #[cfg(feature = "lame")]
            Self::Mp3(mp3) => mp3.push(block),
            Self::Opus(opus) => opus.push(block),
            #[cfg(feature = "vorbis")]
            Self::Vorbis(vorbis) => vorbis.push(block),
        }
    }

    fn finish(self) -> Result<W, CodecError> {
        match self {
            Self::Aac(aac) => aac.finish(),
            #[cfg(feature = "lame")]
            Self::Mp3(mp3) => mp3.finish(),
            Self::Opus(opus) => opus.finish(),
            #[cfg(feature = "vorbis")]
            Self::Vorbis(vorbis) => vorbis.finish(),
        }
    }
}

/// Encoder with what stands in front of it: the conversion to the codec's rate, and blocks of one size.
pub(crate) struct Encoding<W: Target> {
    body: Body<W>,
    resampler: Resampler,
    resampled: PlanarBuffer,
    /// Frames that do not fill a block yet.
    staged: PlanarBuffer,
    filled: usize,
    /// Frames at the codec's rate so far.
    frames: u64,
    format: StreamFormat,
}

impl<W: Target> Encoding<W> {
    /// Starts to encode audio of `format` into `sink`; `path` is where the sink's file lies, if it is one.
    pub(crate) fn start(
        codec: Codec,
        format: &StreamFormat,
        sink: W,
        name: String,
        path: Option<&Path>,
    ) -> Result<Self, CodecError> {
        let channels = format.channels();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            let problem =
                format!("{codec} is encoded from mono and stereo only, and this audio has {channels} channels");
            return Err(CodecError::new(CodecErrorKind::Unsupported, problem, "mix it down to stereo first"));
        }
        let coded = StreamFormat::new(codec.coded_rate_hz(format.sample_rate_hz), channels);
        let resampler = Resampler::new(format.sample_rate_hz, coded.sample_rate_hz, channels)?;
        Ok(Self {
            body: Body::new(codec, &coded, Sink::new(sink, name), path)?,
            resampler,
            resampled: PlanarBuffer::new(channels, 0),
            staged: PlanarBuffer::new(channels, CHUNK_FRAMES),
            filled: 0,
            frames: 0,
            format: coded,
        })
    }

    /// Returns the format at which the audio is encoded.
    pub(crate) fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Encodes the next block.
    ///
    /// # Panics
    /// Panics if `block` has another number of channels than the format.
    pub(crate) fn push(&mut self, block: &Block<'_>) -> Result<(), CodecError> {
        let mut resampled = std::mem::replace(&mut self.resampled, PlanarBuffer::new(0, 0));
        self.resampler.process(block, &mut resampled);
        let staged = self.stage(resampled.block());
        self.resampled = resampled;
        staged
    }

    /// Encodes the rest and returns the sink with the number of frames at the codec's rate; `None` if there are none.
    pub(crate) fn finish(mut self) -> Result<Option<(W, u64)>, CodecError> {
        let mut rest = std::mem::replace(&mut self.resampled, PlanarBuffer::new(0, 0));
        self.resampler.finish(&mut rest);
        self.stage(rest.block())?;
        if self.filled > 0 {
            self.staged.set_frames(self.filled);
            self.body.push(self.staged.block())?;
        }
        if self.frames == 0 {
            return Ok(None);
        }
        Ok(Some((self.body.finish()?, self.frames)))
    }

    fn stage(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        let mut from = 0;
        while from < block.frames() {
            let count = (CHUNK_FRAMES - self.filled).min(block.frames() - from);
            self.staged.set_frames(CHUNK_FRAMES);
            for channel in 0..block.channels() {
                let target = &mut self.staged.channel_mut(channel)[self.filled..][..count];
                let source = &block.channel(channel)[from..][..count];
                target.iter_mut().zip(source).for_each(|(target, sample)| *target = sane(*sample));
            }
            (self.filled, from) = (self.filled + count, from + count);
            self.frames += count as u64;
            if self.filled == CHUNK_FRAMES {
                self.body.push(self.staged.block())?;
                self.filled = 0;
            }
        }
        Ok(())
    }
}

fn sane(sample: f64) -> f64 {
    if sample.abs() < SANE { sample } else { 0.0 }
}

/// Encodes a finished file block by block and puts it in place when it is complete.
///
/// The file is written beside its target under a temporary name. An encoder that is dropped before leaves nothing behind,
/// and an existing target stays as it was. The file says how much delay and padding a player has to drop; it carries no
/// tags.
///
/// ```no_run
/// use balanced_codec::{Codec, FileEncoder};
/// use balanced_dsp::{PlanarBuffer, StreamFormat};
/// let mut encoder = FileEncoder::create(Codec::Opus { kbps: 128 }, &StreamFormat::new(44_100.0, 2), "out.opus")?;
/// encoder.write(&PlanarBuffer::from_channels(&[[0.1; 441], [0.1; 441]]).block())?;
/// encoder.finish()?;
/// # Ok::<(), balanced_codec::CodecError>(())
/// ```
pub struct FileEncoder {
    encoding: Encoding<AtomicWriter>,
}

impl FileEncoder {
    /// Creates an encoder for the file `path` that takes audio of `format`, mono or stereo at any rate.
    ///
    /// # Errors
    /// Returns an error if there is no encoder, if it does not take the audio, or if the file cannot be written there.
    pub fn create(codec: Codec, format: &StreamFormat, path: impl AsRef<Path>) -> Result<Self, CodecError> {
        let path = path.as_ref();
        let file = AtomicWriter::create(path)?;
        let temporary = file.path().to_owned();
        let name = path.display().to_string();
        Ok(Self { encoding: Encoding::start(codec, format, file, name, Some(&temporary))? })
    }

    /// Returns the sample rate and channels of the encoded audio.
    #[must_use]
    pub fn coded_format(&self) -> &StreamFormat {
        self.encoding.format()
    }

    /// Encodes the next frames; samples that are no numbers count as silence.
    ///
    /// # Errors
    /// Returns an error if the encoder or the device fails.
    ///
    /// # Panics
    /// Panics if `block` has another number of channels than the format.
    pub fn write(&mut self, block: &Block<'_>) -> Result<(), CodecError> {
        self.encoding.push(block)
    }

    /// Completes the file, renames it to its target and returns its number of frames, at the codec's rate.
    ///
    /// # Errors
    /// Returns an error if there was no audio, or if the encoder or the device fails; nothing is left behind then.
    pub fn finish(self) -> Result<u64, CodecError> {
        let Some((file, frames)) = self.encoding.finish()? else {
            let problem = "there is no audio to encode";
            return Err(CodecError::new(CodecErrorKind::Unsupported, problem, "give audio of one frame or more"));
        };
        file.publish()?;
        Ok(frames)
    }
}

/// Encodes everything that `next` returns into the file `path`, which appears complete or not at all.
///
/// `next` fills the buffer and returns the number of frames; 0 is the end. Returns the number of frames encoded, at the
/// codec's rate.
///
/// # Errors
/// Returns the first error of `next`, or one of [`FileEncoder`], as `E`.
pub fn encode_file<E: From<CodecError>>(
    codec: Codec,
    format: &StreamFormat,
    path: impl AsRef<Path>,
    mut next: impl FnMut(&mut PlanarBuffer) -> Result<usize, E>,
) -> Result<u64, E> {
    let mut encoder = FileEncoder::create(codec, format, path)?;
    let mut buffer = PlanarBuffer::new(format.channels(), CHUNK_FRAMES);
    while next(&mut buffer)? > 0 {
        encoder.write(&buffer.block())?;
    }
    Ok(encoder.finish()?)
}
