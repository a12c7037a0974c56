//! Limits of a call: how long, wide and large its input may be, and how much time and space it may take.

use std::path::Path;
use std::time::{Duration, Instant};

use balanced_dsp::StreamFormat;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Bytes of memory that a process takes whatever its input: code, tables, networks. 63 MB were measured.
const BASE_BYTES: f64 = 80e6;
/// Bytes of memory for every channel; a quarter of a million was measured.
const CHANNEL_BYTES: f64 = 0.5e6;
/// Bytes of memory for every sample of a second: windows of loudness, filters, blocks on their way; 1.3 were measured.
const BYTES_PER_SAMPLE_PER_S: f64 = 2.5;

/// Limits of what an input may be and of what a call may use; `None` does not limit.
///
/// Headers are not trusted: length, time and space are checked while the audio is decoded. A call that meets a limit returns
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit) with the limit to raise, and leaves nothing behind. The defaults let
/// music and long recordings pass; a service that takes files from strangers sets its own.
///
/// ```
/// use balanced::{AnalyzeOptions, DEMO_FLAC, ErrorKind, Limits, analyze_bytes};
/// let limits = Limits { max_duration_s: Some(10.0), ..Limits::default() };
/// let options = AnalyzeOptions { limits, ..AnalyzeOptions::default() };
/// let error = analyze_bytes(DEMO_FLAC.to_vec(), &options).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Limit);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest audio, in seconds; by default twelve hours.
    pub max_duration_s: Option<f64>,
    /// Largest number of channels; by default 64, which is also the most that can be decoded.
    pub max_channels: Option<usize>,
    /// Highest sample rate in Hz; by default 768 kHz, which is also the highest that can be decoded.
    pub max_sample_rate_hz: Option<f64>,
    /// Largest input, in bytes; by default 64 GiB.
    pub max_file_bytes: Option<u64>,
    /// Longest time that the call may take, in seconds; by default two hours.
    pub max_wall_s: Option<f64>,
    /// Largest size of all temporary files of the call together, in bytes; by default 32 GiB. The output is not counted.
    pub max_temp_bytes: Option<u64>,
    /// Most memory that the call may need, in bytes; by default 8 GiB. What the channels and the sample rate will take is
    /// estimated on the safe side before anything is allocated; the samples that
    /// [`read_audio`](crate::read_audio()) returns are counted as they are decoded.
    pub max_memory_bytes: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_duration_s: Some(12.0 * 3600.0),
            max_channels: Some(64),
            max_sample_rate_hz: Some(768_000.0),
            max_file_bytes: Some(64 << 30),
            max_wall_s: Some(2.0 * 3600.0),
            max_temp_bytes: Some(32 << 30),
            max_memory_bytes: Some(8 << 30),
        }
    }
}

impl Limits {
    /// No limits.
    pub const NONE: Self = Self {
        max_duration_s: None,
        max_channels: None,
        max_sample_rate_hz: None,
        max_file_bytes: None,
        max_wall_s: None,
        max_temp_bytes: None,
        max_memory_bytes: None,
    };

