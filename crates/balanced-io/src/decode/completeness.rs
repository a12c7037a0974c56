//! Whether a file gave the audio that it promises. It is decided here, for every container and every caller.

use crate::{IoError, IoErrorKind};

/// Remedy of a file that gave too little.
const REMEDY: &str = "download or export it again, or accept damaged files to go on with what is there";

/// Returns the error of a file that gave nothing, or less than half of what its headers or its bytes promise.
///
/// Between half and whole, notes tell what is missing.
pub(crate) fn check(file: &str, promised: Option<u64>, delivered: u64, rate_hz: f64) -> Result<(), IoError> {
    let promised = promised.unwrap_or(0);
    if delivered == 0 && promised == 0 {
        return Err(IoError::new(IoErrorKind::NotAudio, file, "holds no audio (0 frames)", REMEDY));
    }
    if delivered > 0 && delivered >= promised.div_ceil(2) {
        return Ok(());
    }
    let problem = format!(
        "promises {promised} frames ({:.1} s), but only {delivered} ({:.1} s) could be read",
        promised as f64 / rate_hz,
        delivered as f64 / rate_hz
    );
    Err(IoError::new(IoErrorKind::Damaged, file, problem, REMEDY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_less_than_half_fail() {
        let kind = |promised, delivered| check("a.wav", promised, delivered, 48_000.0).err().map(|error| error.kind());
        assert_eq!(kind(None, 0), Some(IoErrorKind::NotAudio));
        assert_eq!(kind(Some(0), 0), Some(IoErrorKind::NotAudio));
        assert_eq!(kind(Some(1), 0), Some(IoErrorKind::Damaged));
        assert_eq!(kind(Some(100), 49), Some(IoErrorKind::Damaged));
        assert_eq!(kind(Some(u64::MAX), 1), Some(IoErrorKind::Damaged));
        for (promised, delivered) in [(None, 1), (Some(0), 1), (Some(100), 50), (Some(101), 51), (Some(100), 200)] {
            assert_eq!(kind(promised, delivered), None, "{promised:?} {delivered}");
        }
    }

    #[test]
    fn the_error_tells_how_much_is_missing_and_what_to_do() {
        let text = check("a.wav", Some(480_000), 48_000, 48_000.0).unwrap_err().to_string();
        assert!(text.starts_with("a.wav: promises 480000 frames (10.0 s), but only 48000 (1.0 s) could be read; "));
        assert!(text.contains("accept damaged files"), "{text}");
    }
}
