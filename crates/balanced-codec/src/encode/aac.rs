//! AAC in MP4, encoded by an installed ffmpeg.
//!
//! Audio goes to it through a pipe as 32-bit floats. A file is written by ffmpeg itself; anything else gets fragments of an
//! MP4 from its other pipe, so that private audio touches no disk in the clear.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use balanced_dsp::{Block, StreamFormat};

use super::Target;
use super::child::Child;
use super::sink::Sink;
use crate::{CodecError, CodecErrorKind};

const PROGRAM: &str = "ffmpeg";
/// Temporal noise shaping is switched off: ffmpeg's adds peaks of its own, which no lower ceiling takes away. Noise clipped at -8 dBFS comes
/// back at +2.9 dBFS with it and at -0.7 dBFS without (ffmpeg 5.1.9, 128 kbit/s).
const WITHOUT_NOISE_SHAPING: [&str; 2] = ["-aac_tns", "0"];

/// An AAC file in the making.
pub(super) struct Aac<W> {
    child: Child<W>,
    bytes: Vec<u8>,
}

/// Returns the name of the encoder with its version.
pub(super) fn name() -> Result<String, CodecError> {
    let output =
        Command::new(PROGRAM).arg("-version").stdin(Stdio::null()).output().map_err(|error| missing(&error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.strip_prefix("ffmpeg version ").and_then(|rest| rest.split_whitespace().next());
    Ok(version.map_or_else(|| PROGRAM.to_owned(), |version| format!("{PROGRAM} {version}")))
}

fn missing(error: &std::io::Error) -> CodecError {
    let problem = match error.kind() {
        std::io::ErrorKind::NotFound => "no AAC encoder is installed".to_owned(),
        _ => format!("the AAC encoder ffmpeg cannot be started ({error})"),
    };
    CodecError::new(CodecErrorKind::Missing, problem, "install ffmpeg")
}

impl<W: Target> Aac<W> {
    pub(super) fn start(
        kbps: u32,
        format: &StreamFormat,
        sink: Sink<W>,
        path: Option<&Path>,
    ) -> Result<Self, CodecError> {
        let mut command = Command::new(PROGRAM);
        command.args(["-v", "error", "-nostdin", "-y", "-f", "f32le"]);
        command.args(["-ar", &format.sample_rate_hz.to_string(), "-ac", &format.channels().to_string()]);
        command.args(["-i", "pipe:0", "-c:a", "aac", "-b:a", &format!("{kbps}k"), "-flags", "+bitexact"]);
        command.args(WITHOUT_NOISE_SHAPING);
        match path {
            Some(path) => {
                let mut target = OsString::from("file:");
                target.push(path);
                command.args(["-movflags", "+faststart", "-f", "ipod"]).arg(target);
            }
            // The header waits for the first packets, which tell the delay; a fragment is five seconds.
            None => {
                command.args([
                    "-movflags",
                    "+empty_moov+delay_moov",
                    "-frag_duration",
                    "5000000",
                    "-f",
                    "mp4",
                    "pipe:1",
                ]);
            }
        }
        let child = Child::start(command, sink, path.is_none()).map_err(|error| missing(&error))?;
        Ok(Self { child, bytes: Vec::new() })
    }

    pub(super) fn push(&mut self, block: Block<'_>) -> Result<(), CodecError> {
        self.bytes.clear();
        for frame in 0..block.frames() {
            for channel in 0..block.channels() {
                self.bytes.extend_from_slice(&(block.channel(channel)[frame] as f32).to_le_bytes());
            }
        }
        self.child.write(&self.bytes)
    }

    pub(super) fn finish(self) -> Result<W, CodecError> {
        self.child.finish()
    }
}
