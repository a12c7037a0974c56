//! MP3 files: LAME's frames behind a header that tells its delay and padding.

use balanced_dsp::{Block, StreamFormat};

use super::Target;
use super::lame::Lame;
use super::sink::Sink;
use crate::CodecError;

/// An MP3 file in the making.
pub(super) struct Mp3<W> {
    lame: Lame,
    bytes: Vec<u8>,
    sink: Sink<W>,
}

impl<W: Target> Mp3<W> {
    pub(super) fn start(kbps: u32, format: &StreamFormat, sink: Sink<W>) -> Result<Self, CodecError> {
        let lame = Lame::with_header(format.sample_rate_hz as u32, format.channels() == 1, kbps)?;
        Ok(Self { lame, bytes: Vec::new(), sink })
    }

    pub(super) fn push(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        self.lame.push(block.channel(0), block.channel(block.channels() - 1), &mut self.bytes)?;
        self.sink.write(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, CodecError> {
        let header = self.lame.finish(&mut self.bytes)?;
        self.sink.write(&self.bytes)?;
        self.sink.overwrite_start(&header)?;
        self.sink.into_target()
    }
}
