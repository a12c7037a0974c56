//! Audio as it stands in a page: a finished file in memory.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use balanced_codec::{Codec, CodecError, MAX_CHANNELS, MemoryEncoder};
use balanced_dsp::{Block, StreamFormat};
use balanced_io::{EncodeSpec, Encoder, FileFormat, IoError, SampleFormat};
use balanced_model::{Analysis, Metadata};

use crate::Error;

/// Form that the audio of a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportAudio {
    /// The samples as they are, as FLAC of 16 bits where the file has no more, and of 24 bits else.
    Flac,
    /// What a lossy codec makes of them.
    Coded(Codec),
}

impl Default for ReportAudio {
    /// Opus at 96 kbit/s: four minutes of two versions take 9 MB.
    fn default() -> Self {
        Self::Coded(Codec::Opus { kbps: 96 })
    }
}

impl FromStr for ReportAudio {
    type Err = Error;

    /// Reads `flac`, or the name of a codec such as `opus96`.
    fn from_str(name: &str) -> Result<Self, Error> {
        if name.eq_ignore_ascii_case("flac") {
            return Ok(Self::Flac);
        }
        let codec = name.parse().map_err(|error: balanced_codec::UnknownCodec| {
            Error::settings(error.problem(), format!("{}, or flac", error.remedy())).caused_by(error)
        })?;
        Ok(Self::Coded(codec))
    }
}

impl ReportAudio {
    pub(super) fn mime(self) -> &'static str {
        match self {
            Self::Flac => "audio/flac",
            Self::Coded(codec) => codec.mime(),
        }
    }

    /// Sample rate of the coded audio in Hz.
    pub(super) fn rate_hz(self, rate_hz: f64) -> f64 {
        match self {
            Self::Flac => rate_hz,
            Self::Coded(codec) => codec.coded_rate_hz(rate_hz),
        }
    }
}

impl fmt::Display for ReportAudio {
    /// Writes what readers are told: `Opus at 96 kbit/s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flac => f.write_str("FLAC"),
            Self::Coded(codec) => f.write_str(&codec.in_words()),
        }
    }
}

/// Encoder of the audio of a page.
pub(super) enum Embedder {
    Flac(Box<Encoder>, Buffer),
    Coded(Box<MemoryEncoder>),
}

impl Embedder {
    /// Creates an encoder for the audio that `analysis` measured, mono or stereo.
    pub fn create(audio: ReportAudio, analysis: &Analysis, format: &StreamFormat) -> Result<Self, Error> {
        let coding = |error: CodecError| Error::coding(&error);
        match audio {
            ReportAudio::Coded(codec) => {
                Ok(Self::Coded(Box::new(MemoryEncoder::create(codec, format).map_err(coding)?)))
            }
            ReportAudio::Flac if format.channels() > MAX_CHANNELS => {
                let problem = format!("has {} channels, and a page plays mono and stereo only", format.channels());
                Err(Error::settings(problem, "mix it down to stereo first"))
            }
            ReportAudio::Flac => {
                let is_16_bit = analysis.source.bit_depth.is_some_and(|bits| bits <= 16);
                let sample_format = if is_16_bit { SampleFormat::I16 } else { SampleFormat::I24 };
                let spec = EncodeSpec { format: FileFormat::Flac, sample_format };
                let buffer = Buffer::default();
                let (medium, name) = (Box::new(buffer.clone()), "the audio of the page");
                let encoder = Encoder::create_in(medium, name, &spec, format, &Metadata::default());
                Ok(Self::Flac(Box::new(encoder.map_err(|error| writing(&error))?), buffer))
            }
        }
    }

    pub fn write(&mut self, block: &Block<'_>) -> Result<(), Error> {
        match self {
            Self::Flac(encoder, _) => encoder.write(block).map_err(|error| writing(&error)),
            Self::Coded(encoder) => encoder.write(block).map_err(|error| Error::coding(&error)),
        }
    }

    /// Completes the file and returns its bytes.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Flac(encoder, buffer) => {
                encoder.finish().map_err(|error| writing(&error))?;
                Ok(std::mem::take(buffer.cursor().get_mut()))
            }
            Self::Coded(encoder) => encoder.finish().map_err(|error| Error::coding(&error)),
        }
    }
}

fn writing(error: &IoError) -> Error {
    Error::writing(error)
}

/// Bytes in memory that an encoder writes and that are taken once it is done.
#[derive(Clone, Default)]
pub(super) struct Buffer(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Buffer {
    fn cursor(&self) -> MutexGuard<'_, Cursor<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Buffer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cursor().read(buffer)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.cursor().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Buffer {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.cursor().seek(to)
    }
}
