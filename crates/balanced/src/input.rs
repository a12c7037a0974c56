//! Opening an input: the decoder, its hash, and the description that results carry.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use balanced_analysis::model::Source;
use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_io::Decoder;
use sha2::{Digest, Sha256};

use crate::Error;

/// An opened input, ready to decode.
pub(crate) struct Input {
    pub(crate) decoder: Decoder,
    pub(crate) format: StreamFormat,
    path: Option<PathBuf>,
    sha256: Option<String>,
}

impl Input {
    /// Open a file and hash its bytes.
    pub(crate) fn open(path: &Path, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let decoder = Decoder::open(path).map_err(|error| Error::reading(&error))?;
        let sha256 = hash_file(path).map_err(|error| Error::input(path, format!("cannot be read: {error}")))?;
        Self::new(decoder, Some(path.to_owned()), Some(sha256), layout)
    }

    /// Open a file that was hashed before, or whose hash is not wanted.
    pub(crate) fn reopen(path: &Path, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let decoder = Decoder::open(path).map_err(|error| Error::reading(&error))?;
        Self::new(decoder, Some(path.to_owned()), None, layout)
    }

    /// Open a file held in memory.
    pub(crate) fn from_bytes(bytes: Vec<u8>, layout: Option<&ChannelLayout>) -> Result<Self, Error> {
        let sha256 = hex(&Sha256::digest(&bytes));
        let decoder = Decoder::from_bytes(bytes).map_err(|error| Error::reading(&error))?;
        Self::new(decoder, None, Some(sha256), layout)
    }

    fn new(
        decoder: Decoder,
        path: Option<PathBuf>,
        sha256: Option<String>,
        layout: Option<&ChannelLayout>,
    ) -> Result<Self, Error> {
        let mut format = decoder.format();
        if let Some(layout) = layout {
            if layout.channels() != format.channels() {
                return Err(Error::settings(format!(
                    "layout {} has {} channels, the input has {}; leave the layout out or name one that fits",
                    layout.name(),
                    layout.channels(),
                    format.channels()
                )));
            }
            format.layout = layout.clone();
        }
        Ok(Self { decoder, format, path, sha256 })
    }

    /// Frames the file declares, if it does.
    pub(crate) fn declared_frames(&self) -> Option<u64> {
        self.decoder.info().frames
    }

    /// The description for the result; `frames` is what was decoded.
    pub(crate) fn describe(&self, frames: u64) -> Source {
        let info = self.decoder.info();
        Source {
            path: self.path.as_ref().map(|path| path.display().to_string()),
            sha256: self.sha256.clone(),
            container: info.container.clone(),
            codec: info.codec.clone(),
            sample_rate_hz: self.format.sample_rate_hz,
            channels: self.format.channels(),
            channel_layout: self.format.layout.name(),
            bit_depth: info.bit_depth,
            effective_bit_depth: None,
            frames,
            duration_s: frames as f64 / self.format.sample_rate_hz,
            notes: self.decoder.notes().to_vec(),
        }
    }
}

/// SHA-256 of a file's bytes, lower-case hex.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0u8; 1 << 18];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hasher.finalize())),
            bytes => hasher.update(&chunk[..bytes]),
        }
    }
}

/// Lower-case hex of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