    /// Returns the time at which a call that starts now must have ended; `None` for no limit.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let wall = Duration::try_from_secs_f64(self.max_wall_s?.max(0.0)).ok()?;
        Instant::now().checked_add(wall)
    }

    /// Returns the error of a call that takes too long.
    pub(crate) fn too_slow(&self, file: Option<&Path>) -> Error {
        let limit = self.max_wall_s.unwrap_or_default();
        exceeded(file, format!("takes longer than {limit} s"), "max_wall_s", "--max-wall")
    }

    /// Checks the size of an input.
    pub(crate) fn check_bytes(&self, file: &Path, bytes: u64) -> Result<(), Error> {
        let Some(limit) = self.max_file_bytes.filter(|limit| bytes > *limit) else { return Ok(()) };
        let problem = format!("is larger than {}", size(limit));
        Err(exceeded(Some(file), problem, "max_file_bytes", "--max-bytes"))
    }

    /// Checks channels and sample rate, and the memory that they take.
    pub(crate) fn check_format(&self, file: &Path, format: &StreamFormat) -> Result<(), Error> {
        let (channels, rate_hz) = (format.channels(), format.sample_rate_hz);
        if let Some(limit) = self.max_channels.filter(|limit| channels > *limit) {
            let problem = format!("has {channels} channels, and {limit} are allowed");
            return Err(exceeded(Some(file), problem, "max_channels", "--max-channels"));
        }
        if let Some(limit) = self.max_sample_rate_hz.filter(|limit| is_over(rate_hz, *limit)) {
            let problem = format!("has a sample rate of {rate_hz} Hz, and {limit} Hz are allowed");
            return Err(exceeded(Some(file), problem, "max_sample_rate_hz", "--max-rate"));
        }
        let problem = || format!("has {channels} channels at {rate_hz} Hz, which may take");
        self.check_memory(file, memory(format), problem)
    }

    /// Checks the memory that a call needs; `problem` says for what.
    pub(crate) fn check_memory(&self, file: &Path, bytes: u64, problem: impl FnOnce() -> String) -> Result<(), Error> {
        let Some(limit) = self.max_memory_bytes.filter(|limit| bytes > *limit) else { return Ok(()) };
        let problem = format!("{} {} of memory, and {} are allowed", problem(), size(bytes), size(limit));
        Err(exceeded(Some(file), problem, "max_memory_bytes", "--max-memory"))
    }

    /// Checks the length of the audio, as decoded so far or as certainly held by the file.
    pub(crate) fn check_frames(&self, file: &Path, frames: u64, sample_rate_hz: f64) -> Result<(), Error> {
        let over = |limit: &f64| is_over(frames as f64 / sample_rate_hz, *limit);
        let Some(limit) = self.max_duration_s.filter(over) else { return Ok(()) };
        Err(exceeded(Some(file), format!("is longer than {limit} s"), "max_duration_s", "--max-duration"))
    }

    /// Checks the size of all temporary files of a call.
    pub(crate) fn check_temp(&self, file: &Path, bytes: u64) -> Result<(), Error> {
        let Some(limit) = self.max_temp_bytes.filter(|limit| bytes > *limit) else { return Ok(()) };
        let problem = format!("needs temporary files of {}, and {} are allowed", size(bytes), size(limit));
        Err(exceeded(Some(file), problem, "max_temp_bytes", "--max-temp"))
    }
}

/// Returns whether `value` is over `limit`; over one that is not a number, everything is.
fn is_over(value: f64, limit: f64) -> bool {
    !matches!(value.partial_cmp(&limit), Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal))
}

fn exceeded(file: Option<&Path>, problem: String, field: &str, flag: &str) -> Error {
    Error::limit(file, problem, format!("raise the limit, {flag} or `Limits::{field}`, if you trust the file"))
}

/// Returns the memory in bytes that a call may take for audio of this format.
fn memory(format: &StreamFormat) -> u64 {
    let channels = format.channels() as f64;
    (BASE_BYTES + channels * (CHANNEL_BYTES + BYTES_PER_SAMPLE_PER_S * format.sample_rate_hz)) as u64
}

/// Formats a number of bytes.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let power = (bytes.ilog2() / 10).min(UNITS.len() as u32);
    let value = bytes as f64 / 1024f64.powi(power as i32);
    let text = format!("{value:.1}");
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[power as usize - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_read_them() {
        let all = [999, 1 << 10, 1536, 41_000, 2 << 30, 5 << 40].map(size);
        assert_eq!(all, ["999 bytes", "1 KiB", "1.5 KiB", "40 KiB", "2 GiB", "5 TiB"]);
    }

    #[test]
    fn a_limit_is_met_but_not_passed() {
        let (file, limits) = (Path::new("x.wav"), Limits { max_duration_s: Some(2.0), ..Limits::NONE });
        assert!(limits.check_frames(file, 96_000, 48_000.0).is_ok());
        let error = limits.check_frames(file, 96_001, 48_000.0).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Limit);
        assert_eq!(error.problem(), "is longer than 2 s");
        assert!(error.remedy().contains("--max-duration") && error.remedy().contains("max_duration_s"), "{error}");
        let nonsense = Limits { max_duration_s: Some(f64::NAN), ..Limits::NONE };
        assert!(nonsense.check_frames(file, 1, 48_000.0).is_err());
    }

    #[test]
    fn no_limits_let_everything_pass() {
        let file = Path::new("x.wav");
        let format = StreamFormat::new(768_000.0, 64);
        assert!(
            Limits::NONE.check_format(file, &format).is_ok() && Limits::default().check_format(file, &format).is_ok()
        );
        assert!(Limits::NONE.check_bytes(file, u64::MAX).is_ok() && Limits::NONE.check_temp(file, u64::MAX).is_ok());
        assert!(Limits::NONE.deadline().is_none() && Limits::default().deadline().is_some());
    }
}
