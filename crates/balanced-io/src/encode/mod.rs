//! Encoding of WAV, AIFF and FLAC files, block by block and atomically.

mod aiff;
mod atomic;
mod bext;
mod flac;
mod output;
mod samples;
mod wav;
mod writer;

use std::path::Path;

use balanced_dsp::{Block, StreamFormat};
use balanced_model::Metadata;

pub use atomic::{NewFolder, cleanup_temporaries, write_file};
pub use bext::{BroadcastLoudness, write_broadcast_loudness, write_broadcast_loudness_in};
pub use output::Medium;
pub use writer::AtomicWriter;

use crate::IoError;
use crate::decode::{MAX_CHANNELS, MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ};
use aiff::Aiff;
use atomic::AtomicFile;
use flac::Flac;
use output::Output;
use samples::ByteOrder;
use wav::Wav;

/// File formats that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileFormat {
    /// RIFF/WAVE, or RF64 if the file grows beyond 4 GiB.
    #[default]
    Wav,
    /// AIFF for integers, AIFF-C for floats; at most 4 GiB.
    Aiff,
    /// FLAC, 16 or 24 bits, up to eight channels.
    Flac,
}

/// Sample formats that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SampleFormat {
    /// 16-bit integer.
    I16,
    /// 24-bit integer.
    #[default]
    I24,
    /// 32-bit integer.
    I32,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
}

/// File format and sample format to write; by default a 24-bit WAV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EncodeSpec {
    /// File format.
    pub format: FileFormat,
    /// Sample format.
    pub sample_format: SampleFormat,
}

impl FileFormat {
    /// Returns the usual file extension, without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Flac => "flac",
        }
    }

    /// Returns the file format for the extension of `path`; `None` for extensions of other formats.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "wav" | "wave" | "bwf" | "rf64" => Some(Self::Wav),
            "aif" | "aiff" | "aifc" => Some(Self::Aiff),
            "flac" => Some(Self::Flac),
            _ => None,
        }
    }
}

impl SampleFormat {
    /// Returns the bits per sample.
    #[must_use]
    pub fn bits(self) -> u16 {
        match self {
            Self::I16 => 16,
            Self::I24 => 24,
            Self::I32 | Self::F32 => 32,
            Self::F64 => 64,
        }
    }

    /// Returns whether the format is floating-point, which neither clips nor needs dither.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Returns the name that users know: `16-bit`, `32-bit float` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::I16 => "16-bit",
            Self::I24 => "24-bit",
            Self::I32 => "32-bit",
            Self::F32 => "32-bit float",
            Self::F64 => "64-bit float",
        }
    }

    fn bytes(self) -> usize {
        usize::from(self.bits() / 8)
    }
}

/// Frames encoded at a time.
const CHUNK_FRAMES: usize = 4096;
/// Largest RIFF size: beyond it a WAV becomes RF64.
const RIFF_LIMIT_BYTES: u64 = u32::MAX as u64 - 1;

/// Encodes an audio file block by block and puts it in place when it is complete.
///
/// The file is written beside its target under a temporary name and renamed by [`finish`](Self::finish). An encoder
/// that is dropped before leaves nothing behind, and an existing target stays as it was.
pub struct Encoder {
    file: Output,
    container: Container,
    sample_format: SampleFormat,
    channels: usize,
    frames: u64,
    clipped_samples: u64,
    scratch: Vec<u8>,
}

enum Container {
    Wav(Wav),
    Aiff(Aiff),
    Flac(Box<Flac>),
}

impl Encoder {
    /// Creates an encoder for the file `path` with the rate and channels of `format`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written there, or if the file format cannot hold the audio (such as
    /// floats or more than eight channels in FLAC).
    pub fn create(path: impl AsRef<Path>, spec: &EncodeSpec, format: &StreamFormat) -> Result<Self, IoError> {
        Self::create_with_metadata(path, spec, format, &Metadata::default())
    }

