//! What lossy codecs make of a master.

use balanced_model::{CodecCheck, CodecReport, CodecStatus};

use super::wrapped;
use crate::number::fixed;

/// A section: the outcome, and a line for every codec.
pub(super) fn text(report: &CodecReport) -> String {
    let mut out = format!("\nCodecs\n{}\n", wrapped(&report.summary(), 2));
    if let Some(note) = &report.note {
        out.push_str(&format!("{}\n", wrapped(&format!("Note: {note}."), 2)));
    }
    report.checks.iter().for_each(|check| out.push_str(&line(check)));
    out
}

fn line(check: &CodecCheck) -> String {
    let codec = &check.codec;
    if let Some(reason) = &check.reason {
        let text = wrapped(&format!("not checked: {reason}"), 14);
        return format!("  {codec:<11} {}\n", text.trim_start());
    }
    let word = status_word(check.status);
    let peak = check.true_peak_dbtp.map_or_else(|| "silence".to_owned(), |peak| format!("{} dBTP", fixed(peak, 2)));
    let clipped = match check.clipped_samples {
        None | Some(0) => String::new(),
        Some(1) => ", 1 sample clipped".to_owned(),
        Some(count) => format!(", {count} samples clipped"),
    };
    let encoder = check.encoder.as_deref().unwrap_or_default();
    format!("  {codec:<11} {word:<6} {peak:>11}{clipped}  ({encoder})\n")
}

/// Returns the word for an outcome.
pub(crate) fn status_word(status: CodecStatus) -> &'static str {
    match status {
        CodecStatus::Safe => "safe",
        CodecStatus::Clips => "clips",
        CodecStatus::NotChecked => "not checked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_has_a_line_with_its_outcome() {
        let of = |peak: f64, clipped| {
            CodecCheck::measured("mp3-128".to_owned(), "LAME 3.100".to_owned(), 44_100.0, Some(peak), clipped)
        };
        assert_eq!(line(&of(-0.31, 0)), "  mp3-128     safe    -0.31 dBTP  (LAME 3.100)\n");
        assert_eq!(line(&of(0.5, 137)), "  mp3-128     clips    0.50 dBTP, 137 samples clipped  (LAME 3.100)\n");
        let missing =
            CodecCheck::not_checked("aac128".to_owned(), "no AAC encoder is installed; install ffmpeg".to_owned());
        assert_eq!(line(&missing), "  aac128      not checked: no AAC encoder is installed; install ffmpeg\n");
        let mut report = CodecReport::default();
        (report.checks, report.note) = (vec![missing], Some("n".to_owned()));
        assert!(text(&report).contains("\nCodecs\n  No codec could be checked.\n  Note: n.\n"));
    }
}