    /// Creates an encoder for the file `path` that carries metadata, which [`fit_metadata`](crate::fit_metadata) made fit for
    /// the file format.
    ///
    /// # Errors
    /// Returns the errors of [`create`](Self::create).
    pub fn create_with_metadata(
        path: impl AsRef<Path>,
        spec: &EncodeSpec,
        format: &StreamFormat,
        metadata: &Metadata,
    ) -> Result<Self, IoError> {
        Self::create_with_riff_limit(path.as_ref(), spec, format, metadata, RIFF_LIMIT_BYTES)
    }

    /// Creates an encoder that writes to an empty medium instead of a file; errors call it `name`.
    ///
    /// # Errors
    /// Returns the errors of [`create_with_metadata`](Self::create_with_metadata).
    pub fn create_in(
        medium: Box<dyn Medium>,
        name: impl Into<String>,
        spec: &EncodeSpec,
        format: &StreamFormat,
        metadata: &Metadata,
    ) -> Result<Self, IoError> {
        check(format)?;
        Self::start(Output::Medium { medium, name: name.into() }, spec, format, metadata, RIFF_LIMIT_BYTES)
    }

    /// Creates an encoder that switches to RF64 at another size than 4 GiB.
    fn create_with_riff_limit(
        path: &Path,
        spec: &EncodeSpec,
        format: &StreamFormat,
        metadata: &Metadata,
        riff_limit_bytes: u64,
    ) -> Result<Self, IoError> {
        check(format)?;
        Self::start(Output::File(AtomicFile::create(path)?), spec, format, metadata, riff_limit_bytes)
    }

    fn start(
        mut file: Output,
        spec: &EncodeSpec,
        format: &StreamFormat,
        metadata: &Metadata,
        riff_limit_bytes: u64,
    ) -> Result<Self, IoError> {
        let format = &StreamFormat { layout: format.layout.stored(), ..format.clone() };
        let samples = spec.sample_format;
        let container = match spec.format {
            FileFormat::Wav => Container::Wav(Wav::start(&mut file, samples, format, metadata, riff_limit_bytes)?),
            FileFormat::Aiff => Container::Aiff(Aiff::start(&mut file, samples, format, metadata)?),
            FileFormat::Flac => Container::Flac(Box::new(Flac::start(&mut file, samples, format, metadata)?)),
        };
        Ok(Self {
            file,
            container,
            sample_format: samples,
            channels: format.channels(),
            frames: 0,
            clipped_samples: 0,
            scratch: Vec::new(),
        })
    }

    /// Appends frames: integers are rounded to the nearest step and clipped at full scale, floats are stored
    /// unclipped.
    ///
    /// # Errors
    /// Returns an error if the device fails or is full, or if an AIFF would exceed 4 GiB.
    ///
    /// # Panics
    /// Panics if `block` has another number of channels than the format.
    pub fn write(&mut self, block: &Block<'_>) -> Result<(), IoError> {
        assert_eq!(block.channels(), self.channels, "block of another number of channels");
        let frames = self.frames + block.frames() as u64;
        let order = match &mut self.container {
            Container::Flac(flac) => {
                flac.write(&mut self.file, block)?;
                self.clipped_samples = flac.clipped();
                self.frames = frames;
                return Ok(());
            }
            Container::Wav(_) => ByteOrder::Little,
            Container::Aiff(aiff) => {
                aiff.check(&self.file, frames)?;
                ByteOrder::Big
            }
        };
        for start in (0..block.frames()).step_by(CHUNK_FRAMES) {
            let range = start..(start + CHUNK_FRAMES).min(block.frames());
            self.clipped_samples += samples::pack(self.sample_format, order, block, range, &mut self.scratch);
            self.file.write(&self.scratch)?;
        }
        self.frames = frames;
        Ok(())
    }

    /// Returns the number of frames written so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Returns the number of samples beyond full scale that were clipped (integer formats only).
    #[must_use]
    pub fn clipped_samples(&self) -> u64 {
        self.clipped_samples
    }

    /// Completes the file and renames it to its target.
    ///
    /// # Errors
    /// Returns an error if the device fails; nothing is left behind then.
    pub fn finish(self) -> Result<(), IoError> {
        self.complete()?.publish()
    }

    /// Completes the file but leaves it under its temporary name, so that it can be checked before it appears.
    ///
    /// # Errors
    /// Returns an error if the device fails; nothing is left behind then.
    pub fn complete(mut self) -> Result<CompleteFile, IoError> {
        match self.container {
            Container::Wav(wav) => wav.finish(&mut self.file, self.frames)?,
            Container::Aiff(aiff) => aiff.finish(&mut self.file, self.frames)?,
            Container::Flac(flac) => flac.finish(&mut self.file, self.frames)?,
        }
        self.file.flush()?;
        Ok(CompleteFile(self.file))
    }
}

/// A complete file under a temporary name; it is removed when dropped without [`publish`](Self::publish).
pub struct CompleteFile(Output);

impl CompleteFile {
    /// Returns the temporary path, where the file can be read; it is empty for a medium.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Renames the file to its target.
    ///
    /// # Errors
    /// Returns an error if the file cannot be renamed; nothing is left behind then.
    pub fn publish(self) -> Result<(), IoError> {
        self.0.finish()
    }
}

fn check(format: &StreamFormat) -> Result<(), IoError> {
    let (channels, rate_hz) = (format.channels(), format.sample_rate_hz);
    if !(1..=MAX_CHANNELS).contains(&channels) {
        let remedy = format!("use 1 to {MAX_CHANNELS} channels");
        return Err(IoError::settings(format!("cannot write a file of {channels} channels"), remedy));
    }
    if !(MIN_SAMPLE_RATE_HZ..=MAX_SAMPLE_RATE_HZ).contains(&rate_hz) {
        let problem = format!("cannot write a file with a sample rate of {rate_hz} Hz");
        return Err(IoError::settings(problem, "use a rate from 1 kHz to 768 kHz"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decoder;
    use balanced_dsp::PlanarBuffer;

    /// The code that writes real RF64 beyond 4 GiB runs here with a lower limit.
    #[test]
    fn beyond_the_limit_a_wav_becomes_rf64_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let format = StreamFormat::new(48_000.0, 2);
        let samples: Vec<f64> = (0..999).map(|i| f64::from(i - 500) / 1024.0).collect();
        let audio = PlanarBuffer::from_channels(&[&samples, &samples]);
        for (sample_format, limit, container) in [
            (SampleFormat::I24, 999 * 6, "rf64"),
            (SampleFormat::F32, 999 * 8, "rf64"),
            (SampleFormat::I24, 999 * 6 + 200, "wav"),
        ] {
            let path = folder.path().join("x.wav");
            let spec = EncodeSpec { sample_format, ..EncodeSpec::default() };
            let metadata = Metadata { title: Some("T".to_owned()), ..Metadata::default() };
            let mut encoder = Encoder::create_with_riff_limit(&path, &spec, &format, &metadata, limit).unwrap();
            encoder.write(&audio.block()).unwrap();
            encoder.finish().unwrap();
            let mut decoder = Decoder::open(&path).unwrap();
            assert_eq!(decoder.info().container, container);
            assert_eq!(decoder.notes(), [""; 0]);
            let mut file = std::fs::File::open(&path).unwrap();
            assert_eq!(crate::read_metadata(&mut file, 48_000.0, 1 << 20).metadata, metadata);
            let mut buffer = PlanarBuffer::new(2, 2000);
            assert_eq!(decoder.read(&mut buffer).unwrap(), 999);
            assert_eq!(buffer.channel(1), samples);
            let ffmpeg = std::process::Command::new("ffmpeg")
                .args(["-v", "error", "-i", path.to_str().unwrap(), "-f", "f64le", "-"])
                .output()
                .expect("ffmpeg is needed by this test; `apt-get install ffmpeg` brings it");
            assert!(ffmpeg.stderr.is_empty(), "{}", String::from_utf8_lossy(&ffmpeg.stderr));
            let theirs: Vec<f64> =
                ffmpeg.stdout.chunks_exact(16).map(|b| f64::from_le_bytes(b[..8].try_into().unwrap())).collect();
            assert_eq!(theirs, samples);
        }
    }
}
